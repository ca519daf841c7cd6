"""Read whole numbers and labels out of query rows, whose values DuckDB hands over untyped."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evenhand.measures.interval import Interval
from evenhand.measures.refusal import Refusal
from evenhand.render.blocks import Beside
from evenhand.render.making import Making

_MICRO = 10**6
_SECONDS_AN_HOUR = 3_600
_SECONDS_A_DAY = 86_400


def whole(value: object) -> int:
    """Read a count; DuckDB gives some sums as HUGEINT or DECIMAL, and none as NULL."""
    return 0 if value is None else int(str(value))


def maybe(value: object) -> int | None:
    """Read a whole number that there may be none of, such as the position of an entry."""
    return None if value is None else whole(value)


def text(value: object) -> str | None:
    """Read a code or an id."""
    return None if value is None else str(value)


def points(micro: object) -> Fraction | None:
    """Read a score, in points."""
    return None if micro is None else Fraction(whole(micro), _MICRO)


def hours(seconds: object) -> Fraction | None:
    """Read a length of time, in hours."""
    return None if seconds is None else Fraction(whole(seconds), _SECONDS_AN_HOUR)


def days(seconds: object) -> Fraction | None:
    """Read a length of time, in days."""
    return None if seconds is None else Fraction(whole(seconds), _SECONDS_A_DAY)


def exact(value: float | None) -> Fraction | None:
    """Hand a figure on to be rounded."""
    return None if value is None else Fraction(value)


def barred(value: Fraction | float | None, bar: Fraction) -> Beside | None:
    """Hand a figure on to be rounded that is judged by a bar."""
    return None if value is None else Beside(Fraction(value), bar)


def ends(interval: Interval | None) -> tuple[Fraction | None, Fraction | None]:
    """Hand both ends of an interval on to be rounded; an end there is none of is None."""
    low, high = interval or (None, None)
    return exact(low), exact(high)


def refused(refusal: Refusal | None) -> str | None:
    """Write why a measure gives no figure; nothing if it gives one."""
    return None if refusal is None else refusal.value


def one(making: Making, sql: str) -> int:
    """Ask for one count."""
    return whole(making.rows(sql)[0][0])


def cut(making: Making, shown: int, n: int, projection: str) -> tuple[str, ...]:
    """Say when a list is longer than what is shown of it, and where the rest is."""
    if shown >= n:
        return ()
    words = making.words
    return (
        words.text(
            "{shown} of {n} shown; for all: evenhand project {projection}", shown=shown, n=n, projection=projection
        ),
    )


def shortened(making: Making, shown: int, n: int) -> tuple[str, ...]:
    """Say when a list is longer than what is shown of it, and no projection has the rest."""
    return (making.words.text("{shown} of {n} shown.", shown=shown, n=n),) if shown < n else ()


def stage_names(making: Making) -> Mapping[str, str]:
    """Say each stage as the latest standard that has it names it."""
    sql = """
        SELECT s.stage, arg_max(s.names.en, position), arg_max(coalesce(s.names.zh, s.names.en), position)
        FROM (SELECT position, unnest(stages) AS s FROM standard_adopted_effective) GROUP BY s.stage
    """
    at = 2 if making.lang == "zh" else 1
    return {str(row[0]): str(row[at]) for row in making.rows(sql)}


def stage_order(making: Making) -> Mapping[str, int]:
    """Give each stage its first place in any standard; stages are shown in this order."""
    sql = """
        SELECT stage, min(place)
        FROM (
            SELECT unnest(stages).stage AS stage, unnest(range(1, len(stages) + 1)) AS place
            FROM standard_adopted_effective
        )
        GROUP BY stage
    """
    return {str(stage): whole(place) for stage, place in making.rows(sql)}
