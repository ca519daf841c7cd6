"""Make a report."""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack
from typing import Annotated, Any, Final

import typer

from evenhand.cli.facts import Asked, AsOf, FromLog, Lang, NoCustom, Zone, facts_of
from evenhand.cli.holding import Given, Held, Receipts, examined_facts
from evenhand.cli.json_input import read_text, shown_name
from evenhand.cli.options import Format
from evenhand.cli.papers import TrustFile
from evenhand.cli.printing import Grid, show
from evenhand.cli.report_out import PAGES, must_be_writable, write_out
from evenhand.cli.run import FoundSomething, Run, UsageError, run_of
from evenhand.columns.facts import Facts
from evenhand.errors import InputError, TamperedError
from evenhand.events.ledger import ReportIssued, ScreenAdopted
from evenhand.ledger.examined import Examined
from evenhand.ledger.ledger import Ledger
from evenhand.measures.resampling import SEED
from evenhand.render import Report, build, names, verifies
from evenhand.render.blocks import Findings, Kind, NotShown, Table
from evenhand.render.counts_file import read
from evenhand.render.json_object import dumped, stamp_object
from evenhand.render.making import Options
from evenhand.render.opening import answers, text_opener
from evenhand.render.period import parse
from evenhand.sentence import Sentence
from evenhand.vault.vault import Vault

WORKSHEET: Final = "worksheet"
_MOST_CELLS: Final = 500
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")


def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Its name; all are listed if left out.")] = None,
    *,
    period: Annotated[
        str | None,
        typer.Option(
            "--period",
            metavar="PERIOD",
            help="2026, 2026Q2, 2026-05 or 2026-04-01..2026-06-30; "
            "if left out, all; for retrospective the last quarter that has ended.",
        ),
    ] = None,
    as_of: AsOf = None,
    from_log: FromLog = False,
    no_custom: NoCustom = False,
    strata: Annotated[bool, typer.Option("--strata", help="Add the tables by requisition and version.")] = False,
    outward: Annotated[bool, typer.Option("--outward", help="Show no small numbers: it leaves the house.")] = False,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="RULE", help="Of a worksheet: the rule, nyc-ll144 if not given.")
    ] = None,
    counts: Annotated[
        str | None, typer.Option("--counts", metavar="FILE", help="Of a worksheet: counts as CSV, not the ledger's.")
    ] = None,
    leave_out: Annotated[
        str | None, typer.Option("--leave-out", metavar="WHY", help="Of a worksheet: leave out ratios under 2 %.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", min=0, max=2**53 - 1, help="Where resampling begins; the stamp names it."),
    ] = SEED,
    closed: Annotated[bool, typer.Option("--closed", help="Open nothing that is sealed.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Record that this report goes out.")] = False,
    held: Held = None,
    receipt: Receipts = None,
    trust: TrustFile = None,
    issued: Annotated[
        str | None, typer.Option("--issued", metavar="FILE", help="Tell which issued report this file is.")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if it lists findings.")] = False,
    zone: Zone = None,
    lang: Lang = None,
    format_: Format = None,
) -> None:
    """Make a report.

    Without a name, lists the reports there are. With -f html it is one web page that asks for nothing from anywhere;
    with -f pdf a PDF, which needs the extra pdf. The stamp at the end says what it was made from: whoever has the same
    ledger and vault gets the same bytes under the same stamp. Answers and texts it needs are opened in memory, and the
    vault keeps that they were. With --issue, a digest of the output is recorded; it implies --outward, which hides of a
    group every count from 1 to 4, and in all tables of the report whatever one could be computed from. Reports of one
    ledger can still be combined, of the same day too: give only one of them to the same reader. With --issued FILE, no
    report is made, and it is said which one that file is, or that it is none: an edited copy has another digest. The
    report integrity verifies the ledger as it stands, against what lies beside it and what you give (--held, --receipt,
    --trust), as verify --fields --rules does.

    Exit status: 0; with --exit-code 1 if it lists findings; 3 if the ledger does not verify, of which integrity tells
    all the same, or if the file is no report that was issued; 4 if there is no such report.

    $ evenhand report consistency -f md
    """
    run = run_of(context).asked(lang=lang)
    form = run.form(format_, "table", "md", "json", "csv", *(PAGES if name else ()))
    folder = run.settings.ledger
    if issued is not None:
        if name or issue:
            raise UsageError(Sentence("--issued stands alone: it makes no report, and looks at the file it is given"))
        from evenhand.cli.issued import tell_issued  # noqa: PLC0415 - only where a file is looked at

        tell_issued(run, issued, form)
        return
    if name is None:
        listed = [(each,) for each in names(folder, custom=not no_custom)]
        show(run, form, "reports", Grid(("name",), (run.words.text("name"),), listed))
        return
    must_be_writable(run, form)
    _must_be_period(period)
    if issue and closed:
        raise UsageError(Sentence("--issue and --closed cannot be given together: what goes out is what was opened"))
    given, verifying = Given(held, receipt, trust), verifies(name, folder, custom=not no_custom)
    if any(given) and not verifying:
        raise UsageError(
            Sentence("--held, --trust and --receipt are for a report that verifies the ledger, such as integrity")
        )
    options = _options(name, (profile, counts, leave_out), period, strata=strata, outward=outward or issue, seed=seed)
    with ExitStack() as open_until_made:
        asked = Asked(as_of, from_log, zone, hash_again=issue or None)
        facts, examined = _facts(open_until_made, run, asked, given if verifying else None)
        sound = examined is None or examined.verification.ok
        if issue and facts.root is None:
            raise UsageError(Sentence("--issue needs facts that were checked against the log; give --from-log too"))
        # A ledger is not opened for writing before it is known to be sound, and a report that verifies opens no box.
        opens = not closed and not verifying and run.ours and _has_vault(run)
        ledger = open_until_made.enter_context(run.ledger()) if opens or (issue and sound) else None
        made = build(
            name,
            facts,
            lang=run.settings.lang,
            period=period,
            folder=folder,
            custom=not no_custom,
            options=options,
            examined=examined,
            **(_opened(ledger, facts, name) if ledger and opens else {}),
        )
        written = write_out(run, made, form)
        if ledger and issue:
            _issue(run, ledger, made, form, written)
    if not sound:
        raise TamperedError(
            Sentence("the ledger does not verify; append nothing, keep it as it is, and show this report")
        )
    if exit_code and any(isinstance(block, Findings) and block.items for block in made.blocks):
        raise FoundSomething


def _must_be_period(period: str | None) -> None:
    try:
        if period is not None:
            parse(period)
    except InputError as error:
        raise InputError(Sentence("--period: {error}", error=error.problems[0])) from None


def _facts(stack: ExitStack, run: Run, asked: Asked, given: Given | None) -> tuple[Facts, Examined | None]:
    """Open the facts, and verify the ledger too if it is to be held against something."""
    if given is None:
        return stack.enter_context(facts_of(run, asked)), None
    return stack.enter_context(examined_facts(run, asked, given))


def _options(
    name: str,
    of_worksheet: tuple[str | None, str | None, str | None],
    period: str | None,
    *,
    strata: bool,
    outward: bool,
    seed: int,
) -> Options:
    """Read what was asked for; a worksheet has options that no other report has."""
    if name != WORKSHEET:
        if any(each is not None for each in of_worksheet):
            raise UsageError(Sentence("--profile, --counts and --leave-out belong to: evenhand report worksheet"))
        return Options(strata=strata, outward=outward, seed=seed)
    profile, counts, leave_out = of_worksheet
    from evenhand.render.worksheet import PROFILES  # noqa: PLC0415 - no other report rests on it

    if counts is not None and period is not None:
        raise UsageError(
            Sentence("--period selects from the ledger; a file given with --counts has no dates, so leave one out")
        )
    if leave_out is not None and not leave_out.strip():
        raise UsageError(Sentence("--leave-out: say why; the rule wants a justification"))
    given = read(read_text(counts), shown_name(counts)) if counts is not None else None
    return Options(
        strata=strata,
        outward=outward,
        seed=seed,
        profile=profile or next(iter(PROFILES)),
        counts=given,
        leave_out=leave_out,
    )


def _has_vault(run: Run) -> bool:
    return Vault.exists(run.settings.vault, run.settings.ledger)


def _opened(ledger: Ledger, facts: Facts, name: str) -> dict[str, Any]:
    purpose = f"report {name}"
    return {
        "answers": lambda: answers(ledger, facts, purpose=purpose),
        "open_text": text_opener(ledger, purpose=purpose),
    }


def _issue(run: Run, ledger: Ledger, made: Report, form: str, written: bytes) -> None:
    """Record what went out: its stamp, a digest of its bytes, and its numbers."""
    from evenhand.cli.recording import append  # noqa: PLC0415 - only where something is recorded
    from evenhand.ledger.drafts import Draft  # noqa: PLC0415 - the same

    stamp = made.stamp
    body: dict[str, Any] = {
        "report": stamp.report.name,
        "layout": form,
        "language": stamp.lang,
        "as_of_position": stamp.position,
        "as_of_instant": stamp.instant,
        "period_from": stamp.period_from,
        "period_to": stamp.period_to,
        "zone": stamp.zone,
        "root": stamp.root,
        "stamp_digest": _digest(dumped(stamp_object(stamp)).encode()),
        "output_digest": _digest(written),
        "cells": _cells(made, _small_cell(ledger)),
    }
    [entry] = append(ledger, [Draft(ReportIssued.TOPIC, ledger.opening.stream, body)])
    run.say(Sentence("issued as entry {position}", position=entry.position))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _small_cell(ledger: Ledger) -> int:
    """Answer with the number below which the screen lets no count stand in the clear."""
    from evenhand.cli import adopting  # noqa: PLC0415 - only where something is recorded

    known = list(adopting.versions(ledger, adopting.SCREEN))
    return int(known[-1].body["small_cell"] if known else ScreenAdopted.model_fields["small_cell"].default)


def _cells(made: Report, small: int) -> list[dict[str, Any]]:
    """Take the counts of its tables, small ones suppressed; the body of an entry has room for so many."""
    cells: list[dict[str, Any]] = []
    for block in made.blocks:
        if not isinstance(block, Table) or not _CODE.fullmatch(block.key):
            continue
        for at, row in enumerate(block.rows, 1):
            for column, value in zip(block.columns, row, strict=True):
                if column.kind is Kind.COUNT and isinstance(value, int | NotShown) and _CODE.fullmatch(column.key):
                    shown = {"value": value} if isinstance(value, int) and value >= small else {}
                    cells.append({"block": block.key, "row": str(at), "column": column.key, **shown})
    return cells[:_MOST_CELLS]
