"""What a builder of blocks is given, and what it answers with.

A builder asks DuckDB for aggregates, lets a measure judge them, and answers with rows. Titles and columns are the
declaration's; the engine joins the two and refuses a row that does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from evenhand.errors import InputError
from evenhand.ledger.examined import Examined
from evenhand.measures.resampling import DRAWS, SEED, generator
from evenhand.render.blocks import Item, LeftOut, Mark, Row, Series
from evenhand.render.counts_file import Counts
from evenhand.render.period import Period
from evenhand.sentence import Sentence
from evenhand.words import Translate

T = TypeVar("T")

Array = npt.NDArray[Any]

Answers = Mapping[str, Mapping[str, str] | None]
"""By the id of a candidate's stream: attribute code to value code, or None where the answers can no longer be read."""

OpenAnswers = Callable[[], Answers]
"""Open the answers of all candidates; called only by a report that needs them."""

OpenText = Callable[[int, str], str | None]
"""Open the text at a path of an entry's body, or None where its key is gone."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table; ``n`` is what they are about, which may be more than are shown."""

    rows: tuple[Row, ...]
    n: int
    of: str
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """By column: what codes mean that only the ledger knows, such as stages and groups."""
    marks: tuple[Mark, ...] = ()
    """Where the picture beside the table, if it has one, draws a line."""


@dataclass(frozen=True, slots=True)
class Said:
    """Paragraphs."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines of a chart."""

    along: str
    up: str
    series: tuple[Series, ...]
    n: int
    of: str
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One word, one sentence."""

    word: str
    sentence: str
    n: int
    of: str
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Things to look at; ``n`` counts them all."""

    items: tuple[Item, ...]
    n: int
    none: str
    notes: tuple[str, ...] = ()


Content = Rows | Said | Drawn | Judged | Found


class Spoken:
    """Opens the answers when a block first asks for them: a report that compares no groups opens none."""

    def __init__(self, answers: Answers | OpenAnswers | None) -> None:
        self._given = answers
        self._opened: Answers | None = None

    def read(self) -> Answers:
        """Answer with what candidates said of themselves."""
        if self._opened is None:
            self._opened = self._given() if callable(self._given) else self._given or {}
        return self._opened

    @property
    def closed(self) -> bool:
        """Whether this run opens no answers at all."""
        return self._given is None

    def counted(self) -> tuple[int, int]:
        """Answer with how many boxes were opened, and how many could not be."""
        opened = sum(1 for each in (self._opened or {}).values() if each is not None)
        return opened, len(self._opened or {}) - opened


class Texts:
    """Opens texts and counts them; what was opened is not kept."""

    def __init__(self, open_text: OpenText | None) -> None:
        self._open = open_text
        self.opened = 0
        self.gone = 0

    def read(self, position: int, path: str) -> str | None:
        """Open one text; None where its key is gone, or where this run opens none."""
        if self._open is None:
            return None
        text = self._open(position, path)
        if text is None:
            self.gone += 1
        else:
            self.opened += 1
        return text

    @property
    def closed(self) -> bool:
        """Whether this run opens no texts at all."""
        return self._open is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for beside the report itself; all of it that changed a byte stands in the stamp."""

    strata: bool = False
    """Show every stratum, however many there are."""
    outward: bool = False
    """The report leaves the house: small numbers are not shown."""
    seed: int = SEED
    """Where figures that rest on resampling begin."""
    draws: int = DRAWS
    """How often each of them is drawn again."""

    profile: str | None = None
    """Which rule a worksheet follows."""
    counts: Counts | None = None
    """Counts given instead of those of the ledger."""
    leave_out: str | None = None
    """Why small categories are left out of a worksheet's ratios; none leaves none out."""

    def said(self) -> tuple[str, ...]:
        """Say it as on the command line; the stamp says beside it where resampling began, if anything was drawn."""
        counts = f"--counts {self.counts.name} ({self.counts.digest[:16]})" if self.counts else ""
        said = (
            ("--strata", self.strata),
            ("--outward", self.outward),
            (f"--profile {self.profile}", self.profile),
            (counts, counts),
            (f"--leave-out {self.leave_out!r}", self.leave_out is not None),
        )
        return tuple(option for option, given in said if given)


class Step(NamedTuple):
    """One entry of a person's file, with what it says in words, its boxes opened where they may be."""

    position: int
    occurred: str
    recorded_at: str
    topic: str
    actor: str
    says: str
    moved_here: bool = False
    """Whether it was recorded on another candidacy, and a correction says that it belongs to this one."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One candidacy's file, as a report on it is given it: no other person's texts are in it."""

    candidacy: str
    name: str | None
    """What the person is called; none if it is not recorded, sealed or erased."""
    steps: tuple[Step, ...]
    opened: int = 0
    """How many boxes were opened for it."""
    gone: int = 0


class Resampling:
    """Hands out chance from one seed, and remembers whether anything was drawn, so that the stamp can say so."""

    def __init__(self, seed: int = SEED, draws: int = DRAWS) -> None:
        self.seed = seed
        self.draws = draws
        self.used = False

    def generator(self, purpose: str) -> np.random.Generator:
        """Make a source of chance for one purpose."""
        self.used = True
        return generator(self.seed, purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Everything one report is made from."""

    connection: duckdb.DuckDBPyConnection
    words: Translate
    zone: str
    position: int
    instant: datetime
    today: date
    """The local date of the as-of instant in the report's zone."""
    period: Period | None
    spoken: Spoken
    texts: Texts
    options: Options = field(default_factory=Options)
    resampling: Resampling = field(default_factory=Resampling)
    verified: Examined | None = None
    """The ledger's verification, for a report that declares that it needs one."""
    file: CaseFile | None = None
    """The file of one candidacy, for a report that declares that it is about one."""
    _prepared: set[str] = field(default_factory=set[str])
    _known: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def answers(self) -> Answers:
        """What candidates said of themselves, opened now if it was not."""
        return self.spoken.read()

    @property
    def examined(self) -> Examined:
        """What the ledger's verification showed."""
        if self.verified is None:
            raise InputError(
                Sentence("this report says what a verification showed; give examined=examine(store, papers, trust)")
            )
        return self.verified

    @property
    def case(self) -> CaseFile:
        """The file of the candidacy the report is about."""
        if self.file is None:
            raise InputError(Sentence("this report is about one candidacy; make it with: evenhand case CANDIDACY"))
        return self.file

    @property
    def lang(self) -> str:
        """The language the report is made in."""
        return self.words.lang

    def has(self, *projections: str) -> bool:
        """Say whether this report reads the projections, so that others of its blocks may show what is in them."""
        sql = "SELECT count(DISTINCT table_name) FROM information_schema.tables WHERE list_contains(?, table_name)"
        return int(self.rows(sql, [list(projections)])[0][0]) == len(projections)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask for all rows of a query."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """Ask for a query's rows as a frame; keep it small, DuckDB adds up faster."""
        return self.connection.execute(sql, list(parameters)).df()

    def arrays(self, sql: str) -> Mapping[str, Array]:
        """Ask for whole columns of numbers, for what is added up in Python because DuckDB must not know it."""
        found = self.connection.execute(sql).fetchnumpy()
        return {name: np.asarray(column) for name, column in found.items()}

    def prepared(self, name: str, sql: str) -> None:
        """Keep the rows of a query that several blocks read as a temporary table; the second asking costs nothing.

        A projection's name cannot begin with an underscore, so one that does is free for us.
        """
        if name not in self._prepared:
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
            self._prepared.add(name)

    def viewed(self, name: str, sql: str) -> None:
        """Name a query that is read once or twice, and cheaper asked again than kept."""
        if name not in self._prepared:
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
            self._prepared.add(name)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Make what several blocks rest on when it is first asked for, and keep it for this report."""
        if name not in self._known:
            self._known[name] = make()
        made: T = self._known[name]
        return made

    def say_period(self) -> None:
        """Let every query ask ``in_period(day)`` of a local day; without a period all days are in it."""
        said = "true"
        if self.period is not None:
            said = f"day BETWEEN DATE '{self.period.first.isoformat()}' AND DATE '{self.period.last.isoformat()}'"
        self.connection.execute(f"CREATE OR REPLACE TEMP MACRO in_period(day) AS ({said})")
