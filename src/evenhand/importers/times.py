"""Read dates and times as people's files have them, and never guess between day and month.

A time without an offset is local time in a zone. One that the clocks skipped is refused; one that came twice is taken
to be the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from evenhand.sentence import Sentence, either

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d)|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?\s*(Z|[+\-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
_COUNT: Final = re.compile(r"\d{1,14}", re.ASCII)
EPOCHS: Final = MappingProxyType({"epoch": 1, "epoch-ms": 1_000})
"""Forms of times that are counted from 1970 in UTC, and how many of their units are a second."""
EXPECTED: Final = Sentence("a date such as 2026-07-03 or a time such as 2026-07-03 09:15; for other forms give format")


def moment(text: str, zone: str, formats: Sequence[str] = ()) -> dict[str, Any]:
    """Read a date or time with its precision. Raises ``ValueError`` in words, without the text."""
    return dict(_moment(text.strip(), zone, tuple(formats)))


@lru_cache(maxsize=4096)  # a file names few days many times
def _moment(text: str, zone: str, formats: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    at, precision = _by_format(text, formats) if formats else _usual(text)
    if precision == "day":
        written = at.date().isoformat()
    else:
        local = (
            _placed(at, ZoneInfo(zone))
            if at.tzinfo is None
            else at.astimezone(ZoneInfo(zone))
            if at.tzinfo is UTC and formats
            else at
        )
        written = local.isoformat(timespec="minutes" if precision == "minute" else "auto")
    return ("at", written), ("zone", zone), ("precision", precision)


def day(text: str, formats: Sequence[str] = ()) -> str:
    """Read a date alone."""
    at, precision = _by_format(text.strip(), tuple(formats)) if formats else _usual(text.strip())
    if precision != "day":
        raise ValueError(Sentence("expected a date without a time, such as 2026-07-03"))
    return at.date().isoformat()


def _usual(text: str) -> tuple[datetime, str]:
    found = _DATE.match(text)
    if found is None:
        raise ValueError(Sentence("expected {what}", what=EXPECTED))
    try:
        # With hyphens it is ISO's own form, which is read in one step.
        on = date.fromisoformat(found[0]) if found[2] else date(*map(int, filter(None, found.groups())))
    except ValueError:
        raise ValueError(Sentence("there is no such day")) from None
    rest = text[found.end() :]
    if not rest:
        return datetime(on.year, on.month, on.day), "day"  # noqa: DTZ001 - a day in its zone, not an instant
    clock, precision = _clock(rest)
    return datetime.combine(on, clock), precision


@lru_cache(maxsize=4096)  # a file whose times are all different still names few times of day
def _clock(text: str) -> tuple[time, str]:
    found = _TIME.fullmatch(text.strip().removeprefix("T"))
    if found is None:
        raise ValueError(Sentence("expected {what}", what=EXPECTED))
    hour, minute, second, fraction, offset = found.groups()
    written = f"{hour:0>2}:{minute}:{second or '00'}.{(fraction or '0'):0<6}{_offset(offset)}"
    try:
        return time.fromisoformat(written), "instant" if second else "minute"
    except ValueError:
        raise ValueError(Sentence("there is no such time of day")) from None


def _offset(given: str | None) -> str:
    if given is None:
        return ""
    return "+00:00" if given in {"Z", "z"} else given if ":" in given else f"{given[:3]}:{given[3:]}"


def _by_format(text: str, formats: tuple[str, ...]) -> tuple[datetime, str]:
    for each in formats:
        if each in EPOCHS:
            if _COUNT.fullmatch(text):
                return datetime.fromtimestamp(int(text) / EPOCHS[each], UTC), "instant"
            continue
        try:
            at = datetime.strptime(text, each)  # noqa: DTZ007 - local time; the zone is applied afterwards
        except ValueError:
            continue
        if any(sign in each for sign in ("%S", "%f", "%X", "%c", "%s")):
            return at, "instant"
        return at, "minute" if any(sign in each for sign in ("%H", "%I", "%M")) else "day"
    raise ValueError(Sentence("expected the form {formats}, and a day that there is", formats=either(formats)))


def _placed(at: datetime, zone: ZoneInfo) -> datetime:
    local = datetime.combine(at, at.time(), zone)
    if local.astimezone(UTC).astimezone(zone) != local:  # in one zone, clocks are compared as they stand on the wall
        raise ValueError(Sentence("the clocks skipped this time of day in its zone"))
    return local
