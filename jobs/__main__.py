"""The command line: also the file given to spark-submit."""

from jobs.runtime.cli import main

if __name__ == "__main__":
    main()
