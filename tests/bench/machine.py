"""The machine that is measured on, and the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from jobs.runtime import jvm
from tests.bench.processes import ROOT


def described() -> dict[str, str | int]:
    """Return cores, memory, CPU, kernel, Java, commit and the hour."""
    memory = Path("/proc/meminfo").read_text().split()[1]
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]  # fmt: skip
    return {
        "cores": os.cpu_count() or 0,
        "memory_gib": round(int(memory) / 2**20),
        "cpu": models[0] if models else platform.machine(),
        "kernel": platform.release(),
        "java": _said(str(Path(jvm.find_java()) / "bin" / "java"), "--version").splitlines()[0],
        "commit": _said("git", "describe", "--always", "--dirty"),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _said(*words: str) -> str:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
