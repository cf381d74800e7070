"""What is said of an error: one paragraph that says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from jobs.runtime import errors, lease
from jobs.runtime.lake import LakeError


@pytest.mark.parametrize(
    "text",
    [
        "[Errno 28] No space left on device: '{0}/part.parquet'",
        "An exception was thrown from the Python worker\nOSError: [Errno 28] No space left on device: '{0}/a.part'",
        "An error occurred\n: java.io.FileNotFoundException: {0}/.a.crc (No space left on device)\n\tat java.base/x",
    ],
)
def test_a_full_disk_is_said_with_its_place_and_nothing_of_where_it_was_met(tmp_path: Path, text: str) -> None:
    said = errors.said(RuntimeError(text.format(tmp_path)))
    assert said.startswith("the disk is full that holds /")
    assert "bytes are free" in said
    assert "\n" not in said
    assert "part" not in said.replace("give the same", "")


def test_a_worker_that_was_killed_is_said_as_such() -> None:
    java = "An error occurred\n: org.apache.spark.SparkException: Python worker exited unexpectedly (crashed)\n\tat x"
    said = errors.said(RuntimeError(f"{java}\nCaused by: java.io.EOFException\n\tat y"))
    assert said.startswith("a Python worker of Spark was killed")
    assert "--retries 1" in said


def test_a_lease_that_a_full_disk_does_not_take_is_said_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with (
        pytest.raises(LakeError, match=r"the lake at .* cannot be written: the disk is full"),
        lease.hold(str(tmp_path), 0),
    ):
        raise AssertionError("a lake that cannot be written was given")
