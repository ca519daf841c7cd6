"""Make what a person sealed unreadable."""

from __future__ import annotations

from typing import Annotated

import typer

from evenhand.cli.handles import id_for
from evenhand.cli.options import Format
from evenhand.cli.recording import tell
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.errors import InputError
from evenhand.ledger.ledger import Ground
from evenhand.sentence import Sentence

_GROUNDS: dict[str, Ground] = {each: each for each in ("request", "retention", "policy", "source")}


def erase(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A candidate or a person: an id or a position.")],
    *,
    ground: Annotated[str, typer.Option("--ground", metavar="request|retention|policy|source", help="On what ground.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    format_: Format = None,
) -> None:
    """Make what a person sealed unreadable.

    The erasure is recorded, then the keys of the person, and of every candidate merged with them, are destroyed: names,
    texts and outside ids cannot be read again by anyone, from any copy. The entries stay, with their codes and times,
    and the ledger still verifies. It cannot be undone; on a terminal you are asked first.

    Exit status: 4 if nobody has this id, 5 while a legal hold is in force; nothing was written.

    $ evenhand erase 5 --ground request --yes
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    if ground not in _GROUNDS:
        raise InputError(Sentence("--ground: expected one of {grounds}", grounds=", ".join(_GROUNDS)))
    with run.ledger() as ledger:
        who = id_for(ledger, "candidate", subject)
        if not yes and not _agreed(run, who):
            run.say(Sentence("nothing was erased"))
            return
        tell(run, ledger.erase(who, ground=_GROUNDS[ground]), form)


def _agreed(run: Run, who: str) -> bool:
    if not run.at_terminal:
        raise UsageError(Sentence("an erasure cannot be undone; say --yes where nobody can be asked"))
    question = run.words.text(
        "All that {who} sealed, and all that is sealed about them, becomes unreadable for ever. Erase it?", who=who
    )
    return typer.confirm(question, err=True)
