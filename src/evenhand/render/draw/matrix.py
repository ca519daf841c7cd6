"""One figure for each row and column: where they agree stands on the diagonal."""

from __future__ import annotations

from decimal import Decimal

from evenhand.render.blocks import Cell, Table
from evenhand.render.draw.parts import Parts
from evenhand.render.draw.svg import Picture, plain, shortened, width_of

_DEPTHS = 4
_LARGEST = 56
_MOST = 24
"""More rows or columns are not drawn; the table has them."""


def matrix(table: Table, width: int, lang: str) -> Picture:
    """Draw a square for each pair that occurs, darker where the figure is larger."""
    parts, picture = Parts(table, lang), Picture(width)
    downs, acrosses = (_kinds(parts, role) for role in ("row", "across"))
    figures = {(row[parts.at("row")], row[parts.at("across")]): (parts.number(row, "value"), parts.text(row, "value"))
               for row in parts.rows}  # fmt: skip
    most = max((figure for figure, _ in figures.values() if figure is not None), default=Decimal(0))
    left = min(max((width_of(said) for said in downs.values()), default=0) + 10, width * 0.3)
    size = min(_LARGEST, (width - left) / max(len(acrosses), 1))
    top = 38.0
    axes = f"\u2193 {parts.column('row').label}   \u2192 {parts.column('across').label}"
    picture.text(0, 12, shortened(axes, width), "small")
    for at, said in enumerate(acrosses.values()):
        picture.text(left + (at + 0.5) * size, top - 6, shortened(said, size), "small", "middle")
    squares: dict[int, list[tuple[float, float]]] = {}
    shown_in: list[tuple[float, float, str, int]] = []
    for down, (row, said) in enumerate(downs.items()):
        y = top + down * size
        picture.text(left - 8, y + size / 2 + 4, shortened(said, left - 10), "label", "end")
        for at, across in enumerate(acrosses):
            if (row, across) not in figures:
                continue
            figure, shown = figures[row, across]
            depth = 0 if not figure or not most else min(_DEPTHS, 1 + int(figure * _DEPTHS / most - Decimal("0.0001")))
            squares.setdefault(depth, []).append((left + at * size + 1, y + 1))
            if shown and width_of(shown) <= size:
                shown_in.append((left + (at + 0.5) * size, y + size / 2 + 4, shown, depth))
    for depth, corners in sorted(squares.items()):
        picture.boxes(corners, size - 2, f"cell depth-{depth}")
    for x, y, shown, depth in shown_in:
        picture.text(x, y, shown, f"in-{depth}")
    picture.down_to(top + len(downs) * size)
    return picture


def _kinds(parts: Parts, role: str) -> dict[Cell, str]:
    """List the values of a part as they come, numbers in order and without needless noughts."""
    found = {row[parts.at(role)]: parts.text(row, role) for row in parts.rows}
    found |= {each: plain(each) for each in found if isinstance(each, Decimal)}
    keys = list(found)
    if all(isinstance(each, int | Decimal) for each in keys):
        keys.sort(key=lambda each: Decimal(str(each)))
    return {each: found[each] for each in keys[:_MOST]}
