"""Print a projection."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from evenhand import models
from evenhand.cli.facts import Asked, AsOf, FromLog, NoCustom, Zone, facts_of
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.run import Run, run_of
from evenhand.models import Rows
from evenhand.sentence import Sentence


def project(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Its name; all are listed if left out.")] = None,
    *,
    as_of: AsOf = None,
    from_log: FromLog = False,
    no_custom: NoCustom = False,
    zone: Zone = None,
    format_: Format = None,
) -> None:
    """Print a projection.

    Without a name, lists the projections there are, the ledger's own included, and what a row of each is. Rows come in
    the order of their columns. The as-of is said on standard error, so that the command can be repeated.

    Exit status: 4 if there is no projection of this name, 6 if there is no ledger.

    $ evenhand project candidacy -f csv
    """
    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    known = models.catalogue(run.settings.ledger, custom=not no_custom)
    if name is None:
        words = run.words
        rows = [
            (
                each.name,
                each.titled(words.lang)[0],
                each.grain,
                Sentence("own") if each.custom else Sentence("built in"),
            )
            for each in known.values()
        ]
        labels = (words.text("name"), words.text("title"), words.text("one row is"), words.text("whose"))
        show(run, form, "projections", Grid(("name", "title", "grain", "whose"), labels, rows))
        return
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        print_rows(run, form, models.project(facts.connection, name, known))


def print_rows(run: Run, form: str, found: Rows) -> None:
    """Print a result; columns that hold numbers alone are set to the right."""
    right = {
        name for at, name in enumerate(found.columns) if found.rows and all(_number(row[at]) for row in found.rows)
    }
    show(run, form, "rows", Grid(found.columns, found.columns, found.rows, frozenset(right)))


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
