"""Round every number of a report to the digits it is printed with, once, before any format sees it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from evenhand.render.blocks import (
    DIGITS,
    Beside,
    Block,
    Cell,
    Chart,
    Column,
    Kind,
    Mark,
    Picture,
    Series,
    Table,
    Under,
)

_MOST = 12  # digits: what differs by less is the same, also where a p is held against alpha


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


def beside(value: Fraction, bar: Fraction, digits: int) -> Decimal:
    """Round so that the number printed lies where the value does: below the bar, upon it or above.

    A ratio of .7996 is below four fifths, so it is not printed as 0.800; it gets as many digits as show that.
    """
    for more in range(digits, _MOST + 1):
        made = half_up(value, more)
        if (made > bar, made < bar) == (value > bar, value < bar):
            return made
    return half_up(value, digits)


def chance(value: Fraction, digits: int = DIGITS[Kind.CHANCE], alpha: Fraction | None = None) -> Decimal:
    """Round a p, which is never nought: one too small for its digits is said to be less than the smallest of them."""
    made = half_up(value, digits) if alpha is None else beside(value, alpha, digits)
    return made or Under(f"1E-{digits}")


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    return tuple(_cell(cell, column) for cell, column in zip(row, columns, strict=True))


def _cell(cell: Cell, column: Column) -> Cell:
    digits = DIGITS.get(column.kind)
    if column.kind is Kind.CHANCE and isinstance(cell, int | Fraction | Decimal | Beside):
        return chance(cell.value, alpha=cell.bar) if isinstance(cell, Beside) else chance(Fraction(cell))
    if isinstance(cell, Beside):
        return beside(cell.value, cell.bar, 3 if digits is None else digits)
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
