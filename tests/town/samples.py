"""A town's folder, truth and inbox, read by plain Python into the samples that public sets are compared with."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from tests.town.public_sets import within

# Who files on which of four channels; the town's own channels have other names in its feeds.
CHANNELS = {"phone": "phone", "counter": "counter", "book": "written", "email": "written",
            "web": "web", "app": "web", "chat": "web", "social": "web"}  # fmt: skip
# What a text is, by its feed; a case has the words of whoever filed it, which at these channels is an agent.
GENRES = {"town_web": "web form", "town_book": "book sheet", "town_mail": "mail", "town_crm_case": "agent's summary"}
BY_AGENTS = ("phone", "counter")


def calls(town: Path) -> pd.DataFrame:
    """Return `waited_s` and `is_abandoned` of the calls that waited."""
    contacts = _truth(town, "contact")
    found = contacts[contacts["channel"] == "phone"]
    waited = found["waited_s"].astype(int)
    return pd.DataFrame({"waited_s": waited, "is_abandoned": found["is_abandoned"] == "True"})[waited > 0]


def complaint_channels(town: Path) -> pd.Series:
    """Return the channel of each complaint that somebody made a case of: the public sets know of no others."""
    contacts = _truth(town, "contact")
    filed = contacts[(contacts["intent"] == "complaint") & (contacts["is_filed"] == "True")]
    return filed["channel"].map(CHANNELS)


def complaint_texts(town: Path) -> pd.DataFrame:
    """Return `genre`, `language` and `text` of the complaints as they were sent, each record once."""
    said = _truth(town, "text")
    said = said[(said["intent"] == "complaint") & said["feed"].isin(list(GENRES))][["feed", "record_id", "text"]]
    told = _truth(town, "record")[["feed", "record_id", "person_id", "contact"]]
    people = _truth(town, "person")[["person_id", "first_language"]]
    contacts = _truth(town, "contact")[["person_id", "contact", "channel"]]
    found = said.merge(told, on=["feed", "record_id"], how="inner").merge(people, on="person_id", how="inner")
    found = found.merge(contacts, on=["person_id", "contact"], how="left")
    kept = found[(found["feed"] != "town_crm_case") | found["channel"].isin(BY_AGENTS)]
    renamed = kept.rename(columns={"first_language": "language"})
    return renamed.assign(genre=kept["feed"].map(GENRES))[["genre", "language", "text"]]


def answers(town: Path) -> pd.DataFrame:
    """Return `days` from filing to the first answer and `is_open`, of the cases in the CRM at the end of the town."""
    registered: dict[str, str] = {}
    answered: dict[str, str] = {}
    for path in _files(town / "inbox" / "town" / "crm_case"):
        for row in _zipped_rows(path):
            registered[row["caso_id"]] = row["fecha_registro"]
            if row["fecha_respuesta"]:
                answered.setdefault(row["caso_id"], row["fecha_respuesta"])
    filed = pd.to_datetime(pd.Series(registered), errors="coerce")
    closed = pd.to_datetime(pd.Series(answered), errors="coerce").reindex(filed.index)
    days = (closed - filed).dt.total_seconds() / 86400
    # Planted faults have no date, or an answer before the filing.
    return pd.DataFrame({"days": days, "is_open": closed.isna()})[filed.notna() & ~(days <= 0)]


def purchases(town: Path) -> pd.DataFrame:
    """Return `customer` and `at`, the day in UTC, of the orders in the shop, cancelled ones too: as the public sets."""
    orders: dict[str, tuple[str, str]] = {}
    for path in _files(town / "inbox" / "town" / "order"):
        for line in path.read_text(encoding="utf-8").splitlines():
            order = json.loads(line)
            orders[order["order_id"]] = order["customer"]["customer_id"], order["placed_at"]
    bought = pd.DataFrame(orders.values(), columns=["customer", "at"])
    at = pd.to_datetime(bought["at"], errors="coerce", utc=True).dt.tz_localize(None)
    start = date.fromisoformat(json.loads((town / "truth" / "story.json").read_text(encoding="utf-8"))["start"])
    return within(bought.assign(at=at)[at.notna()], start)


def _zipped_rows(path: Path) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            yield from csv.DictReader(io.StringIO(archive.read(member).decode(), newline=""))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _truth(town: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(town / "truth" / f"{name}.csv", dtype=str, keep_default_na=False)
