"""Triggers that stop accidents: an update, a delete, a replacement, an entry out of its place or before its time.

They do not stop an operator, who can drop them; evidence of that is what the tree and its checkpoints are for. Here
stands what both databases share: how what stands is compared with what should.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from evenhand.sentence import Sentence
from evenhand.store.tables import OF_PERSONS_INDEX

INDEXES: Final[Mapping[str, frozenset[tuple[str, ...]]]] = {
    "entry": frozenset({("position",), ("id",), ("stream", "version")}),
    "head": frozenset({("one",)}),
    "tile": frozenset({("level", "idx")}),
    "meta": frozenset({("name",)}),
}
"""What must be unique, by table."""


def drifted(kind: str, expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Compare what should stand with what does, by name; ``kind`` is what to call one of them."""
    missing: list[str] = [
        Sentence("{kind} {name} is missing", kind=kind, name=name) for name in expected if name not in found
    ]
    other = [
        Sentence("{kind} {name} is not as it was made", kind=kind, name=name)
        for name, text in expected.items()
        if name in found and flat(found[name]) != flat(text)
    ]
    strange = [
        Sentence("{kind} {name} is not one of the ledger's", kind=kind, name=name)
        for name in sorted(found)
        if name not in expected
    ]
    return missing + other + strange


def not_unique(found: Mapping[str, frozenset[tuple[str, ...]]]) -> list[str]:
    """Name the columns of each table that should be unique and are not."""
    return [
        Sentence("table {table} has no unique index on {columns}", table=table, columns=", ".join(columns))
        for table, indexes in INDEXES.items()
        for columns in sorted(indexes - found.get(table, frozenset()))
    ]


def not_indexed(found: Collection[str]) -> list[str]:
    """Name the index that openings rest on, if it is gone."""
    return [] if OF_PERSONS_INDEX in found else [Sentence("index {name} is missing", name=OF_PERSONS_INDEX)]


def flat(text: str) -> str:
    """Write a text with single spaces: a database may keep it with others."""
    return " ".join(text.split())
