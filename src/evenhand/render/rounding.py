"""Round every number of a report to the digits it is printed with, once, before any format sees it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from evenhand.render.blocks import DIGITS, Block, Cell, Chart, Column, Mark, Picture, Series, Table


def rounded(block: Block) -> Block:
    """Answer with the same block in which no fraction is left."""
    match block:
        case Table():
            rows = tuple(_row(row, block.columns) for row in block.rows)
            return replace(block, rows=rows, picture=_picture(block.picture))
        case Chart():
            return replace(block, series=tuple(map(_series, block.series)), marks=tuple(map(_mark, block.marks)))
        case _:
            return block


def half_up(value: Fraction, digits: int) -> Decimal:
    """Round to so many digits after the point, halves away from zero, in integers."""
    scaled = (2 * abs(value) * 10**digits + 1) // 2
    # Built from text, a decimal is exact; arithmetic on it would be cut to the context's 28 digits.
    return Decimal(f"{scaled if value >= 0 else -scaled}E-{digits}")


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    return tuple(_cell(cell, column) for cell, column in zip(row, columns, strict=True))


def _cell(cell: Cell, column: Column) -> Cell:
    digits = DIGITS.get(column.kind)
    if digits is not None and isinstance(cell, int | Fraction | Decimal):
        return half_up(Fraction(cell), digits)
    if isinstance(cell, Fraction):
        return half_up(cell, 3)
    return cell


def _series(one: Series) -> Series:
    return replace(
        one,
        points=tuple((along, _third(up)) for along, up in one.points),
        steps=tuple((_third(along), _third(up)) for along, up in one.steps),
    )


def _picture(picture: Picture | None) -> Picture | None:
    return picture and replace(picture, marks=tuple(map(_mark, picture.marks)))


def _mark(mark: Mark) -> Mark:
    return replace(mark, at=_third(mark.at))


def _third(value: Fraction | Decimal) -> Decimal:
    return half_up(Fraction(value), 3)
