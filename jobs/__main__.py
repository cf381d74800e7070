"""The command line: also the file given to spark-submit."""

import os

# setuptools, where it is installed, puts its own distutils in the place of Python's, which takes a fifth of a second.
os.environ.setdefault("SETUPTOOLS_USE_DISTUTILS", "stdlib")

from jobs.runtime.cli import main

if __name__ == "__main__":
    main()
