"""A PostgreSQL server of the tests' own, on this machine alone, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "extractor", "Wr3n-n3st;'s"
_SYSTEM_USER = "postgres"


def programs() -> Path | None:
    """Return the folder with the newest server's programs; None where the machine has none."""
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    return max(found, key=lambda p: [int(n) for n in re.findall(r"\d+", str(p))], default=None)


@dataclass
class Postgres:
    """One server; `url` is what a source description says of it."""

    programs: Path
    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
                    "log_statement": "all"}  # fmt: skip
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _as_server([self.programs / "postgres", "-D", self.folder / "data", *options]), stdout=log, stderr=log
            )
        ready = [str(self.programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(self.port)]
        end = time.monotonic() + 30
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server as a crash does: what its clients were told so far is all they get."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            self._process = None

    @property
    def log(self) -> str:
        """Everything the server was asked."""
        return (self.folder / "log").read_text(errors="replace")

    def run(self, *statements: str) -> str:
        """Run statements, each in a transaction of its own; return what they print."""
        return subprocess.run(self._psql(*statements), env=_login(), check=True, capture_output=True, text=True).stdout

    def _psql(self, *statements: str) -> list[str]:
        asked = [part for statement in statements for part in ("-c", statement)]
        return [str(self.programs / "psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set",
                "ON_ERROR_STOP=1", "--host", "127.0.0.1", "--port", str(self.port), "--username", USER,
                "--dbname", "postgres", *asked]  # fmt: skip


def _login() -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": PASSWORD}


def _as_server(command: list[str | Path]) -> list[str]:
    # PostgreSQL refuses to run as root.
    user = ["setpriv", "--reuid", _SYSTEM_USER, "--regid", _SYSTEM_USER, "--clear-groups", "--"]
    return [*(user if os.geteuid() == 0 else ()), *map(str, command)]


@contextmanager
def server(found: Path) -> Iterator[Postgres]:
    """Make a server, start it, and leave nothing of it behind."""
    # Not below pytest's own folder, which only its user may enter.
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            account = pwd.getpwnam(_SYSTEM_USER)
            for path in (folder, secret):
                os.chown(path, account.pw_uid, account.pw_gid)
        made = ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--username={USER}"]
        init: list[str | Path] = [found / "initdb", "-D", folder / "data", f"--pwfile={secret}", *made]
        subprocess.run(_as_server(init), check=True, capture_output=True, cwd="/")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        postgres = Postgres(found, folder, port)
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()
