"""Query log and projections."""

from __future__ import annotations

from typing import Annotated

import typer

from evenhand import models
from evenhand.cli.commands.project import print_rows
from evenhand.cli.facts import Asked, AsOf, FromLog, NoCustom, Zone, facts_of
from evenhand.cli.json_input import STANDARD_INPUT, read_text
from evenhand.cli.options import Format
from evenhand.cli.run import run_of


def sql(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="One SELECT, or - for standard input.")],
    *,
    as_of: AsOf = None,
    from_log: FromLog = False,
    no_custom: NoCustom = False,
    zone: Zone = None,
    format_: Format = None,
) -> None:
    """Query log and projections.

    One SELECT of DuckDB's SQL, read only: it reaches the tables of the log (one a type, such as decision_made), their
    effective views, and every projection by name, and nothing outside. What is sealed is not in them.

    Exit status: 4 if the query cannot be run, 6 if there is no ledger.

    $ evenhand sql "select outcome, count(*) as n from decision_effective group by outcome order by outcome"
    """
    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    query = read_text(text) if text == STANDARD_INPUT else text
    known = models.catalogue(run.settings.ledger, custom=not no_custom)
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        print_rows(run, form, models.query(facts.connection, query, known))
