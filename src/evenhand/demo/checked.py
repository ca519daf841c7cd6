"""Check the demo's texts as they are recorded, as the command line does."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from evenhand.events.standard import StandardAdopted
from evenhand.resources import packaged
from evenhand.texts.lexicon import Lexicon, parse
from evenhand.texts.message import About, Criterion, Kind, Known, Message, Outcome, Piece
from evenhand.texts.verdict import check

_KINDS: Mapping[str, Kind] = {
    "notice.given.v1": "notice",
    "feedback.given.v1": "feedback",
    "follow_up.made.v1": "follow_up",
}


def checks(topic: str, body: Mapping[str, Any], standard: StandardAdopted, outcome: str | None) -> dict[str, Any]:
    """Answer with ``checks`` for the body of a message that has a text, and with nothing for any other."""
    kind, text = _KINDS.get(topic), body.get("text")
    pieces = tuple(Piece(each["kind"], each["text"], each.get("criterion")) for each in body.get("segments", ()))
    if kind is None or not (text or pieces):
        return {}
    about = cast("About | None", body.get("about"))
    message = Message(kind, body["language"], text, pieces, about, body["channel"])
    known = Known(
        outcome=cast("Outcome | None", outcome),
        criteria=tuple(
            Criterion(each.criterion, tuple(name for name in (each.names.en, each.names.zh) if name))
            for each in standard.criteria
        ),
    )
    return {"checks": _checked(message, known)}


@cache
def _checked(message: Message, known: Known) -> dict[str, Any]:
    # A few texts are said thousands of times.
    return check(message, known, _lexicon(message.language)).recorded()


@cache
def _lexicon(language: str) -> Lexicon:
    return parse(tomllib.loads(packaged("texts", "lexicon", f"{language}.toml")))
