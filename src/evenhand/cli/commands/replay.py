"""Decide again by the standard."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from evenhand import models
from evenhand.cli.facts import Asked, AsOf, FromLog, Zone, facts_of
from evenhand.cli.json_input import read_text, shown_name
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.run import FoundSomething, Run, UsageError, run_of
from evenhand.columns.facts import Facts
from evenhand.errors import InputError
from evenhand.events.points import body_from_toml, points_text
from evenhand.events.registry import problems
from evenhand.events.standard import StandardAdopted

CLASSES: Final = ("agree", "differ", "discretion", "capacity", "insufficient", "unscored", "no_standard")
_LISTED: Final = (
    "position", "decision_id", "candidacy", "requisition", "stage", "outcome", "implied", "class", "overridden",
    "rests_on_late_scorecards", "standard_recorded_afterwards", "standard_version", "score",
)  # fmt: skip
_FILLER: Final = {
    "occurred_at": {"at": "2000-01-01", "zone": "UTC", "precision": "day"},
    "actor": "00000000-0000-0000-0000-000000000000",
    "basis": {"kind": "observed"},
    "rules": 1,
}
"""What an event needs beside a standard; a what-if is never recorded."""


def replay(
    context: typer.Context,
    *,
    standard: Annotated[
        list[str] | None,
        typer.Option("--standard", metavar="FILE", help="What if this TOML file had held? It replaces every version."),
    ] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="CLASS", help="List these; those that differ, if left out.")
    ] = None,
    as_of: AsOf = None,
    from_log: FromLog = False,
    zone: Zone = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if any differ.")] = False,
    format_: Format = None,
) -> None:
    """Decide again by the standard.

    Every final decision that stands is compared with what the standard in force when it was made implies on the same
    scorecards. With --standard, with what a file implies; decisions under other standards then count as no_standard.

    Exit status: 0; with --exit-code 1 if any differ; 4 if the file does not say what it should.

    $ evenhand replay -f json
    """
    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    listed = set(classes or ("differ",))
    if unknown := sorted(listed - set(CLASSES)):
        raise UsageError(f"--class: {unknown[0]} is none; expected one of {', '.join(CLASSES)}")
    what_if = [_standard(name) for name in standard or ()]
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        for each in what_if:
            _ask_what_if(facts, each)
        rows = models.project(facts.connection, "replay", models.catalogue()).records()
    counts = Counter(str(row["class"]) for row in rows)
    found = [{"position": row["decision"], **row} for row in rows if row["class"] in listed]
    _print(run, form, counts, [{name: each[name] for name in _LISTED} for each in found])
    if exit_code and counts["differ"]:
        raise FoundSomething


def _standard(name: str) -> StandardAdopted:
    body = {**_FILLER, **body_from_toml(StandardAdopted, read_text(name), shown_name(name))}
    body.setdefault("standard_version", 1)
    try:
        return StandardAdopted.model_validate_json(json.dumps(body, default=str))
    except ValidationError as error:
        raise InputError(*problems(error, shown_name(name))) from None


def _ask_what_if(facts: Facts, standard: StandardAdopted) -> None:
    """Put a standard in the place of every version of the same code."""
    connection = facts.connection
    known = connection.execute("SELECT count(*) FROM standard_adopted WHERE code = ?", [standard.code]).fetchall()
    if not known[0][0]:
        raise InputError(f"the file's standard has the code {standard.code}, which no standard of this ledger has")
    body = json.loads(standard.model_dump_json())
    types = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'what_if_standard' "
        "AND database_name = current_database() ORDER BY column_index"
    ).fetchall()
    filled = [(name, kind) for name, kind in types if name in body and name not in {"actor", "basis", "rules"}]
    names = ", ".join(f'"{name}"' for name, _ in filled)
    values = ", ".join(_value(kind) for _, kind in filled)
    connection.execute(
        f"INSERT INTO main.what_if_standard ({names}) SELECT {values}",
        [json.dumps(body[name]) for name, _ in filled],
    )


def _value(kind: str) -> str:
    """Write how JSON becomes a value; text would keep its quotes, and what is null stays null."""
    return "json(?) ->> '$'" if kind == "VARCHAR" else f"CAST(json(?) AS {kind})"


def _print(run: Run, form: str, counts: Counter[str], found: list[dict[str, Any]]) -> None:
    total = sum(counts.values())
    if form == "json":
        run.write(dumped({**{name: counts[name] for name in CLASSES}, "decisions": total, "list": found}))
        return
    words = run.words
    if form != "csv":
        said = [(name, counts[name]) for name in CLASSES] + [("decisions", total)]
        labels = (words.text("class"), words.text("decisions"))
        show(run, form, "replay", Grid(("class", "decisions"), labels, said, frozenset({"decisions"})))
        run.write("\n" if found else "")
    if found or form == "csv":
        rows = [tuple(_cell(name, each[name]) for name in _LISTED) for each in found]
        show(run, form, "list", Grid(_LISTED, _LISTED, rows, frozenset({"position", "score"})))


def _cell(name: str, value: Any) -> Any:
    return points_text(value) if name == "score" and value is not None else value
