"""When something can have happened: not after it was recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from evenhand.calendar.moments import bounds
from evenhand.events.base import Event
from evenhand.sentence import Sentence

CLOCKS_DIFFER = timedelta(minutes=5)
"""So much the clock of whoever noted the time may be ahead of the ledger's."""


def not_yet(event: Event, recorded: datetime) -> str | None:
    """Say what is wrong with an observed event that lies in the future of its recording, or None.

    A date counts from its first instant, so that a day can be recorded while it lasts. What an import says is taken as
    it is.
    """
    if event.basis.kind == "observed" and bounds(event.occurred_at).first > recorded + CLOCKS_DIFFER:
        return Sentence("occurred_at lies after the time of recording; record it when it has happened")
    return None
