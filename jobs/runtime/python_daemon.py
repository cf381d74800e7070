"""The parent of Spark's Python workers on one machine, which are forked from it.

Before every task a worker reads the directories of all archives on its path anew, and Spark puts its largest jar there:
more than a third of what a small task costs. No Python lies in it.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if not path.endswith(".jar")]
    sys.path_importer_cache.clear()

    from pyspark.daemon import manager

    manager()
