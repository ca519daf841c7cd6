"""What a report is made of, before it has a format.

Blocks hold plain values: whole numbers, exact fractions, text. They are rounded once, in ``rounding``, to the digits
that are printed, so that no two formats can disagree about a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from evenhand.render.stamp import Stamp
from evenhand.sentence import Sentence


class NotShown(StrEnum):
    """Stands in a cell for a number that there is and that an outward report hides; an empty cell has none."""

    HIDDEN = "hidden"


class Missing(StrEnum):
    """Stands in a cell where there is not even what an empty cell of its column means, such as "no bound"."""

    NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure that is judged by a bar: it is not rounded to the other side of it, nor upon it."""

    value: Fraction
    bar: Fraction


class Under(Decimal):
    """Less than this: too small for the digits it is printed with, yet not nought."""


Cell = int | str | Fraction | Beside | Decimal | tuple[int, ...] | None
"""Before it is rounded; after, there is no ``Fraction`` and no ``Beside`` left."""
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
    PERIOD = "period"  # as on the command line: 2026Q3, 2026-05
    INSTANT = "instant"
    ORDINAL = "ordinal"  # which one, such as a version: a number that nobody adds up
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
        *(Kind.HOURS, Kind.DAYS, Kind.ORDINAL, Kind.POSITION),
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
            raise ValueError(Sentence("a column needs a key"))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many were not counted, and why."""

    n: int | NotShown
    why: str


class Drawing(StrEnum):
    """The pictures a table may have beside it; the closed set that ``report.toml`` can name."""

    INTERVALS = "intervals"  # a figure between its bounds, a row each
    CALENDAR = "calendar"  # how many on each day
    MATRIX = "matrix"  # one figure for each row and column
    TREND = "trend"  # figures from period to period
    TIMELINE = "timeline"  # what happened when, in lanes


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that a chart draws a line at, such as a deadline or a threshold."""

    at: Fraction | Decimal
    label: str
    of: str | None = None
    """Key of the series it belongs to; none for all."""


@dataclass(frozen=True, slots=True)
class Picture:
    """How a table is drawn where a format can draw: which of its columns play which part."""

    kind: Drawing
    roles: Mapping[str, tuple[str, ...]]
    """By role, such as ``value``: the keys of columns."""
    marks: tuple[Mark, ...] = ()


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
    picture: Picture | None = None

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(Sentence("a row of the table {key} has not one cell a column", key=self.key))


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: whole numbers along, shares up."""

    key: str
    label: str
    points: tuple[tuple[int, Fraction | Decimal], ...]
    steps: tuple[tuple[Fraction | Decimal, Fraction | Decimal], ...] = ()
    """How it runs between the points: from where along it has which share, and where it ends. Drawn, listed nowhere."""


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
    marks: tuple[Mark, ...] = ()


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
class Source:
    """What the numbers of a block rest on, by name."""

    projections: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    table: str | None = None
    """The projection that is shown as it is, if one is: then each column is defined there."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a projection or a measure is, as it documents itself: in English, but for the title."""

    name: str
    title: str
    says: str
    columns: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = ()
    own: bool = False
    """Whether it is the ledger's own, not the program's."""
    titled_in: str = "en"
    """The language of the title."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that a report names: what kind it is and when it was recorded, nothing of its content."""

    position: int
    type: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What leads from a number to its definition, and from a finding to its entries."""

    sources: Mapping[str, Source] = field(default_factory=dict[str, Source])
    """By key of the block."""
    projections: tuple[Definition, ...] = ()
    measures: tuple[Definition, ...] = ()
    entries: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be written: all its numbers are rounded."""

    name: str
    title: str
    question: str
    stamp: Stamp
    blocks: tuple[Block, ...]
    grounds: Grounds = field(default_factory=Grounds)
    made_by: tuple[str, ...] = ()
    """The command that makes it, if it is not ``report`` with its name."""
