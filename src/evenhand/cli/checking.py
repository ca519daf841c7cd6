"""Check the texts of messages as they are recorded: what the checks found goes into the entry with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

from evenhand.cli.beside import Beside
from evenhand.events.communication import FeedbackGiven, FollowUpMade, NoticeGiven
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.resources import packaged
from evenhand.texts.lexicon import Lexicon, parse
from evenhand.texts.message import Kind, Message, Piece
from evenhand.texts.reading import language_of
from evenhand.texts.verdict import check

LANGUAGES: Final = ("en", "zh")
"""Those there is a lexicon of."""
KINDS: Final[Mapping[str, Kind]] = {
    NoticeGiven.TOPIC: "notice",
    FeedbackGiven.TOPIC: "feedback",
    FollowUpMade.TOPIC: "follow_up",
}
PURPOSE: Final = "text checks"
"""What the vault notes when the candidate's name is opened, to compare it with the salutation."""


@cache
def lexicon(language: str) -> Lexicon:
    """Read the lexicon of a language."""
    import tomllib  # noqa: PLC0415 - most commands check no text

    return parse(tomllib.loads(packaged("texts", "lexicon", f"{language}.toml")))


def with_checks(ledger: Ledger, drafts: Sequence[Draft]) -> list[Draft]:
    """Answer with the drafts, each message that has a text and no checks having them.

    A text in a language without a lexicon stays unchecked, and so does a draft whose entry stands already.
    """
    messages = {at: made for at, each in enumerate(drafts) if (made := _wanting(each))}
    if messages:
        named = [each.id for each in drafts if each.id is not None]
        with ledger.store.reader() as reader:
            known = reader.by_ids(named)
        messages = {at: each for at, each in messages.items() if drafts[at].id not in known}
    if not messages:
        return list(drafts)
    beside = Beside(ledger, drafts, purpose=PURPOSE)
    beside.open_names(drafts[at].stream for at in messages)
    return [_checked(each, messages[at], beside) if at in messages else each for at, each in enumerate(drafts)]


def _checked(draft: Draft, message: Message, beside: Beside) -> Draft:
    found = check(message, beside.known(draft), lexicon(message.language))
    return Draft(draft.topic, draft.stream, {**draft.body, "checks": found.recorded()}, draft.id)


def _wanting(draft: Draft) -> Message | None:
    if draft.topic not in KINDS or "checks" in draft.body:
        return None
    return message_of(KINDS[draft.topic], draft.body)


def message_of(kind: Kind, body: Mapping[str, Any]) -> Message | None:
    """Make a message of the body of an event; none if it has no text, or none in a language of a lexicon.

    What has another form than its class asks for is left out: refusing it is for the append.
    """
    text = body.get("text")
    pieces = tuple(_pieces(body.get("segments")))
    whole = text if isinstance(text, str) and text.strip() else None
    if whole is None and not pieces:
        return None
    language = language_named(body.get("language"), " ".join([whole or "", *(each.text for each in pieces)]))
    if language is None:
        return None
    return Message(kind, language, whole, pieces, body.get("about"), body.get("channel"))


def language_named(given: Any, text: str) -> str | None:
    """Answer with the language of a lexicon that a text is in, as said or as it looks; none if there is none for it."""
    named = given.partition("-")[0] if isinstance(given, str) else language_of(text)
    return named if named in LANGUAGES else None


def _pieces(segments: Any) -> list[Piece]:
    members = cast("list[Any]", segments) if isinstance(segments, list | tuple) else []
    found: list[Piece] = []
    for each in members:
        segment = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
        kind, text, criterion = segment.get("kind"), segment.get("text"), segment.get("criterion")
        if isinstance(kind, str) and isinstance(text, str):
            found.append(Piece(cast("Any", kind), text, criterion if isinstance(criterion, str) else None))
    return found
