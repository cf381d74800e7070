"""An S3 of the tests' own, on this machine alone: moto, which honours conditional writes, or one that refuses all."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
BUCKET = "lakes"


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that lead every AWS client to an endpoint, with a login; no machine's role is asked for."""
    return {"AWS_ENDPOINT_URL_S3": endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_CONFIG_FILE": "/dev/null"}  # fmt: skip


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Give the address of a server with one empty bucket, which ends with the tests."""
    with (folder / "moto.log").open("wb") as log:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        endpoint = _address(folder / "moto.log", server)
        keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": SECRET}
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys).create_bucket(Bucket=BUCKET)
        yield endpoint
    finally:
        server.kill()
        server.wait()


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 60
    while not (found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text())):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(log.read_text()[-2000:])
        time.sleep(0.05)
    return found[1]


# What S3 answers, by the bucket that is asked for.
ANSWERS = {
    "no-bucket": (404, "NoSuchBucket"),
    "wrong-key": (403, "InvalidAccessKeyId"),
    "wrong-secret": (403, "SignatureDoesNotMatch"),
    "denied": (403, "AccessDenied"),
    "throttled": (503, "SlowDown"),
    "elsewhere": (400, "AuthorizationHeaderMalformed"),
}
SILENT = "silent"


class _Refusing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        bucket = self.path.split("?")[0].strip("/").split("/")[0]
        if bucket == SILENT:
            self.server.ending.wait(60)  # type: ignore[attr-defined]
            return
        status, code = ANSWERS[bucket]
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>said {code}</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@contextmanager
def refusing() -> Iterator[str]:
    """Give the address of a server that refuses what is asked of the buckets in ANSWERS, and is silent about SILENT."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    server.ending = threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.ending.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
