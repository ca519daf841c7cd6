"""Draft the dates of a policy's calendar: public holidays that fall on working days, and make-up workdays (调休).

The dates come from a library once, when a policy is drafted; adopted, they stand in the policy as dates, so that
neither an upgrade nor a late announcement moves an old deadline.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from evenhand.sentence import Sentence


class Drafted(NamedTuple):
    """The dates of whole years in one country, or a part of it that has holidays of its own."""

    place: str
    """As an ISO code: CN, US, CA-ON."""
    first: int
    last: int
    weekend: tuple[int, ...]
    """ISO days of the week."""
    holidays: tuple[tuple[date, str], ...]
    """Those on no weekend day, each with its name in English."""
    workdays: tuple[date, ...]
    """Weekend days on which people work."""
    source: str
    unannounced: tuple[int, ...]
    """Years without make-up workdays in a country that has them: its announcement is probably still to come."""


def drafted(place: str, first: int, last: int) -> Drafted:
    """Look up the dates of the years from ``first`` to ``last``, both included.

    Raises ``ValueError`` for a place without known holidays, or years that are none.
    """
    import holidays  # noqa: PLC0415 - large, and one command wants it

    country, _, subdivision = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise ValueError(
            Sentence("no holidays are known there; expected a country such as CN or US, or CA-ON for a part of it")
        )
    if subdivision and subdivision not in known[country]:
        if not known[country]:
            raise ValueError(
                Sentence("no holidays are known for this part of {country}; expected none", country=country)
            )
        parts = ", ".join(known[country])
        raise ValueError(
            Sentence(
                "no holidays are known for this part of {country}; expected one of {parts}",
                country=country,
                parts=parts,
            )
        )
    years = range(first, last + 1)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, language="en_US")
    workdays = tuple(sorted(day for day in found.weekend_workdays if first <= day.year <= last))
    return Drafted(
        place,
        first,
        last,
        tuple(sorted(day + 1 for day in found.weekend)),
        tuple(sorted((day, name) for day, name in found.items() if day.weekday() not in found.weekend)),
        workdays,
        f"holidays {version('holidays')}",
        tuple(
            year
            for year in years
            if found.weekend_workdays and not any(day.year == year for day in found.weekend_workdays)
        ),
    )
