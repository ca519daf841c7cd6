"""What goes through the pipeline: a record as it was read, and what a source proposes to make of it.

All of it is plain text of real people. Nothing here shows any of it when printed, and nothing here outlives an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from evenhand.importers.shape import naming_fields


class How:
    """By what something is named. Plain text, for handles are digested by the million."""

    REF: Final = "ref"  # what the outside system calls it
    CODE: Final = "code"  # the code of a standard, policy or requisition
    ID: Final = "id"  # its id in this ledger


class Handle(NamedTuple):
    """The name of a stream, a person or an entry, until the pipeline knows its id."""

    kind: str
    """Of a stream or person: candidate, candidacy, requisition, person, …; of an entry: the kind of its record."""
    name: str
    how: str = How.REF

    def __repr__(self) -> str:
        return f"Handle({self.kind})"


UNREADABLE: Final = 0
"""The number of a record after which nothing can be read: not even the good ones before it are taken then."""
PERSON = "person"
LEDGER = Handle("ledger", "", How.ID)
"""The ledger's own stream, on which persons are registered."""


class EntryHandle(NamedTuple):
    """The name of an entry: the outside record it was made of."""

    kind: str
    name: str

    def __repr__(self) -> str:
        return f"EntryHandle({self.kind})"


class Dated(str):
    """A date or time that the file itself marks as one, in ISO form; the forms of a mapping do not apply to it."""

    __slots__ = ()


class Number(str):
    """A number that the file itself marks as one, with a decimal point whatever a mapping says."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row or line of a file, and where it stands; ``faults`` says why it could not be read."""

    number: int
    place: str
    value: Any = field(repr=False)
    raw: Any = field(repr=False, default=None)
    """As it stood in the file, for a file of rejects."""
    faults: tuple[str, ...] = ()


@dataclass(slots=True)  # not frozen, as a record is: making a frozen one takes three times as long
class Proposal:
    """An entry that a source proposes. Handles stand in its body where ids will be, plain text where boxes will be.

    A body is JSON and handles; ``named`` are the handles in it, found once.
    """

    record: Record
    topic: str
    stream: Handle = field(repr=False)
    kind: str
    reference: str = field(repr=False)
    """``kind`` and ``reference`` name the outside record: one that is met again is the same entry."""
    body: Mapping[str, Any] = field(repr=False)
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    """Which column a field came from, for messages."""
    named: tuple[Handle | EntryHandle, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the handles, in the fields of this type that may hold any: most hold texts and times."""
        found: list[Handle | EntryHandle] = []
        naming = naming_fields(self.topic)
        for name, each in self.body.items():
            if name in naming:
                _gather(each, found)
        self.named = tuple(found)


@dataclass(frozen=True, slots=True)
class Gone:
    """A candidate whom the source anonymised or deleted; whether they are erased here, who imports decides."""

    record: Record
    candidate: Handle = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot become entries: where, which field, what was expected. Never a value."""

    record: Record
    message: str


class Rejects(Protocol):
    """A file of refused records in the form of the file they come from, to be mended and imported again."""

    def write(self, record: Record, reasons: tuple[str, ...]) -> None:
        """Write one record with its reasons; it holds what the file held."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Reader(Protocol):
    """Reads one file record by record, as often as it is asked to."""

    def records(self) -> Iterator[Record]:
        """Read from the beginning."""
        ...

    def rejects(self, path: Path) -> Rejects:
        """Make a file of rejects, readable by its owner alone; ``FileExistsError`` if it is there."""
        ...


Turned = Sequence[Proposal | Gone | Problem]
"""What one record becomes, in the order it says it; problems stand in their place."""


class Source(Protocol):
    """A source module, ready to use. Pure, but for what a pass remembers of its own records."""

    def begin(self) -> Callable[[Record], Turned]:
        """Begin a pass: what is answered is given each record, in order, and turns it into proposals."""
        ...


SCALARS: Final = frozenset({str, int, bool, type(None), Decimal})
"""What a body holds that is neither a handle nor has any in it."""


def _gather(value: Any, found: list[Handle | EntryHandle]) -> None:
    """Find every handle in a body; types are compared directly, for this is done for each cell of a large file."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
    if kind is Handle or kind is EntryHandle:
        found.append(value)
    elif kind is dict or kind is list:
        for each in value.values() if kind is dict else value:
            if type(each) not in SCALARS:
                _gather(each, found)
