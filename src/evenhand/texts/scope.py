"""Everything a check of one message may look at: its parts as read, what is known, and where the lexicon found what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from evenhand.texts.lexicon import Lexicon, Row, Severity
from evenhand.texts.message import Known, Message, Part
from evenhand.texts.reading import Reading, read


class Hit(NamedTuple):
    """A place where a row was found: in which text, from which character to which."""

    row: str
    severity: Severity
    pointer: str
    start: int
    end: int


class Place(NamedTuple):
    """A hit as the checks work with it: with its part, in the form that was read."""

    row: Row
    part: ReadPart
    start: int
    end: int

    @property
    def hit(self) -> Hit:
        """Answer with the place in the text as it was written."""
        start, end = self.part.reading.span(self.start, self.end)
        return Hit(self.row.id, self.row.severity, self.part.part.pointer, start, end)

    @property
    def words(self) -> str:
        """Answer with what stands there."""
        return self.part.reading.text[self.start : self.end]


class ReadPart(NamedTuple):
    """A text of the message in one form."""

    part: Part
    reading: Reading


class Scope:
    """One message under check."""

    def __init__(self, message: Message, known: Known, lexicon: Lexicon) -> None:
        self.message = message
        self.known = known
        self.lexicon = lexicon

    @cached_property
    def parts(self) -> tuple[ReadPart, ...]:
        """The texts of the message."""
        return tuple(ReadPart(each, read(each.text)) for each in self.message.parts())

    @property
    def letter(self) -> ReadPart | None:
        """The whole text, if there is one beside or instead of segments."""
        return next((each for each in self.parts if each.part.piece is None), None)

    def places(self, *classes: str) -> Iterator[Place]:
        """Yield where the rows of these classes stand, text by text."""
        for part in self.parts:
            yield from self.places_in(part, *classes)

    def places_in(self, part: ReadPart, *classes: str) -> Iterator[Place]:
        """Yield where the rows of these classes stand in one text; of places inside each other the longest."""
        found = [
            Place(row, part, start, end) for row in self.lexicon.of(*classes) for start, end in row.find(part.reading)
        ]
        found.sort(key=lambda each: (each.start, -each.end))
        reached = 0
        for each in found:
            if each.end > reached:
                yield each
                reached = each.end

    def says(self, *classes: str) -> bool:
        """Whether any row of these classes stands anywhere."""
        return any(True for _ in self.places(*classes))

    def names_criterion(self, text: str) -> bool:
        """Whether a text names a criterion of the bound standard, by one of its names."""
        lowered = text.casefold()
        return any(name in lowered for name in self._criteria)

    @cached_property
    def _criteria(self) -> tuple[str, ...]:
        return tuple(read(name).text.casefold() for each in self.known.criteria for name in each.names)
