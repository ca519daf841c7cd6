"""What a report is made of, before it has a format.

Blocks hold plain values: whole numbers, exact fractions, text. They are rounded once, in ``rounding``, to the digits
that are printed, so that no two formats can disagree about a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from evenhand.render.stamp import Stamp


class NotShown(StrEnum):
    """Stands in a cell for a number that there is and that an outward report hides; an empty cell has none."""

    HIDDEN = "hidden"


Cell = int | str | Fraction | Decimal | tuple[int, ...] | None
Row = tuple[Cell, ...]


def hidden_cells(n: int) -> Row:
    """Make so many cells of a row whose numbers are not shown."""
    return (NotShown.HIDDEN,) * n


class Kind(StrEnum):
    """What a column holds, and thereby how it is rounded, aligned and printed."""

    TEXT = "text"
    CODE = "code"  # a short name; ``Column.values`` says it in words
    ID = "id"  # a UUID
    COUNT = "count"
    SHARE = "share"  # of one: printed as per cent
    RATIO = "ratio"  # of one rate over another
    NUMBER = "number"  # measured, of no unit, such as a test's statistic
    CHANCE = "chance"  # a p-value
    POINTS = "points"  # of a scale
    HOURS = "hours"
    DAYS = "days"  # a length of time; a date is a ``DAY``
    DAY = "day"
    INSTANT = "instant"
    POSITION = "position"  # of an entry
    POSITIONS = "positions"  # of several


DIGITS = MappingProxyType(
    {
        Kind.SHARE: 3,
        Kind.RATIO: 3,
        Kind.NUMBER: 3,
        Kind.CHANCE: 4,
        Kind.POINTS: 3,
        Kind.HOURS: 1,
        Kind.DAYS: 1,
    }
)
NUMBERS = frozenset(
    (
        *(Kind.COUNT, Kind.SHARE, Kind.RATIO, Kind.NUMBER, Kind.CHANCE, Kind.POINTS),
        *(Kind.HOURS, Kind.DAYS, Kind.POSITION),
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key for machines, its label for people."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    values: tuple[tuple[str, str], ...] = ()
    """What each code means in words; a code that is not here is printed as it is."""
    absent: str | None = None
    """What an empty cell means, such as "not reached"."""
    hidden: str = NotShown.HIDDEN.value
    """What to write for a number that is not shown."""

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("a column needs a key")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many were not counted, and why."""

    n: int | NotShown
    why: str


@dataclass(frozen=True, slots=True)
class Text:
    """Sentences."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, the number of things they are about, and who is not among them."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    n: int
    of: str
    """What ``n`` counts, such as "decisions"."""
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.key} has not one cell a column")


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: whole numbers along, shares up."""

    key: str
    label: str
    points: tuple[tuple[int, Fraction | Decimal], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The data of a chart; a format that cannot draw prints it as numbers."""

    key: str
    title: str
    along: str
    up: str
    series: tuple[Series, ...]
    n: int
    of: str
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can and cannot be said, in one word for machines and one sentence for people."""

    key: str
    title: str
    word: str
    sentence: str
    n: int
    of: str
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing somebody should look at, with the entries it rests on."""

    code: str
    sentence: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Things somebody should look at; ``n`` is how many there are, also when not all are shown."""

    key: str
    title: str
    items: tuple[Item, ...]
    n: int
    none: str
    """What to say when there are none."""
    notes: tuple[str, ...] = ()


Block = Text | Table | Chart | Verdict | Findings


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be written: all its numbers are rounded."""

    name: str
    title: str
    question: str
    stamp: Stamp
    blocks: tuple[Block, ...]
