"""Say which contacts answer each other and are one conversation."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.contacts import threads

READS = (silver.INTERACTION,)
WRITES = (silver.INTERACTION_THREAD,)


def run(lake: JobLake, settings: Settings) -> None:
    """Link the messages anew: one message may join two conversations. Rows that stay as they are are not written.

    Contacts that are no messages, as calls are, change no conversation.
    """
    if not lake.is_full:
        changed = lake.changes(silver.INTERACTION)
        if changed is None or changed.where("message_id IS NOT NULL OR size(replies_to) > 0").isEmpty():
            none = lake.read(silver.INTERACTION_THREAD).limit(0)
            lake.write(silver.INTERACTION_THREAD, none, none.select(*silver.INTERACTION_THREAD.key))
            return
    named = lake.read(silver.INTERACTION).select("interaction_id", "message_id", "replies_to", "started_at")
    lake.write(silver.INTERACTION_THREAD, threads.threads(lake.keep(named)))
