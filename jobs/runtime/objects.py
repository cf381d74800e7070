"""Files of an inbox and of the lake: found, opened and stored by path."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, BufferedWriter
from pathlib import Path

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
    # pathlib globs below one folder only; a pattern here may begin anywhere.
    for path in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207
        base, file = Path(path).name, Path(path)
        if not file.is_file() or base.startswith((".", "_")) or base.endswith((".tmp", ".part")):
            continue
        status = file.stat()
        yield Found(path, os.path.relpath(path, inbox), status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def is_folder(path: str) -> bool:
    """Tell whether there is a folder to look for files in."""
    return Path(path).is_dir()


def listed(root: str) -> dict[str, Found]:
    """Return every file below a folder, by its path from there; none where there is no folder."""
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
    """Open a file for reading; called by executors as well."""
    return Path(path).open("rb")


def store(root: str, name: str, content: bytes) -> None:
    """Write `content` once under `root/name`: a reader sees the whole file or none."""
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
    digest, size = hashlib.sha256(), 0
    with _whole(Path(root)) as partial:
        with partial.open("xb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
            _to_disk(file)
        target = Path(root) / digest.hexdigest()
        if not _is_there(target, size):
            partial.replace(target)
    return target.name, size


def remove_partial(root: str) -> None:
    """Remove what killed writers left below `root`; called by who holds the lake alone."""
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
