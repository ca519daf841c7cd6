"""One cell of a spreadsheet: from what is stored to the text that a person reads in it, never working anything out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from evenhand.importers.record import Dated, Number
from evenhand.importers.workbook import Shows, Workbook
from evenhand.sentence import Sentence
from evenhand.words import mark

_DAY: Final = 86_400
_LOTUS_DAY: Final = 60
"""29 February 1900, which there was not, counts as a day in spreadsheets."""
_LAST: Final = 2_958_466
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS: Final = 15
"""So many digits of a number does a spreadsheet show; what is stored after them is an artefact of its arithmetic."""


class Unreadable(Sentence):
    """Stands in the place of a cell that cannot be read, and says why; it holds nothing of the cell."""

    __slots__ = ()


ERROR: Final = Unreadable(mark("shows an error such as #REF! in place of a value; mend it"))
NO_RESULT: Final = Unreadable(
    Sentence(
        "is a formula whose result is not in the file; open it in a spreadsheet program and save it again, or paste "
        "values"
    )
)
NOT_A_DATE: Final = Unreadable(mark("is shown as a date, and there is no such date; mend it"))
_BROKEN: Final = Unreadable(mark("is damaged; open the file in a spreadsheet program and save it again"))


def read_cell(book: Workbook, kind: str, style: int, stored: str | None, *, formula: bool) -> str:  # noqa: PLR0911 - a case each
    """Answer with the text of a cell; empty if there is nothing in it."""
    if kind == "e":
        return ERROR
    if stored is None or (not stored and kind not in {"str", "inlineStr"}):
        return NO_RESULT if formula else ""
    match kind:
        case "s":
            return _shared(book.texts, stored)
        case "b":
            return "true" if stored == "1" else "false"
        case "str" | "inlineStr":
            return unescaped(stored)
        case "d":
            return Dated(stored)
        case _:
            shown = book.shows[style] if 0 <= style < len(book.shows) else Shows.NUMBER
            return _shown(stored, shown, since_1904=book.since_1904)


def unescaped(text: str) -> str:
    """Read the form in which a spreadsheet writes characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=4_096)  # a file names few days and scores many times
def _shown(stored: str, shown: Shows, *, since_1904: bool) -> str:
    try:
        number = float(stored)
        exact = Decimal(format(number, f".{_DIGITS}g"))
    except (ValueError, InvalidOperation):
        return _BROKEN
    if not exact.is_finite():
        return _BROKEN
    if shown is Shows.NUMBER:
        return Number(format(exact.normalize() if exact else Decimal(0), "f"))
    return _moment(number, shown, since_1904=since_1904)


def _moment(serial: float, shown: Shows, *, since_1904: bool) -> str:
    if not 0 <= serial < _LAST:
        return NOT_A_DATE
    if shown is Shows.CLOCK and serial < 1:
        at = datetime(1904, 1, 1) + timedelta(seconds=round(serial * _DAY))  # noqa: DTZ001 - a clock on a wall
        return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    if since_1904:
        origin = datetime(1904, 1, 1)  # noqa: DTZ001 - local time; the mapping says where
    elif serial < 1 or int(serial) == _LOTUS_DAY:
        return NOT_A_DATE
    else:
        origin = datetime(1899, 12, 31 if serial < _LOTUS_DAY else 30)  # noqa: DTZ001 - the same
    at = origin + timedelta(seconds=round(serial * _DAY))
    return Dated(at.date().isoformat() if shown is Shows.DAY else _clocked(at, shown))


def _clocked(at: datetime, shown: Shows) -> str:
    return at.isoformat(" ", "minutes" if shown is Shows.MINUTE or not at.second else "seconds")


def _shared(texts: Sequence[str], stored: str) -> str:
    number = int(stored) if stored.isascii() and stored.isdecimal() else -1
    return unescaped(texts[number]) if 0 <= number < len(texts) else _BROKEN
