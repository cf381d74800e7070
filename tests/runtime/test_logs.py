"""Log lines as words and as JSON, in the process and from a real command."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.runtime import logs
from jobs.runtime.logs import Event
from tests.runtime.feeds import CASES
from tests.runtime.test_processes import IDLE, ROOT, SECONDS


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Give logging back as it was: it belongs to the whole process."""
    root, own = logging.getLogger(), logging.getLogger("reclamo360")
    handlers, levels = list(root.handlers), (root.level, own.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    logging.captureWarnings(False)


def test_an_event_reads_as_words_on_stderr_as_it_is_now(capsys: Any) -> None:
    logs.set_up(verbose=False)
    logs.log.warning(Event("retry", "Spark: no", job="land_files", attempt=2, why="a b", as_of=None, seconds=4.06))
    said = capsys.readouterr().err.split(" ", 1)[1]
    assert said == "WARNING event=retry job=land_files attempt=2 why='a b' seconds=4.1 Spark: no\n"


def test_as_json_an_event_keeps_its_types_its_spanish_and_one_line(capsys: Any) -> None:
    logs.set_up(verbose=False)
    logs.as_json()
    logs.log.info(Event("unusual_file", "año\nnuevo", source="quejas_ñ", files=3, columns=["señor"], ok=True))
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "quejas_ñ" in line
    said = json.loads(line)
    assert said.pop("ts").endswith("+00:00")
    assert said == {"level": "info", "event": "unusual_file", "source": "quejas_ñ", "files": 3,
                    "columns": ["señor"], "ok": True, "message": "año\nnuevo"}  # fmt: skip


def test_as_json_what_libraries_and_python_say_is_an_object_too(capsys: Any) -> None:
    logs.set_up(verbose=False)
    logs.as_json()
    logging.getLogger("alibrary").warning("odd %s", "file")
    try:
        raise ValueError("no")
    except ValueError as error:
        logs.tell("a paragraph", Event("error", "no", exit_code=1), error)
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["logger"], first["message"]) == ("log", "alibrary", "odd file")
    assert (second["event"], second["level"], second["exit_code"]) == ("error", "error", 1)
    assert second["traceback"].endswith("ValueError: no")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "file").write_text("")

    def run(lake: str, *words: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
        done = subprocess.run(
            [sys.executable, "-m", "jobs", "run", IDLE, "--lake", str(tmp_path / lake), "--sources",
             str(tmp_path / "cases.yaml"), "--set", "log_format=json", *words],
            cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return done, [json.loads(line) for line in done.stderr.splitlines()]

    return run


def test_a_command_writes_its_jobs_as_json_on_stderr_and_results_on_stdout(run: Any) -> None:
    done, lines = run("lake")
    assert done.returncode == 0
    (said,) = lines
    assert (said["event"], said["job"], said["state"]) == ("job", IDLE, "current")
    assert isinstance(said["seconds"], float)
    assert done.stdout.startswith("1 current in ")


def test_the_error_that_ends_a_command_is_one_line_with_its_traceback_on_verbose(run: Any) -> None:
    done, (said,) = run("file/lake")
    assert done.returncode == 1
    assert said["event"] == "error"
    assert "cannot be written" in said["message"]
    assert "traceback" not in said
    _, lines = run("file/lake", "--verbose")
    assert "LakeError" in lines[-1]["traceback"]
