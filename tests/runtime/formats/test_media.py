import csv
import gzip
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import wave
import zlib
from pathlib import Path

import av
import numpy as np
import openpyxl  # type: ignore[import-untyped]
import puremagic
import pypdf
import pytest
from PIL import Image

from conf.read import MediaRead
from jobs.runtime import objects, readers
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats import media, media_types
from tests.runtime.test_readers import gzipped, stored_in, zipped

READ = MediaRead(path="unused")
MIB = 1 << 20


class Delivered:
    """Files delivered under a name, read while only looking or with a folder for what they hold."""

    def __init__(self, folder):
        self.folder, self.media = folder, folder / "media"

    def records(self, name, content, *, keep=False, max_bytes=1 << 30, path=None):
        path = path or self.folder / "delivered"
        if content is not None:
            path.write_bytes(content)
        limits = Limits(max_bytes, 250, 8 * MIB, 128 * MIB, str(self.media) if keep else "")
        return list(readers.records(str(path), name, path.stat().st_size, READ, limits))

    def payloads(self, name, content, **options):
        return [json.loads(record.payload) for record in self.records(name, content, **options)]


@pytest.fixture
def delivered(tmp_path):
    return Delivered(tmp_path)


def wav(seconds, rate=8000, channels=1):
    raw = io.BytesIO()
    with wave.open(raw, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"\0\1" * int(seconds * rate) * channels)
    return raw.getvalue()


def image(form, size=(7, 5), pages=1):
    raw = io.BytesIO()
    more = {"save_all": True, "append_images": [Image.new("RGB", size)] * (pages - 1)} if pages > 1 else {}
    Image.new("RGB", size).save(raw, form, **more)
    return raw.getvalue()


def pdf(pages, password=None, owner=None):
    raw, out = io.BytesIO(), pypdf.PdfWriter()
    for _ in range(pages):
        out.add_blank_page(100, 100)
    if password is not None:
        out.encrypt(password, owner)
    out.write(raw)
    return raw.getvalue()


def video(form="mp4", frames=20):
    """Return a video of 64 x 48 at 10 pictures a second."""
    raw = io.BytesIO()
    with av.open(raw, "w", format=form) as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), "uint8"), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return raw.getvalue()


def sound(form, codec, rate=8000):
    """Return a second of silence."""
    raw = io.BytesIO()
    with av.open(raw, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, rate), "int16"), format="s16", layout="mono")
        silence.rate = rate
        resampler = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.codec_context.frame_size)
        for frame in [*resampler.resample(silence), *resampler.resample(None), None]:
            container.mux(stream.encode(frame))
    return raw.getvalue()


def gsm(frames):
    return (b"\xd3" + b"\0" * 32) * frames


def workbook():
    raw = io.BytesIO()
    openpyxl.Workbook().save(raw)
    return raw.getvalue()


def told(content, name):
    """Return what is said of a content beside its name, size and hash."""
    found = media.described(content, name)
    plain = ("name", "extension", "sha256", "bytes", "content", "declared_mime")
    return {key: value for key, value in found.items() if value is not None and key not in plain}


# -- What a record is ---------------------------------------------------------------------------------------------


def test_a_file_is_one_record_of_texts(delivered):
    content = wav(1.5)
    name = hashlib.sha256(content).hexdigest()
    (record,) = delivered.records("calls/a.WAV", content)
    assert json.loads(record.payload) == {
        "name": "a.WAV",
        "extension": "wav",
        "sha256": name,
        "mime": "audio/wav",
        "declared_mime": "audio/wav",
        "bytes": "24044",  # 44 of header, 1.5 s of 8000 samples of 2 bytes
        "duration_seconds": "1.500",
        "pages": None,
        "width": None,
        "height": None,
        "sample_rate": "8000",
        "channels": "1",
        "problem": None,
        "content": f"media:{name}",
    }
    assert (record.object, record.position) == ("calls/a.WAV", 1)
    assert record.columns == dict.fromkeys(media.COLUMNS, "")
    assert list(json.loads(record.payload)) == list(media.COLUMNS)


def test_a_file_is_kept_once_by_its_content(delivered):
    content = image("PNG")
    name = hashlib.sha256(content).hexdigest()
    looked = delivered.records("a.png", content)
    assert not delivered.media.exists(), "one that only looks keeps nothing"
    assert delivered.records("a.png", content, keep=True) == looked
    stored = delivered.media / name
    os.utime(stored, (1, 1))
    delivered.records("b.png", content, keep=True)
    assert [path.name for path in stored_in(delivered.media)] == [name]
    assert (stored.read_bytes(), stored.stat().st_mtime) == (content, 1)


def test_a_record_is_the_same_by_name_and_content_whatever_is_found_out_about_it(delivered, monkeypatch):
    (before,) = delivered.records("x/a.png", image("PNG"))
    (other,) = delivered.records("x/b.png", image("PNG"))
    monkeypatch.setattr(media, "_of_image", lambda content, mime: {"problem": "a newer library says more"})
    (after,) = delivered.records("y/a.png", image("PNG"))
    assert before.payload != after.payload
    assert before.hash == after.hash != other.hash


def test_what_is_in_memory_is_described_as_what_is_delivered(delivered):
    for name, content in {"a.wav": wav(1), "a.pdf": pdf(2), "a.jpg": image("JPEG"), "a.gsm": b"", "a": b"x"}.items():
        if content:
            assert delivered.payloads(name, content) == [media.described(content, name)]
        assert list(media.described(content, name)) == list(media.COLUMNS)


@pytest.mark.parametrize(
    ("name", "base", "extension"),
    [
        ("in/calls.zip!es/a.wav", "a.wav", "wav"),
        ("in/calls.zip!a.wav", "a.wav", "wav"),
        ("in/calls.zip!wow!.wav", "wow!.wav", "wav"),
        ("in/calls.zip!C:\\voice\\a.wav", "a.wav", "wav"),
        ("in/wow!.wav", "wow!.wav", "wav"),
        ("in/a.wav.gz", "a.wav.gz", "wav"),
        ("in/calls.zip!a.wav#2", "a.wav#2", "wav"),
        ("in/v1.2/scan", "scan", ""),
        ("in/.hidden", ".hidden", ""),
        ("in/Queja Nº 7. final.PDF", "Queja Nº 7. final.PDF", "pdf"),
    ],
)
def test_the_name_is_that_of_the_file_or_member(delivered, name, base, extension):
    (payload,) = delivered.payloads(name, b"\0\1\2")
    assert (payload["name"], payload["extension"]) == (base, extension)


def test_members_are_files_and_a_document_is_one(delivered):
    members = {"b.wav": wav(1), "a.pdf": gzipped(pdf(3)), "c.docx": zipped(DOCX), "d.xlsx": workbook()}
    found = delivered.payloads("x.zip", zipped(members))
    assert [(p["name"], p["mime"], p["duration_seconds"], p["pages"], p["problem"]) for p in found] == [
        ("a.pdf", "application/pdf", None, "3", None),
        ("b.wav", "audio/wav", "1.000", None, None),
        ("c.docx", f"{OPEN_XML}wordprocessingml.document", None, None, None),
        ("d.xlsx", f"{OPEN_XML}spreadsheetml.sheet", None, None, None),
    ]
    (alone,) = delivered.records("x.docx", zipped(DOCX), keep=True)
    assert json.loads(alone.payload)["mime"] == f"{OPEN_XML}wordprocessingml.document"
    assert [path.read_bytes() for path in stored_in(delivered.media)] == [zipped(DOCX)]


def test_an_empty_member_is_a_record_that_says_so(delivered):
    empty, _ = delivered.payloads("x.zip", zipped({"a.gsm": b"", "b.gsm": gsm(1)}), keep=True)
    assert (empty["bytes"], empty["mime"], empty["declared_mime"]) == ("0", None, "audio/x-gsm")
    assert empty["problem"] == "empty: 0 bytes"
    assert (delivered.media / empty["sha256"]).read_bytes() == b""
    assert len(delivered.payloads("x.zip", zipped({"a.gsm": b""}))) == 1
    with pytest.raises(UnreadableFileError, match="empty: 0 bytes"):
        delivered.records("a.gsm", b"")


# -- Types --------------------------------------------------------------------------------------------------------

OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ole(*names):
    """Return the bytes that a file of the older Office begins with, its directory in the sector behind its header."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + struct.pack("<H", 9) + b"\0" * 16
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *names))
    return (header + struct.pack("<I", 0)).ljust(512, b"\0") + entries


TYPES = [
    ("a.jpg", image("JPEG"), "image/jpeg"),
    ("a.png", image("PNG"), "image/png"),
    ("a.gif", image("GIF"), "image/gif"),
    ("a.tif", image("TIFF"), "image/tiff"),
    ("a.bmp", image("BMP"), "image/bmp"),
    ("a.webp", image("WEBP"), "image/webp"),
    ("a.ico", image("ICO"), "image/vnd.microsoft.icon"),
    ("a.wav", wav(1), "audio/wav"),
    ("a.mp3", sound("mp3", "libmp3lame"), "audio/mpeg"),
    ("a.flac", sound("flac", "flac"), "audio/flac"),
    ("a.m4a", sound("ipod", "aac"), "audio/mp4"),
    ("a.aac", sound("adts", "aac"), "audio/aac"),
    ("a.opus", sound("ogg", "libopus"), "audio/ogg"),
    ("a.ogg", sound("ogg", "libopus"), "audio/ogg"),
    ("a.weba", sound("webm", "libopus"), "audio/webm"),
    ("a.amr", sound("amr", "libopencore_amrnb"), "audio/amr"),
    ("a.gsm", gsm(1), "audio/x-gsm"),
    ("a.mp4", video("mp4"), "video/mp4"),
    ("a.mov", video("mov"), "video/quicktime"),
    ("a.3gp", video("3gp"), "video/mp4"),
    ("a.mkv", video("matroska"), "video/x-matroska"),
    ("a.avi", video("avi"), "video/x-msvideo"),
    ("a.ts", video("mpegts"), "video/mp2t"),
    ("a.pdf", pdf(1), "application/pdf"),
    ("a.docx", zipped(DOCX), f"{OPEN_XML}wordprocessingml.document"),
    ("a.xlsx", workbook(), f"{OPEN_XML}spreadsheetml.sheet"),
    ("a.pptx", zipped({"ppt/x": "", "[Content_Types].xml": ""}), f"{OPEN_XML}presentationml.presentation"),
    ("a.ods", zipped({"mimetype": ODS, "content.xml": "<x/>"}, 0), ODS),
    ("a.doc", ole("WordDocument"), "application/msword"),
    ("a.xls", ole("Workbook"), "application/vnd.ms-excel"),
    ("a.msg", ole("__properties_version1.0"), "application/vnd.ms-outlook"),
    ("a.ppt", ole("Something"), "application/x-ole-storage"),
    ("a.zip", zipped({"a": "x"}), "application/zip"),
    ("a.rtf", b"{\\rtf1 x}", "application/rtf"),
    ("a.html", b"<!DOCTYPE html><html></html>", "text/html"),
    ("a.xml", b"<?xml version='1.0'?><a/>", "application/xml"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    ("a.eml", b"From: a@b\nTo: c@d\n\nx", "message/rfc822"),
    ("a.txt", "Señor, FORM".encode("latin-1"), "text/plain"),
    ("a.csv", "\ufeffid\n1\n".encode("utf-16"), "text/plain"),
    ("a.txt", b"FORMULARIO", "text/plain"),
    ("a.txt", b"BMW is a car", "text/plain"),
    ("a.json", b'{"a": 1}', "text/plain"),
    ("a", b"\0\1\2", "application/octet-stream"),
    ("a.dat", b"\0\1\2", "application/octet-stream"),
]


@pytest.mark.parametrize(("name", "content", "mime"), TYPES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(TYPES)])
def test_the_type_is_that_of_the_content(name, content, mime):
    found = told(content, name)
    assert (found["mime"], found.get("problem")) == (mime, None)
    assert told(content, "unnamed").get("mime") == mime or name in ("a.gsm", "a.ts"), "the name is not asked"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scan.JPG", pdf(1), "named *.jpg, but its content is application/pdf"),
        ("a.png", image("JPEG"), "named *.png, but its content is image/jpeg"),
        ("a.jpg", b"<!DOCTYPE html><html>404</html>", "named *.jpg, but its content is text/html"),
        ("a.pdf", b"not found", "named *.pdf, but its content is text/plain"),
        ("a.jpg", b"\0\1\2", "named *.jpg, but its content is of no known type"),
        ("a.csv", b"\0\1\2", "named *.csv, but its content is of no known type"),
        ("a.mp3", wav(1), "named *.mp3, but its content is audio/wav"),
        ("a.docx", zipped({"a": "x"}), "named *.docx, but its content is application/zip"),
        ("a.doc", ole("Workbook"), "named *.doc, but its content is application/vnd.ms-excel"),
        ("a.pdf.gz", wav(1), "named *.pdf, but its content is audio/wav"),
    ],
)
def test_a_name_that_its_content_belies_is_doubtful(name, content, said):
    assert told(content, name)["problem"] == said


def test_the_type_is_told_in_any_order_of_marks(monkeypatch):
    ogg = io.BytesIO(sound("ogg", "libopus"))
    matches = puremagic.magic_stream(ogg)
    for order in (matches, matches[::-1]):
        monkeypatch.setattr(puremagic, "magic_stream", lambda content, order=order: order)
        assert media_types.found(ogg, 1000, "") == "audio/ogg"


# -- Details ------------------------------------------------------------------------------------------------------


def test_images_have_a_width_and_a_height():
    for form in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        assert {"width": "31", "height": "17"}.items() <= told(image(form, (31, 17)), "a").items()
    assert told(image("TIFF", pages=3), "a") == {"mime": "image/tiff", "width": "7", "height": "5", "pages": "3"}
    assert told(image("TIFF"), "a")["pages"] == "1"


def test_recordings_have_their_length():
    assert told(wav(2.345, 16000, 2), "a") == {
        "mime": "audio/wav", "duration_seconds": "2.345", "sample_rate": "16000", "channels": "2"
    }  # fmt: skip
    for form in ("mp4", "mov", "matroska", "avi", "mpegts"):
        found = told(video(form, 25), "a.ts")
        assert (found["width"], found["height"], found["duration_seconds"]) == ("64", "48", "2.500")
    for form, codec in (("mp3", "libmp3lame"), ("flac", "flac"), ("ogg", "libopus"), ("adts", "aac")):
        found = told(sound(form, codec), "a.aac")
        assert abs(float(found["duration_seconds"]) - 1) < 0.16, "the last frame is filled up"
        assert "width" not in found


def test_a_frame_of_gsm_is_20_ms():
    assert told(gsm(187), "a.gsm") == {
        "mime": "audio/x-gsm", "duration_seconds": "3.740", "sample_rate": "8000", "channels": "1"
    }  # fmt: skip
    assert told(gsm(187), "a")["mime"] == "audio/x-gsm"
    assert told(gsm(1), "a")["mime"] == "application/octet-stream", "one frame may be anything"
    broken = gsm(10) + b"\xc3" + b"\0" * 32
    for content in (broken, gsm(10) + b"\xd3"):
        found = told(content, "a.gsm")
        assert found["mime"] == "application/octet-stream"
        assert found["problem"].startswith("named *.gsm, but its content is of no known type")


def test_pages_of_a_pdf_are_counted():
    assert told(pdf(3), "a.pdf") == {"mime": "application/pdf", "pages": "3"}


def test_a_pdf_that_needs_a_password_says_so():
    assert told(pdf(3, "secret"), "a.pdf") == {"mime": "application/pdf", "problem": "PDF needs a password"}
    assert told(pdf(3, "", "owner"), "a.pdf") == {"mime": "application/pdf", "pages": "3"}, "anybody may read it"


def test_an_office_document_that_needs_a_password_says_so():
    assert told(ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx") == {
        "mime": "application/encrypted", "problem": "document needs a password"
    }  # fmt: skip


# -- Broken and hostile files -------------------------------------------------------------------------------------


def test_a_wav_that_breaks_off_says_so():
    assert told(wav(2)[:16044], "a.wav") == {
        "mime": "audio/wav",
        "duration_seconds": "1.000",
        "sample_rate": "8000",
        "channels": "1",
        "problem": "audio breaks off: 16044 of 32044 bytes are there",
    }


def test_a_wav_of_a_length_that_was_never_written_is_sound():
    content = bytearray(wav(2))
    for size in (0, 0xFFFFFFFF):
        struct.pack_into("<I", content, 4, size)
        struct.pack_into("<I", content, 40, size)
        found = told(bytes(content), "a.wav")
        assert (found["duration_seconds"], found.get("problem")) == ("2.000", None)


def test_a_video_that_breaks_off_says_so():
    mp4 = video("mp4")
    assert told(mp4[: len(mp4) // 2], "a.mp4")["problem"] == (
        "video that cannot be decoded: neither sound nor picture in it"
    )
    mkv = video("matroska", 100)
    found = told(mkv[: len(mkv) * 2 // 3], "a.mkv")
    assert found["problem"].startswith("video breaks off: ")
    assert found["problem"].endswith(" of 10.0 seconds are there")


def test_a_recording_that_cannot_be_decoded_says_so():
    flac = sound("flac", "flac")
    assert told(flac[:60], "a.flac")["problem"].startswith("audio that cannot be decoded: ")
    assert told(b"\0" * 5000, "a.mp3")["problem"] == (
        "named *.mp3, but its content is of no known type; "
        "audio that cannot be decoded: Invalid data found when processing input"
    )


def test_an_image_that_breaks_off_says_so():
    said = "image breaks off: its end mark is missing"
    for form in ("JPEG", "PNG"):
        found = told(image(form, (400, 400))[:-14], "a")
        assert (found["width"], found["problem"]) == ("400", said)
    assert told(image("PNG")[:30], "a.png")["problem"] == "image that cannot be read: its header is broken or cut"
    assert told(image("JPEG")[:100], "a.jpg")["problem"].startswith("image that cannot be read: ")


def test_an_image_bomb_is_not_unpacked():
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = {b"IHDR": size, b"IDAT": zlib.compress(bytes(10_000)), b"IEND": b""}
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in parts.items())
    assert told(bomb, "a.png") == {
        "mime": "image/png", "problem": "image of more than 178956970 pixels: taken for a bomb"
    }  # fmt: skip


def test_a_large_scan_is_no_bomb():
    found = told(image("PNG", (12_000, 9_000)), "a.png")
    assert (found["width"], found.get("problem")) == ("12000", None)


@pytest.mark.parametrize("cut", [5, 100, 400])
def test_a_broken_pdf_says_so(cut):
    content = pdf(2)[:cut] if cut < 400 else pdf(2).replace(b"/Pages", b"/Pagez")
    assert told(content, "a.pdf")["problem"].startswith(("PDF that cannot be read: ", "named *.pdf"))


def test_a_playlist_opens_no_other_file(tmp_path):
    (tmp_path / "secret.wav").write_bytes(wav(1))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n"
    for name in ("a.mp3", "a.m3u8", "a.mp4"):
        found = told(playlist.encode(), name)
        assert "duration_seconds" not in found
    assert "duration_seconds" not in told(b"\0" + playlist.encode(), "a.mp4")


def test_damaged_files_give_a_record_and_never_an_exception():
    whole = [wav(0.2), video("mp4", 3), video("matroska", 3), pdf(2), image("JPEG"), image("TIFF", pages=2), workbook()]
    random = np.random.default_rng(1)
    for content in whole:
        for _ in range(30):
            damaged = np.frombuffer(content, "uint8").copy()
            damaged[random.integers(0, len(damaged), 8)] = random.integers(0, 256, 8)
            cut = damaged[: random.integers(1, len(damaged) + 1)].tobytes()
            assert list(media.described(cut, "a.mp4")) == list(media.COLUMNS)


def test_a_larger_file_than_is_allowed_leaves_nothing_behind(delivered):
    for keep in (True, False):
        with pytest.raises(UnreadableFileError, match=f"larger than {3 * MIB} bytes unpacked"):
            delivered.records("a.wav.gz", gzipped(wav(300)), keep=keep, max_bytes=3 * MIB)
    assert stored_in(delivered.media) == []


def test_a_stream_is_stored_whole_or_not_at_all(tmp_path):
    name = hashlib.sha256(b"onetwo").hexdigest()
    assert objects.store_stream(str(tmp_path / "new"), iter([b"one", b"two"])) == (name, 6)
    assert (tmp_path / "new" / name).read_bytes() == b"onetwo"

    def broken():
        yield b"one"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        objects.store_stream(str(tmp_path / "new"), broken())
    assert [path.name for path in stored_in(tmp_path / "new")] == [name]


LARGE = """
import json, pathlib, re, sys
from conf.read import MediaRead
from jobs.runtime import readers
from jobs.runtime.archives import Limits

path, name, media = sys.argv[1:]
limits = Limits(4 << 30, 250, 8 << 20, 128 << 20, media)
(record,) = readers.records(path, name, pathlib.Path(path).stat().st_size, MediaRead(path="x"), limits)
kib = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
print(int(kib) // 1024, json.loads(record.payload)["problem"])
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("head", [b"", b"%PDF-1.7\n", "mp3", "mp4", "wav"], ids=["zeros", "pdf", "mp3", "mp4", "wav"])
@pytest.mark.parametrize("keep", [True, False], ids=["kept", "looked at"])
def test_two_gigabytes_take_little_memory(tmp_path, head, keep):
    """In a process of its own: what FFmpeg takes is seen by no other measure than that of the system."""
    path, name = tmp_path / "large", {"mp3": "a.mp3", b"": "a.bin", b"%PDF-1.7\n": "a.pdf"}.get(head, f"a.{head}")
    if isinstance(head, str):
        head = {"mp3": sound("mp3", "libmp3lame"), "mp4": video()[:600], "wav": wav(1)[:40] + b"\xf0\xff\xff\x7f"}[head]
    path.write_bytes(head)
    os.truncate(path, 2 << 30)
    command = [sys.executable, "-c", LARGE, str(path), name, str(tmp_path / "media") if keep else ""]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    mib, problem = done.stdout.strip().split(" ", 1)
    assert int(mib) < 150
    assert ("cannot" in problem) == (name not in ("a.bin", "a.wav"))


# -- Real data ----------------------------------------------------------------------------------------------------


def test_receipts_are_ten_scans_and_the_boxes_of_their_texts(data, delivered):
    path = data / "receipts_sroie" / "receipts.zip"
    found = delivered.payloads("receipts.zip", None, path=path)
    scans = [p for p in found if p["mime"] == "image/jpeg"]
    boxes = [p for p in found if p["declared_mime"] == "text/csv"]
    assert (len(found), len(scans), len(boxes)) == (20, 10, 10)
    assert {p["mime"] for p in boxes} == {"text/plain"}
    assert [p["problem"] for p in found] == [None] * 20
    assert all(int(p["width"]) > 300 and int(p["height"]) > 600 for p in scans)
    assert sum(int(p["bytes"]) for p in found) == 1_290_917


def test_calls_last_as_long_as_their_transcripts_say(data, delivered):
    folder = data / "speech_en_es"
    with gzip.open(folder / "transcripts.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        seconds = {row["file"]: float(row["seconds"]) for row in csv.DictReader(rows)}
    found = delivered.records("audio.zip", None, path=folder / "audio.zip")
    payloads = {record.object.removeprefix("audio.zip!"): json.loads(record.payload) for record in found}
    assert len(payloads) == 55
    assert payloads.keys() == seconds.keys()
    assert {name: p["problem"] for name, p in payloads.items() if p["problem"]} == {}
    late = {n: p for n, p in payloads.items() if abs(float(p["duration_seconds"]) - seconds[n]) > 0.05}
    assert late == {}
    kinds = [(p["mime"], p["sample_rate"], p["channels"]) for p in payloads.values()]
    assert (kinds.count(("audio/wav", "8000", "1")), kinds.count(("audio/x-gsm", "8000", "1"))) == (50, 5)
