"""Which days a report is about, chosen by what happened, and the like periods before it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from evenhand.errors import InputError
from evenhand.sentence import Sentence

_MONTHS_A_YEAR = 12
_MONTHS_A_QUARTER = 3
_EXPECTED = Sentence("expected 2026, 2026Q2, 2026-05 or 2026-04-01..2026-06-30")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included; ``months`` is 12, 3 or 1 for a calendar period, else 0."""

    first: date
    last: date
    months: int = 0

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InputError(Sentence("the period ends before it begins; give the earlier day first"))

    @property
    def label(self) -> str:
        """Return how the period is written on the command line."""
        if self.months == _MONTHS_A_YEAR:
            return f"{self.first.year:04}"
        if self.months == _MONTHS_A_QUARTER:
            return f"{self.first.year:04}Q{(self.first.month + 2) // _MONTHS_A_QUARTER}"
        if self.months:
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def before(self) -> Period:
        """Answer with the period of the same kind that ends the day before this one begins."""
        if not self.months:
            return Period(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))
        return _calendar(self.first.year * _MONTHS_A_YEAR + self.first.month - 1 - self.months, self.months)


def parse(text: str) -> Period:
    """Read a period. Raises ``InputError`` for anything but a year, a quarter, a month or two days."""
    if found := re.fullmatch(r"(\d{4})", text, re.ASCII):
        return _checked(int(found[1]), 0, _MONTHS_A_YEAR)
    if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text, re.ASCII):
        return _checked(int(found[1]), (int(found[2]) - 1) * _MONTHS_A_QUARTER, _MONTHS_A_QUARTER)
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII):
        return _checked(int(found[1]), int(found[2]) - 1, 1)
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", text, re.ASCII):
        try:
            return Period(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
        except ValueError:
            raise InputError(
                Sentence("the period names a day that is not in the calendar; {expected}", expected=_EXPECTED)
            ) from None
    raise InputError(Sentence("this is not a period; {expected}", expected=_EXPECTED))


def quarter_of(day: date) -> Period:
    """Answer with the calendar quarter a day lies in."""
    return _calendar(day.year * _MONTHS_A_YEAR + (day.month - 1) // 3 * 3, _MONTHS_A_QUARTER)


def _checked(year: int, month: int, months: int) -> Period:
    if year < 1:
        raise InputError(Sentence("there is no year 0; {expected}", expected=_EXPECTED))
    return _calendar(year * _MONTHS_A_YEAR + month, months)


def _calendar(month: int, months: int) -> Period:
    year, index = divmod(month, _MONTHS_A_YEAR)
    end_year, end_index = divmod(month + months - 1, _MONTHS_A_YEAR)
    last = monthrange(end_year, end_index + 1)[1]
    return Period(date(year, index + 1, 1), date(end_year, end_index + 1, last), months)
