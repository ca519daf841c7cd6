"""Say what typer found wrong with a command line in sentences that can be translated; typer speaks English only."""

from __future__ import annotations

import re
from typing import Any, Final

from evenhand.sentence import Sentence
from evenhand.words import mark

_FORMS: Final = tuple(
    (re.compile(form), message)
    for form, message in (
        (
            r"no such option: (?P<given>\S+) \(Possible options: (?P<near>.+)\)",
            mark("no such option: {given} (Possible options: {near})"),
        ),
        (r"no such option: (?P<given>.+)", mark("no such option: {given}")),
        (r"no such command (?P<given>.+)", mark("no such command {given}")),
        (r"option (?P<name>'.+') requires an argument", mark("option {name} requires an argument")),
        (r"option (?P<name>'.+') does not take a value", mark("option {name} does not take a value")),
        (r"missing option (?P<name>.+)", mark("missing option {name}")),
        (r"missing argument (?P<name>.+)", mark("missing argument {name}")),
        (r"missing command", mark("missing command")),
        (r"got unexpected extra argument\(s\) \((?P<given>.*)\)", mark("got unexpected extra argument(s) ({given})")),
        (r"invalid value for (?P<name>'.+?'): (?P<why>.+)", mark("invalid value for {name}: {why}")),
        (r"Input should be a valid integer, .*", mark("Input should be a valid integer")),
        (
            r"Input should be greater than or equal to (?P<bound>\S+)",
            mark("Input should be greater than or equal to {bound}"),
        ),
        (
            r"Input should be less than or equal to (?P<bound>\S+)",
            mark("Input should be less than or equal to {bound}"),
        ),
    )
)


def misuse(error: Any) -> str:
    """Say a usage error of typer's, or one of our own, which is a sentence already."""
    if isinstance(error.message, Sentence):
        return error.message
    said = " ".join(error.format_message().split()).rstrip(".")
    return _sentence(said[:1].lower() + said[1:])


def _sentence(said: str) -> str:
    for form, message in _FORMS:
        if found := form.fullmatch(said):
            return Sentence(message, **{name: _sentence(text) for name, text in found.groupdict().items()})
    return said
