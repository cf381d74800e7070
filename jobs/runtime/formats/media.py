"""Media: a record is a file, with what its content says of it; what is doubtful is said in it and never raised."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any

from conf.read import MediaRead
from jobs.runtime import archives, objects
from jobs.runtime.archives import CHUNK, Limits
from jobs.runtime.formats import media_types
from jobs.runtime.formats.record import Record, of_values, sha

COLUMNS = (
    "name", "extension", "sha256", "mime", "declared_mime", "bytes", "duration_seconds", "pages", "width", "height",
    "sample_rate", "channels", "problem", "content",
)  # fmt: skip
# Up to the first `!` behind an extension, the archive of a member: its own name may hold a `!` as well.
_ARCHIVE = re.compile(r"^.*?\.\w+!(?=.)", re.DOTALL)
# So much of a PDF, and of a recording up to the next packet, is read at most: looking for what is not there, pypdf
# and FFmpeg would take a file of any size into memory.
_LOOKED_THROUGH = 32 << 20
# FFmpeg also reads playlists and scripts that name other files; these only read what they are given.
_DEMUXERS = "wav,w64,mp3,ogg,flac,mov,matroska,avi,asf,aac,amr,amrnb,amrwb,aiff,au,caf,flv,mpeg,mpegts,mpegvideo"
_PLAYED = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "none"}
# Containers that say how long they are, also where they break off; of the others FFmpeg guesses it.
_SAY_DURATION = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "flv", "flac", "aiff", "au"}
_PACKETS_TO_DECODE = 50
Found = dict[str, Any]


def records(name: str, stream: io.BufferedReader, read: MediaRead, limits: Limits) -> Iterator[Record]:
    """Yield one record; its hash is that of name and content, whatever a later library finds out about them.

    The payload has COLUMNS, all of them texts or null: seconds with three decimals, the rest whole numbers; `content`
    is the name under which the file is kept.
    """
    base = re.split(r"[/\\]", _ARCHIVE.sub("", name))[-1]
    if limits.media:
        sha256, _ = objects.store_stream(limits.media, iter(partial(stream.read, CHUNK), b""))
        with objects.open_binary(f"{limits.media}/{sha256}") as content:
            values = _described(content, sha256, base)
    else:
        with archives.seekable(stream, limits) as spooled:
            values = _described(spooled, _sha256(spooled), base)
    yield of_values(name, 1, values, limits)._replace(hash=sha(f"{values['sha256']} {base}"))


def described(content: bytes, filename: str) -> dict[str, Any]:
    """Return the payload of a file in memory, as of one that is delivered, with COLUMNS as its keys; store nothing."""
    return _described(io.BytesIO(content), hashlib.sha256(content).hexdigest(), filename)


def _sha256(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _described(content: IO[bytes], sha256: str, name: str) -> Found:
    size = content.seek(0, io.SEEK_END)
    extension, declared = media_types.declared(name)
    mime = media_types.found(content, size, extension) if size else None
    found: Found = {}
    problems = []
    if mime is None:
        problems.append("empty: 0 bytes")
    else:
        found = _details(content, size, mime, declared)
        mime = found.pop("mime", mime)
        if not media_types.go_together(declared, mime):
            said = "of no known type" if mime == media_types.UNKNOWN else mime
            problems.append(f"named *.{extension}, but its content is {said}")
        problems += filter(None, [found.pop("problem", None)])
    values: Found = dict.fromkeys(COLUMNS)
    values |= {"name": name, "extension": extension, "sha256": sha256, "mime": mime, "declared_mime": declared}
    values |= {"bytes": str(size), "problem": "; ".join(problems) or None, "content": f"media:{sha256}"}
    return values | {key: value if isinstance(value, str) else str(value) for key, value in found.items()}


def _details(content: IO[bytes], size: int, mime: str, declared: str | None) -> Found:
    """Return what can be found out about a content; `mime` where it is known better now, `problem` where it fails."""
    details: Callable[[], Found]
    match mime.split("/"):
        case ["application", "pdf"]:
            what, details = "PDF", lambda: _of_pdf(content, size)
        case ["application", "encrypted"]:
            return {"problem": "document needs a password"}
        case ["audio", "x-gsm"]:
            return {"duration_seconds": f"{size / 33 * 0.02:.3f}", "sample_rate": 8000, "channels": 1}
        case ["image", _]:
            what, details = "image", lambda: _of_image(content, mime)
        case ["audio" | "video" as what, _]:
            details = lambda: _of_recording(content, size, mime)  # noqa: E731
        case _ if mime == media_types.UNKNOWN and declared and declared.startswith(("audio/", "video/")):
            # Some streams have no mark to be known by, but can be played.
            what, details = declared.split("/")[0], lambda: _of_recording(content, size, mime)
        case _:
            return {}
    try:
        content.seek(0)
        return details()
    # Libraries that read what anybody may have sent raise anything, and none of it may stop a delivery.
    except Exception as error:  # noqa: BLE001
        verb = "decoded" if what in ("audio", "video") else "read"
        return {"problem": f"{what} that cannot be {verb}: {_said(error)}"}


def _of_image(content: IO[bytes], mime: str) -> Found:
    from PIL import Image, UnidentifiedImageError

    Image.init()
    if mime not in {media_types.canonical(known) for known in Image.MIME.values()}:
        return {}
    found: Found = {}
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(content) as image:
            found = {"width": image.width, "height": image.height}
            if image.format == "TIFF":
                found["pages"] = getattr(image, "n_frames", 1)
    except UnidentifiedImageError:
        # Its own message names an address in memory.
        return {"problem": "image that cannot be read: its header is broken or cut"}
    except Image.DecompressionBombError:
        return {"problem": f"image of more than {2 * (Image.MAX_IMAGE_PIXELS or 0)} pixels: taken for a bomb"}
    mark = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND"}.get(mime, b"")
    if mark not in media_types.ends(content)[1]:
        found["problem"] = "image breaks off: its end mark is missing"
    return found


class _Bounded(io.RawIOBase):
    """A file of which only so many bytes can be read, the same ones again or others, until somebody sets `left`."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.left = content, _LOOKED_THROUGH

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._content.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        chunk = self._content.read(len(buffer))
        if 0 <= self.left < len(chunk):
            self.left = -1
            raise ValueError("too large or too broken to look through")
        # Once it is said the file is at its end: FFmpeg prints what it is told twice.
        chunk = chunk if self.left >= 0 else b""
        self.left -= len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _of_pdf(content: IO[bytes], size: int) -> Found:
    import pypdf

    # It warns of every slip of a document, some thousands in one.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    # In small pieces: it looks at the first bytes of every object.
    reader = pypdf.PdfReader(io.BufferedReader(_Bounded(content), 256) if size > _LOOKED_THROUGH else content)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"problem": "PDF needs a password"}
    return {"pages": len(reader.pages)}


def _of_recording(content: IO[bytes], size: int, mime: str) -> Found:
    import av

    bounded = _Bounded(content)
    with av.open(bounded, "r", options=_PLAYED, metadata_errors="ignore") as container:
        audio = next(iter(container.streams.audio), None)
        # The picture of a cover is no video.
        attached = av.stream.Disposition.attached_pic
        video = next((s for s in container.streams.video if not s.disposition & attached), None)
        if audio is None and video is None:
            return {"problem": f"{mime.split('/')[0]} that cannot be decoded: neither sound nor picture in it"}
        found: Found = {"mime": media_types.played(mime, container.format.name, has_video=video is not None)}
        if video is not None and video.codec_context and video.width:
            found |= {"width": video.width, "height": video.height}
        if audio is not None and audio.codec_context and audio.sample_rate:
            found |= {"sample_rate": audio.sample_rate, "channels": audio.channels}
        there, failure = _demuxed(container, audio, video, bounded)
        said = (container.duration or 0) / av.time_base
        says_duration = container.format.name in _SAY_DURATION
    breaks_off = there < 0.95 * said - 0.5
    if (bytes_said := media_types.riff_bytes(content) or 0) > size:
        found["problem"] = f"{found['mime'].split('/')[0]} breaks off: {size} of {bytes_said} bytes are there"
    elif failure:
        found["problem"] = f"{'audio' if audio else 'video'} that cannot be decoded: {failure}"
    elif says_duration and breaks_off:
        found["problem"] = f"{found['mime'].split('/')[0]} breaks off: {there:.1f} of {said:.1f} seconds are there"
    seconds = there if breaks_off or not said else said
    return found | ({"duration_seconds": f"{seconds:.3f}"} if seconds > 0 else {})


def _demuxed(container: Any, audio: Any, video: Any, bounded: _Bounded) -> tuple[float, str | None]:
    """Return the seconds that are there, by reading on to the end, and why the first sound cannot be decoded, if so.

    A picture is not decoded: it may take any memory.
    """
    import av

    end, undecoded, failure = 0.0, _PACKETS_TO_DECODE if audio else 0, "no sound comes of it"
    try:
        for packet in container.demux(*filter(None, (audio, video))):
            bounded.left = _LOOKED_THROUGH
            if packet.pts is not None and packet.time_base is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if undecoded and packet.stream is audio:
                try:
                    undecoded = 0 if packet.decode() else undecoded - 1
                except (av.FFmpegError, ValueError) as error:
                    undecoded, failure = undecoded - 1, _said(error)
    except (av.FFmpegError, ValueError) as error:
        undecoded, failure = 1, _said(error)
    return end - max(container.start_time or 0, 0) / av.time_base, failure if undecoded else None


def _said(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
