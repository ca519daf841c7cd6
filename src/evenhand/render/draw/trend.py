"""Figures from period to period: a small picture each, with the newest figure in words."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.render.blocks import Row, Table
from evenhand.render.draw.parts import Parts
from evenhand.render.draw.svg import Picture, Scale, line_of, shortened

_WIDE = 560
_TALL = 128
_FEW = 2


def trend(table: Table, width: int, lang: str) -> Picture:
    """Draw each column of figures as a line of its own, the earliest period left, all under their own names."""
    parts, picture = Parts(table, lang), Picture(width)
    rows = list(parts.rows)
    if len(rows) >= _FEW and str(rows[0][parts.at("along")]) > str(rows[-1][parts.at("along")]):
        rows.reverse()
    beside = 3 if width >= _WIDE else 1
    room = (width - 24.0 * (beside - 1)) / beside
    for number, at in enumerate(parts.every("values")):
        left, top = (number % beside) * (room + 24), (number // beside) * (_TALL + 18)
        seen = [(place, figure) for place, row in enumerate(rows) if (figure := parts.figure(row, at)) is not None]
        picture.text(left, top + 14, shortened(parts.label(at), room), "label")
        if not seen:
            picture.text(left, top + 40, "-", "large")
            continue
        now = parts.said(rows[-1], at) if seen[-1][0] == len(rows) - 1 else "-"
        picture.text(left, top + 40, now, "large")
        across = Scale(0, max(len(rows) - 1, 1), left + 3, left + room - 4)
        low, high = min(figure for _, figure in seen), max(figure for _, figure in seen)
        up = Scale(low, high, top + 98, top + 60) if low != high else Scale(low - 1, high + 1, top + 98, top + 60)
        picture.path(line_of([(across(place), up(figure)) for place, figure in seen]), "line line-0")
        for place, figure in seen:
            last = place == seen[-1][0]
            says = f"{parts.text(rows[place], 'along')}: {parts.said(rows[place], at)}"
            picture.dot(across(place), up(figure), 4 if last else 2, "dot dot-0", says)
        picture.text(left + room, top + 40, _between(parts, rows, at), "small", "end")
        picture.text(left, top + 122, parts.text(rows[seen[0][0]], "along"), "small")
        picture.text(left + room, top + 122, parts.text(rows[seen[-1][0]], "along"), "small", "end")
    picture.down_to((len(parts.every("values")) - 1) // beside * (_TALL + 18) + _TALL)
    return picture


def _between(parts: Parts, rows: Sequence[Row], at: int) -> str:
    """Say between what the line runs: every small picture has its own scale."""
    said = {figure: parts.said(row, at) for row in rows if (figure := parts.figure(row, at)) is not None}
    low, high = said[min(said)], said[max(said)]
    return low if low == high else f"{low} \u2013 {high}"
