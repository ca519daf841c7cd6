"""The time sandwich: every entry was recorded after the checkpoint before it and before the one that covers it.

Trusted times come from time stamps and cosignatures. A time stamp says that a checkpoint existed by then, so its
entries were recorded no later; and entries that the checkpoint does not have were recorded no earlier, if it was
stamped at once. A cosignature may come hours after, so it bounds from above alone. Times within a ledger only rise, so
the first and the last entry between two checkpoints speak for all.

Who asks for an authority's time is not content with a witness's: whoever took a witness over has it say any time, and
a history written anew long after would seem to have been vouched for on the day. There, only stamps cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from evenhand.checkpoint.trust import Times
from evenhand.clock import instant_text
from evenhand.errors import Finding
from evenhand.sentence import Sentence

_TICK = timedelta(seconds=1)
"""Stamps and cosignatures say the second in which they were made, not when in it."""


class Timed(NamedTuple):
    """The times that others vouch for of one checkpoint; none that nobody vouches for."""

    size: int
    stamped: datetime | None
    cosigned: datetime | None

    def covered(self, times: Times) -> datetime | None:
        """Answer with the time from which on its entries count as covered; none if nobody vouches who is asked to."""
        return self.stamped if times.authorities else self.cosigned

    def existed(self) -> datetime:
        """Answer with the earliest time at which anybody saw it."""
        return min(each for each in (self.stamped, self.cosigned) if each is not None)


class Clocked(Protocol):
    """A ledger that says when its entries were recorded."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        ...

    def recorded_at(self, position: int) -> str | None:
        """Answer with the time of an entry as it stands; none where it cannot be read."""
        ...


class Between(NamedTuple):
    """What holding the times against each other showed."""

    findings: tuple[Finding, ...]
    covered: int
    """How many entries a checkpoint of trusted time covers."""


def hold_against(times: Times, timed: Sequence[Timed], ledger: Clocked) -> Between:
    """Hold the times of recording against the trusted times of the checkpoints, which come in order of size."""
    findings: list[Finding] = []
    first, after = 1, None
    bounding = _stamped_in_order(timed)
    for each in timed:
        covered = each.covered(times)
        if covered is None or not first <= each.size <= ledger.size:
            continue
        findings += _not_before(times, ledger, first, after)
        findings += _not_after(times, ledger, each.size, each.existed())
        findings += _not_long_before(times, ledger, (first, each.size), covered)
        first, after = each.size + 1, each.stamped if each in bounding else after
    findings += _after_all(times, ledger, first, after)
    return Between(tuple(findings), first - 1)


def _stamped_in_order(timed: Sequence[Timed]) -> frozenset[Timed]:
    """Choose the checkpoints whose stamp bounds what came after: a larger one that existed before refutes the others.

    Such a stamp was made long after its checkpoint, so entries that the checkpoint lacks may be older than the stamp.
    """
    found: list[Timed] = []
    earliest: datetime | None = None
    for each in reversed(timed):
        if each.stamped is not None and (earliest is None or each.stamped <= earliest):
            found.append(each)
        known = [time for time in (each.stamped, each.cosigned, earliest) if time is not None]
        earliest = min(known, default=None)
    return frozenset(found)


def _not_after(times: Times, ledger: Clocked, last: int, existed: datetime) -> Iterator[Finding]:
    latest = ledger.recorded_at(last)
    if latest is not None and latest > _moved(existed, times.skew + _TICK):
        yield Finding(
            last,
            Sentence(
                "its time is later than {said}, when a checkpoint that covers it existed already", said=_said(existed)
            ),
        )


def _not_long_before(times: Times, ledger: Clocked, span: tuple[int, int], covered: datetime) -> Iterator[Finding]:
    first, last = span
    start = _first_since(times, ledger, first, last)
    earliest = ledger.recorded_at(start) if start <= last else None
    if earliest is not None and earliest < _moved(covered, -times.delay):
        yield Finding(
            start,
            Sentence(
                "nobody vouches for its time until {said}, more than {hours} hours after it",
                said=_said(covered),
                hours=_hours(times.delay),
            ),
        )


def _not_before(times: Times, ledger: Clocked, first: int, after: datetime | None) -> Iterator[Finding]:
    earliest = ledger.recorded_at(first)
    if after is not None and earliest is not None and earliest < _moved(after, -times.skew):
        yield Finding(
            first,
            Sentence(
                "its time is earlier than {said}, when a checkpoint without it was stamped: it was "
                "back-dated, or the stamp was fetched late",
                said=_said(after),
            ),
        )


def _after_all(times: Times, ledger: Clocked, first: int, after: datetime | None) -> Iterator[Finding]:
    """Look at the entries behind the last trusted checkpoint: the ledger went on without one for too long, or not."""
    if first > ledger.size:
        return
    yield from _not_before(times, ledger, first, after)
    start = _first_since(times, ledger, first, ledger.size)
    earliest = ledger.recorded_at(start) if start <= ledger.size else None
    latest = ledger.recorded_at(ledger.size)
    if earliest is not None and latest is not None and latest > _later(earliest, times.delay):
        yield Finding(
            start,
            Sentence(
                "no checkpoint of trusted time covers it, and the ledger went on for {hours} hours and more",
                hours=_hours(times.delay),
            ),
        )


def _first_since(times: Times, ledger: Clocked, first: int, last: int) -> int:
    """Find the first entry of a span that is held to the delay; one behind the span if none is."""
    if times.since is None:
        return first
    since, end = instant_text(times.since), last + 1
    while first < end:
        middle = (first + end) // 2
        if (ledger.recorded_at(middle) or since) < since:
            first = middle + 1
        else:
            end = middle
    return first


def _later(recorded_at: str, delay: timedelta) -> str:
    try:
        return instant_text(datetime.fromisoformat(recorded_at).astimezone(UTC) + delay)
    except (ValueError, OverflowError):  # verifying the entry says more
        return recorded_at


def _moved(at: datetime, by: timedelta) -> str:
    """Write a trusted time, moved; at the first and the last of all times there is no room to move."""
    try:
        return instant_text(at + by)
    except OverflowError:
        return instant_text(at)


def _said(at: datetime) -> str:
    return instant_text(at)[:19] + "Z"


def _hours(delay: timedelta) -> int:
    return int(delay / timedelta(hours=1))
