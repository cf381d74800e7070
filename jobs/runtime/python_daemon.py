"""The parent of Spark's Python workers on one machine, which are forked from it.

Before every task a worker reads the directories of all archives on its path anew, and Spark puts its own archives and
its largest jar there: a tenth of a second a task. Here they are not needed, since pyspark is installed.
"""

from __future__ import annotations

import sys

ARCHIVES = (".jar", ".zip")

if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if not path.endswith(ARCHIVES)]
    sys.path_importer_cache.clear()

    from pyspark.daemon import manager

    manager()
