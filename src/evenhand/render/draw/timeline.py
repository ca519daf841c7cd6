"""What happened when: one lane a kind of thing, time from left to right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evenhand.render import local
from evenhand.render.blocks import Row, Table
from evenhand.render.draw.parts import Parts
from evenhand.render.draw.svg import Picture, Scale, shortened, width_of

_WIDE = 560
_LANE = 30
_TALL_LANE = 46
_MOST = 24


def timeline(table: Table, width: int, lang: str) -> Picture:
    """Draw a dot for what happened at an instant or day, a bar for what lasted."""
    parts, picture = Parts(table, lang), Picture(width)
    placed = [(row, at) for row in parts.rows if (at := _when(row, parts, "at")) is not None]
    if not placed:
        return picture
    lanes = list(dict.fromkeys(parts.text(row, "lane") for row, _ in placed))[:_MOST]
    ends = [until for row, _ in placed if (until := _when(row, parts, "until")) is not None]
    first, last = min(at for _, at in placed), max([*(at for _, at in placed), *ends])
    last = max(last, first + timedelta(days=1))
    wide = width >= _WIDE
    left = min(max(map(width_of, lanes)) + 16, width * 0.3) if wide else 0.0
    across = Scale(0, (last - first).total_seconds(), left + 8, width - 8)
    tall = _LANE if wide else _TALL_LANE
    bottom = len(lanes) * tall + 8.0
    for number, lane in enumerate(lanes):
        y = number * tall + (tall - 11)
        picture.text(0, y + 4 if wide else y - 14, shortened(lane, left - 12 if wide else width))
        picture.rule(across.start, y, across.end, y, "grid")
        for row, at in placed:
            if parts.text(row, "lane") != lane:
                continue
            until = _when(row, parts, "until")
            end = across((until - first).total_seconds()) if until is not None else None
            _thing(picture, (across((at - first).total_seconds()), end), y, _said(parts, row))
    picture.rule(across.start, bottom, across.end, bottom, "axis")
    picture.text(across.start, bottom + 18, local.day(first.date().isoformat(), lang), "small")
    picture.text(across.end, bottom + 18, local.day(last.date().isoformat(), lang), "small", "end")
    return picture


def _thing(picture: Picture, ends: tuple[float, float | None], y: float, says: str) -> None:
    x, end = ends
    if end is not None:
        picture.box((x, y - 4, max(end - x, 2), 8), "bar", says)
    picture.dot(x, y, 5, "dot", says)


def _said(parts: Parts, row: Row) -> str:
    return parts.text(row, "at") + (f": {parts.text(row, 'label')}" if parts.has("label") else "")


def _when(row: Row, parts: Parts, role: str) -> datetime | None:
    if not parts.has(role):
        return None
    said = str(row[parts.at(role)] or "")
    try:
        at = datetime.fromisoformat(said)  # a day is its first instant
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
