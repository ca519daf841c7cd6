"""What people do who do not run the ledger: cosign its checkpoints, compare copies of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import Format
from evenhand.cli.papers import Out, TrustFile, put, read_file, trust_in
from evenhand.cli.printing import dumped
from evenhand.cli.progress import progress
from evenhand.cli.run import UsageError, run_of
from evenhand.clock import system_clock
from evenhand.errors import TamperedError
from evenhand.sentence import Sentence


def witness(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The witness's own folder: its key and what it saw.")],
    request: Annotated[
        str | None, typer.Argument(metavar="REQUEST", help="The request's file, or - for standard input.")
    ] = None,
    *,
    new: Annotated[
        str | None, typer.Option("--new", metavar="NAME", help="Make a witness of this name in the folder.")
    ] = None,
    trust: TrustFile = None,
    out: Out = None,
) -> None:
    """Cosign somebody else's checkpoint.

    Run this where those who run the ledger cannot reach. It needs no ledger: it takes a request that evidence
    checkpoint wrote, cosigns only what extends everything it cosigned before, remembers it, and prints the cosignature,
    which evidence checkpoint --add takes. With --new it makes a witness and prints its key, for trust files.

    Exit status: 3 if the log does not begin with what was cosigned before, 4 if the request cannot be read, 5 if the
    log is not trusted or the request begins elsewhere; nothing was cosigned.

    $ evenhand evidence witness my-witness --new witness.example.net/w1
    """
    from evenhand.checkpoint.witness import Witness  # noqa: PLC0415 - help needs none of it

    run = run_of(context)
    if (new is None) == (request is None):
        raise UsageError(Sentence("give either a request to cosign, or --new NAME to make a witness"))
    if new is not None:
        put(run, f"{Witness.create(Path(folder), new, os.urandom).key}\n", out)
        return
    opened = Witness.open(Path(folder))
    put(run, f"{opened.cosign(read_file(request or '-'), trust_in(trust), system_clock)}\n", out)


def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="A ledger's folder or file, a bundle, or exported lines.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    *,
    format_: Format = None,
) -> None:
    """Compare two copies of a ledger.

    Says whether they are the same, one extends the other, or they are a fork, with the first entry that differs. Every
    line is compared; nothing stored about them is believed.

    Exit status: 0 if they are the same or one extends the other, 3 if they are a fork, 4 if one of them is no ledger.

    $ evenhand evidence compare . .
    """
    from evenhand.ledger.comparing import compare as compared  # noqa: PLC0415 - help needs none of it

    run = run_of(context)
    form = run.form(format_, "table", "json")
    words = run.words
    with progress(words.text("comparing")) as told:
        found = compared(first, second, progress=told)
    if form == "json":
        run.write(dumped({**found._asdict(), "differs_at": found.shared + 1 if found.relation == "fork" else None}))
    else:
        said = {
            "same": words.text("the same: {shared} entries", shared=found.shared),
            "first_extends_second": words.text(
                "{longer} extends {shorter}: {shared} entries are the same, then {more} more",
                longer=first, shorter=second, shared=found.shared, more=found.first - found.shared,
            ),
            "second_extends_first": words.text(
                "{longer} extends {shorter}: {shared} entries are the same, then {more} more",
                longer=second, shorter=first, shared=found.shared, more=found.second - found.shared,
            ),
            "fork": words.text("a fork: they differ from entry {entry} on", entry=found.shared + 1),
        }  # fmt: skip
        run.write(said[found.relation] + "\n")
    if found.relation == "fork":
        raise typer.Exit(TamperedError.exit_code)
