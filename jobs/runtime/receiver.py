"""Who receives alerts: a program on its stdin, or an address by POST; what is not taken goes with the next run."""

from __future__ import annotations

import http.client
import json
import logging
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from conf.settings import Settings
from jobs.runtime.logs import Event

log = logging.getLogger("reclamo360")

SENT = ("alert_id", "kind", "severity", "subject", "message", "value", "threshold", "run_id", "opened_at", "closed_at")


class NotTakenError(Exception):
    """The receiver did not take the alerts; the message says why and never shows an address."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the second request would be a GET without the alerts, and its 200 would mean nothing."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def takes(settings: Settings, alerts: Sequence[Mapping[str, Any]]) -> bool:
    """Give the alerts to the receiver of the settings and say whether it took them; a warning says why it did not."""
    body = message(settings.lake, alerts)
    name = "alert.command" if settings.alert.command else "alert.webhook"
    try:
        if settings.alert.command:
            _run(settings.alert.command, body, settings.alert.timeout_seconds)
        else:
            _post(settings.alert.webhook.get_secret_value(), body, settings.alert.timeout_seconds)
    except NotTakenError as error:
        said = f"{name} {error}; mend it or the setting: the next run sends them again; they are in gold.alert"
        log.warning(Event("alerts_not_sent", said, alerts=len(alerts)))
        return False
    log.info(Event("alerts_sent", alerts=len(alerts)))
    return True


def message(lake: str, alerts: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the JSON that a receiver gets; `text` has all of them in words, which chat services show."""
    lines = [
        f"{'[over]' if alert['closed_at'] else '[' + alert['severity'] + ']'} {alert['message']}" for alert in alerts
    ]
    rows = [{name: _plain(alert[name]) for name in SENT} for alert in alerts]
    return json.dumps({"lake": lake, "text": "\n".join(lines), "alerts": rows}, ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(value, datetime) else value


def _run(words: Sequence[str], body: bytes, seconds: float) -> None:
    try:
        done = subprocess.run(words, input=body, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise NotTakenError(f"did not end within {seconds:g} seconds (alert.timeout_seconds)") from None
    except OSError as error:
        raise NotTakenError(f"cannot be run: {words[0]}: {error.strerror}") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise NotTakenError(
            f"ended with code {done.returncode}{''.join(f' ({_masked(words, line)})' for line in last)}"
        )


def _masked(words: Sequence[str], line: str) -> str:
    # What the program was given may be a secret.
    for word in sorted(words[1:], key=len, reverse=True):
        line = line.replace(word, "***") if len(word) > 3 else line
    return line[:200]


def _post(address: str, body: bytes, seconds: float) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "reclamo360"}
    request = urllib.request.Request(address, body, headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotTakenError(f"answered {error.code} {error.reason}") from None
    except TimeoutError:
        raise NotTakenError(f"did not answer within {seconds:g} seconds (alert.timeout_seconds)") from None
    except urllib.error.URLError as error:
        raise NotTakenError(f"cannot be reached: {error.reason}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        # What else goes wrong may name the address.
        raise NotTakenError(f"cannot be reached: {type(error).__name__}") from None
