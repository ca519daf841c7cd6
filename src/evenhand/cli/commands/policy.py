"""Adopt and read policies.

A policy says when people must be told what, by whose calendar, and which laws' clocks run beside it. It is kept in a
TOML file, adopted in versions, and bound to requisitions.

$ evenhand policy list
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from evenhand.cli import adopting, policy_draft
from evenhand.cli.adopting import POLICY as KIND
from evenhand.cli.options import Format, Number, Occurred, Source
from evenhand.cli.run import run_of
from evenhand.clock import system_clock
from evenhand.sentence import Sentence


def draft(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A country, or a part of it: CN, US, CA-ON.")],
    *,
    years: Annotated[
        str | None,
        typer.Option("--years", metavar="FIRST[-LAST]", help="Whole years; this one and the next, if left out."),
    ] = None,
) -> None:
    """Draft a policy with a calendar's dates.

    Prints a policy in TOML whose calendar has the public holidays of a place, with its make-up workdays where it has
    any (调休). It can be adopted as it is; read the dates first, and set the deadlines. Once adopted the dates are the
    policy's own: no upgrade moves them. Standard error says which years an announcement is still missing for.

    Exit status: 4 if no holidays are known for the place.

    $ evenhand policy draft CN --years 2026-2027
    """
    run = run_of(context)
    found = policy_draft.of(place, years, system_clock().year)
    for year in found.unannounced:
        run.say(Sentence("{year}: no make-up workdays are known yet; draft again once they are announced", year=year))
    run.write(policy_draft.text(found, run.words))


def adopt(context: typer.Context, source: Source, *, occurred: Occurred = None, format_: Format = None) -> None:
    """Adopt a version of a policy.

    The file names its code; its version is the next one if it names none. Adopting the same text again writes nothing
    and says so.

    Exit status: 4 if the file does not say what it should, 5 if the version has been adopted with another text.

    $ evenhand policy adopt policy.toml
    """
    run = run_of(context)
    adopting.adopt(run, KIND, source, occurred=occurred, form=run.form(format_, "table", "json"))


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List every version of every policy.

    Exit status: 6 if there is no ledger.

    $ evenhand policy list
    """
    run = run_of(context)
    adopting.list_all(run, KIND, run.form(format_, "table", "md", "json", "csv"))


def show(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code.")],
    *,
    version: Number = None,
    format_: Format = None,
) -> None:
    """Show one version of a policy.

    As TOML with points, which can be edited and adopted again; -f json gives it as recorded, in micro-points.

    Exit status: 4 if there is none.

    $ evenhand policy show fair
    """
    run = run_of(context)
    adopting.show_one(run, KIND, code, version, run.form(format_, "table", "json"))


def diff(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="A", help="CODE, CODE@VERSION or FILE.toml.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The same.")],
) -> None:
    """Show what differs between two versions.

    Nothing is printed if they say the same.

    Exit status: 4 if one of them is not there.

    $ evenhand policy diff fair@1 fair
    """
    adopting.difference(run_of(context), KIND, one, other)


COMMANDS: Final = {"draft": draft, "adopt": adopt, "list": list_, "show": show, "diff": diff}
