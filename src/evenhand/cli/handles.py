"""Find what somebody means by a code or a position: the stream of a standard, the id of an entry, a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic_core import from_json

from evenhand.errors import InputError
from evenhand.events.base import Event, StreamKind
from evenhand.events.entry import Entry
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence

ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_POSITION: Final = re.compile(r"#?([1-9][0-9]{0,15})")
_CODED: Final[Mapping[str, str]] = {
    "standard": "standard.adopted.v1",
    "policy": "policy.adopted.v1",
    "requisition": "requisition.opened.v1",
}
"""What is called by a code, and the type of entry that says which."""
_STREAMS: Final = frozenset(
    {"candidate", "requisition", "requisitions", "standard", "policy", "prior", "into", "subjects", "candidacy"}
)
"""Fields that name a stream; other ids name an entry or a person."""
_PAGE: Final = 2_000


def entry_at(ledger: Ledger, position: int) -> Entry:
    """Answer with the entry at a position. Raises ``InputError`` if there is none."""
    for entry in ledger.entries(after=position - 1, upto=position):
        return entry
    raise InputError(
        Sentence(
            "there is no entry {position}; the last one is {last}",
            position=position,
            last=ledger.head().position,
        )
    )


def entry_named(ledger: Ledger, text: str) -> Entry | None:
    """Answer with the entry of an id or a position; none for an id that no entry has."""
    if at := _POSITION.fullmatch(text):
        return entry_at(ledger, int(at[1]))
    with ledger.store.reader() as reader:
        return reader.by_ids([text]).get(text)


def id_for(ledger: Ledger, field: str, text: str) -> str:
    """Answer with the id that a field means by an id, a position, or the code of a standard, policy or requisition."""
    if ID.fullmatch(text):
        return text
    if at := _POSITION.fullmatch(text):
        entry = entry_at(ledger, int(at[1]))
        person = from_json(entry.body).get("person") if entry.type.startswith("person.registered.") else None
        return str(person) if person else entry.stream if field in _STREAMS else entry.id
    kind = "requisition" if field == "requisitions" else field
    if kind in _CODED:
        return by_code(ledger, kind, text)
    raise InputError(
        Sentence("{field}: expected an id (a UUID in lower case) or the position of an entry", field=field)
    )


def stream_for(ledger: Ledger, text: str, event_class: type[Event] | None = None) -> str:
    """Answer with the stream meant by its id, the position of an entry on it, or its code."""
    if ID.fullmatch(text):
        return text
    if at := _POSITION.fullmatch(text):
        return entry_at(ledger, int(at[1])).stream
    kinds = event_class.STREAMS if event_class else tuple(StreamKind)
    for kind in kinds:
        if kind.value in _CODED and (found := find_code(ledger, kind.value, text)):
            return found
    raise InputError(
        Sentence(
            "the stream is not in this ledger: expected its id, the position of an entry on it, or the "
            "code of a standard, policy or requisition; look it up with: evenhand log"
        )
    )


def by_code(ledger: Ledger, kind: str, code: str) -> str:
    """Answer with the stream of what has this code. Raises ``InputError`` if nothing has."""
    if found := find_code(ledger, kind, code):
        return found
    raise InputError(Sentence("no {kind} in this ledger has this code; see: evenhand {kind} list", kind=kind))


def find_code(ledger: Ledger, kind: str, code: str) -> str | None:
    """Answer with the stream of what has this code, or none; of two with one code, the first."""
    return next(
        (each.stream for each in entries_of(ledger, _CODED[kind]) if from_json(each.body)["code"] == code), None
    )


def entries_of(ledger: Ledger, *topics: str) -> Iterator[Entry]:
    """Yield the entries of some types in the order recorded."""
    after = 0
    while page := ledger.store.page(after=after, count=_PAGE, types=topics):
        yield from page
        after = page[-1].position
