"""Agree, complete and list actions.

An action is what somebody undertook to do by a date, after a lesson. Its text is sealed.

$ evenhand action list
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer
from pydantic_core import from_json

from evenhand.cli.commands.record import type_function
from evenhand.cli.handles import entries_of
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.run import run_of
from evenhand.clock import system_clock
from evenhand.events.reflection import ActionAgreed, ActionCompleted

_AGREE = """Agree an action.

Who does it by when; the text comes from a file, standard input or a prompt, and is sealed.

Exit status: 4 if a field is wrong or missing, 5 if a rule refuses it; nothing was written.

$ evenhand action agree --stream pm-1 --owner 2 --due 2027-01-31 --text-from action.txt
"""
_COMPLETE = """Say that an action was done or dropped.

Exit status: 4 if a field is wrong or missing, 5 if a rule refuses it; nothing was written.

$ evenhand action complete --action 12 --result done
"""


def list_(context: typer.Context, *, format_: Format = None) -> None:
    """List actions and whether they are overdue.

    Due dates are days in the action's own zone; one that is due today is not overdue yet.

    Exit status: 6 if there is no ledger.

    $ evenhand action list
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    now = system_clock()
    with run.reading() as ledger:
        found = [
            (entry, from_json(entry.body)) for entry in entries_of(ledger, ActionAgreed.TOPIC, ActionCompleted.TOPIC)
        ]
    ended = {body["action"]: body["result"] for entry, body in found if entry.type == ActionCompleted.TOPIC}
    rows = [
        (entry.position, body["due"], ended.get(entry.id) or _state(body, now), body["owner"], entry.stream)
        for entry, body in found
        if entry.type == ActionAgreed.TOPIC
    ]
    labels = (words.text("entry"), words.text("due"), words.text("state"), words.text("owner"), words.text("stream"))
    show(
        run,
        form,
        "actions",
        Grid(("position", "due", "state", "owner", "stream"), labels, rows, frozenset({"position"})),
    )


def _state(body: dict[str, Any], now: datetime) -> str:
    return "overdue" if now.astimezone(ZoneInfo(body["zone"])).date().isoformat() > body["due"] else "open"


COMMANDS: Final = {
    "agree": type_function(ActionAgreed, doc=_AGREE),
    "complete": type_function(ActionCompleted, doc=_COMPLETE),
    "list": list_,
}
