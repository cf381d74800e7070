"""A town's folder, truth and inbox, read by plain Python into the samples that public sets are compared with."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from tests.town.public_sets import within

# Who files on which of four channels; the town's own channels have other names in its feeds.
CHANNELS = {"phone": "phone", "counter": "counter", "book": "written", "email": "written",
            "web": "web", "app": "web", "chat": "web", "social": "web"}  # fmt: skip
# What a text is: written by the customer at length, in an agent's words, or in a few words.
GENRES = {"town_web": "web form", "town_book": "book sheet", "Correo": "mail", "Teléfono": "agent's summary",
          "Agencia": "agent's summary", "App": "brief", "Chat": "brief", "Redes": "brief"}  # fmt: skip


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
    """Return `genre`, `language` and `text` of the complaints in the feeds, each record once."""
    said = _truth(town, "text")
    said = said[said["intent"] == "complaint"]
    spoken = _truth(town, "record").merge(_truth(town, "person"), on="person_id", how="inner")
    language = {(row.feed, row.record_id): row.first_language for row in spoken.itertuples()}
    records = {(feed, key): (genre, texts) for feed, key, genre, texts in _complaints(town / "inbox" / "town")}
    rows = []
    for feed, key, column in zip(said["feed"], said["record_id"], said["column"], strict=True):
        if (feed, key) in records:
            genre, texts = records[feed, key]
            rows.append((genre, language[feed, key], texts[column] or ""))
    return pd.DataFrame(rows, columns=["genre", "language", "text"])


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


def has_orders(town: Path) -> bool:
    """Say whether the town has a shop."""
    return (town / "inbox" / "town" / "order").is_dir()


def purchases(town: Path) -> pd.DataFrame:
    """Return `customer` and `at`, the day, of the orders in the shop: a JSON array of orders a day."""
    orders: dict[str, tuple[str, str]] = {}
    for path in _files(town / "inbox" / "town" / "order"):
        for order in json.loads(path.read_text(encoding="utf-8")):
            orders[order["order_id"]] = order["customer_id"], order["ordered_at"]
    bought = pd.DataFrame(orders.values(), columns=["customer", "at"])
    at = pd.to_datetime(bought["at"], errors="coerce", utc=True).dt.tz_localize(None)
    start = date.fromisoformat(json.loads((town / "truth" / "story.json").read_text(encoding="utf-8"))["start"])
    return within(bought.assign(at=at)[at.notna()], start)


def _complaints(inbox: Path) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield feed, key, genre and cells of every complaint, in every version that was sent."""
    for path in _files(inbox / "book"):
        with path.open(encoding="cp1252", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                yield "town_book", row["N° hoja"], GENRES["town_book"], row
    for path in _files(inbox / "web"):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            form = json.loads(line)
            yield "town_web", form["form_id"], GENRES["town_web"], form
    for path in _files(inbox / "crm_case"):
        for row in _zipped_rows(path):
            yield "town_crm_case", row["caso_id"], GENRES.get(row["canal"], ""), row


def _zipped_rows(path: Path) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            yield from csv.DictReader(io.StringIO(archive.read(member).decode(), newline=""))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _truth(town: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(town / "truth" / f"{name}.csv", dtype=str, keep_default_na=False)
