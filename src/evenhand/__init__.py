"""Evenhand: an event-sourced audit ledger for hiring decisions.

    >>> from evenhand import Draft, Evidence, Ledger

Everything a program needs to record facts, read them back and check that nobody changed them; the vocabulary is in
``evenhand.events``, what goes wrong in ``evenhand.errors``. Names are imported when first used: the command line starts
without the databases.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.events.entry import Entry
    from evenhand.ledger.drafts import Draft
    from evenhand.ledger.evidence import Evidence
    from evenhand.ledger.ledger import Ledger

__all__ = ["Draft", "Entry", "Evidence", "Ledger"]

_HOMES = {
    "Draft": "evenhand.ledger.drafts",
    "Entry": "evenhand.events.entry",
    "Evidence": "evenhand.ledger.evidence",
    "Ledger": "evenhand.ledger.ledger",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
