"""Open the facts a question is asked of, at the as-of that was asked for, and say which as-of that is."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from evenhand.cli.options import AsOf, FromLog, Lang, NoCustom, Zone
from evenhand.cli.run import Run, UsageError
from evenhand.cli.when import instant
from evenhand.clock import instant_text, system_clock
from evenhand.columns.facts import Facts, open_facts
from evenhand.config import is_zone
from evenhand.errors import InputError
from evenhand.sentence import Sentence
from evenhand.store.store import Store

__all__ = ["AsOf", "Asked", "FromLog", "Lang", "NoCustom", "Zone", "facts_of", "parse_as_of"]


class Asked(NamedTuple):
    """Of which facts a question is asked."""

    as_of: str | None = None
    from_log: bool = False
    zone: str | None = None
    upto: int | None = None
    """Read no entry after this one."""
    hash_again: bool | None = None
    """Whether every entry is hashed again first; if it is left open, when the facts are made from the log."""


def parse_as_of(text: str | None) -> tuple[int | None, datetime | None]:
    """Read ``N``, ``N@INSTANT`` or ``@INSTANT``. Raises ``UsageError``."""
    if text is None:
        return None, None
    form = re.fullmatch(r"(?P<position>\d{1,16})?(@(?P<instant>.+))?", text.strip())
    if form is None or not text.strip():
        raise UsageError(
            Sentence("--as-of: expected the position of an entry, such as 1200, or 1200@2026-07-03T10:15:00Z")
        )
    try:
        return (
            None if form["position"] is None else int(form["position"]),
            None if form["instant"] is None else instant(form["instant"]),
        )
    except ValueError as error:
        raise UsageError(Sentence("--as-of: {error}", error=error)) from None


@contextmanager
def facts_of(run: Run, asked: Asked) -> Generator[Facts]:
    """Open the facts, and say the as-of with which the command can be repeated.

    Raises ``TamperedError`` if the entries are hashed again and are not those that were recorded.
    """
    position, instant = parse_as_of(asked.as_of)
    if asked.hash_again or (asked.hash_again is None and asked.from_log and asked.upto is None):
        _must_hold(run)
    if position is not None and asked.upto is not None:
        position = min(position, asked.upto)
    if asked.zone is not None and not is_zone(asked.zone):
        raise InputError(Sentence("--zone: expected an IANA time zone, such as Europe/Berlin or Asia/Shanghai"))
    with _source(run) as source:
        facts = open_facts(
            source,
            run.settings.ledger,
            from_log=asked.from_log,
            as_of=(position, instant),
            zone=asked.zone or run.settings.zone,
            clock=system_clock,
            say=run.say,
            upto=asked.upto,
        )
    with facts:
        run.say(
            Sentence(
                "as of --as-of {position}@{instant}",
                position=facts.as_of.position,
                instant=instant_text(facts.as_of.instant),
            )
        )
        yield facts


def _must_hold(run: Run) -> None:
    from evenhand.cli.progress import progress  # noqa: PLC0415 - most questions rest on what was hashed before
    from evenhand.ledger.verify import verify  # noqa: PLC0415 - the same

    with Store.open(run.address, read_only=True) as store, progress(run.words.text("verifying")) as told:
        verify(store, progress=told).must_hold()


@contextmanager
def _source(run: Run) -> Generator[str]:
    """Name what the facts are read from, and keep it there meanwhile: of a foreign ledger, perhaps a private copy.

    A store that is not needed is closed first: this process reads a file faster that it does not have open.
    """
    with Store.open(run.address, read_only=not run.ours) as store:
        source = run.address if run.ours else store.source
        if not run.ours and "immutable=1" not in source:
            yield source
            return
    yield source
