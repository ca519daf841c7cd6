"""Run every check over a message, and say what may stand in the clear and what must be sealed."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, NamedTuple

from evenhand.texts.checks import CHECKS, Check
from evenhand.texts.lexicon import Lexicon
from evenhand.texts.message import Known, Message
from evenhand.texts.scope import Hit, Scope

State = Literal["met", "unmet", "not_applicable"]

_BOX: Final = (260, 1_000)
"""Bytes of what is sealed, at least and at most: every such box has one size, so that it tells nothing by it."""


class Answer(NamedTuple):
    """What one check said of a message; ``hits`` are the places to look at if it is not met."""

    check: Check
    state: State
    hits: tuple[Hit, ...] = ()


class Checked(NamedTuple):
    """What all checks said of a message, by which lexicon."""

    lexicon: str
    answers: tuple[Answer, ...]

    @property
    def applied(self) -> int:
        """How many checks apply."""
        return sum(each.state != "not_applicable" for each in self.answers)

    @property
    def met(self) -> int:
        """How many of them are met."""
        return sum(each.state == "met" for each in self.answers)

    @property
    def unmet(self) -> tuple[str, ...]:
        """Name the checks that are not met."""
        return tuple(each.check.id for each in self.answers if each.state == "unmet")

    def recorded(self) -> dict[str, Any]:
        """Answer with what stands in an entry: its ``hits`` is text that will be sealed.

        The counts leave the sealed checks out: from 10 of 11 with no unmet check named, anybody could tell.
        """
        clear = Checked(self.lexicon, tuple(each for each in self.answers if not each.check.sealed))
        return {
            "lexicon": clear.lexicon,
            "applied": clear.applied,
            "met": clear.met,
            "unmet": list(clear.unmet),
            "hits": self._sealed(),
        }

    def _sealed(self) -> str:
        """Write unmet sealed checks and the places of all hits as JSON; what has no room is counted, last first."""
        names = [each.check.id for each in self.answers if each.check.sealed and each.state == "unmet"]
        hits = [[hit.row, hit.pointer, hit.start, hit.end] for each in self.answers for hit in each.hits]
        least, most = _BOX
        kept = len(hits)
        while True:
            said: dict[str, Any] = {"unmet": names, "hits": hits[:kept], "left_out": len(hits) - kept}
            text = json.dumps(said, separators=(",", ":"))
            if len(text) <= most:
                return text.ljust(least)
            kept -= 1


def check(message: Message, known: Known, lexicon: Lexicon) -> Checked:
    """Run every check. Deterministic: the same message, knowledge and lexicon give the same answer."""
    scope = Scope(message, known, lexicon)
    return Checked(lexicon.version, tuple(_answer(each, scope) for each in CHECKS))


def _answer(rule: Check, scope: Scope) -> Answer:
    found = rule.run(scope)
    if found is None:
        return Answer(rule, "not_applicable")
    if found.met:
        return Answer(rule, "met")
    return Answer(rule, "unmet", tuple(each.hit for each in found.places))
