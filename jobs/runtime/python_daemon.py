"""The parent of Spark's Python workers on one machine, which are forked from it.

Small tasks spend nearly all of their Python between the rows, and this takes that away. Before every task a worker
reads the directories of all archives on its path anew, once for each package in them: Spark puts its largest jar there,
in which no Python lies, and an archive of what is installed beside it anyway. After every task it looks for garbage
through all that it ever imported.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from types import SimpleNamespace


def _collected() -> int:
    """Collect the garbage of a task; what outlives the task is not looked through again."""
    found = gc.collect()
    gc.freeze()
    return found


if __name__ == "__main__":
    # Unless the jobs themselves lie in it.
    ours = str(Path(__file__).parents[2])
    sys.path[:] = [path for path in sys.path if path == ours or not path.endswith((".jar", ".zip"))]
    sys.path_importer_cache.clear()

    from pyspark import daemon

    vars(daemon)["gc"] = SimpleNamespace(collect=_collected)
    daemon.manager()
