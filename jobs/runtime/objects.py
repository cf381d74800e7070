"""Files of an inbox and of the lake: found, opened and stored by path, in a file system or on S3."""

from __future__ import annotations

import glob
import hashlib
import io
import mimetypes
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import IO, cast

from jobs.runtime import s3
from jobs.runtime.s3 import S3Error

# The folder of files that are still being written.
PARTIAL = "_partial"


@dataclass(frozen=True)
class Found:
    """One file of an inbox: its path, its name below the inbox, its size in bytes and its time (UTC)."""

    path: str
    name: str
    size: int
    time: datetime


def find(pattern: str, inbox: str) -> Iterator[Found]:
    """Yield the files that match a glob pattern (`**` for any depth), by name; hidden and temporary ones are left."""
    if s3.is_address(pattern):
        yield from _found_on_s3(pattern, inbox)
        return
    # pathlib globs below one folder only; a pattern here may begin anywhere.
    for path in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207
        file = Path(path)
        if not file.is_file() or not _is_whole(file.name):
            continue
        status = file.stat()
        yield Found(path, os.path.relpath(path, inbox), status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _is_whole(base: str) -> bool:
    return not base.startswith((".", "_")) and not base.endswith((".tmp", ".part"))


def _found_on_s3(pattern: str, inbox: str) -> Iterator[Found]:
    bucket, wanted = s3.split(pattern)
    # S3 lists by the beginning of a key alone: up to the first sign of a pattern.
    begin, literal = f"s3a://{bucket}/", re.split(r"[*?\[]", wanted)[0]
    for one in s3.listed(begin + literal):
        parts = one.path.removeprefix(begin).split("/")
        if _is_whole(parts[-1]) and _matches(parts, wanted.split("/")):
            yield Found(one.path, one.path.removeprefix(f"{inbox}/"), one.size, one.time)


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    """Tell whether a key fulfils a pattern as a path would: `*` stays in its folder, `**` goes to any depth."""
    if not patterns or not parts:
        return not parts and all(pattern == "**" for pattern in patterns)
    is_seen = not parts[0].startswith(".")
    if patterns[0] == "**":
        return _matches(parts, patterns[1:]) or (is_seen and _matches(parts[1:], patterns))
    is_met = fnmatchcase(parts[0], patterns[0]) and (is_seen or patterns[0].startswith("."))
    return is_met and _matches(parts[1:], patterns[1:])


def is_folder(path: str) -> bool:
    """Tell whether there is a folder to look for files in; on S3, whether anything lies below."""
    if s3.is_address(path):
        return any(s3.listed(path.rstrip("/") + "/", most=1))
    return Path(path).is_dir()


def listed(root: str) -> dict[str, Found]:
    """Return every file below a folder, by its path from there; none where there is no folder."""
    if s3.is_address(root):
        there = f"{s3.as_spark_names(root).rstrip('/')}/"
        found = ((one.path.removeprefix(there), one) for one in s3.listed(there))
        return {name: Found(one.path, name, one.size, one.time) for name, one in found if name}
    files: dict[str, Found] = {}
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names):
            try:
                status = path.stat()
            except FileNotFoundError:
                # Removed since it was listed.
                continue
            name = os.path.relpath(path, root)
            files[name] = Found(str(path), name, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))
    return files


def open_binary(path: str) -> BufferedReader:
    """Open a file for reading; called by executors as well. From S3 it is copied first: readers go back and forth."""
    if not s3.is_address(path):
        return Path(path).open("rb")
    # Deleted when it is closed, as nobody else knows its name.
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        s3.download(path, copy)
    except S3Error as error:
        copy.close()
        raise OSError(str(error)) from error
    copy.seek(0)
    return cast("BufferedReader", copy)


def store(root: str, name: str, content: bytes) -> None:
    """Write `content` once under `root/name`: a reader sees the whole file or none."""
    if s3.is_address(root):
        _upload_once(io.BytesIO(content), f"{root}/{name}", len(content))
        return
    target = Path(root) / name
    if _is_there(target, len(content)):
        return
    with _whole(Path(root)) as partial:
        with partial.open("xb") as file:
            file.write(content)
            _to_disk(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(target)


def store_stream(root: str, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write what comes in chunks once under `root`, by its sha256; return that and the number of bytes.

    A reader sees the whole file or none; where the chunks break off nothing is left.
    """
    if s3.is_address(root):
        # Its name is known at its end: only then can it go up.
        with tempfile.TemporaryFile() as copy:
            name, size = _written(copy, chunks)
            copy.seek(0)
            _upload_once(copy, f"{root}/{name}", size)
        return name, size
    with _whole(Path(root)) as partial:
        with partial.open("xb") as file:
            name, size = _written(file, chunks)
            _to_disk(file)
        target = Path(root) / name
        if not _is_there(target, size):
            partial.replace(target)
    return name, size


def _written(file: IO[bytes], chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += file.write(chunk)
    return digest.hexdigest(), size


def _upload_once(content: IO[bytes], path: str, size: int) -> None:
    if s3.size(path) != size:
        s3.upload(content, path)


@contextmanager
def folder(path: str) -> Iterator[Path]:
    """Give a folder to work in; one of S3 is a copy, and at the end what is new or changed in it goes up."""
    if not s3.is_address(path):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as scratch:
        before: dict[str, bytes] = {}
        for one in s3.listed(f"{path}/"):
            name = one.path.removeprefix(f"{path}/")
            (Path(scratch) / name).parent.mkdir(parents=True, exist_ok=True)
            with (Path(scratch) / name).open("wb") as copy:
                s3.download(one.path, copy)
            before[name] = _digest(Path(scratch) / name)
        yield Path(scratch)
        now = {str(p.relative_to(scratch)): p for p in Path(scratch).rglob("*") if p.is_file()}
        for name, file in now.items():
            if before.pop(name, b"") != _digest(file):
                with file.open("rb") as content:
                    s3.upload(content, f"{path}/{name}", mimetypes.guess_type(name)[0])
        for name in before:
            s3.remove(f"{path}/{name}")


def _digest(file: Path) -> bytes:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def remove_partial(root: str) -> None:
    """Remove what killed writers left below `root`; called by who holds the lake alone. On S3 nothing is partial."""
    if s3.is_address(root):
        return
    shutil.rmtree(Path(root) / PARTIAL, ignore_errors=True)


@contextmanager
def _whole(root: Path) -> Iterator[Path]:
    """Give a path to write a file at before it gets its place; what is still there at the end is removed."""
    folder = root / PARTIAL
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / uuid.uuid4().hex
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _is_there(target: Path, size: int) -> bool:
    # A disk that lost power may hold the name without the content.
    return target.exists() and target.stat().st_size == size


def _to_disk(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())
