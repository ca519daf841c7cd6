"""Write a policy to begin with: deadlines in business days, and the calendar that counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from evenhand.calendar.drafting import Drafted, drafted
from evenhand.errors import InputError
from evenhand.sentence import Sentence
from evenhand.words import Translate

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_MOST = 10  # years: no announcement reaches further, and the policy is carried by every ledger
_DEADLINES = """
[[deadlines]]
deadline = "rejection"
clock_from = "decision"
until = "outcome_told"
outcome = "reject"
amount = 5
unit = "business_days"

[[deadlines]]
deadline = "good-news"
clock_from = "decision"
until = "outcome_told"
outcome = "advance"
amount = 3
unit = "business_days"
"""


def of(place: str, years: str | None, this_year: int) -> Drafted:
    """Look up the dates somebody asks for. Raises ``InputError``."""
    form = _YEARS.fullmatch(years) if years is not None else None
    if years is not None and form is None:
        raise InputError(Sentence("--years: expected whole years, such as 2026 or 2026-2027"))
    first = int(form[1]) if form else this_year
    last = (int(form[2] or form[1])) if form else this_year + 1
    if not date.min.year < first <= last < first + _MOST:
        raise InputError(Sentence("--years: expected at most {most} years, the first one first", most=_MOST))
    try:
        return drafted(place.upper(), first, last)
    except ValueError as wrong:
        problem = str(wrong)
        if place.isascii():
            problem = Sentence("{place}: {problem}", place=place.upper(), problem=problem)
        raise InputError(problem) from None


def text(of_place: Drafted, words: Translate) -> str:
    """Write it as TOML that can be adopted, each date with its name."""
    return "\n".join([*_head(of_place, words), _DEADLINES, *_calendar(of_place), ""])


def _head(of_place: Drafted, words: Translate) -> Iterator[str]:
    yield "# " + words.text(
        "Drafted from {source}. Hold every date to the official announcement before you adopt it.",
        source=of_place.source,
    )
    for year in of_place.unannounced:
        yield "# " + words.text(
            "{year}: no make-up workdays are known yet; draft again once they are announced", year=year
        )
    yield f'code = "telling-people-{of_place.place.lower()}"'
    yield 'names = { en = "Telling people", zh = "告知候选人" }'
    yield 'why = "People hear from us soon, by one calendar for all."'


def _calendar(of_place: Drafted) -> Iterator[str]:
    yield "[calendar]"
    yield f'calendar = "{of_place.place.lower()}-{of_place.first}-{of_place.last}"'
    yield f"from_day = {of_place.first}-01-01"
    yield f"to_day = {of_place.last}-12-31"
    yield f"weekend = {list(of_place.weekend)}"
    yield "holidays = ["
    yield from (f"  {day},  # {' '.join(name.split())}" for day, name in of_place.holidays)
    yield "]"
    if of_place.workdays:
        yield "workdays = ["
        yield from (f"  {day}," for day in of_place.workdays)
        yield "]"
