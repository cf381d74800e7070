"""The parent of Spark's Python workers on one machine, which are forked from it.

Before every task a worker reads the directories of all archives on its path anew, once for each package in them: three
quarters of what the Python of small tasks costs. Spark puts its largest jar there, in which no Python lies, and an
archive of what is installed beside it anyway.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if not path.endswith((".jar", ".zip"))]
    sys.path_importer_cache.clear()

    from pyspark.daemon import manager

    manager()
