"""Write the table of the bars and the pictures from results: `python -m tests.bench.report [--results FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import bars, plots
from tests.bench.bars import Figure

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def lines(figures: list[Figure]) -> Iterator[str]:
    """Yield the machine, the bars and the figures of each size."""
    on, python = figures[-1]["machine"], bars.seconds(figures, "python")
    commits = ", ".join(sorted({f["machine"]["commit"] for f in figures}))
    took = f"{python:.1f} s" if python else "not measured"
    yield (f"{on['cores']} cores of {on['cpu']}, {on['memory_gib']} GiB, Linux {on['kernel']}, {on['java']}; "
           f"commit {commits}; 20 million times `s += i * i` in Python: {took}.")  # fmt: skip
    yield from ("", "| bar | rows | asked for | measured | reached |", "|---|---|---|---|---|")
    for v in bars.verdicts(figures):
        yield f"| {v.bar} | {v.rows:,} | {v.asked} | {v.measured} | {'yes' if v.is_reached else '**no**'} |"
    yield from (
        "",
        "| run | rows | MB of input | seconds | driver's Python, MiB | Java, MiB | workers, MiB |",
        "|---|---|---|---|---|---|---|",
    )
    for f in figures:
        if "seconds" in f:
            yield (f"| {f['what']} | {f['rows']:,} | {f.get('bytes', 0) / 1e6:,.0f} | {f['seconds']:.1f} | "
                   f"{f['python_mib']:.0f} | {f['java_mib']:.0f} | {f['workers_mib']:.0f} |")  # fmt: skip
    for f in (f for f in figures if f["what"] == "live"):
        said = f"{f['live_mib']:.0f} MiB at most, {f['collections']} full collections"
        yield from ("", f"Live heap at {f['rows']:,} rows: {said}.")
    yield from ("", "![Seconds against rows](performance/seconds.png)", "",
                "![Ratios to the yardsticks](performance/ratios.png)", "",
                "![Where the time goes, by job](performance/jobs.png)")  # fmt: skip


def put(page: str, text: str) -> str:
    """Return the page with what stands between the marks replaced; raise ValueError where it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} with an {END} after it: put both where the table belongs")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def main() -> int:
    """Put the table into the page and the pictures beside it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.report", description="Write what was measured.")
    parser.add_argument("--results", type=Path, default=Path("bench/results.jsonl"))
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    given = parser.parse_args()
    if not given.results.is_file():
        print(f"{given.results} is not there: measure first, with make bench", file=sys.stderr)
        return 2
    figures = [json.loads(line) for line in given.results.read_text(encoding="utf-8").splitlines()]
    if not bars.sizes(figures):
        print(f"{given.results} holds no first load: measure a size first, with make bench", file=sys.stderr)
        return 2
    page = put(given.page.read_text(encoding="utf-8"), "\n".join(lines(figures)))
    plots.draw(figures, given.page.with_suffix(""))
    given.page.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
