"""What kind of file a content is, told by its bytes, and whether that goes with the name that it came under."""

from __future__ import annotations

import io
import mimetypes
import re
from typing import IO

import puremagic

UNKNOWN = "application/octet-stream"
_ENDS = 1 << 16
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_DOCX, _XLSX, _PPTX = (
    _OPEN_XML + kind for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
_XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
_ODF = "application/vnd.oasis.opendocument."
# Not those of the machine: they differ from one to the next.
_BY_EXTENSION = mimetypes.MimeTypes()
for _extension, _mime in {
    "aif": "audio/aiff", "aiff": "audio/aiff", "amr": "audio/amr", "avif": "image/avif", "docx": _DOCX,
    "flac": "audio/flac", "flv": "video/x-flv", "gsm": "audio/x-gsm", "heic": "image/heic", "m4a": "audio/mp4",
    "m4v": "video/mp4", "mkv": "video/x-matroska", "msg": "application/vnd.ms-outlook", "odp": f"{_ODF}presentation",
    "ods": f"{_ODF}spreadsheet", "odt": f"{_ODF}text", "oga": "audio/ogg", "ogg": "audio/ogg", "ogv": "video/ogg",
    "opus": "audio/ogg", "pptx": _PPTX, "rtf": "application/rtf", "ts": "video/mp2t", "wav": "audio/wav",
    "weba": "audio/webm", "webp": "image/webp", "wma": "audio/x-ms-wma", "wmv": "video/x-ms-wmv", "xlsb": _XLSB,
    "xlsx": _XLSX, "xml": "application/xml",
}.items():  # fmt: skip
    _BY_EXTENSION.add_type(_mime, f".{_extension}")
# Other names of a type, and of containers that hold sound or video the one of which more is known once it is played.
_ALIASES = {
    "application/annodex": "audio/ogg", "application/ogg": "audio/ogg", "application/x-matroska": "video/x-matroska",
    "audio/annodex": "audio/ogg", "audio/opus": "audio/ogg", "audio/vnd.wave": "audio/wav", "audio/wave": "audio/wav",
    "audio/x-aiff": "audio/aiff", "audio/x-au": "audio/basic", "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4", "audio/x-ms-wma": "video/x-ms-wmv", "audio/x-opus+ogg": "audio/ogg",
    "audio/x-wav": "audio/wav", "image/jpg": "image/jpeg", "image/x-icon": "image/vnd.microsoft.icon",
    "image/x-ms-bmp": "image/bmp", "image/x-portable-bitmap": "image/x-portable-anymap",
    "image/x-portable-graymap": "image/x-portable-anymap", "image/x-portable-pixmap": "image/x-portable-anymap",
    "text/rtf": "application/rtf", "text/xml": "application/xml", "video/annodex": "audio/ogg",
    "video/avi": "video/x-msvideo", "video/ogg": "audio/ogg", "video/x-ms-asf": "video/x-ms-wmv",
}  # fmt: skip
# Types that are one container in different clothes.
_FAMILIES = (
    {"video/mp4", "audio/mp4", "video/quicktime", "video/3gpp", "audio/3gpp", "video/3gpp2", "audio/3gpp2"},
    {"audio/ogg", "video/ogg"},
    {"video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska"},
    {"video/x-ms-wmv", "audio/x-ms-wma"},
    {"video/mpeg", "video/mp2t"},
    {"image/heif", "image/heic"},
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_TEXTS = ("text/", "message/", "application/json", "application/xml", "application/javascript", "application/x-sh")
# Not texts to read, though they may be written in letters alone.
_OF_LETTERS = ("application/pdf", "application/postscript", "application/rtf")
# The mark of Futuresplash, long gone, is that of icons.
_NO_TYPES = ("", UNKNOWN, "application/futuresplash")
_IN_OPEN_XML = {b"word/": _DOCX, b"xl/workbook.bin": _XLSB, b"xl/": _XLSX, b"ppt/": _PPTX}
_OLE = "application/x-ole-storage"
_IN_OLE = {
    "EncryptedPackage": "application/encrypted", "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel", "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint", "__properties_version1.0": "application/vnd.ms-outlook",
}  # fmt: skip
# Raw streams, known only by being played.
_BY_DEMUXER = {"mp3": "audio/mpeg", "aac": "audio/aac", "mpegts": "video/mp2t", "mpeg": "video/mpeg"}


def canonical(mime: str) -> str:
    """Return the one name that a type has here."""
    return _ALIASES.get(mime.lower(), mime.lower())


def declared(name: str) -> tuple[str, str | None]:
    """Return the extension of a name, without its point, and the type that it stands for, if any.

    A packed file is unpacked where it is delivered, and members of one name are numbered: `a.pdf.gz` and `a.pdf#2`
    are called pdf.
    """
    plain = re.sub(r"(?i)(\.gz)?(#\d+)?$", "", name)
    extension = (re.search(r"[^.\s]\.([\w-]+)$", plain) or [""] * 2)[1].lower()
    mime, _ = _BY_EXTENSION.guess_type(f"x.{extension}", strict=False)
    mime = mime and mime.lower()
    known_apart = mime in ("video/ogg", "audio/x-ms-wma")
    return extension, canonical(mime) if mime and not known_apart else mime


def ends(content: IO[bytes]) -> tuple[bytes, bytes]:
    """Return the first and the last 64 KiB of a file."""
    content.seek(0)
    head = content.read(_ENDS)
    content.seek(max(content.seek(0, io.SEEK_END) - _ENDS, 0))
    return head, content.read(_ENDS)


def found(content: IO[bytes], size: int, extension: str) -> str:
    """Return the type of a content that is not empty, UNKNOWN where nothing tells it.

    A zip is a document by the names of its members, one of the older Office by those of its streams.
    """
    if _is_gsm(content, size, extension):
        return "audio/x-gsm"
    head, foot = ends(content)
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(head, foot)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_ole(content, head, foot)
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    content.seek(0)
    try:
        matches = puremagic.magic_stream(content)
    except (ValueError, LookupError):
        matches = []
    # Of equals the shortest name is the most general one; the order in which they come is not always the same.
    best = {(-m.confidence, -len(m.byte_match), len(m.mime_type), canonical(m.mime_type)) for m in matches}
    is_text = not _BINARY.search(head) or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for confidence, *_, mime in sorted(best):
        is_sure = -confidence >= (0.5 if _is_text(mime) else 0.2) and mime not in _NO_TYPES
        # Words begin like marks: FORM is one of sounds, BM of images.
        if is_sure and (not is_text or _is_text(mime) or mime in _OF_LETTERS):
            return mime
    return "text/plain" if is_text else UNKNOWN


def _is_gsm(content: IO[bytes], size: int, extension: str) -> bool:
    """Return whether a content is all frames of GSM 06.10: 33 bytes, the first of which begins with 0xD."""
    if size % 33 or (extension != "gsm" and size < 33 * 8):
        return False
    content.seek(0)
    while chunk := content.read(33 << 12):
        if any(byte >> 4 != 0xD for byte in chunk[::33]):
            return False
    return True


def _in_zip(head: bytes, foot: bytes) -> str:
    if mark := re.match(rb"PK\x03\x04.{26}mimetype(application/[\w.+-]+?)(?=PK|$)", head, re.DOTALL):
        return mark[1].decode()
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in foot:
        return next((mime for at, mime in _IN_OPEN_XML.items() if at in head or at in foot), "application/zip")
    return "application/zip"


def _in_ole(content: IO[bytes], head: bytes, foot: bytes) -> str:
    sector = int.from_bytes(head[48:52], "little") + 1
    content.seek(sector << min(int.from_bytes(head[30:32], "little"), 16))
    names = head + content.read(_ENDS) + foot
    return next((mime for name, mime in _IN_OLE.items() if f"{name}\0".encode("utf-16-le") in names), _OLE)


def _is_text(mime: str) -> bool:
    return mime.startswith(_TEXTS) or mime.endswith(("+xml", "+json"))


def go_together(declared: str | None, found: str) -> bool:
    """Return whether a content may well come under a name: no type is known of the name, or it is one with that found.

    Of texts none is told from the others, nor the older Office where its streams are not found.
    """
    if declared in (None, UNKNOWN, found) or found == "application/encrypted":
        return True
    if found == _OLE:
        return declared in _IN_OLE.values()
    return (_is_text(declared or "") and _is_text(found)) or any({declared, found} <= family for family in _FAMILIES)


def played(mime: str, demuxer: str, *, has_video: bool) -> str:
    """Return the type of what was played: of a container, that of sound or of video as it holds one or the other."""
    mime = _BY_DEMUXER.get(demuxer, mime) if mime == UNKNOWN else mime
    if has_video:
        return "video/ogg" if mime == "audio/ogg" else mime
    if mime == "video/x-ms-wmv":
        return "audio/x-ms-wma"
    return mime.replace("video/", "audio/") if mime in set().union(*_FAMILIES) else mime


def riff_bytes(content: IO[bytes]) -> int | None:
    """Return how many bytes a WAV or AVI says that it has; None where it does not, as in a recording of any length."""
    content.seek(0)
    head = content.read(8)
    size = int.from_bytes(head[4:8], "little") + 8
    return size if head.startswith(b"RIFF") and size < 0x7FFF0000 else None
