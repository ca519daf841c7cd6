"""How a share falls over time: one stepped line a series, with its deadlines."""

from __future__ import annotations

from decimal import Decimal

from evenhand.render import local
from evenhand.render.blocks import Chart, Series
from evenhand.render.draw.svg import TEXT, Picture, Scale, line_of, plain, shortened, steps_of, ticks, width_of

_WIDE = 560
_SMALL = 11
STYLES = 6
"""So many lines can be told apart, by colour and by dash (page/picture.css)."""
_ENOUGH = Decimal("0.01")
"""Under this share there is nothing to see any more; the table goes on."""


def curve(chart: Chart, width: int, lang: str) -> Picture:
    """Draw every series from all to none along the time axis, as far as there is something to see."""
    picture = Picture(width)
    wide = width >= _WIDE
    last = _last(chart)
    top = 10.0 + 18 * (_legend(picture, chart) + len(chart.marks))
    across = Scale(0, last, 44, width - 16)
    up = Scale(0, 1, top + (230 if wide else 180), top)
    for at in (Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1)):
        picture.rule(across.start, up(at), across.end, up(at), "axis" if not at else "grid")
        picture.text(across.start - 8, up(at) + 4, local.per_cent(at, lang, 0), "small", "end")
    for at in ticks(0, last, 10 if wide else 6):
        picture.text(across(at), up.start + 18, plain(at), "small", "middle")
    picture.text(across.end, up.start + 36, chart.along, "small", "end")
    _marks(picture, chart, across, up)
    for number, series in enumerate(chart.series):
        _series(picture, series, number, across, up)
    picture.down_to(up.start + 40)
    return picture


def _legend(picture: Picture, chart: Chart) -> int:
    """Name the lines in rows above the picture; answer with how many rows."""
    x, row = 44.0, 0
    for number, series in enumerate(chart.series):
        room = 30 + width_of(series.label) + 16
        if x + room > picture.width and x > 44:  # noqa: PLR2004 - the left edge
            x, row = 44.0, row + 1
        y = 14.0 + 18 * row
        picture.path(line_of([(x, y - 4), (x + 22, y - 4)]), f"line line-{number % STYLES}")
        picture.text(x + 30, y, shortened(series.label, picture.width - x - 30))
        x += room
    return row + 1


def _marks(picture: Picture, chart: Chart, across: Scale, up: Scale) -> None:
    numbers = {series.key: number for number, series in enumerate(chart.series)}
    placed = [
        (mark, across(mark.at), up.end - 18 * (len(chart.marks) - place) + 8)
        for place, mark in enumerate(chart.marks)
        if across.holds(mark.at)
    ]
    for mark, x, y in placed:
        kind = f"mark line-{numbers[mark.of] % STYLES}" if mark.of in numbers else "mark"
        picture.rule(x, y + 5, x, up.start, kind)
    for mark, x, y in placed:  # over all lines, so that none goes through a text
        wide = width_of(mark.label, _SMALL)
        right = x + wide + 6 < picture.width
        picture.box((x + 3 if right else x - wide - 7, y - 6, wide + 4, 14), "back")
        picture.text(x + 5 if right else x - 5, y + 5, mark.label, "small", "start" if right else "end")


def _series(picture: Picture, series: Series, number: int, across: Scale, up: Scale) -> None:
    kind = f"line line-{number % STYLES}"
    if series.steps:
        seen = [(at, share) for at, share in series.steps if across.holds(at)]
        if not seen:
            return
        drawn = [(across(at), up(share)) for at, share in seen]
        ends = len(seen) == len(series.steps) and seen[-1][1]  # at no share it stays, and runs on
        picture.path(steps_of(drawn if ends else [*drawn, (across.end, drawn[-1][1])]), kind)
        return
    points = [(across(at), up(share)) for at, share in series.points if across.holds(at)]
    picture.path(line_of(points), kind)
    for x, y in points:
        picture.dot(x, y, TEXT / 4, f"dot dot-{number % STYLES}")


def _last(chart: Chart) -> Decimal:
    """Say how far along it is worth drawing: until every share is next to nothing, and past every mark."""
    along = sorted({at for series in chart.series for at, _ in series.points})
    if not along:
        return Decimal(1)
    low = next(
        (at for at in along if all(dict(each.points).get(at, Decimal(0)) <= _ENOUGH for each in chart.series)),
        along[-1],
    )
    far = max((Decimal(str(float(mark.at))) for mark in chart.marks), default=Decimal(0))
    return next((Decimal(at) for at in along if at >= max(Decimal(low), far)), Decimal(along[-1]))
