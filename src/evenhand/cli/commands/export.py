"""Print the entries exactly as hashed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from evenhand.cli.run import UsageError, run_of
from evenhand.events.entry import line
from evenhand.sentence import Sentence


def export(
    context: typer.Context,
    *,
    format_: Annotated[str, typer.Option("--format", "-f", metavar="ndjson", help="One entry a line.")] = "ndjson",
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help="After this position.")] = 0,
    upto: Annotated[
        int | None, typer.Option("--upto", metavar="N", min=0, help="Up to and with this position.")
    ] = None,
) -> None:
    """Print the entries exactly as hashed.

    One line an entry, byte for byte: SHA-256 of a zero byte and the line is the entry's leaf in the tree. What is
    sealed stays sealed.

    Exit status: 6 if there is no ledger.

    $ evenhand export --format ndjson --after 0
    """
    if format_ != "ndjson":
        raise UsageError(Sentence("--format: entries are exported as ndjson; for other forms see: evenhand log --help"))
    out = sys.stdout.buffer
    sys.stdout.flush()
    with run_of(context).reading() as ledger:
        for page in ledger.store.pages(after=after, upto=upto):
            out.write(b"".join(line(entry) + b"\n" for entry in page))
    out.flush()
