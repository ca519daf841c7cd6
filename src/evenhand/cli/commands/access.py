"""Print all that is held on one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic_core import from_json

from evenhand.cli.both import field_said, type_said, value_said
from evenhand.cli.entry_text import fields, occurred, shut
from evenhand.cli.handles import stream_for
from evenhand.cli.options import Format
from evenhand.cli.printing import dumped
from evenhand.cli.run import Run, run_of
from evenhand.cli.toml_text import with_points
from evenhand.errors import ErasedError, InputError
from evenhand.events.candidacy import CandidacyOpened
from evenhand.events.entry import Entry
from evenhand.events.ledger import HoldPlaced, HoldReleased
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import Ledger
from evenhand.ledger.states import States
from evenhand.render.escape import line
from evenhand.sentence import Sentence
from evenhand.vault import OutsideId
from evenhand.vault.vault import Opening


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held on a person: entries with their bodies opened, outside ids, and who opened boxes."""

    people: tuple[str, ...]
    outside: Sequence[OutsideId]
    entries: Sequence[tuple[Entry, dict[str, Any]]]
    openings: Sequence[Opening]


def access(
    context: typer.Context,
    candidate: Annotated[
        str, typer.Argument(metavar="CANDIDATE", help="An id or a position, of the candidate or a candidacy.")
    ],
    *,
    purpose: Annotated[
        str, typer.Option("--purpose", help="What the texts are opened for; this is logged.")
    ] = "access request",
    format_: Format = None,
) -> None:
    """Print all that is held on one person.

    Every entry about the person and whoever they were merged with, on all their candidacies, imported or not, with what
    is sealed opened; what other systems call them; legal holds that rest on them; and who opened boxes since. Types,
    fields and codes are said in English and Chinese, for the document goes to the person. Texts stand in it as they
    were written, so look through it before it goes out: they may name others. Scores are shown in points.

    Exit status: 4 if there is no such candidate, 6 if there is no ledger.

    $ evenhand access 5 --purpose "access request of 3 July"
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        held = _held(ledger, stream_for(ledger, candidate), purpose)
    if form == "json":
        run.write(dumped(_object(held)))
    else:
        _tell(run, held)


def _held(ledger: Ledger, stream: str, purpose: str) -> _Held:
    first = next(iter(ledger.stream(stream)), None)
    opened = ledger.event(first) if first is not None else None
    who = opened.candidate if isinstance(opened, CandidacyOpened) else stream
    with ledger.store.reader() as reader:
        people = States(REGISTRY, ledger.opening.stream).same_person(reader, who)
        if not people:
            raise InputError(Sentence("there is no such candidate; look for candidate.registered with: evenhand log"))
        candidacies = {each.stream for each in reader.naming(CandidacyOpened.TOPIC, people)}
        holds = reader.of_type(ledger.opening.stream, [HoldPlaced.TOPIC, HoldReleased.TOPIC])
    own = sorted(entry for each in people | candidacies for entry in ledger.stream(each))
    bodies = [
        (entry, shut(from_json(entry.body), gone=True) if body is None else body)
        for entry, body in zip(own, ledger.opened(own, purpose=purpose), strict=True)
    ]
    bodies += [(each, from_json(each.body)) for each in _resting(holds, people | candidacies)]
    outside = [each for person in sorted(people) for each in _outside(ledger, person)]
    since = datetime.fromisoformat(min(entry.recorded_at for entry in own))
    openings = [each for each in ledger.vault.openings() if each.at >= since]
    return _Held(tuple(sorted(people)), outside, sorted(bodies, key=lambda each: each[0].position), openings)


def _outside(ledger: Ledger, person: str) -> list[OutsideId]:
    """Answer with what other systems call a person; nothing once the key of it is destroyed."""
    try:
        return ledger.vault.outside_ids(person)
    except ErasedError:
        return []


def _resting(holds: Sequence[Entry], streams: Collection[str]) -> list[Entry]:
    """Pick out the holds that rest on these streams, with their releases."""
    placed = {each.id for each in holds if set(from_json(each.body).get("subjects", ())) & set(streams)}
    return [each for each in holds if each.id in placed or from_json(each.body).get("hold") in placed]


def _object(held: _Held) -> dict[str, Any]:
    return {
        "candidates": list(held.people),
        "outside": [{"system": each.system, "kind": each.kind, "reference": each.reference} for each in held.outside],
        "entries": [{**entry._asdict(), "body": body} for entry, body in held.entries],
        "openings": [{**each._asdict(), "at": each.at.isoformat()} for each in held.openings],
    }


def _tell(run: Run, held: _Held) -> None:
    run.write("All that is held on one person · 所持有的关于一个人的全部记录\n")
    for person in held.people:
        run.write(f"{field_said('candidate')}: {person}\n")
    if held.outside:
        run.write("\nWhat other systems call them · 其他系统中的编号\n")
    for outside in held.outside:
        run.write(f"    {line(outside.system)}  {field_said(outside.kind)}: {line(outside.reference)}\n")
    for entry, body in held.entries:
        run.write(f"\n{entry.position}  {type_said(entry.type)}  {occurred(body)}\n")
        run.write(f"    recorded · 录入: {entry.recorded_at}  {body.get('actor', '-')}\n")
        basis = body.get("basis", {}).get("kind", "-")
        run.write(f"    {field_said('basis')}: {value_said(basis)}\n")
        for name, value in fields(with_points(REGISTRY.event_class(entry.type), body)):
            run.write(f"    {field_said(name)}: {value_said(value)}\n")
    run.write("\nWho opened sealed texts since, of this person or others; the log does not say whose\n")
    run.write("此后谁打开过密封文本 · 可能属于本人或他人 · 日志不记录是谁的\n")
    for each in held.openings:
        run.write(
            f"    {each.at.isoformat(timespec='seconds')}  {line(each.who)}  {each.how_many}  {line(each.purpose)}\n"
        )
