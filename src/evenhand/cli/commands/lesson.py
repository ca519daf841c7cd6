"""Record and list lessons.

A lesson is what went well or fell short; it can be recorded at any time, on a candidacy, a requisition or a
retrospective. Its text is sealed.

$ evenhand lesson list
"""

from __future__ import annotations

from typing import Final

import typer
from pydantic_core import from_json

from evenhand.cli.commands.record import type_function
from evenhand.cli.entry_text import occurred
from evenhand.cli.handles import entries_of
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.run import run_of
from evenhand.events.reflection import LessonRecorded

_RECORD = """Record a lesson.

The text comes from a file, standard input or a prompt, and is sealed. The stream is a candidacy, a requisition or a
retrospective: an id, a position on it, or a requisition's code. Name each entry it rests on with --evidence.

Exit status: 4 if a field is wrong or missing, 5 if a rule refuses it; nothing was written.

$ evenhand lesson record --stream pm-1 --direction fell_short --area communication --text-from lesson.txt
"""


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List lessons.

    Evidence is how many entries a lesson names that it rests on. The texts stay sealed; open them with: evenhand log
    --type lesson.recorded --open --purpose TEXT

    Exit status: 6 if there is no ledger.

    $ evenhand lesson list
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    with run.reading() as ledger:
        found = [(entry, from_json(entry.body)) for entry in entries_of(ledger, LessonRecorded.TOPIC)]
    rows = [
        (
            entry.position,
            occurred(body)[:10],
            body["direction"],
            body["area"],
            body.get("criterion"),
            len(body.get("evidence", [])),
            entry.stream,
        )
        for entry, body in found
    ]
    labels = (
        words.text("entry"),
        words.text("happened"),
        words.text("direction"),
        words.text("area"),
        words.text("criterion"),
        words.text("evidence"),
        words.text("stream"),
    )
    keys = ("position", "happened", "direction", "area", "criterion", "evidence", "stream")
    show(run, form, "lessons", Grid(keys, labels, rows, frozenset({"position", "evidence"})))


COMMANDS: Final = {"record": type_function(LessonRecorded, doc=_RECORD), "list": list_}
