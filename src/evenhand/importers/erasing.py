"""What becomes of people whom the source anonymised or deleted: they are counted, or erased here if that is asked for.

An erasure destroys keys and cannot be taken back, so a file alone never brings one about. It goes the way of
``evenhand erase``: the entry first, then the keys; whoever is under a legal hold stays.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from evenhand.importers.record import Handle, How
from evenhand.importers.scratch import Scratch
from evenhand.ledger.ledger import Ledger


class Erased(NamedTuple):
    """How many of those gone at the source are held here, were erased, and stay because of a legal hold."""

    standing: int = 0
    erased: int = 0
    held: int = 0


def standing(ledger: Ledger, system: str, gone: Collection[Handle], scratch: Scratch | None = None) -> list[str]:
    """Answer with the candidates who are held here; with ``scratch``, also those whom a checked file would bring in."""
    names = [each.name for each in gone if each.how == How.REF]
    known = ledger.vault.find_many(system, "candidate", names) if names else {}
    ids = {each.name for each in gone if each.how == How.ID} | set(known.values())
    found = list(ledger.vault.sealers(ids)) if ids else []
    if scratch is not None:
        found += scratch.get([("candidate", name) for name in names if name not in known]).values()
    return sorted(found)


def erase(ledger: Ledger, people: Collection[str]) -> Erased:
    """Erase these candidates, and whoever they were merged with."""
    entries, held = ledger.erase_each(people, ground="source")
    return Erased(len(held), len(entries), len(held))
