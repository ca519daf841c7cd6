"""Evenhand: an event-sourced audit ledger for hiring decisions.

    >>> from evenhand import Draft, Ledger

Everything a program needs to record facts, read them back and check that nobody changed them; the vocabulary is in
``evenhand.events``, what goes wrong in ``evenhand.errors``.
"""

from evenhand.events.entry import Entry
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger

__all__ = ["Draft", "Entry", "Ledger"]
