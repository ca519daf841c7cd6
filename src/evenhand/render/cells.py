"""Write one rounded cell as people read it; the formats add only their own escaping."""

from __future__ import annotations

from decimal import Decimal

from evenhand.render.blocks import Cell, Column, Kind, LeftOut, NotShown
from evenhand.words import Translate

NOTHING = "-"
_UNDER = "<0.0001"  # a chance is small, never nought
_GROUPED_FROM = 10_000


def cell_text(cell: Cell, column: Column) -> str:
    """Write a cell with its code in words, its share in per cent, its absence as the column says."""
    if cell is None or isinstance(cell, NotShown):
        return column.hidden if cell else column.absent or NOTHING
    if column.kind is Kind.CODE:
        return dict(column.values).get(str(cell), str(cell))
    if column.kind is Kind.SHARE and isinstance(cell, Decimal | int):
        return per_cent(Decimal(cell))
    if column.kind is Kind.CHANCE and not cell:
        return _UNDER
    if isinstance(cell, tuple):
        return ", ".join(str(each) for each in cell) or NOTHING
    grouped = column.kind is Kind.COUNT and isinstance(cell, int) and abs(cell) >= _GROUPED_FROM
    return f"{cell:,}" if grouped else str(cell)


def per_cent(share: Decimal) -> str:
    """Write a rounded share with one digit, such as ``58.6 %``."""
    return f"{share.scaleb(2):.1f} %"


def counted(n: int, of: str, left_out: tuple[LeftOut, ...], words: Translate) -> str:
    """Say how many a block is about, and who was left out and why."""
    said = words.text("n = {n} {things}", n=n, things=of)
    if not any(each.n for each in left_out):
        return words.text("{counted}; nobody left out", counted=said)
    why = [
        words.text("{why} (number hidden)", why=each.why)
        if isinstance(each.n, NotShown)
        else words.text("{n} {why}", n=each.n, why=each.why)
        for each in left_out
        if each.n
    ]
    return words.text("{counted}; left out: {why}", counted=said, why=words.text("; ").join(why))
