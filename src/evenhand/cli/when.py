"""Read times as people write them: ``2026-07-03``, ``2026-07-03T10:15``, with seconds, with an offset."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from evenhand.clock import parse_instant
from evenhand.config import is_zone
from evenhand.sentence import Sentence

_WHEN = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>[T ]\d\d:\d\d(?P<seconds>:\d\d(\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:\d\d)?)?"
)
_EXPECTED = Sentence(
    "expected a date such as 2026-07-03, or a time such as 2026-07-03T10:15 or 2026-07-03T10:15:00+08:00"
)


def moment(text: str, zone: str) -> dict[str, str]:
    """Write a moment as a body has it; a time without an offset is local time in ``zone``.

    Raises ``ValueError`` for what is no time, or no time there: an hour that the clocks left out, or had twice.
    """
    form = _WHEN.fullmatch(text.strip())
    if form is None:
        raise ValueError(_EXPECTED)
    try:
        if form["time"] is None:
            return {"at": date.fromisoformat(text.strip()).isoformat(), "zone": zone, "precision": "day"}
        at = _in_zone(datetime.fromisoformat(text.strip()), ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        own = (
            str(error)
            if isinstance(error, _NoSuchTimeError)
            else Sentence("there is no such time; {expected}", expected=_EXPECTED)
        )
        raise ValueError(own) from None
    if form["seconds"] is None:
        return {"at": at.isoformat(timespec="minutes"), "zone": zone, "precision": "minute"}
    return {"at": at.isoformat(), "zone": zone, "precision": "instant"}


def instant(text: str) -> datetime:
    """Read an instant with its offset. Raises ``ValueError``."""
    try:
        return parse_instant(text.strip())
    except (ValueError, OverflowError):
        raise ValueError(Sentence("expected an instant such as 2026-07-03T10:15:00Z")) from None


def machine_zone(environ: Mapping[str, str]) -> str:
    """Answer with the zone this machine is set to, or UTC if it does not say by name."""
    named = environ.get("TZ", "").removeprefix(":")
    if named and is_zone(named):
        return named
    try:
        _, found, name = os.readlink("/etc/localtime").partition("zoneinfo/")  # noqa: PTH115 - a Path would lose nothing, and gain nothing
        if found and is_zone(name):
            return name
        name = Path("/etc/timezone").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return "UTC"
    return name if is_zone(name) else "UTC"


class _NoSuchTimeError(ValueError):
    pass


def _in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    if at.tzinfo is not None:
        return at.astimezone(zone)
    here = at.replace(tzinfo=zone)
    if here.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise _NoSuchTimeError(
            Sentence("the clocks of this zone were put forward over this time; there is no such time")
        )
    if here.utcoffset() != here.replace(fold=1).utcoffset():
        raise _NoSuchTimeError(Sentence("the clocks of this zone showed this time twice; give it with its offset"))
    return here
