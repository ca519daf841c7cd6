"""Verify a ledger: hash every stored byte again, say what is not as it was recorded, and what could not be checked.

Nothing is re-serialised and nothing is repaired. Tamper evidence has a limit that no amount of hashing moves: who can
write the whole file can make it consistent again. Against that helps only what somebody else remembers, which is why a
verification without anything remembered says so.
"""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote

from evenhand.checkpoint.folder import Papers
from evenhand.checkpoint.judge import Case
from evenhand.checkpoint.log_key import Named
from evenhand.checkpoint.trust import Trust
from evenhand.errors import Finding, InputError
from evenhand.events.registry import REGISTRY
from evenhand.ledger.crew import Door, Job, Result, Source, perform, share
from evenhand.ledger.named import named
from evenhand.ledger.order import Ids, Versions, Walked
from evenhand.ledger.rechecking import broken_rules
from evenhand.ledger.stretch import STRETCH, Stretch
from evenhand.ledger.verdict import Table, Verdict
from evenhand.ledger.verification import Verification, with_rules
from evenhand.sentence import Sentence
from evenhand.store.store import Store, file_url

__all__ = ["Finding", "Verification", "judge", "verify"]

SMALL: Final = 50_000
"""Entries up to which starting other processes costs more than it saves."""


class Whole(Source, Table, Protocol):
    """What a verification reads of a store."""


def verify(
    store: Store,
    *,
    seen: tuple[int, str] | None = None,
    papers: Papers | None = None,
    trust: Trust | None = None,
    against_classes: bool = False,
    rules: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Verify an open store.

    ``seen`` is a number of entries and their root (hex) remembered from before: the ledger must still begin with them.
    ``papers`` are checkpoints, time stamps and receipts that it must agree with, ``trust`` says whose count.
    ``against_classes`` also validates each body against the fields of its type. ``rules`` also puts every entry before
    the refusals again, if all are as they were recorded; it keeps the state of every stream in memory. ``workers`` is
    how many processes share the work, by default one for a small ledger and one for each core (4 at most) for others.
    ``progress`` is told how many entries are done, of how many. Raises ``UnavailableError`` for a format that this
    version does not know.
    """
    stored = store.stored()

    def share_out(jobs: Sequence[Job]) -> Iterator[Result]:
        crew = workers or (1 if jobs[0].last <= SMALL else min(os.cpu_count() or 1, 4))
        if crew == 1 or not sys.executable:
            return map(partial(perform, stored), jobs)
        return share(_door(store), jobs, workers=crew)

    case = Case(papers or Papers(), trust, named(store))
    found = judge(stored, share_out, seen=seen, case=case, against_classes=against_classes, progress=progress)
    return with_rules(found, broken_rules(store.entries(), REGISTRY)) if rules and found.ok else found


def judge(
    stored: Whole,
    run: Callable[[Sequence[Job]], Iterator[Result]],
    *,
    seen: tuple[int, str] | None = None,
    case: Case | None = None,
    against_classes: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Verify what is stored; ``run`` does the parts, in its own way, and answers in their order."""
    case = case or Case(Papers(), None, Named("", ()))
    if seen is not None and (seen[0] < 0 or not re.fullmatch("[0-9a-f]{64}", seen[1])):
        raise InputError(
            Sentence("what is remembered is a number of entries and a root of 64 hexadecimal digits in lower case")
        )
    bounds = stored.bounds()
    verdict = Verdict(stored, bounds)
    verdict.begin()
    last = verdict.examined_upto
    if last:
        marks = sorted({*case.sizes, *((seen[0],) if seen else ())})
        starts = range(1, last + 1, STRETCH)
        stretches = [_stretch(at, min(at + STRETCH - 1, last), marks, against_classes) for at in starts]
        for result in run([Versions(last), Ids(last), *stretches]):
            if isinstance(result, Walked):
                verdict.walks.append(result)
            else:
                verdict.add(result)
                if progress:
                    progress(result.stretch.last, last)
    verdict.end()
    if seen is not None:
        verdict.remember(*seen)
    return verdict.spoken(
        case.weigh(verdict), seen=seen[0] if seen else None, held=case.holds, against_classes=against_classes
    )


def _stretch(first: int, last: int, marks: Sequence[int], against_classes: bool) -> Stretch:  # noqa: FBT001 - a field
    inside = tuple(marks[bisect_left(marks, first) : bisect_right(marks, last)])
    return Stretch(first, last, inside, against_classes)


def _door(store: Store) -> Door:
    """Say how another process opens the same entries: a private copy, if that is what is read, and not yet another."""
    if not store.source.startswith("file:"):
        return Door(store.source, read_only=True)
    path, _, mode = store.source.removeprefix("file:").partition("?")
    return Door(file_url(Path(unquote(path))), read_only="immutable=1" in mode)
