"""Show the settings and who decided them.

A setting is decided by a flag, else by an EVENHAND_ variable, else by evenhand.toml in the ledger's folder, else by
default.

$ evenhand config show
"""

from __future__ import annotations

from typing import Final

import typer

from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, show
from evenhand.cli.run import run_of
from evenhand.config import FILE


def show_(context: typer.Context, *, format_: Format = None) -> None:
    """Show every setting.

    With who decided it; a password in an address is never shown.

    Exit status: 4 if a setting is wrong.

    $ evenhand config show
    """
    run = run_of(context)
    words = run.words
    form = run.form(format_, "table", "md", "json", "csv")
    labels = (words.text("setting"), words.text("value"), words.text("decided by"))
    show(run, form, "settings", Grid(("name", "value", "decided_by"), labels, run.settings.shown()))


def path(context: typer.Context) -> None:
    """Print where the settings are kept.

    The file need not be there.

    $ evenhand config path
    """
    run = run_of(context)
    run.write(f"{(run.settings.ledger / FILE).absolute()}\n")


COMMANDS: Final = {"show": show_, "path": path}
