"""Show the whole file of one candidacy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic_core import from_json

from evenhand.cli.entry_text import fields, occurred, shut
from evenhand.cli.handles import stream_for
from evenhand.cli.options import Format
from evenhand.cli.printing import dumped
from evenhand.cli.run import Run, run_of
from evenhand.cli.toml_text import with_points
from evenhand.errors import InputError
from evenhand.events.candidacy import CandidacyOpened
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import Ledger


def case(
    context: typer.Context,
    candidacy: Annotated[
        str, typer.Argument(metavar="CANDIDACY", help="Its id, or the position of an entry on its stream.")
    ],
    *,
    purpose: Annotated[str, typer.Option("--purpose", help="What the texts are opened for; this is logged.")] = "case",
    closed: Annotated[bool, typer.Option("--closed", help="Open nothing that is sealed.")] = False,
    format_: Format = None,
) -> None:
    """Show the whole file of one candidacy.

    Everything recorded on it, on its candidate and on its requisition, in the order it was recorded. What is sealed
    on the candidacy and on the candidate is opened, unless its key has been destroyed; the vault keeps who opened how
    many boxes, when and for which purpose. Scores are shown in points.

    Exit status: 4 if there is no such candidacy, 6 if there is no ledger.

    $ evenhand case 6 --purpose "answer to the candidate"
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.reading() if closed else run.ledger() as ledger:
        entries = _file(ledger, stream_for(ledger, candidacy))
        bodies = _bodies(ledger, entries, None if closed else purpose)
    if form == "json":
        whole = [{**entry._asdict(), "body": body} for entry, body in zip(entries, bodies, strict=True)]
        run.write(dumped({"candidacy": _candidacy(entries), "entries": whole}))
        return
    _tell(run, entries, bodies)


def _file(ledger: Ledger, stream: str) -> list[Entry]:
    entries = ledger.stream(stream)
    opened = ledger.event(entries[0]) if entries else None
    if not isinstance(opened, CandidacyOpened):
        raise InputError("there is no such candidacy; look for candidacy.opened with: evenhand log")
    beside = [each for other in (opened.candidate, opened.requisition) for each in ledger.stream(other)]
    return sorted([*entries, *beside])


def _candidacy(entries: Sequence[Entry]) -> str:
    return next(each.stream for each in entries if each.type == CandidacyOpened.TOPIC)


def _bodies(ledger: Ledger, entries: Sequence[Entry], purpose: str | None) -> list[dict[str, Any]]:
    if purpose is None:
        return [from_json(entry.body) for entry in entries]
    own = _own(entries)
    theirs = [entry for entry in entries if entry.stream in own]
    opened = dict(zip(theirs, ledger.opened(theirs, purpose=purpose), strict=True))
    return [_body(entry, opened) for entry in entries]


def _own(entries: Sequence[Entry]) -> frozenset[str]:
    """Name the streams of the candidacy and of its candidate: what is sealed on the requisition is about others too."""
    opening = next(each for each in entries if each.type == CandidacyOpened.TOPIC)
    return frozenset({opening.stream, str(from_json(opening.body)["candidate"])})


def _body(entry: Entry, opened: Mapping[Entry, dict[str, Any] | None]) -> dict[str, Any]:
    body = opened.get(entry)
    return body if body is not None else shut(from_json(entry.body), gone=entry in opened)


def _tell(run: Run, entries: Sequence[Entry], bodies: Sequence[dict[str, Any]]) -> None:
    words = run.words
    run.write(words.text("candidacy {id}", id=_candidacy(entries)) + "\n")
    for entry, body in zip(entries, bodies, strict=True):
        run.write(f"\n{entry.position}  {entry.type}  {occurred(body)}\n")
        late = words.text("recorded {at} by {actor}", at=entry.recorded_at, actor=body.get("actor", "-"))
        run.write(f"    {late}\n")
        for name, value in fields(with_points(REGISTRY.event_class(entry.type), body)):
            run.write(f"    {name}: {value}\n")
