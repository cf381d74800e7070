"""What went wrong, in one readable paragraph, and what can be done about it by starting again."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from conf.source import SourceError
from jobs.runtime import s3
from jobs.runtime.commit import ConcurrentWriteError, LakeError

# The Java error classes have no Python ones of their own: their text is all there is.
# What Spark says when an executor is gone with what it kept (docs/decisions/0005).
LOST = "Checkpoint block"
# What Spark and Delta say when the changes since the watermark are gone: files vacuumed, log cleaned, table retyped.
GONE = ("DELTA_CHANGE_DATA_FEED_INCOMPATIBLE", "DELTA_EMPTY_DIRECTORY", "SparkFileNotFoundException",
        "FileNotFoundException", "DELTA_MISSING_CHANGE_DATA", "DELTA_CHANGE_TABLE_FEED_DISABLED",
        "DELTA_LOG_FILE_NOT_FOUND", "VersionNotFoundException",
        "DELTA_VERSION_NOT_CONTIGUOUS", "DELTA_TRUNCATED_TRANSACTION_LOG")  # fmt: skip
EXPECTED = (LakeError, SourceError, OSError)


def is_overtaken(error: Exception) -> bool:
    """Say whether the same job may do better at once: another driver was first, or an executor was lost."""
    return isinstance(error, ConcurrentWriteError) or LOST in str(error)


def says_changes_are_gone(error: Exception) -> bool:
    """Say whether the changes since the last run can no longer be read, so that all must be recomputed."""
    return any(sign in str(error) for sign in GONE)


def said(error: Exception) -> str:
    """Return one readable paragraph of an error."""
    if not isinstance(error, LakeError) and (of_s3 := s3.explained(error)):
        return of_s3
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
        return f"Spark: {cause}"
    text = str(error) or type(error).__name__
    return text if isinstance(error, EXPECTED) else f"{type(error).__name__}: {text}; --verbose shows where"
