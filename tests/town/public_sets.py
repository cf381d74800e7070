"""The public sets that the town is compared with, each read into one plain sample; the files stay where they lie."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

WINDOW_DAYS = 180  # as long as the town runs
# After the last first purchase of CDNOW (25 March 1997); of the gift shop away from Christmas.
CDNOW_FROM, ONLINE_RETAIL_FROM = date(1997, 4, 1), date(2011, 3, 1)
ONLY_STATED = "Sin contenido"  # a review without a text


def bank_calls(data: Path) -> pd.DataFrame:
    """Return `waited_s` and `is_abandoned` of the calls that waited in the queue of a bank in 1999.

    A time of 0 in the queue is a call that did not queue, and what is called PHANTOM is none.
    """
    calls = _table(data, "anonymous_bank_call_center/calls_1999-02-01_07_dev.tsv.gz", sep="\t")
    waited = calls["q_time"].astype(int)
    queued = (waited > 0) & (calls["outcome"] != "PHANTOM")
    return pd.DataFrame({"waited_s": waited[queued], "is_abandoned": calls["outcome"][queued] == "HANG"})


def cfpb_narratives(data: Path) -> pd.Series:
    """Return the English complaints to the US bureau that are whole texts: the fourth file has lost its stop words."""
    files = {"payday_2023": "Consumer complaint narrative", "mixed_products": "Consumer complaint narrative",
             "banking_products": "narrative_lowercased"}  # fmt: skip
    texts = [_table(data, f"cfpb_narratives/{name}_dev.csv.gz")[column] for name, column in files.items()]
    return _written(pd.concat(texts, ignore_index=True))


def bank_reviews(data: Path) -> pd.Series:
    """Return the Spanish reviews of banks with one star or two: what customers complain of in public."""
    reviews = _table(data, "trustpilot_reviews_es/reviews_dev.csv.gz")
    is_complaint = (reviews["categoria"] == "Banco") & reviews["Calificación"].isin(["1", "2", "1.0", "2.0"])
    texts = reviews["Contenido"][is_complaint]
    return _written(texts[texts != ONLY_STATED])


def pamplona_channels(data: Path) -> pd.Series:
    """Return the channel of each complaint to the city: its telephone line 010 (the zero is lost), or its web page."""
    origin = _table(data, "pamplona_complaints_2014/quejas.csv.gz")["origen"]
    return origin.map({"10": "phone", "WEB": "web"})


def cfpb_channels(data: Path) -> pd.Series:
    """Return the channel of each complaint to the bureau that did not come from another office."""
    via = _table(data, "cfpb_narratives/mixed_products_dev.csv.gz")["Submitted via"]
    return via.map({"Web": "web", "Phone": "phone", "Postal mail": "written"}).dropna()


def comcast_channels(data: Path) -> pd.Series:
    """Return the channel of each complaint about a telecom company."""
    via = _table(data, "comcast_telecom_complaints/complaints.csv.gz")["Received Via"]
    return via.map({"Customer Care Call": "phone", "Internet": "web"})


def cdnow_purchases(data: Path) -> pd.DataFrame:
    """Return `customer` and `at`, the day, of purchases of music in a window, when none of the customers is new."""
    rows = _table(data, "cdnow/cdnow_master.csv.gz")
    bought = pd.DataFrame({"customer": rows["customer_id"], "at": pd.to_datetime(rows["date"], format="%Y%m%d")})
    return within(bought, CDNOW_FROM)


def online_retail_purchases(data: Path) -> pd.DataFrame:
    """Return `customer` and `at`, the day, of the purchases of gifts in a window; cancellations are none."""
    rows = _table(data, "online_retail/online_retail_dev_customers.csv.gz")
    rows = rows[~rows["InvoiceNo"].str.startswith("C")]
    bought = pd.DataFrame({"customer": rows["CustomerID"], "at": pd.to_datetime(rows["InvoiceDate"])})
    return within(bought, ONLINE_RETAIL_FROM)


def city_answers(data: Path) -> pd.DataFrame:
    """Return `days` to close and `is_open` of one kind of request in New York: somebody must come for a dead animal.

    The other kinds are of offices that need minutes, or batches that close in the minute they open.
    """
    rows = _table(data, "nyc311_animals_2025/requests.csv.gz")
    rows = rows[rows["Complaint Type"] == "Dead Animal"]
    opened, closed = (pd.to_datetime(rows[f"{name} Date"], format="%m/%d/%Y %H:%M") for name in ("Created", "Closed"))
    days = (closed - opened).dt.total_seconds() / 86400
    return pd.DataFrame({"days": days, "is_open": closed.isna()})[days != 0]


def within(purchases: pd.DataFrame, start: date) -> pd.DataFrame:
    """Keep the purchases of a window, those of one customer and day as one."""
    days = purchases.assign(at=purchases["at"].dt.normalize()).drop_duplicates()
    first = pd.Timestamp(start)
    return days[(days["at"] >= first) & (days["at"] < first + timedelta(days=WINDOW_DAYS))]


def _table(data: Path, name: str, sep: str = ",") -> pd.DataFrame:
    # Codes are text, and an empty cell is an empty text until somebody says otherwise.
    return pd.read_csv(data / name, sep=sep, dtype=str, keep_default_na=False)


def _written(texts: pd.Series) -> pd.Series:
    return texts[texts.str.strip() != ""].drop_duplicates()
