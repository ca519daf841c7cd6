"""How many on each day, as weeks beside one another."""

from __future__ import annotations

from collections import Counter
from datetime import MAXYEAR, MINYEAR, date, timedelta

from evenhand.render import local
from evenhand.render.blocks import Table
from evenhand.render.draw.parts import Parts
from evenhand.render.draw.svg import Picture

_LEFT, _CELL, _GAP = 34, 22, 3
_DAYS = 7
_MOST_WEEKS = 106
"""Two years; what is earlier stands in the table."""
_DEPTHS = 4


def calendar(table: Table, width: int, lang: str) -> Picture:
    """Draw the weeks from the first to the last day that occurs, in as many bands as the width needs."""
    picture, counted = Picture(width), _counted(Parts(table, lang))
    if not counted:
        return picture
    last = max(counted)
    first = date.fromordinal(max(min(counted).toordinal(), last.toordinal() - _DAYS * (_MOST_WEEKS - 1)))
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // _DAYS + 1
    band = (width - _LEFT) // (_CELL + _GAP)
    most = max(counted.values())
    top = 0.0
    for start in range(0, weeks, band):
        shown = min(band, weeks - start)
        _band(picture, monday + timedelta(weeks=start), shown, top, lang)
        empty: list[tuple[float, float]] = []
        for day in (monday + timedelta(days=at) for at in range(start * _DAYS, (start + shown) * _DAYS)):
            x = _LEFT + ((day - monday).days // _DAYS - start) * (_CELL + _GAP)
            y = top + 22 + day.weekday() * (_CELL + _GAP)
            if n := counted[day]:
                _day(picture, (x, y), n, most, local.day(day.isoformat(), lang))
            else:
                empty.append((x, y))
        picture.boxes(empty, _CELL, "cell")
        top += 22 + _DAYS * (_CELL + _GAP) + 8
    return picture


def _counted(parts: Parts) -> Counter[date]:
    counted: Counter[date] = Counter()
    for row in parts.rows:
        cell = row[parts.at("day")]
        n = parts.number(row, "value") if parts.has("value") else 1
        try:
            day = date.fromisoformat(str(cell))
        except ValueError:
            continue
        if n and MINYEAR < day.year < MAXYEAR:  # weeks reach beyond the first and the last year there is
            counted[day] += int(n)
    return counted


def _band(picture: Picture, monday: date, weeks: int, top: float, lang: str) -> None:
    shown = -1
    for week in range(weeks):
        day = monday + timedelta(days=week * _DAYS + 6)
        if day.month != shown and (week + 1 < weeks or week == 0):
            said = local.month(day, lang)
            picture.text(_LEFT + week * (_CELL + _GAP), top + 14, said, "small")
            shown = day.month
    for at in range(_DAYS):
        day = monday + timedelta(days=at)
        picture.text(0, top + 22 + at * (_CELL + _GAP) + 16, local.weekday(day, lang), "small")


def _day(picture: Picture, corner: tuple[float, float], n: int, most: int, said: str) -> None:
    x, y = corner
    depth = 1 + (n - 1) * _DEPTHS // most
    picture.box((x, y, _CELL, _CELL), f"cell depth-{depth}", f"{said}: {n}")
    picture.text(x + _CELL / 2, y + 15, str(n), f"in-{depth}")
