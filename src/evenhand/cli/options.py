"""Options and arguments that several commands share, said in the same words everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="How to print: table, json, md or csv for rows, html or pdf for reports.",
    ),
]
Source = Annotated[str, typer.Argument(metavar="FILE", help="A TOML file, or - for standard input.")]
Occurred = Annotated[str | None, typer.Option("--occurred", metavar="WHEN", help="When it happened; now, if left out.")]
Number = Annotated[
    int | None, typer.Option("--version", metavar="N", min=1, help="Which version; the newest, if left out.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="N[@INSTANT]",
        help="What the ledger knew at entry N, and to when clocks run; now, if left out.",
    ),
]
FromLog = Annotated[
    bool, typer.Option("--from-log", help="Hash every entry again and make the facts from them, by no kept file.")
]
NoCustom = Annotated[bool, typer.Option("--no-custom", help="Leave out the ledger's own projections and reports.")]
Zone = Annotated[str | None, typer.Option("--zone", metavar="ZONE", help="The report's time zone.")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="The language of the output.")]
