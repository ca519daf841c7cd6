"""From what somebody typed to entries: find what is meant, fill in what is bound, append, and say where it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from evenhand.cli.handles import entry_named, stream_for
from evenhand.cli.printing import dumped
from evenhand.cli.run import Run
from evenhand.clock import system_clock
from evenhand.errors import EvenhandError, InputError
from evenhand.events.base import Event, StreamKind
from evenhand.events.entry import Entry
from evenhand.events.ids import new_id
from evenhand.events.registry import REGISTRY
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence, either
from evenhand.words import mark

_NAMED_FIRST: Final = (
    "visit", "interview", "amends", "promise", "decision", "appeal", "offer", "hire", "notice", "feedback", "action",
    "hold", "consent", "merge", "target", "replaces",
)  # fmt: skip
"""Fields that name an entry of the stream a draft belongs to."""
_KINDS: Final = {
    StreamKind.LEDGER: mark("ledger"),
    StreamKind.STANDARD: mark("standard"),
    StreamKind.POLICY: mark("policy"),
    StreamKind.REQUISITION: mark("requisition"),
    StreamKind.CANDIDATE: mark("candidate"),
    StreamKind.CANDIDACY: mark("candidacy"),
    StreamKind.RETROSPECTIVE: mark("retrospective"),
}


def fresh_id() -> str:
    """Make an id for a new stream, person or entry."""
    return new_id(int(system_clock().timestamp() * 1000), os.urandom)


def event_class_of(name: str) -> type[Event]:
    """Answer with the class of a type by its topic, with or without its version. Raises ``InputError``."""
    topic = (
        name
        if re.search(r"\.v\d+$", name)
        else next((each for each in reversed(REGISTRY.topics) if each.rpartition(".v")[0] == name), name)
    )
    if not REGISTRY.knows(topic):
        raise InputError(Sentence("there is no such type of event; see: evenhand record --help"))
    return REGISTRY.writable(REGISTRY.newest(topic) if topic != name else topic)


def stream_of_draft(ledger: Ledger, event_class: type[Event], given: str | None, body: Mapping[str, Any]) -> str:
    """Decide the stream of a draft: the one given, a new one, the ledger's own, or that of an entry it names."""
    if given:
        return stream_for(ledger, given, event_class)
    if event_class.OPENS and event_class.STREAMS != (StreamKind.LEDGER,):
        return fresh_id()
    if event_class.STREAMS == (StreamKind.LEDGER,):
        return ledger.opening.stream
    for field in _NAMED_FIRST:
        named = body.get(field)
        if isinstance(named, str) and (entry := entry_named(ledger, named)):
            return entry.stream
    kinds = either(Sentence(_KINDS[each]) for each in event_class.STREAMS)
    raise InputError(Sentence("{topic}: which {kinds}? give --stream", topic=event_class.TOPIC, kinds=kinds))


def append(
    ledger: Ledger, drafts: Sequence[Draft], places: Sequence[str] = (), *, accept_clock: bool = False
) -> list[Entry]:
    """Append drafts; a problem names the place the draft was read at instead of its number."""
    try:
        return ledger.append(drafts, accept_clock=accept_clock)
    except EvenhandError as error:
        if places:
            raise type(error)(*(_placed(each, places) for each in error.problems)) from None
        raise


def _placed(problem: str, places: Sequence[str]) -> str:
    said: Mapping[str, object] = problem.fields if isinstance(problem, Sentence) else {}
    if said.get("total") == len(places):  # a draft of several
        return Sentence("{place}: {problem}", place=places[int(str(said["number"])) - 1], problem=said["problem"])
    return Sentence("{place}: {problem}", place=places[0], problem=problem) if len(places) == 1 else problem


def tell(run: Run, entries: Iterable[Entry], form: str) -> None:
    """Say where the entries stand: position, type, id and stream."""
    rows = [
        {"position": e.position, "recorded_at": e.recorded_at, "type": e.type, "id": e.id, "stream": e.stream}
        for e in entries
    ]
    if form == "json":
        run.write(dumped({"entries": rows}))
        return
    words = run.words
    for row in rows:
        run.write(words.text("entry {position}: {type}", position=row["position"], type=row["type"]) + "\n")
        run.write("  " + words.text("id {id}", id=row["id"]) + "\n")
        run.write("  " + words.text("stream {stream}", stream=row["stream"]) + "\n")
