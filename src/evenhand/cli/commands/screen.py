"""Adopt and read screens.

A screen says how groups are compared: the four-fifths threshold, alpha, minimum numbers, reference groups, attributes
and families. There is one for the whole ledger, kept in a TOML file and adopted in versions.

$ evenhand screen list
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from evenhand.cli import adopting
from evenhand.cli.adopting import SCREEN as KIND
from evenhand.cli.options import Format, Number, Occurred, Source
from evenhand.cli.run import run_of


def adopt(context: typer.Context, source: Source, *, occurred: Occurred = None, format_: Format = None) -> None:
    """Adopt a version of the screen.

    Its version is the next one if the file names none. Adopting the same text again writes nothing
    and says so.

    Exit status: 4 if the file does not say what it should, 5 if the version has been adopted with another text.

    $ evenhand screen adopt screen.toml
    """
    run = run_of(context)
    adopting.adopt(run, KIND, source, occurred=occurred, form=run.form(format_, "table", "json"))


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List every version of the screen.

    Exit status: 6 if there is no ledger.

    $ evenhand screen list
    """
    run = run_of(context)
    adopting.list_all(run, KIND, run.form(format_, "table", "md", "json", "csv"))


def show(
    context: typer.Context,
    *,
    version: Number = None,
    format_: Format = None,
) -> None:
    """Show one version of the screen.

    As TOML with points, which can be edited and adopted again; -f json gives it as recorded, in micro-points.

    Exit status: 4 if there is none.

    $ evenhand screen show
    """
    run = run_of(context)
    adopting.show_one(run, KIND, None, version, run.form(format_, "table", "json"))


def diff(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="A", help="@VERSION or FILE.toml.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The same.")],
) -> None:
    """Show what differs between two versions.

    Nothing is printed if they say the same.

    Exit status: 4 if one of them is not there.

    $ evenhand screen diff @1 @1
    """
    adopting.difference(run_of(context), KIND, one, other)


COMMANDS: Final = {"adopt": adopt, "list": list_, "show": show, "diff": diff}
