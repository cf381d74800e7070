"""Rows like those of the CFPB's public complaint file, of any number: what a row says follows from its id alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

Numbers = npt.NDArray[np.uint64]

ROWS_A_FILE, ROWS_A_CHUNK = 50_000, 25_000
# Most complaints have no narrative. Lengths are those of the public samples: half are below 780 letters.
NARRATIVES, MEDIAN_LENGTH, SPREAD, LONGEST = 0.3, 780, 0.87, 16_000
# All days lie before the files: nothing is known before it happened.
FIRST_DAY, DAYS = np.datetime64("2019-01-01"), 2_300
FIRST_MODIFIED = 1_750_000_000  # seconds; the files of a first load are so old, each later delivery an hour younger

PRODUCTS = ("Credit reporting", "Debt collection", "Mortgage", "Credit card", "Checking or savings account",
            "Student loan", "Vehicle loan or lease", "Payday loan, title loan, or personal loan")  # fmt: skip
ISSUES = tuple(f"{what} {thing}" for what in ("Problem with", "Trouble during", "Unexpected", "Incorrect",
                                              "Struggling with")
               for thing in ("fees or interest", "a payment", "information on your report", "a purchase, shown twice",
                             "closing an account", "the servicer"))  # fmt: skip
STATES = ("CA", "TX", "FL", "NY", "GA", "IL", "PA", "NC", "OH", "NJ")
VIA = ("Web", "Web", "Web", "Web", "Web", "Web", "Phone", "Referral", "Postal mail")
RESPONSES = ("Closed with explanation", "Closed with explanation", "Closed with explanation",
             "Closed with non-monetary relief", "Closed with monetary relief", "In progress",
             "Untimely response")  # fmt: skip
COMPANIES = tuple(f"{name.upper()} {form}" for name in ("Northern", "Lakeside", "First Union", "Harbor",
                                                   "Summit", "Pioneer")
                  for form in ("BANK, N.A.", "Financial", "SERVICING LLC", "Recovery Associates",
                               "CREDIT"))  # fmt: skip
SYLLABLES = ("ac", "count", "pay", "ment", "cre", "dit", "re", "port", "com", "pa", "ny", "let",
             "ter", "call", "ed", "bal", "ance", "in", "ter", "est", "charge", "fee", "loan", "the",
             "and", "my", "was", "not", "they", "have", "to", "of", "that")  # fmt: skip


def write(folder: Path, ids: Numbers, *, delivery: int = 0, name: str = "complaints") -> int:
    """Write the rows of some ids as CSV files into a folder and return their bytes.

    A later `delivery` of an id differs from an earlier one in what the company answered.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text, written = _pool(), 0
    for number, start in enumerate(range(0, len(ids), ROWS_A_FILE)):
        path = folder / f"{name}_{delivery:04}_{number:05}.csv"
        of_file = ids[start : start + ROWS_A_FILE]
        with pa.csv.CSVWriter(path, _table(of_file[:1], delivery, text).schema) as file:
            for first in range(0, len(of_file), ROWS_A_CHUNK):
                file.write_table(_table(of_file[first : first + ROWS_A_CHUNK], delivery, text))
        os.utime(path, (FIRST_MODIFIED + delivery * 3_600,) * 2)
        written += path.stat().st_size
    return written


def span(start: int, count: int) -> Numbers:
    """Return `count` ids from `start` on."""
    return np.arange(start, start + count, dtype=np.uint64)


def some(count: int, among: int, seed: int) -> Numbers:
    """Return `count` different ids below `among`."""
    return np.sort(np.random.default_rng(seed).choice(among, count, replace=False)).astype(np.uint64)


def _table(ids: Numbers, delivery: int, text: npt.NDArray[np.uint8]) -> pa.Table:
    received = FIRST_DAY + (_drawn(ids, 1) % DAYS).astype("timedelta64[D]")
    response = _of(RESPONSES, ids, 10 + delivery)
    return pa.table({
        "Date received": pa.array(received.astype("datetime64[D]")).cast(pa.string()),
        "Product": _of(PRODUCTS, ids, 2),
        "Sub-product": _of([f"{p} of the other kind" for p in PRODUCTS], ids, 2),
        "Issue": _of(ISSUES, ids, 3),
        "Sub-issue": _of([f"{issue}, again" for issue in ISSUES], ids, 3),
        "Consumer complaint narrative": _narratives(ids, text),
        "Company public response": _of(("Company has responded to the consumer and the CFPB", "N/A"), ids, 4),
        "Company": _of(COMPANIES, ids, 5),
        "State": _of(STATES, ids, 6),
        "ZIP code": _of([f"{z}XX" for z in range(100, 1000)], ids, 7),
        "Tags": _of(("N/A", "N/A", "N/A", "Older American", "Servicemember"), ids, 8),
        "Consumer consent provided?": _of(("Consent provided", "N/A"), ids, 9),
        "Submitted via": _of(VIA, ids, 50),
        "Date sent to company": pa.array(received + (_drawn(ids, 51) % 4).astype("timedelta64[D]")).cast(pa.string()),
        "Company response to consumer": response,
        "Timely response?": _of(("Yes",) * 30 + ("No",), ids, 52),
        "Consumer disputed?": _of(("N/A",) * 8 + ("Yes", "No"), ids, 53),
        "Complaint ID": pa.array(ids + 1_000_000).cast(pa.string()),
    })  # fmt: skip


def _drawn(ids: Numbers, salt: int) -> Numbers:
    """Return a number for each id that looks drawn at random and is always the same (the mixer of splitmix64)."""
    mixed = ids + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _of(words: Sequence[str], ids: Numbers, salt: int) -> pa.Array:
    return pa.array(words).take(pa.array(_drawn(ids, salt) % np.uint64(len(words))))


def _narratives(ids: Numbers, text: npt.NDArray[np.uint8]) -> pa.Array:
    """Return a piece of the text for some ids and null for the rest."""
    has = _uniform(ids, 60) < NARRATIVES
    # Two uniforms make a normal (Box and Muller), a normal the logarithm of a length.
    normal = np.sqrt(-2 * np.log(1 - _uniform(ids, 61))) * np.cos(2 * np.pi * _uniform(ids, 62))
    lengths = np.where(has, np.clip(MEDIAN_LENGTH * np.exp(SPREAD * normal), 20, LONGEST).astype(np.int64), 0)
    starts = (_drawn(ids, 63) % np.uint64(len(text) - LONGEST)).astype(np.int64)
    ends = np.cumsum(lengths)
    letters = text[np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1])]
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    present = np.packbits(has, bitorder="little")
    buffers = [pa.py_buffer(present), pa.py_buffer(offsets), pa.py_buffer(letters)]
    return pa.Array.from_buffers(pa.string(), len(ids), buffers)


def _uniform(ids: Numbers, salt: int) -> npt.NDArray[np.float64]:
    return (_drawn(ids, salt) >> np.uint64(11)).astype(np.float64) / 2.0**53


@cache
def _pool() -> npt.NDArray[np.uint8]:
    """Return 2 MB of words with the commas, quotes, line breaks and masks that narratives have."""
    rng = np.random.default_rng(360)
    words = np.array(["".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in range(5_000)])
    words[:60] = ["XXXX", "{$100.00}", "account,", 'said "no"', "XX/XX/2023", "paid.\n\n"] * 10
    chosen = rng.choice(words, 400_000, p=_zipf(len(words)))
    return np.frombuffer(" ".join(chosen).encode("ascii")[: 2 * 2**20], dtype=np.uint8)


def _zipf(count: int) -> npt.NDArray[np.float64]:
    shares = 1 / np.arange(3, count + 3)
    return np.asarray(shares / shares.sum())
