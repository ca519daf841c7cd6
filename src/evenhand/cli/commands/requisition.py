"""Open and close requisitions.

A requisition is a post to be filled; it is bound to a version of a standard and, if need be, of a policy.

$ evenhand requisition list
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from evenhand.cli import adopting
from evenhand.cli.handles import ID, by_code, entries_of
from evenhand.cli.json_input import read_text, shown_name
from evenhand.cli.options import Format, Occurred, Source
from evenhand.cli.printing import Grid, show
from evenhand.cli.recording import append, fresh_id, tell
from evenhand.cli.run import Run, run_of
from evenhand.events.points import body_from_toml
from evenhand.events.requisition import RequisitionClosed, RequisitionOpened, RequisitionRebound, RequisitionReopened
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.rules.states import RequisitionState

Code = Annotated[str, typer.Argument(metavar="CODE", help="Its code.")]
Why = Annotated[str, typer.Option("--why", help="Why; it stands in the clear and names nobody.")]


def open_(context: typer.Context, source: Source, *, occurred: Occurred = None, format_: Format = None) -> None:
    """Open a requisition.

    The file has its code, title, unit, location, zone and headcount, and names standard and policy by code; their
    newest versions are bound unless it says which.

    Exit status: 4 if the file does not say what it should, 5 if a rule refuses it.

    $ evenhand requisition open requisition.toml
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    body = body_from_toml(RequisitionOpened, read_text(source), shown_name(source))
    with run.ledger() as ledger:
        body.setdefault("zone", ledger.zone)
        _bind(ledger, body)
        _append(run, ledger, Draft(RequisitionOpened.TOPIC, fresh_id(), body), occurred, form, shown_name(source))


def rebind(
    context: typer.Context,
    code: Code,
    *,
    standard: Annotated[str, typer.Option("--standard", metavar="CODE[@VERSION]", help="The standard that holds now.")],
    why: Why,
    policy: Annotated[str | None, typer.Option("--policy", metavar="CODE[@VERSION]", help="The policy.")] = None,
    occurred: Occurred = None,
    format_: Format = None,
) -> None:
    """Bind another version of the standard.

    It holds from then on; what was decided before stays judged by what held then.

    Exit status: 4 if one of them is not there, 5 if a rule refuses it.

    $ evenhand requisition rebind pm-1 --standard pm --why "version 2 was adopted"
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    body: dict[str, Any] = {"why": why}
    for name, given in (("standard", standard), ("policy", policy)):
        if given is not None:
            body[name], at, number = given.partition("@")
            body |= {f"{name}_version": int(number)} if at and number.isdecimal() else {}
    with run.ledger() as ledger:
        _bind(ledger, body)
        stream = by_code(ledger, "requisition", code)
        _append(run, ledger, Draft(RequisitionRebound.TOPIC, stream, body), occurred, form)


def close(
    context: typer.Context,
    code: Code,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="filled|cancelled|frozen", help="Why.")],
    occurred: Occurred = None,
    format_: Format = None,
) -> None:
    """Close a requisition.

    Exit status: 4 if it is not there, 5 if a rule refuses it.

    $ evenhand requisition close pm-1 --reason filled
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        stream = by_code(ledger, "requisition", code)
        _append(run, ledger, Draft(RequisitionClosed.TOPIC, stream, {"reason": reason}), occurred, form)


def reopen(context: typer.Context, code: Code, *, why: Why, occurred: Occurred = None, format_: Format = None) -> None:
    """Open a closed requisition again.

    Exit status: 4 if it is not there, 5 if a rule refuses it.

    $ evenhand requisition reopen pm-1 --why "the offer was declined"
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        stream = by_code(ledger, "requisition", code)
        _append(run, ledger, Draft(RequisitionReopened.TOPIC, stream, {"why": why}), occurred, form)


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List requisitions.

    With the standard bound last, and whether they are open.

    Exit status: 6 if there is no ledger.

    $ evenhand requisition list
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    with run.reading() as ledger:
        codes = {each.entry.stream: each.code for each in adopting.versions(ledger, adopting.STANDARD)}
        rows = [_row(ledger, first.stream, codes) for first in entries_of(ledger, RequisitionOpened.TOPIC)]
    labels = (
        words.text("code"),
        words.text("title"),
        words.text("standard"),
        words.text("version"),
        words.text("state"),
        words.text("entry"),
        words.text("stream"),
    )
    keys = ("code", "title", "standard", "standard_version", "state", "position", "stream")
    show(run, form, "requisitions", Grid(keys, labels, rows, frozenset({"standard_version", "position"})))


def _row(ledger: Ledger, stream: str, codes: dict[str, str]) -> tuple[Any, ...]:
    state = RequisitionState()
    entries = ledger.stream(stream)
    opened = ledger.event(entries[0])
    for entry in entries:
        state.apply(entry.id, ledger.event(entry))
    bound = list(state.bindings.values())[-1] if state.bindings else None
    standard = (codes.get(bound.standard, "-"), bound.standard_version) if bound else ("-", None)
    what = (getattr(opened, "code", "-"), getattr(opened, "title", "-"))
    return (*what, *standard, "closed" if state.closed else "open", entries[0].position, stream)


def _bind(ledger: Ledger, body: dict[str, Any]) -> None:
    """Find standard and policy by code, and their newest versions where none is named."""
    for kind in (adopting.STANDARD, adopting.POLICY):
        named = body.get(kind.name)
        if isinstance(named, str):
            if not ID.fullmatch(named):
                body[kind.name] = by_code(ledger, kind.name, named)
            if kind.version not in body:
                body[kind.version] = adopting.find(ledger, kind, body[kind.name], None).number


def _append(run: Run, ledger: Ledger, draft: Draft, occurred: str | None, form: str, *places: str) -> None:
    body = dict(draft.body)
    if occurred is not None:
        body["occurred_at"] = adopting.moment_of(occurred, run.settings.zone or ledger.zone)
    tell(run, append(ledger, [Draft(draft.topic, draft.stream, body)], places), form)


COMMANDS: Final = {"open": open_, "list": list_, "rebind": rebind, "close": close, "reopen": reopen}
