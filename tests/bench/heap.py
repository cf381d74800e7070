"""What of the driver's heap is alive: RSS says only how far it was let grow."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobs.runtime import jvm

EVERY = 5.0  # seconds between two full collections
FULL = re.compile(r"Pause Full.*->(\d+)M\(")


def live(run: Callable[[], Any]) -> dict[str, float]:
    """Run something whose Java is collected whole every few seconds; return the most MiB that were left after one.

    The collections cost time: the seconds of such a run mean nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        before, done = os.environ.get("JDK_JAVA_OPTIONS"), threading.Event()
        os.environ["JDK_JAVA_OPTIONS"] = f"-Xlog:gc:file={folder}/gc-%p.log"
        collector = threading.Thread(target=_collect, args=(Path(folder), done))
        collector.start()
        try:
            run()
        finally:
            done.set()
            collector.join()
            if before is None:
                del os.environ["JDK_JAVA_OPTIONS"]
            else:
                os.environ["JDK_JAVA_OPTIONS"] = before
        logs = [path.read_text(encoding="utf-8") for path in Path(folder).glob("gc-*.log")]
        left = [int(mib) for log in logs for mib in FULL.findall(log)]
    return {"live_mib": max(left, default=0), "collections": len(left)}


def _collect(folder: Path, done: threading.Event) -> None:
    jcmd = Path(jvm.find_java()) / "bin" / "jcmd"
    while not done.wait(EVERY):
        for log in folder.glob("gc-*.log"):
            # A process that has ended answers with an error, which is no matter.
            subprocess.run([jcmd, log.stem.removeprefix("gc-"), "GC.run"], capture_output=True, check=False)
