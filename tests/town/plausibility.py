"""How like life a town is: prints the table of docs/town.md and draws its pictures.

    python -m tests.town.plausibility --town DIR [--town DIR ...] --data DIR --out docs/town

The table has the figures of all towns side by side, the pictures are of the first one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.town import comparisons, pictures

FORMS = {"share": "{:.1%}", "seconds": "{:.0f} s", "words": "{:.0f}", "days": "{:.1f} d", "count": "{:.2f}"}


def table(towns: list[dict[str, comparisons.Figure]]) -> Iterator[str]:
    """Yield the lines of the table: each figure of all towns beside that of the public set."""
    yield "| what | town | public set | distance |"
    yield "|---|---|---|---|"
    for name, first in towns[0].items():
        of_all = [town[name] for town in towns]
        form = FORMS[first.form]
        ours = ", ".join(form.format(figure.town) for figure in of_all)
        apart = ", ".join(f"{figure.distance:.2f}" for figure in of_all if figure.distance is not None)
        yield f"| {first.what} | {ours} | {form.format(first.public)} ({first.source}) | {apart or '-'} |"


def main() -> None:
    """Print the table and write the pictures."""
    parser = argparse.ArgumentParser(description="Compare towns with the public sets.")
    parser.add_argument("--town", type=Path, required=True, action="append", help="folder of a town; may be repeated")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    given = parser.parse_args()
    sides = [comparisons.read(town, given.data) for town in given.town]
    print(*table([comparisons.figures(side) for side in sides]), sep="\n")
    pictures.draw(sides[0], given.out)


if __name__ == "__main__":
    main()
