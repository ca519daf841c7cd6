"""Show the whole file of one candidacy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic_core import from_json

from evenhand.cli.entry_text import BOX, GONE, fields, filled, occurred, short, shut
from evenhand.cli.facts import Asked, facts_of
from evenhand.cli.handles import stream_for
from evenhand.cli.options import AsOf, Format, FromLog, Lang, Zone
from evenhand.cli.printing import dumped
from evenhand.cli.report_out import PAGES, must_be_writable, write_out
from evenhand.cli.run import run_of
from evenhand.cli.toml_text import with_points
from evenhand.columns.facts import Facts
from evenhand.errors import InputError
from evenhand.events.candidacy import CandidacyOpened
from evenhand.events.candidate import CandidateRegistered
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import Ledger
from evenhand.render import build
from evenhand.render.json_object import report_object
from evenhand.render.making import CaseFile, Step
from evenhand.sentence import Sentence
from evenhand.words import translator


def case(
    context: typer.Context,
    candidacy: Annotated[
        str, typer.Argument(metavar="CANDIDACY", help="Its id, or the position of an entry on its stream.")
    ],
    *,
    purpose: Annotated[str, typer.Option("--purpose", help="What the texts are opened for; this is logged.")] = "case",
    closed: Annotated[bool, typer.Option("--closed", help="Open nothing that is sealed.")] = False,
    as_of: AsOf = None,
    from_log: FromLog = False,
    zone: Zone = None,
    lang: Lang = None,
    format_: Format = None,
) -> None:
    """Show the whole file of one candidacy.

    What a person should look at, each decision beside the one its standard implies, the scores on each criterion, who
    else was in the same place with higher, equal or lower scores and what became of them, the standard in force,
    notices, deadlines and promises, feedback, other candidacies of the same person; then everything recorded on it, on
    its candidate and on its requisition, in the order it was recorded, with entries that were moved to it from another
    candidacy; what was put right says so. Others appear by opaque id. What is sealed on
    the candidacy and on the candidate is opened, unless its key has been destroyed; the vault keeps who opened how
    many boxes, when and for which purpose. Scores are shown in points.

    Exit status: 4 if there is no such candidacy, 6 if there is no ledger.

    $ evenhand case 6 --purpose "answer to the candidate"
    """
    run = run_of(context).asked(lang=lang)
    form = run.form(format_, "table", "md", "json", "csv", *PAGES)
    must_be_writable(run, form)
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        with run.reading() if closed else run.ledger() as ledger:
            entries = _file(ledger, stream_for(ledger, candidacy), facts)
            bodies = _bodies(ledger, entries, None if closed else purpose)
        say = translator(run.settings.lang).text
        file = _case_file(entries, bodies, closed, say)
        made = build("case", facts, lang=run.settings.lang, folder=run.settings.ledger, file=file)
    if form == "json":
        whole = [{**entry._asdict(), "body": body} for entry, body in zip(entries, bodies, strict=True)]
        run.write(dumped({"candidacy": _candidacy(entries), **report_object(made), "entries": whole}))
        return
    write_out(run, made, form)


def _file(ledger: Ledger, stream: str, facts: Facts) -> list[Entry]:
    upto = facts.as_of.position
    entries = [each for each in ledger.stream(stream) if each.position <= upto]
    opened = ledger.event(entries[0]) if entries else None
    if not isinstance(opened, CandidacyOpened):
        raise InputError(Sentence("there is no such candidacy; look for candidacy.opened with: evenhand log"))
    beside = [each for other in (opened.candidate, opened.requisition) for each in ledger.stream(other)]
    return sorted([*entries, *(each for each in beside if each.position <= upto), *_moved_here(ledger, stream, facts)])


def _moved_here(ledger: Ledger, stream: str, facts: Facts) -> Iterator[Entry]:
    """Find what was recorded on other candidacies and corrected to belong to this one."""
    found = facts.connection.execute(
        "SELECT e.position, CAST(o.stream AS VARCHAR) FROM in_force.correction AS c JOIN entry AS e ON e.id = c.target "
        "JOIN stream AS o ON o.stream_key = e.stream_key JOIN stream AS s ON s.stream_key = c.stream_key "
        "WHERE CAST(s.stream AS VARCHAR) = ? AND o.stream <> s.stream AND NOT c.duplicate",
        [stream],
    ).fetchall()
    for position, other in found:
        yield from (each for each in ledger.stream(other) if each.position == position)


def _case_file(
    entries: Sequence[Entry],
    bodies: Sequence[dict[str, Any]],
    closed: bool,  # noqa: FBT001 - as given
    say: Callable[[str], str],
) -> CaseFile:
    own = _own(entries)
    boxes = {entry: entry.body.count(BOX) for entry in entries if entry.stream in own}
    gone = sum(boxes.get(entry, 0) for entry, body in zip(entries, bodies, strict=True) if GONE in dumped(body))
    known = own | {next(from_json(each.body)["requisition"] for each in entries if each.type == CandidacyOpened.TOPIC)}
    steps = tuple(
        _step(entry, body, entry.stream not in known, say) for entry, body in zip(entries, bodies, strict=True)
    )
    return CaseFile(
        _candidacy(entries),
        _name(entries, bodies),
        steps,
        opened=0 if closed else sum(boxes.values()) - gone,
        gone=0 if closed else gone,
    )


def _step(entry: Entry, body: dict[str, Any], moved_here: bool, say: Callable[[str], str]) -> Step:  # noqa: FBT001 - as found
    said = fields(filled(with_points(REGISTRY.event_class(entry.type), body)), say)
    return Step(
        entry.position,
        occurred(body),
        entry.recorded_at,
        entry.type.rpartition(".v")[0],
        short(body.get("actor", "-")),
        "; ".join(f"{name}: {value}" for name, value in said),
        moved_here,
    )


def _name(entries: Sequence[Entry], bodies: Sequence[dict[str, Any]]) -> str | None:
    """Find what the person is called, as registered; none where it is sealed or erased."""
    for entry, body in zip(entries, bodies, strict=True):
        name = body.get("name") if entry.type == CandidateRegistered.TOPIC else None
        if name and name != GONE and not str(name).startswith(BOX):
            return str(name)
    return None


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
