"""Open and list retrospectives.

A retrospective looks back over a period; lessons and actions can be recorded on it, and `evenhand report
retrospective` shows the period beside those before it.

$ evenhand retrospective list
"""

from __future__ import annotations

from typing import Final

import typer
from pydantic_core import from_json

from evenhand.cli.commands.record import type_function
from evenhand.cli.handles import entries_of
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.run import run_of
from evenhand.events.reflection import RetrospectiveOpened

_OPEN = """Open a retrospective.

Its id is printed: give it as --stream when you record lessons and actions on it. It looks at all requisitions, or
at those given with --requisition.

Exit status: 4 if a field is wrong or missing, 5 if a rule refuses it; nothing was written.

$ evenhand retrospective open --period-from 2026-07-01 --period-to 2026-09-30
"""


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List retrospectives.

    Requisitions is how many it looks at; none named means all.

    Exit status: 6 if there is no ledger.

    $ evenhand retrospective list
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    with run.reading() as ledger:
        found = [(entry, from_json(entry.body)) for entry in entries_of(ledger, RetrospectiveOpened.TOPIC)]
    rows = [
        (
            entry.position,
            body["period_from"],
            body["period_to"],
            len(body.get("requisitions", [])) or None,
            len(body.get("participants", [])),
            entry.stream,
        )
        for entry, body in found
    ]
    labels = (
        words.text("entry"),
        words.text("from"),
        words.text("to"),
        words.text("requisitions"),
        words.text("participants"),
        words.text("stream"),
    )
    keys = ("position", "period_from", "period_to", "requisitions", "participants", "stream")
    right = frozenset({"position", "requisitions", "participants"})
    show(run, form, "retrospectives", Grid(keys, labels, rows, right))


COMMANDS: Final = {"open": type_function(RetrospectiveOpened, doc=_OPEN), "list": list_}
