"""Turn the function of a command, or a mapping of them, into what typer runs.

A docstring is the help; its paragraphs are wrapped to the terminal, but for those that begin with ``$`` or ``-``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from evenhand.cli.table import Listed

Function = Callable[..., Any]
_VERBATIM = "\b\n"


def load(listed: Listed) -> Any:
    """Import a command's module and make the command of it."""
    module = import_module(listed.path)
    commands: Mapping[str, Function] | None = getattr(module, "COMMANDS", None)
    if commands is not None:
        made = group_of(module.__doc__ or "", commands, getattr(module, "Group", TyperGroup), module)
    else:
        made = command_of(listed.name, _function(module, listed))
    made.name = listed.name
    return made


def command_of(name: str, function: Function) -> Any:
    """Make one command of a function; its docstring is the help."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, help=help_text(function.__doc__ or ""))(function)
    return get_command(app)


def group_of(doc: str, commands: Mapping[str, Function], kind: type[TyperGroup], module: Any) -> Any:
    """Make a group of subcommands; the module's docstring is its help, its ``callback`` takes the group's options."""
    callback: Function | None = getattr(module, "callback", None)
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        cls=kind,
        no_args_is_help=callback is None,
        invoke_without_command=callback is not None,
        help=help_text(doc),
    )
    app.callback(help=help_text(doc))(callback or _nothing)
    for name, function in commands.items():
        doc = help_text(function.__doc__ or "")
        app.command(name, help=doc, short_help=doc.partition("\n")[0].rstrip("."))(function)
    return get_command(app)


def help_text(doc: str) -> str:
    """Keep the lines of examples and lists apart; everything else is wrapped to the terminal."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    return "\n\n".join(_VERBATIM + each if _as_it_is(each) else each for each in paragraphs)


def _as_it_is(paragraph: str) -> bool:
    return paragraph.startswith(("$ ", "- "))


def _function(module: Any, listed: Listed) -> Function:
    for name in (listed.module or listed.name, listed.name, "run"):
        found: Function | None = getattr(module, name, None)
        if found is not None:
            return found
    raise AttributeError(f"{listed.path} has no function of the command's name")


def _nothing() -> None:
    """Take no options."""
