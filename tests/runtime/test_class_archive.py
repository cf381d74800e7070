"""The archive of Java classes is taken where it is there, and only for the Java and the jars that it was made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.runtime import class_archive, jvm


@pytest.fixture
def jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of jars, none of them real."""
    for name in ("delta/one.jar", "jdbc/two.jar"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"jar")
    paths = (tmp_path / "delta/one.jar", tmp_path / "jdbc/two.jar")
    monkeypatch.setattr(jvm, "jar_paths", lambda: paths)
    monkeypatch.setattr(class_archive, "_run_pipeline", lambda scratch, made: made.write_bytes(b"classes"))
    return tmp_path


def test_a_session_takes_the_archive_where_there_is_one(jars: Path) -> None:
    assert class_archive.options() == ""
    class_archive.make()
    (made,) = jars.glob("*.jsa")
    assert made.read_bytes() == b"classes"
    assert class_archive.options() == f"-XX:SharedArchiveFile={made} -Xlog:disable"


def test_an_archive_of_other_jars_is_replaced_and_not_taken(jars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class_archive.make()
    (old,) = jars.glob("*.jsa")
    monkeypatch.setattr(jvm, "jar_paths", lambda: (jars / "delta/one.jar",))
    assert class_archive.options() == ""
    class_archive.make()
    (new,) = jars.glob("*.jsa")
    assert new.name != old.name


def test_an_archive_that_is_there_is_not_made_again(jars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class_archive.make()
    monkeypatch.setattr(class_archive, "_run_pipeline", lambda scratch, made: pytest.fail("made again"))
    class_archive.make()


def test_a_run_that_leaves_no_archive_leaves_sessions_without(jars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_archive, "_run_pipeline", lambda scratch, made: None)
    with pytest.raises(RuntimeError, match="no archive"):
        class_archive.make()
    assert class_archive.options() == ""
    assert sorted(path.name for path in jars.iterdir()) == ["delta", "jdbc"]
