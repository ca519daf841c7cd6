"""Write one rounded cell as people read it; the formats add only their own escaping."""

from __future__ import annotations

from decimal import Decimal

from evenhand.render import local
from evenhand.render.blocks import Cell, Column, Kind, LeftOut, NotShown, Under, Verdict
from evenhand.render.singular import so_many
from evenhand.words import Translate

NOTHING = "-"


def cell_text(cell: Cell, column: Column, lang: str) -> str:
    """Write a cell with its code in words, its share in per cent, its period by its name, its absence as it says."""
    if cell is None or isinstance(cell, NotShown):
        return column.hidden if cell else column.absent or NOTHING
    if column.kind in {Kind.CODE, Kind.PERIOD}:
        text = str(cell)
        return local.period(text, lang) if column.kind is Kind.PERIOD else dict(column.values).get(text, text)
    if column.kind is Kind.SHARE and isinstance(cell, Decimal | int):
        return per_cent(Decimal(cell))
    if isinstance(cell, Under):
        return under(cell)
    if isinstance(cell, tuple):
        return ", ".join(str(each) for each in cell) or NOTHING
    return local.count(cell, lang) if column.kind is Kind.COUNT and isinstance(cell, int) else str(cell)


def page_text(cell: Cell, column: Column, lang: str) -> str:
    """Write a cell for a page: dates, shares and counts as the language writes them."""
    match column.kind, cell:
        case Kind.DAY, str():
            return local.day(cell, lang)
        case Kind.INSTANT, str():
            return local.instant(cell, lang)
        case Kind.SHARE, Decimal():
            return local.per_cent(cell, lang)
        case _:
            return cell_text(cell, column, lang)


def under(cell: Under) -> str:
    """Write what is too small for its digits, such as ``<0.0001``."""
    return f"<{cell:f}"


def per_cent(share: Decimal) -> str:
    """Write a rounded share with one digit, such as ``58.6 %``."""
    return f"{share.scaleb(2):.1f} %"


def judged_by(verdict: Verdict, words: Translate) -> str:
    """Say how many a verdict is about, and by which method."""
    return words.text(
        "n = {n} {things}; {method}", n=verdict.n, things=so_many(verdict.n, verdict.of), method=verdict.method
    )


def counted(n: int, of: str, left_out: tuple[LeftOut, ...], words: Translate) -> str:
    """Say how many a block is about, and who was left out and why."""
    said = words.text("n = {n} {things}", n=n, things=so_many(n, of))
    if not any(each.n for each in left_out):
        return words.text("{counted}; nobody left out", counted=said)
    why = [
        words.text("{why} (number hidden)", why=each.why)
        if isinstance(each.n, NotShown)
        else words.text("{n} {why}", n=each.n, why=so_many(each.n, each.why))
        for each in left_out
        if each.n
    ]
    return words.text("{counted}; left out: {why}", counted=said, why=words.text("; ").join(why))
