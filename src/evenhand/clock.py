"""Instants as the ledger writes them: UTC, RFC 3339, always six fractional digits.

The text sorts as the time does, so it can be compared without being parsed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from evenhand.sentence import Sentence

Clock = Callable[[], datetime]
"""Anything that answers with an aware datetime. Rooms take a clock as an argument and never read one themselves."""


def system_clock() -> datetime:
    """Read the machine's clock, in UTC."""
    return datetime.now(UTC)


def instant_text(at: datetime) -> str:
    """Write an aware datetime as ``2026-07-03T09:12:44.120391Z``."""
    if at.tzinfo is None:
        raise ValueError(Sentence("an instant needs an offset; this datetime has none"))
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 date-time with any offset; the result is in UTC.

    Raises ``ValueError`` when the text is no date-time or carries no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(Sentence("an instant needs an offset, such as Z or +08:00"))
    return at.astimezone(UTC)


def stepping_clock(start: datetime, step: timedelta = timedelta(microseconds=1)) -> Clock:
    """Build a clock that advances by ``step`` at each reading: what tests and the demo inject."""
    reading = start - step

    def read() -> datetime:
        nonlocal reading
        reading += step
        return reading

    return read
