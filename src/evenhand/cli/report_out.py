"""Write a report to where the output goes: text, or a PDF's bytes, which never go onto a terminal."""

from __future__ import annotations

import sys

from evenhand.cli.run import Run, UsageError
from evenhand.render import write
from evenhand.render.blocks import Report
from evenhand.sentence import Sentence

PAGES = ("html", "pdf")
"""Formats that only a whole report has, not a list of rows."""


def must_be_writable(run: Run, form: str) -> None:
    """Raise ``UsageError`` for a PDF onto a terminal, ``InputError`` without its extra, before anything is reckoned."""
    if form != "pdf":
        return
    from evenhand.render.pdf import must_be_there  # noqa: PLC0415 - only for this format

    if run.out.isatty():
        raise UsageError(
            Sentence(
                "a PDF is not for a terminal; send it into a file, as in: evenhand report latency -f pdf > latency.pdf"
            )
        )
    must_be_there()


def write_out(run: Run, made: Report, form: str) -> bytes:
    """Write a report and answer with its bytes; say on standard error if a PDF lacks signs."""
    if form != "pdf":
        return write(made, form, run.out).encode()
    from evenhand.render.pdf import render  # noqa: PLC0415 - only for this format

    pdf = render(made)
    run.out.flush()
    sys.stdout.buffer.write(pdf.content)
    if pdf.signs_missing:
        run.say(
            Sentence(
                "signs are missing in this PDF: no typeface here has them; install one that has, such as "
                "Noto Sans CJK, and make it again"
            )
        )
    return pdf.content
