"""List what a person should look at.

Each finding has a code, since when it stands, and the entries it rests on; what a code means and what to do about
it says: evenhand explain CODE. Findings are about what is absent or late as well as about what is there, so they
depend on the as-of, which is said on standard error. Clocks of laws that still run stand last, with the days left:
nothing is late, so they are not counted as findings and do not change the exit status. What is wrong with a text that
was not sent yet says: evenhand check text FILE.

Exit status: 1 if there are findings, 0 if there are none or only clocks that run, 6 if there is no ledger.

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
from evenhand.words import Translate

COMMANDS: Final = {"text": text}
_COLUMNS: Final = (
    "code", "since", "entries", "candidacy", "running", "overdue_days", "left_days", "detail", "citation", "status_on",
    "acknowledged_by", "finding",
)  # fmt: skip


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
        for row in sorted(rows, key=lambda row: (row["running"], str(row["since"]), str(row["code"]), row["entries"]))
        if (not codes or row["code"] in codes) and not (unacknowledged and row["acknowledged_by"])
    ]
    _print(run, form, found, meanings, as_of_pair)
    if any(not row["running"] for row in found):
        raise FoundSomething


def _print(
    run: Run, form: str, found: list[dict[str, Any]], meanings: dict[str, dict[str, Any]], as_of: dict[str, Any]
) -> None:
    words, running = run.words, [row for row in found if row["running"]]
    n = len(found) - len(running)
    if form == "json":
        run.write(dumped({"findings": found[:n], "n": n, "running": running, "as_of": as_of}))
        return
    if form == "csv":
        show(run, form, "findings", Grid(_COLUMNS, _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in found]))
        return
    if not found:
        run.write(words.text("no findings") + "\n")
        return
    rows = [
        (code, _said(meanings, code, words.lang), str(row["since"])[:16], row["entries"], _noted(words, row))
        for row in found
        for code in (row["code"],)
    ]
    labels = (words.text("finding"), words.text("what it is"), words.text("since"), words.text("entries"))
    show(
        run, form, "findings", Grid(("code", "says", "since", "entries", "detail"), (*labels, words.text("more")), rows)
    )
    if form == "table":
        counted = words.plural("{n} finding", "{n} findings", n) if n else words.text("no findings")
        clocks = words.plural("{n} clock of a law runs", "{n} clocks of laws run", len(running)) if running else None
        run.write("\n" + words.text("; ").join(filter(None, (counted, clocks))) + "\n")


def _said(meanings: dict[str, dict[str, Any]], code: str, lang: str) -> str:
    meaning = meanings.get(code, {})
    return str(meaning.get(lang) or meaning.get("en", "-"))


def _noted(words: Translate, row: dict[str, Any]) -> str | None:
    from evenhand.render.laws import law_noted  # noqa: PLC0415 - checking a text needs no facts

    by = row["acknowledged_by"]
    parts = (row["detail"], law_noted(words, row), by and words.text("acknowledged by {entry}", entry=by))
    return words.text("; ").join(str(each) for each in parts if each) or None
