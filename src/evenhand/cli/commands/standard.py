"""Adopt and read standards.

A standard says what candidates are judged on: criteria, weights, bars, stages and reason codes. It is kept in a TOML
file with points as people write them, adopted in versions, and bound to requisitions.

$ evenhand standard list
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from evenhand.cli import adopting
from evenhand.cli.adopting import STANDARD as KIND
from evenhand.cli.options import Format, Number, Occurred, Source
from evenhand.cli.recording import append, tell
from evenhand.cli.run import run_of
from evenhand.events.standard import StandardRetired
from evenhand.ledger.drafts import Draft


def adopt(context: typer.Context, source: Source, *, occurred: Occurred = None, format_: Format = None) -> None:
    """Adopt a version of a standard.

    The file names its code; its version is the next one if it names none. Adopting the same text again writes nothing
    and says so.

    Exit status: 4 if the file does not say what it should, 5 if the version has been adopted with another text.

    $ evenhand standard adopt standard.toml
    """
    run = run_of(context)
    adopting.adopt(run, KIND, source, occurred=occurred, form=run.form(format_, "table", "json"))


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List every version of every standard.

    Exit status: 6 if there is no ledger.

    $ evenhand standard list
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
    """Show one version of a standard.

    As TOML with points, which can be edited and adopted again; -f json gives it as recorded, in micro-points.

    Exit status: 4 if there is none.

    $ evenhand standard show pm
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

    $ evenhand standard diff pm@1 pm
    """
    adopting.difference(run_of(context), KIND, one, other)


def retire(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code.")],
    *,
    why: Annotated[str, typer.Option("--why", help="Why; it stands in the clear and names nobody.")],
    version: Number = None,
    format_: Format = None,
) -> None:
    """Retire a standard or a version of it.

    What is retired can no longer be bound to a requisition; where it is bound it stays.

    Exit status: 4 if there is none, 5 if a rule refuses it.

    $ evenhand standard retire pm --version 1 --why "replaced by version 2"
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        stream = adopting.find(ledger, KIND, code, version).entry.stream
        body = {"why": why} | ({} if version is None else {"standard_version": version})
        tell(run, append(ledger, [Draft(StandardRetired.TOPIC, stream, body)]), form)


COMMANDS: Final = {"adopt": adopt, "list": list_, "show": show, "diff": diff, "retire": retire}
