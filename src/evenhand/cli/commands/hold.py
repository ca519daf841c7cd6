"""Place and release legal holds.

While a hold names a candidate, a requisition or a person, nothing of theirs may be erased.

$ evenhand hold list
"""

from __future__ import annotations

from typing import Annotated, Final

import typer
from pydantic_core import from_json

from evenhand.cli.entry_text import occurred
from evenhand.cli.handles import entries_of, entry_named, id_for
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.recording import append, tell
from evenhand.cli.run import UsageError, run_of
from evenhand.cli.sealed import ask, sealed_text
from evenhand.errors import InputError
from evenhand.events.ledger import HoldPlaced, HoldReleased
from evenhand.ledger.drafts import Draft
from evenhand.sentence import Sentence


def place(
    context: typer.Context,
    subjects: Annotated[
        list[str], typer.Argument(metavar="SUBJECT...", help="Candidates, requisitions or persons: ids or positions.")
    ],
    *,
    matter_from: Annotated[
        str | None, typer.Option("--matter-from", metavar="FILE", help="What it is about, or -; it is sealed.")
    ] = None,
    format_: Format = None,
) -> None:
    """Place a legal hold.

    Exit status: 4 if a subject is not there, 5 if a rule refuses it; nothing was written.

    $ evenhand hold place 5 --matter-from matter.txt
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    matter = sealed_text(run, matter_from) if matter_from else ask(run, run.words.text("What is the matter? (sealed)"))
    if matter is None:
        raise UsageError(Sentence("--matter-from: say what the hold is about; it is sealed"))
    with run.ledger() as ledger:
        named = [id_for(ledger, "subjects", each) for each in subjects]
        draft = Draft(HoldPlaced.TOPIC, ledger.opening.stream, {"subjects": named, "matter": matter})
        tell(run, append(ledger, [draft]), form)


def release(
    context: typer.Context,
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="The hold: its id or its position.")],
    *,
    why_from: Annotated[str | None, typer.Option("--why-from", metavar="FILE", help="Why, or -; it is sealed.")] = None,
    format_: Format = None,
) -> None:
    """Release a legal hold.

    Exit status: 4 if there is none, 5 if a rule refuses it; nothing was written.

    $ evenhand hold release 14
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        entry = entry_named(ledger, hold)
        if entry is None:
            raise InputError(Sentence("there is no such hold; see: evenhand hold list"))
        body = {"hold": entry.id} | ({"why": sealed_text(run, why_from)} if why_from else {})
        tell(run, append(ledger, [Draft(HoldReleased.TOPIC, ledger.opening.stream, body)]), form)


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List legal holds.

    What they are about stays sealed.

    Exit status: 6 if there is no ledger.

    $ evenhand hold list
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    with run.reading() as ledger:
        found = [(entry, from_json(entry.body)) for entry in entries_of(ledger, HoldPlaced.TOPIC, HoldReleased.TOPIC)]
    released = {body["hold"] for entry, body in found if entry.type == HoldReleased.TOPIC}
    standing = (Sentence("in force"), Sentence("released"))
    rows = [
        (entry.position, occurred(body)[:10], standing[entry.id in released], body["subjects"])
        for entry, body in found
        if entry.type == HoldPlaced.TOPIC
    ]
    labels = (words.text("entry"), words.text("happened"), words.text("state"), words.text("subjects"))
    show(run, form, "holds", Grid(("position", "happened", "state", "subjects"), labels, rows, frozenset({"position"})))


COMMANDS: Final = {"place": place, "release": release, "list": list_}
