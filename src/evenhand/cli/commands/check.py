"""List what a person should look at.

Each finding has a code, since when it stands, and the entries it rests on; what a code means and what to do about
it says: evenhand explain CODE. Findings are about what is absent or late as well as about what is there, so they
depend on the as-of, which is said on standard error. What is wrong with a text that was not sent yet says: evenhand
check text FILE.

Exit status: 1 if there are findings, 0 if there are none, 6 if there is no ledger.

$ evenhand check --code action_overdue
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from evenhand.cli.options import AsOf, Format, FromLog, Zone
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.run import FoundSomething, Run, UsageError, run_of
from evenhand.cli.text_check import text
from evenhand.clock import instant_text
from evenhand.resources import finding_meanings
from evenhand.sentence import Sentence

COMMANDS: Final = {"text": text}
_COLUMNS: Final = ("code", "since", "entries", "candidacy", "detail", "acknowledged_by", "finding")


def callback(
    context: typer.Context,
    *,
    codes: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="Only these findings. May be repeated.")
    ] = None,
    unacknowledged: Annotated[
        bool, typer.Option("--unacknowledged", help="Only those that nobody has acknowledged.")
    ] = False,
    as_of: AsOf = None,
    from_log: FromLog = False,
    zone: Zone = None,
    format_: Format = None,
) -> None:
    """List findings, unless a subcommand was asked for."""
    if context.invoked_subcommand is not None:
        if codes or unacknowledged or as_of or from_log or zone or format_:
            raise UsageError(Sentence("options of check go without a subcommand, those of check text after its name"))
        return
    from evenhand import models  # noqa: PLC0415 - checking a text needs no facts
    from evenhand.cli.facts import Asked, facts_of  # noqa: PLC0415 - the same

    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    meanings = finding_meanings()
    if unknown := sorted(set(codes or ()) - set(meanings)):
        raise UsageError(Sentence("--code: there is no finding {code}; see: evenhand explain", code=unknown[0]))
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        rows = models.project(facts.connection, "finding", models.catalogue()).records()
        as_of_pair = {"position": facts.as_of.position, "instant": instant_text(facts.as_of.instant)}
    found = [
        row
        for row in sorted(rows, key=lambda row: (str(row["since"]), str(row["code"]), row["entries"]))
        if (not codes or row["code"] in codes) and not (unacknowledged and row["acknowledged_by"])
    ]
    _print(run, form, found, meanings, as_of_pair)
    if found:
        raise FoundSomething


def _print(
    run: Run, form: str, found: list[dict[str, Any]], meanings: dict[str, dict[str, Any]], as_of: dict[str, Any]
) -> None:
    words = run.words
    if form == "json":
        run.write(dumped({"findings": found, "n": len(found), "as_of": as_of}))
        return
    if form == "csv":
        show(run, form, "findings", Grid(_COLUMNS, _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in found]))
        return
    if not found:
        run.write(words.text("no findings") + "\n")
        return
    rows = [
        (
            row["code"],
            _said(meanings, row["code"], words.lang),
            str(row["since"])[:16],
            row["entries"],
            _noted(run, row),
        )
        for row in found
    ]
    labels = (words.text("finding"), words.text("what it is"), words.text("since"), words.text("entries"))
    show(
        run, form, "findings", Grid(("code", "says", "since", "entries", "detail"), (*labels, words.text("more")), rows)
    )
    if form == "table":
        run.write("\n" + words.plural("{n} finding", "{n} findings", len(found)) + "\n")


def _said(meanings: dict[str, dict[str, Any]], code: str, lang: str) -> str:
    meaning = meanings.get(code, {})
    return str(meaning.get(lang) or meaning.get("en", "-"))


def _noted(run: Run, row: dict[str, Any]) -> str | None:
    parts = [str(row["detail"])] if row["detail"] else []
    if row["acknowledged_by"]:
        parts.append(run.words.text("acknowledged by {entry}", entry=row["acknowledged_by"]))
    return "; ".join(parts) or None
