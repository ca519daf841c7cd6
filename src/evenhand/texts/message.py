"""A message to a candidate, and what is known beside its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Kind = Literal["notice", "feedback", "follow_up"]
About = Literal["outcome", "status", "promise", "receipt", "withdrawal"]
Outcome = Literal["advance", "reject", "defer"]
PieceKind = Literal["strength", "improvement", "suggestion", "encouragement", "next_step"]

_SPOKEN: Final = ("phone", "in_person")


class Piece(NamedTuple):
    """One segment of feedback."""

    kind: PieceKind
    text: str
    criterion: str | None = None


class Part(NamedTuple):
    """A text of the message, and where it stands in the event (RFC 6901)."""

    pointer: str
    text: str
    piece: Piece | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What will be said or sent: a text, typed segments, or both."""

    kind: Kind
    language: str
    text: str | None = None
    pieces: tuple[Piece, ...] = ()
    about: About | None = None
    channel: str | None = None

    def parts(self) -> Iterator[Part]:
        """Yield each text once: a segment that stands in the whole text as well is not read twice."""
        if self.text:
            yield Part("/text", self.text)
        for number, each in enumerate(self.pieces):
            if not self.text or each.text not in self.text:
                yield Part(f"/segments/{number}/text", each.text, each)

    @property
    def spoken(self) -> bool:
        """Whether the text is a note of what was said rather than what was sent."""
        return self.channel in _SPOKEN

    @property
    def tells_outcome(self) -> bool:
        """Whether this message tells an outcome."""
        return self.kind == "notice" and self.about == "outcome"


class Criterion(NamedTuple):
    """A criterion of the bound standard, with its names in any language."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the text; what is left out is not known, and no check pretends it were."""

    outcome: Outcome | None = None
    criteria: tuple[Criterion, ...] = ()
    names: tuple[str, ...] = ()
    consent: bool | None = None
    """Whether the candidate agreed to be kept in touch with."""

    def has_criterion(self, code: str | None) -> bool:
        """Whether a criterion is one of the bound standard's; any will do where no standard is known."""
        return code is not None and (not self.criteria or any(each.code == code for each in self.criteria))
