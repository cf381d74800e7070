"""Who writes in public: counts and reach by what was known on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame

from conf.tables import silver
from transformations.contacts import authors

Frame = Callable[..., DataFrame]


def day(number: int) -> datetime:
    return datetime(2026, 1, number)


def post(number: int, author: str | None, on: int | None, **more: Any) -> dict[str, Any]:
    posted = None if on is None else day(on)
    made = dict(mention_id=f"t:{number}", author_id=author, posted_at=posted, network="twitter")
    return {**made, "first_known_at": day(on or 1), **more}


def test_an_author_is_what_is_known_before_the_end_of_the_day(frame: Frame) -> None:
    mentions = frame(
        silver.SOCIAL_MENTION,
        post(1, "twitter:ana", 2, brand="A", reach=10, like_count=3, share_count=1),
        post(2, "twitter:ana", 4, brand="B", reach=25, reply_count=5),
        # The last one does not say how many could see it.
        post(3, "twitter:ana", 5, brand="A", like_count=1),
        # Known too late, also where it was posted before; what is known at the very end is of the next day.
        post(4, "twitter:ana", 1, brand="C", reach=99, like_count=100, first_known_at=day(9)),
        post(5, "twitter:ana", 6, brand="D", reach=99),
        post(6, None, 2, like_count=7),
        post(7, "trustpilot:bo", None, network="trustpilot"),
    )
    found = authors.authors(mentions, "2026-01-06 00:00:00")
    assert {*found.columns, "as_of_date"} == set(silver.AUTHOR.column_names)
    rows = {r.author_id: r for r in found.collect()}
    ana, bo = rows.pop("twitter:ana"), rows.pop("trustpilot:bo")
    assert not rows
    assert (ana.network, ana.mention_count, ana.brand_count) == ("twitter", 3, 2)
    assert (ana.first_at, ana.last_at, ana.reach, ana.response_count) == (day(2), day(5), 25, 10)
    assert (bo.network, bo.mention_count, bo.brand_count) == ("trustpilot", 1, 0)
    assert (bo.first_at, bo.last_at, bo.reach, bo.response_count) == (None, None, None, 0)


def test_of_two_posts_of_one_moment_the_id_decides_the_reach(frame: Frame) -> None:
    posts = [post(1, "t:a", 2, reach=10), post(2, "t:a", 2, reach=5)]
    for order in (posts, posts[::-1]):
        mentions = frame(silver.SOCIAL_MENTION, *order)
        assert [r.reach for r in authors.authors(mentions, "2026-01-31 00:00:00").collect()] == [5]
