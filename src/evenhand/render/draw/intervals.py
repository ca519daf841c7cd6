"""A figure between its bounds, a row each: rates and ratios, with their counts and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from evenhand.render import local
from evenhand.render.blocks import Kind, NotShown, Table
from evenhand.render.draw.parts import UUID_LEAD, Parts
from evenhand.render.draw.svg import Picture, Scale, plain, shortened, ticks, width_of

_WIDE = 560
_ROW, _TALL_ROW = 26, 46
MOST = 60
"""More rows are not drawn: nobody compares them by eye. ``drawing.undrawn`` says so beside the picture."""
_FAR = Decimal(2)
"""A ratio's axis ends here at the latest; what lies beyond it is an arrow."""


class _Row(NamedTuple):
    facet: tuple[str, ...]
    label: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    said: str


def intervals(table: Table, width: int, lang: str) -> Picture:
    """Draw the rows of a table that have a figure, under one axis."""
    parts = Parts(table, lang)
    rows = list(_rows(parts))[:MOST]
    picture, wide = Picture(width), width >= _WIDE
    kind = parts.column("value").kind
    left, right = _margins(rows, width) if wide else (0.0, 0.0)
    first, last = _range(rows, [Decimal(str(float(mark.at))) for mark in parts.marks], kind)
    across = Scale(first, last, left + 12, width - right - 16)
    y = 8.0 + 18 * len(parts.marks)
    start = y
    shapes: list[tuple[_Row, float]] = []
    headings: list[tuple[str, float]] = []
    for facet, group in groupby(rows, key=lambda row: row.facet):
        if facet:
            headings.append((shortened(" \u00b7 ".join(facet), width), y + 16))
            y += 26
        for row in group:
            shapes.append((row, y))
            y += _ROW if wide else _TALL_ROW
        y += 6
    for at in ticks(first, last, 8 if wide else 5):
        picture.rule(across(at), start, across(at), y, "grid")
        said = local.per_cent(at, lang, 0) if kind is Kind.SHARE else plain(at)
        picture.text(across(at), y + 16, said, "small", "middle")
    for place, mark in enumerate(parts.marks):
        x, top = across(mark.at), start - 18 * (len(parts.marks) - place) + 8
        picture.rule(x, top + 4, x, y, "mark")
        fits = x + 5 + width_of(mark.label) <= width
        picture.text(x + 5 if fits else x - 5, top + 6, mark.label, "small", "start" if fits else "end")
    for heading, base in headings:
        picture.box((0, base - 14, width_of(heading) + 20, 20), "back")
        picture.text(0, base, heading, "heading")
    for row, top in shapes:
        _row(picture, row, top, across, wide=wide)
    picture.down_to(y + 20)
    return picture


def _rows(parts: Parts) -> Iterator[_Row]:
    for row in parts.rows:
        value = parts.number(row, "value")
        hidden = isinstance(row[parts.at("value")], NotShown)
        said = [parts.text(row, "value")] if value is not None or hidden else []
        if parts.has("part") and parts.has("of") and parts.number(row, "of") is not None:
            said.append(f"{parts.text(row, 'part')}/{parts.text(row, 'of')}")
        if parts.has("word") and not hidden and row[parts.at("word")] is not None:
            said.append(parts.text(row, "word"))
        facet = tuple(parts.texts(row, "facet"))
        label = parts.text(row, "label")
        if parts.column("label").kind is Kind.ID:  # its last group stands for all of it, as in the table
            label = UUID_LEAD.sub("\u2026", label)
        yield _Row(facet, label, value, parts.number(row, "low"), parts.number(row, "high"),
                   "  ".join(said))  # fmt: skip


def _margins(rows: Sequence[_Row], width: int) -> tuple[float, float]:
    left = max((width_of(row.label) for row in rows), default=0) + 14
    right = max((width_of(row.said) for row in rows), default=0) + 14
    return min(left, width * 0.3), min(right, width * 0.34)


def _range(rows: Sequence[_Row], marks: Sequence[Decimal], kind: Kind) -> tuple[Decimal, Decimal]:
    seen = [each for row in rows for each in (row.value, row.low, row.high) if each is not None] + list(marks)
    high = max(seen, default=Decimal(1))
    if kind is Kind.SHARE:
        return Decimal(0), min(Decimal(1), high)
    low = min([*seen, Decimal(0)])
    if kind is Kind.RATIO:
        return low, min(_FAR, max(high, Decimal(1)))
    return low, high if high > low else low + 1


def _row(picture: Picture, row: _Row, top: float, across: Scale, *, wide: bool) -> None:
    y = top + (13 if wide else 32)
    baseline = y + 4 if wide else top + 16
    picture.text(0, baseline, shortened(row.label, across.start - 12 if wide else picture.width * 0.5))
    room = picture.width - across.end - 16 if wide else picture.width * 0.5
    picture.text(picture.width, baseline, shortened(row.said, room), "said")
    beyond = row.value is not None and not across.holds(row.value)
    if row.low is not None or row.high is not None:
        low = across(row.low) if row.low is not None else across.start
        high = across(row.high) if row.high is not None else across.end
        picture.rule(low, y, high, y, "whisker")
        beyond = beyond or row.high is None or not across.holds(row.high)
    if beyond:
        end = across.end
        picture.path(f"M{end - 5:.1f} {y - 4:.1f}L{end + 1:.1f} {y:.1f}L{end - 5:.1f} {y + 4:.1f}", "whisker")
    if row.value is not None and across.holds(row.value):
        picture.dot(across(row.value), y, 4.5, "dot")
