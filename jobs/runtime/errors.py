"""What went wrong, in one readable paragraph, and what can be done about it by starting again."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from conf.source import SourceError
from jobs.runtime import s3_failures
from jobs.runtime.commit import ConcurrentWriteError, LakeError

# The Java error classes have no Python ones of their own: their text is all there is.
# What Spark says when an executor is gone with what it kept (docs/decisions/0005).
LOST = "Checkpoint block"
# What Spark and Delta say when the changes since the watermark are gone: files vacuumed, log cleaned, table retyped.
GONE = ("DELTA_CHANGE_DATA_FEED_INCOMPATIBLE", "DELTA_EMPTY_DIRECTORY", "SparkFileNotFoundException",
        "FileNotFoundException", "DELTA_MISSING_CHANGE_DATA", "DELTA_CHANGE_TABLE_FEED_DISABLED",
        "DELTA_LOG_FILE_NOT_FOUND", "VersionNotFoundException",
        "DELTA_VERSION_NOT_CONTIGUOUS", "DELTA_TRUNCATED_TRANSACTION_LOG")  # fmt: skip
# What Python, Java and Rust say of a full disk; Python and Java say of which file, where they were opening it.
FULL = "No space left on device"
FULL_AT = re.compile(rf"{FULL}: '([^']+)'|(/\S+) \({FULL}\)")
# What Spark says of a Python worker that was killed; the cause it names last is that a stream ended.
WORKER_GONE = "Python worker exited unexpectedly"
EXPECTED = (LakeError, SourceError, OSError)


def is_overtaken(error: Exception) -> bool:
    """Say whether the same job may do better at once: another driver was first, or an executor was lost."""
    return isinstance(error, ConcurrentWriteError) or LOST in str(error)


def says_changes_are_gone(error: Exception) -> bool:
    """Say whether the changes since the last run can no longer be read, so that all must be recomputed."""
    return any(sign in str(error) for sign in GONE)


def is_full(error: BaseException) -> bool:
    """Say whether a disk had no space left."""
    return FULL in str(error)


def full(*places: str) -> str:
    """Return what is to be said of the fullest disk of those that hold these folders and what Spark sets aside."""
    local = [Path(place) for place in (*places, tempfile.gettempdir()) if "://" not in place]
    there = [next(folder for folder in (place, *place.parents) if folder.is_dir()) for place in local]
    free = {folder: shutil.disk_usage(folder).free for folder in there}
    place = min(free, key=lambda folder: free[folder])
    return (
        f"the disk is full that holds {place}: {free[place]:,} bytes are free; make room there and give the same "
        "command again, nothing else is to be cleaned up"
    )


def said(error: Exception) -> str:
    """Return one readable paragraph of an error."""
    if not isinstance(error, LakeError) and (of_s3 := s3_failures.explained(error)):
        return of_s3
    if is_full(error):
        found = FULL_AT.search(str(error))
        place = (found[1] or found[2]).rpartition("/")[0] if found else ""
        return full(*([place] if Path(place).is_dir() else []))
    if WORKER_GONE in str(error):
        return (
            "a Python worker of Spark was killed in the midst of its work, as the system does for want of memory; give "
            "the same command again, with --retries 1 to have it tried anew at once"
        )
    if isinstance(error, PySparkException):
        return f"Spark: {str(error).strip().splitlines()[0][:600]}"
    if isinstance(error, Py4JJavaError):
        # The first line is Python's; the cause that helps is the last Java says.
        causes = [line for line in str(error).splitlines() if line.startswith(("Caused by:", ": "))]
        cause = (causes[-1] if causes else str(error))[:600]
        if "[INVALID_ARRAY_INDEX]" in cause:
            # What Spark advises would make a silent null of every error.
            return (
                "Spark: an expression asks for an element that an array does not have: write get(array, 0) for array[0]"
            )
        if "FileNotFoundException" in cause:
            return f"Spark: {cause}; `python -m jobs check` says which tables lack files and what mends them"
        return f"Spark: {cause}"
    text = str(error) or type(error).__name__
    return text if isinstance(error, EXPECTED) else f"{type(error).__name__}: {text}; --verbose shows where"
