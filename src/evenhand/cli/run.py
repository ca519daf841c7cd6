"""One run of the command line: its settings, its words, its ledger, and where it may write."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, cast

import typer

from evenhand.clock import system_clock
from evenhand.config import Settings, decide
from evenhand.errors import EvenhandError
from evenhand.sentence import Sentence
from evenhand.words import Translate, translator

if TYPE_CHECKING:
    from evenhand.ledger.ledger import Ledger

DEBUG = "EVENHAND_DEBUG"
STORE_FILE = "ledger.db"
_MEANT_FOR_US = (DEBUG,)


class UsageError(EvenhandError):
    """You must act: these options do not go together."""

    exit_code = 2


class FoundSomething(EvenhandError):  # noqa: N818 - it is an answer, not an error
    """There are findings; all has been printed."""

    exit_code = 1


@dataclass(frozen=True)
class Run:
    """What a command is given beside its own options; settings are decided when one is first asked for."""

    flags: Mapping[str, str | None]
    environ: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        """Decide the settings, and say which variables mean nothing."""
        settings = decide(self.flags, self.environ)
        for name in settings.stray:
            if name not in _MEANT_FOR_US:
                told = translator(settings.lang).text("{name} means nothing here; see: evenhand config show", name=name)
                self.say(told)
        return settings

    @cached_property
    def words(self) -> Translate:
        """Open the words of the language that was decided."""
        return translator(self.settings.lang)

    def asked(self, **flags: str | None) -> Run:
        """Answer with a run in which these options of the command go before the settings."""
        given = {name: value for name, value in flags.items() if value is not None}
        return replace(self, flags={**self.flags, **given}) if given else self

    def form(self, given: str | None, *forms: str) -> str:
        """Answer with the format to print in; the first of ``forms`` if nobody says anything."""
        settings = self.asked(format=given).settings
        if settings.decided_by["format"] == "default":
            return forms[0]
        if settings.format not in forms:
            raise UsageError(
                Sentence(
                    "{decided_by}: this command prints {forms}, not {format}",
                    decided_by=settings.decided_by["format"],
                    forms=", ".join(forms),
                    format=settings.format,
                )
            )
        return settings.format

    def ledger(self) -> Ledger:
        """Open the ledger for reading and recording."""
        return self._open(read_only=False)

    def reading(self) -> Ledger:
        """Open the ledger to look at it: as its owner does if it may be written to, else without touching anything."""
        return self._open(read_only=not self.ours)

    @property
    def address(self) -> str:
        """Answer with where the entries are."""
        from evenhand.store.store import file_url  # noqa: PLC0415 - help and config open no database

        return self.settings.store or file_url(self.settings.ledger / STORE_FILE)

    @property
    def ours(self) -> bool:
        """Whether the ledger may be written to; what is not there counts as ours, so that its absence is said."""
        file = self.settings.ledger / STORE_FILE
        return self.settings.store is not None or not file.exists() or _writable(str(file))

    def _open(self, *, read_only: bool) -> Ledger:
        from evenhand.ledger.ledger import Ledger  # noqa: PLC0415 - help and config open no database

        settings = self.settings
        ledger = Ledger.open(
            settings.ledger,
            read_only=read_only,
            store_url=settings.store,
            vault_url=settings.vault,
            clock=system_clock,
            entropy=os.urandom,
        )
        ledger.actor = settings.actor or ledger.actor
        return ledger

    def say(self, message: str) -> None:
        """Say something beside the data, on standard error; a sentence in the reader's language."""
        said = self.words.sentence(message) if isinstance(message, Sentence) else message
        sys.stderr.write(f"evenhand: {said}\n")

    def write(self, text: str) -> None:
        """Write data to standard output."""
        sys.stdout.write(text)

    @property
    def at_terminal(self) -> bool:
        """Whether somebody can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def out(self) -> TextIO:
        """Standard output, for those who write much."""
        return sys.stdout


def run_of(context: typer.Context) -> Run:
    """Answer with the run a command belongs to."""
    return cast("Run", context.obj)


def _writable(path: str) -> bool:
    return os.access(path, os.W_OK) and os.access(os.path.dirname(path) or ".", os.W_OK)  # noqa: PTH120 - one path, as text
