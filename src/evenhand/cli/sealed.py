"""Take what will be sealed from a file, from standard input or from a prompt: never from an argument.

An argument is seen by everybody on the machine, and kept by the shell.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import typer

from evenhand.cli.json_input import STANDARD_INPUT, read_text
from evenhand.cli.run import Run, UsageError
from evenhand.events.base import Event
from evenhand.events.sealing import places, sealed_paths
from evenhand.sentence import Sentence, both


def sealed_text(run: Run, source: str) -> str:
    """Read a text that will be sealed; one line break at its end belongs to the file, not to the text."""
    if source == STANDARD_INPUT and sys.stdin.isatty():
        run.say(Sentence("write the text, then press Ctrl-D on a line of its own"))
    return read_text(source).removesuffix("\n").removesuffix("\r")


def ask(run: Run, label: str) -> str | None:
    """Ask for a text at a terminal; none where nobody can be asked, or nothing was said."""
    if not run.at_terminal:
        return None
    return typer.prompt(label, default="", show_default=False, err=True) or None


def refuse_sealed(event_class: type[Event], body: Mapping[str, Any]) -> None:
    """Refuse a body that came as an argument and has texts to be sealed in it."""
    for path in sealed_paths(event_class):
        if places(path, dict(body)):
            raise UsageError(
                Sentence(
                    "--json: {path} is sealed, and an argument can be seen by others; give it in a file, with --from",
                    path=".".join(path),
                )
            )


def once_only(sources: Mapping[str, str]) -> None:
    """Refuse to read two things from standard input."""
    if sum(source == STANDARD_INPUT for source in sources.values()) > 1:
        names = both(name for name, source in sources.items() if source == STANDARD_INPUT)
        raise UsageError(Sentence("{names} cannot both read standard input; give one of them a file", names=names))
