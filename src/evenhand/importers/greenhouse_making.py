"""What is at hand while a record of Greenhouse is read: its proposals so far, and what the file showed before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from evenhand.importers.greenhouse_settings import Settings
from evenhand.importers.record import PERSON, EntryHandle, Gone, Handle, Proposal, Record
from evenhand.importers.times import moment
from evenhand.sentence import Sentence
from evenhand.words import mark

VISIT: Final = "stage.entered"
DECISION: Final = "decision.made"
Object = Mapping[str, Any]


@dataclass(slots=True)
class History:
    """What one reading of a file has met: identifiers only."""

    visits: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str], repr=False)
    """The latest visit of each candidacy to each stage."""
    counts: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int], repr=False)
    rejected: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """The latest rejection of each candidacy."""
    opened: set[str] = field(default_factory=set[str], repr=False)
    deliveries: set[str] = field(default_factory=set[str], repr=False)

    def met(self, delivery: str) -> bool:
        """Say whether a request was delivered before, and note it."""
        before = delivery in self.deliveries
        self.deliveries.add(delivery)
        return before


@dataclass(slots=True)
class Making:
    """The proposals of one record, while they are made."""

    record: Record
    settings: Settings
    history: History
    received_at: str | None = None
    proposals: list[Proposal | Gone] = field(default_factory=list[Proposal | Gone], repr=False)

    def add(self, topic: str, stream: Handle, reference: str, body: dict[str, Any], kind: str = "") -> None:
        """Propose an entry; members of the body that are none are left out."""
        said = {name: each for name, each in body.items() if each is not None}
        self.proposals.append(Proposal(self.record, f"{topic}.v1", stream, kind or topic, reference, said))

    def at(self, text: Any, what: str) -> dict[str, Any]:
        """Read a time. Raises ``ValueError`` in words."""
        if not isinstance(text, str):
            raise ValueError(Sentence("{what} is missing: when did it happen?", what=what))  # noqa: TRY004 - what cannot be read is a ValueError
        try:
            return moment(text, self.settings.zone)
        except ValueError as error:
            raise ValueError(Sentence("{what}: {error}", what=what, error=error)) from None

    def visit(self, application: str, stage: str, since: Any, what: str, *, again: bool = False) -> EntryHandle:
        """Name the visit of a candidacy to a stage, and propose it if this file has not shown it yet."""
        place = (application, stage)
        known = self.history.visits.get(place)
        if known is None or again:
            number = self.history.counts.get(place, 0) + 1
            known = f"{application}/{stage}" if number == 1 else f"{application}/{stage}/{number}"
            self.add(VISIT, candidacy(application), known, {"occurred_at": self.at(since, what), "stage": stage})
            self.history.visits[place], self.history.counts[place] = known, number
        return EntryHandle(VISIT, known)


def candidacy(application: str) -> Handle:
    """Name a candidacy as Greenhouse names an application."""
    return Handle("candidacy", application)


def identified(value: Any, what: str) -> str:
    """Read an id. Raises ``ValueError`` in words."""
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value):
        return str(value)
    raise ValueError(Sentence("{what} is missing, or is no id", what=Sentence(what)))


def inner(value: Object, name: str) -> Object:
    """Answer with an object within another; an empty one if there is none."""
    found = value.get(name)
    return cast("Object", found) if isinstance(found, dict) else {}


def several(value: Object, name: str) -> list[Object]:
    """Answer with the objects of an array; none if there is no such array."""
    found = value.get(name)
    return [cast("Object", each) for each in found if isinstance(each, dict)] if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType] - JSON of any shape


def words(value: Any) -> str | None:
    """Answer with a text; none if there is none."""
    return value.strip() or None if isinstance(value, str) else None


def person(value: Any) -> Handle | None:
    """Name a user; none if nobody is named."""
    found = cast("Object", value).get("id") if isinstance(value, dict) else None
    return None if found is None else Handle(PERSON, identified(found, mark("id of a user")))
