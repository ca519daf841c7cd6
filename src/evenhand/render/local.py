"""Write dates, periods and numbers as a language writes them (CLDR, over Babel): 3 Sept 2026, 2026年第3季度.

Times are in UTC and say so. What is no date is left as it is: a ledger's own projection may hold any text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, format_percent

from evenhand.errors import InputError
from evenhand.render.period import Period, parse

_LOCALES: Mapping[str, str] = MappingProxyType({"en": "en_GB", "zh": "zh_Hans_CN"})
_GROUPED_FROM = 10_000
_MONTHS = MappingProxyType({12: "y", 3: "yQQQ", 1: "yMMM"})


def locale(lang: str) -> str:
    """Name the locale of a language of ours."""
    return _LOCALES[lang]


def day(text: str, lang: str) -> str:
    """Write an ISO date."""
    try:
        return format_date(date.fromisoformat(text), "medium", locale(lang))
    except ValueError:
        return text


def instant(text: str, lang: str) -> str:
    """Write an instant to the second, in UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.tzinfo is None:
        return text
    return f"{format_datetime(at.astimezone(UTC), 'medium', locale=locale(lang))} UTC"


def period(text: str, lang: str) -> str:
    """Write a period given as on the command line, such as ``2026Q3``."""
    try:
        return days(parse(text), lang)
    except InputError:
        return text


def days(of: Period, lang: str) -> str:
    """Write a period: a year, quarter or month by its name, any other by its days."""
    if of.months:
        return format_skeleton(_MONTHS[of.months], of.first, locale=locale(lang))
    first, last = (format_date(each, "medium", locale(lang)) for each in (of.first, of.last))
    return f"{first} \u2013 {last}"


def per_cent(share: Decimal, lang: str, digits: int = 1) -> str:
    """Write a rounded share."""
    return format_percent(share, f"#,##0.{'0' * digits}%" if digits else "#,##0%", locale(lang))


def count(n: int, lang: str) -> str:
    """Write a whole number, grouped from five digits on."""
    return format_decimal(n, locale=locale(lang)) if abs(n) >= _GROUPED_FROM else str(n)


def month(of: date, lang: str) -> str:
    """Write the month of a day, without its year."""
    return format_skeleton("MMM", of, locale=locale(lang))


def weekday(of: date, lang: str) -> str:
    """Write the weekday of a day, short."""
    return format_date(of, "EEEEEE" if lang == "zh" else "EEE", locale(lang))
