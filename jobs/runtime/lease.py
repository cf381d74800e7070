"""One writer at a time: a lake is held by one driver, which stops when it no longer does (docs/decisions/0012).

In a folder the holder has a lock of the file system on `.lease`, which goes with its process. On S3 `.lease` is an
object that says who holds the lake and for how long; S3 compares and writes it in one step. Its holder renews it. How
old it is S3 itself says, so no two machines' clocks are compared; how long it is still ours is reckoned from before it
was sent, on this machine's own steady clock.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.runtime import errors, s3
from jobs.runtime.commit import LakeError
from jobs.runtime.logs import Event

log = logging.getLogger("reclamo360")

LEASE_SECONDS = 60.0
# Of its time, the part after which it is renewed, and the part that must be left before a commit.
RENEWED_AFTER, SPARE = 0.25, 0.25
# S3 tells the age of an object in whole seconds.
CLOCK_SECONDS = 2.0
POLL_SECONDS = 0.5
# A clock that goes on while a machine sleeps, where there is one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class LakeBusyError(LakeError):
    """Another driver holds the lake."""


class LeaseLostError(LakeError):
    """This driver held the lake too long without a sign of life: another may have it, so nothing more is committed."""


class Lease:
    """What the driver of a folder holds until its process ends, and who only reads does not need."""

    def refuse_when_lost(self) -> None:
        """Raise LeaseLostError where another driver may have the lake."""

    def when_lost(self, stop: Callable[[], None]) -> None:
        """Call `stop` as soon as the lease is found to be lost."""


class StoredLease(Lease):
    """A lease on S3: taken, renewed by a thread of its own, and given back."""

    def __init__(self, path: str, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._who, self._id, self._since = _who(), uuid.uuid4().hex, _now()
        self._tag = ""
        self._held_until = 0.0
        self._lost = ""
        self._stop: Callable[[], None] = lambda: None
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)

    def take(self) -> str:
        """Take the lease if nobody holds it, and renew it from now on; return who does otherwise, or nothing."""
        if not self._write(None):
            seen = s3.look(self._path)
            holder = _read(seen.content) if seen else {}
            is_over = seen is not None and seen.age > float(holder.get("seconds", 0)) + CLOCK_SECONDS
            if seen and holder.get("id") not in (None, self._id) and not is_over:
                return f"{holder['who']} since {holder['since']}"
            if not self._write(seen.tag if seen else None):
                return "another driver, which came first a moment ago"
            if holder.get("id"):
                log.warning(Event("lease_taken_over", lake=self._path.removesuffix("/.lease"), held_by=holder["who"],
                                  since=holder["since"]))  # fmt: skip
        self._renewing.start()
        return ""

    def refuse_when_lost(self) -> None:
        if not self._lost and _clock() > self._held_until - SPARE * self._seconds:
            self._lost = f"it was not renewed for {self._seconds * (1 - SPARE):g} seconds"
        if self._lost:
            raise LeaseLostError(
                f"{self._who} no longer holds the lake at {self._path.removesuffix('/.lease')}: {self._lost}. Nothing "
                "more is committed; what was committed before is whole. Give the same command again; where a driver "
                "is often held up for so long, give it more time with --set lease_seconds=300"
            )

    def when_lost(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def release(self) -> None:
        """Say that nobody holds the lake, if it is still ours to say."""
        self._ended.set()
        self._renewing.join()
        try:
            # What another driver wrote meanwhile has another tag, and stays.
            s3.put_if(self._path, json.dumps({"last": self._who, "until": _now()}).encode(), self._tag)
        except LakeError as error:
            # The work is done; who comes next waits until the time is over.
            log.warning(Event("lease_not_released", str(error)))

    def _write(self, tag: str | None) -> bool:
        """Write the object anew if it has this tag, or is none; it is ours from before it was sent."""
        sent = _clock()
        content = {"who": self._who, "id": self._id, "since": self._since, "seconds": self._seconds, "at": _now()}
        made = s3.put_if(self._path, json.dumps(content).encode(), tag)
        if made is None:
            return False
        self._tag, self._held_until = made, sent + self._seconds
        return True

    def _renew(self) -> None:
        while not self._ended.wait(RENEWED_AFTER * self._seconds):
            try:
                self._renew_once()
            except LakeError as error:
                # It may go better the next time; until then the time that is left runs out.
                log.warning(Event("lease_not_renewed", str(error)))
            try:
                self.refuse_when_lost()
            except LeaseLostError as error:
                log.error(Event("lease_lost", str(error)))
                self._stop()
                return

    def _renew_once(self) -> None:
        if self._write(self._tag):
            return
        seen = s3.look(self._path)
        holder = _read(seen.content) if seen else {}
        if seen is None or holder.get("id") != self._id:
            now = (
                f"{holder['who']} has it since {holder['since']}" if holder.get("id") else "another driver had it since"
            )
            self._lost = now
        elif not self._write(seen.tag):
            # An answer of S3 got lost on its way, and a repeated request met what the first had written.
            self._lost = "another driver came first a moment ago"


@contextmanager
def hold(root: str, wait_seconds: float, lease_seconds: float = LEASE_SECONDS) -> Iterator[Lease]:
    """Hold the lake alone; raise LakeBusyError that says who holds it where waiting does not help."""
    if not s3.is_address(root):
        with _locked(Path(root), wait_seconds):
            yield Lease()
        return
    held = StoredLease(f"{root}/.lease", lease_seconds)
    _wait(root, held.take, wait_seconds)
    try:
        yield held
    finally:
        held.release()


def _wait(root: str, take: Callable[[], str], wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while holder := take():
        if time.monotonic() >= deadline:
            raise LakeBusyError(
                f"the lake at {root} is in use by {holder}; wait for it, or wait here with --set lock_wait_seconds=600"
            )
        time.sleep(POLL_SECONDS)


@contextmanager
def _locked(root: Path, wait_seconds: float) -> Iterator[None]:
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = (root / ".lease").open("a+")
    except OSError as error:
        raise _unwritable(root, error) from error

    def take() -> str:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            return handle.read().strip() or "another driver"
        return ""

    with handle:
        _wait(str(root), take, wait_seconds)
        try:
            handle.truncate(0)
            # Past the buffer, which a full disk would leave filled for the closing of the file to fail on.
            os.write(handle.fileno(), f"{_who()} since {_now()}".encode())
        except OSError as error:
            raise _unwritable(root, error) from error
        yield


def _unwritable(root: Path, error: OSError) -> LakeError:
    if errors.is_full(error):
        return LakeError(f"the lake at {root} cannot be written: {errors.full(str(root))}")
    return LakeError(f"the lake at {root} cannot be written: {error.strerror}; choose another with --lake")


def _who() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _clock() -> float:
    return time.clock_gettime(CLOCK)


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
