"""Read ``report.toml``: which blocks a report has, what feeds each, and what its columns are called.

The built-in reports stand on the shelf ``reports/``; a company's own stand in ``reports/`` beside its ledger and can
show projections as tables. One of theirs that bears the name of one of ours is refused.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from evenhand.errors import InputError, refuse
from evenhand.events.misfits import reason
from evenhand.render.blocks import NUMBERS, Drawing, Kind, Picture
from evenhand.resources import shelf
from evenhand.sentence import Sentence

FILE = "report.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=600)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Words(_Closed):
    """One label in both languages; without Chinese the English one stands."""

    en: Said
    zh: Said | None = None

    def said(self, lang: str) -> str:
        """Return the label in a language."""
        return self.zh if lang == "zh" and self.zh is not None else self.en


class ColumnDeclared(_Closed):
    """One column of a table."""

    key: Key
    label: Words
    kind: Kind = Kind.TEXT
    codes: Mapping[str, Words] = Field(default_factory=dict[str, Words])
    """What each code of the column means."""
    absent: Words | None = None


class ChartDeclared(_Closed):
    """The picture beside a table: which columns play which part in it."""

    kind: Drawing
    facet: tuple[Key, ...] = ()
    """Of intervals: rows that agree in these stand together under them."""
    label: Key | None = None
    value: Key | None = None
    low: Key | None = None
    high: Key | None = None
    part: Key | None = None
    of: Key | None = None
    word: Key | None = None
    """Of intervals: what is said beside the figure, or in its place."""
    day: Key | None = None
    row: Key | None = None
    across: Key | None = None
    along: Key | None = None
    values: tuple[Key, ...] = ()
    at: Key | None = None
    until: Key | None = None
    lane: Key | None = None

    @model_validator(mode="after")
    def _parts(self) -> ChartDeclared:
        needed, may = PARTS[self.kind]
        given = set(self.picture().roles)
        if lacking := sorted(needed - given):
            raise ValueError(
                Sentence("a chart of kind {kind} needs {lacking}", kind=self.kind, lacking=", ".join(lacking))
            )
        if strange := sorted(given - needed - may):
            raise ValueError(
                Sentence("a chart of kind {kind} has no {strange}", kind=self.kind, strange=", ".join(strange))
            )
        return self

    def picture(self) -> Picture:
        """Say which columns play which part."""
        said = self.model_dump(exclude={"kind"})
        roles = {role: (each,) if isinstance(each, str) else tuple(each) for role, each in said.items() if each}
        return Picture(self.kind, roles)


PARTS: Mapping[Drawing, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        Drawing.INTERVALS: (
            frozenset({"label", "value", "low", "high"}),
            frozenset({"facet", "part", "of", "word"}),
        ),
        Drawing.CALENDAR: (frozenset({"day"}), frozenset({"value"})),
        Drawing.MATRIX: (frozenset({"row", "across", "value"}), frozenset()),
        Drawing.TREND: (frozenset({"along", "values"}), frozenset()),
        Drawing.TIMELINE: (frozenset({"at", "lane"}), frozenset({"until", "label"})),
    }
)
"""By kind of chart: the parts it needs, and those it may have."""
_MUST_BE: Mapping[str, frozenset[Kind]] = MappingProxyType(
    {
        **dict.fromkeys(("value", "low", "high", "values", "part", "of"), NUMBERS - {Kind.POSITION, Kind.ORDINAL}),
        "day": frozenset({Kind.DAY}),
        **dict.fromkeys(("at", "until"), frozenset({Kind.DAY, Kind.INSTANT, Kind.TEXT})),  # text as ISO 8601 writes it
    }
)


class BlockDeclared(_Closed):
    """One block: fed by a ``builder`` of the program, or by a ``table``, which is a projection shown as it is."""

    key: Key
    title: Words
    builder: Key | None = None
    table: Key | None = None
    reads: tuple[Key, ...] = ()
    column: tuple[ColumnDeclared, ...] = ()
    order: tuple[Key, ...] = ()
    limit: Annotated[int, Field(ge=1, le=10_000)] = 200
    of: Words | None = None
    """What the rows of the block count, such as decisions."""
    note: tuple[Words, ...] = ()
    chart: ChartDeclared | None = None
    measures: tuple[Key, ...] = ()
    """Which of the program's measures judge the figures; each documents itself."""

    @model_validator(mode="after")
    def _one_feed(self) -> BlockDeclared:
        if (self.builder is None) == (self.table is None):
            raise ValueError(Sentence("a block has either a builder or a table"))
        keys = [column.key for column in self.column]
        if len(set(keys)) != len(keys):
            raise ValueError(Sentence("a column is named twice"))
        if self.table is not None and not self.column:
            raise ValueError(Sentence("a table names its columns"))
        if self.builder is not None and self.order:
            raise ValueError(Sentence("only a table has an order; a builder knows its own"))
        return self

    @model_validator(mode="after")
    def _drawable(self) -> BlockDeclared:
        kinds = {column.key: column.kind for column in self.column}
        for role, keys in self.chart.picture().roles.items() if self.chart else ():
            for key in keys:
                if key not in kinds:
                    raise ValueError(Sentence("the chart's {role} names no column of the block", role=role))
                if kinds[key] not in _MUST_BE.get(role, kinds.values()):
                    raise ValueError(
                        Sentence("the chart's {role} names a column of a kind that cannot be drawn so", role=role)
                    )
        return self

    def projections(self) -> tuple[str, ...]:
        """Name what has to be projected before the block can be made."""
        return self.reads if self.table is None else (self.table, *self.reads)


def _dicts(value: object) -> list[dict[str, Any]]:
    members = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", each) for each in members if isinstance(each, dict)]


class ReportDeclared(_Closed):
    """A whole report."""

    title: Words
    question: Words
    period: Literal["all", "quarter"] = "all"
    """What is reported when nobody names a period: all, or the last quarter that had ended by the as-of day."""
    about: Literal["ledger", "candidacy"] = "ledger"
    """Whether it is about the whole ledger, or about one candidacy: then it is made by another command."""
    verify: bool = False
    """Whether the ledger is verified for it, against what lies beside it and what is given."""
    codes: Mapping[Key, Mapping[str, Words]] = Field(default_factory=dict[str, Mapping[str, Words]])
    """What codes mean that several columns share; a column says ``codes = "name"``."""
    block: tuple[BlockDeclared, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _codes_by_name(cls, given: Any) -> Any:
        """Put shared codes in their place; what has another form than it should is for the fields to refuse."""
        shared = given.get("codes")
        for column in (each for block in _dicts(given.get("block")) for each in _dicts(block.get("column"))):
            name = column.get("codes")
            if isinstance(name, str):
                if not isinstance(shared, dict) or name not in shared:
                    raise ValueError(
                        Sentence("the column {key} names codes that are not declared", key=column.get("key"))
                    )
                column["codes"] = shared[name]
        return given

    @model_validator(mode="after")
    def _keys_once(self) -> ReportDeclared:
        keys = [block.key for block in self.block]
        if len(set(keys)) != len(keys):
            raise ValueError(Sentence("a block is named twice"))
        return self


@dataclass(frozen=True, slots=True)
class Declaration:
    """A report as declared, whose it is, and the SHA-256 of its text."""

    name: str
    declared: ReportDeclared
    digest: str
    own: bool
    """Whether it is the ledger's own, not the program's."""


def catalogue(folder: Path | None = None, *, builtin: Path | None = None) -> Mapping[str, Declaration]:
    """Read every report there is: the program's and, beside the ledger in ``folder``, its own.

    Raises ``InputError`` with a message per problem: a name already taken, a file that does not say what it should.
    """
    paths = _paths(builtin or shelf("reports"))
    theirs = _theirs(folder, paths)
    ours = _folder(paths, own=False)
    return MappingProxyType(dict(sorted((ours | theirs).items())))


def declaration_of(name: str, folder: Path | None = None) -> Declaration:
    """Read the report ``name``, and of the program's others nothing.

    Raises ``InputError`` as ``catalogue`` does, and if there is no report of this name.
    """
    paths = _paths(shelf("reports"))
    theirs = _theirs(folder, paths)
    if name in theirs:
        return theirs[name]
    if name not in paths:
        there = (each for each, of in catalogue(folder).items() if of.declared.about == "ledger")
        raise InputError(Sentence("there is no report of this name; expected one of {there}", there=", ".join(there)))
    return _read(paths[name], own=False)


def _theirs(folder: Path | None, ours: Collection[str]) -> dict[str, Declaration]:
    """Read the ledger's own reports, each of which has a name of its own and no builder."""
    theirs = _folder(_paths(folder / "reports"), own=True) if folder is not None else {}
    problems = [
        f"reports/{name} bears the name of a built-in report; rename the folder, or leave it out with --no-custom"
        for name in sorted(set(ours) & set(theirs))
    ]
    problems += [
        Sentence(
            "reports/{name}/{file}: block {key} has a builder; a ledger's own report shows projections with table",
            name=name,
            file=FILE,
            key=block.key,
        )
        for name, each in sorted(theirs.items())
        for block in each.declared.block
        if block.builder is not None
    ]
    refuse(problems)
    return theirs


def _paths(home: Path) -> dict[str, Path]:
    return {path.parent.name: path for path in sorted(home.glob(f"*/{FILE}"))} if home.is_dir() else {}


def _folder(paths: Mapping[str, Path], *, own: bool) -> dict[str, Declaration]:
    found: dict[str, Declaration] = {}
    problems: list[str] = []
    for name, path in paths.items():
        try:
            found[name] = _read(path, own=own)
        except InputError as wrong:
            problems.extend(wrong.problems)
    refuse(problems)
    return found


def _read(path: Path, *, own: bool) -> Declaration:
    name = path.parent.name
    if not _NAME.fullmatch(name):
        raise InputError(
            Sentence(
                "{parent}: a report is named in lower case, digits and underscores; rename the folder",
                parent=path.parent,
            )
        )
    try:
        text = path.read_bytes()
        declared = _parsed(text)
    except OSError:
        raise InputError(
            Sentence("{path} cannot be read; check that it is a file and may be read", path=path)
        ) from None
    except UnicodeDecodeError:
        raise InputError(Sentence("{path} is not UTF-8; write it again as UTF-8", path=path)) from None
    except tomllib.TOMLDecodeError as wrong:
        said = str(wrong)
        raise InputError(Sentence("{path}: not TOML: {said}", path=path, said=said[:1].lower() + said[1:])) from None
    except ValidationError as wrong:
        raise InputError(
            *(_said(path, each) for each in wrong.errors(include_url=False, include_input=False))
        ) from None
    return Declaration(name, declared, hashlib.sha256(text).hexdigest(), own)


@lru_cache(maxsize=16)
def _parsed(text: bytes) -> ReportDeclared:
    # The same text is asked for whether it verifies, and then made, perhaps in a second language.
    return ReportDeclared.model_validate(tomllib.loads(text.decode("utf-8")))


def _said(path: Path, problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"])) or Sentence("the report")
    why = Sentence("extra inputs are not permitted") if problem["type"] == "extra_forbidden" else reason(problem)
    return Sentence("{path}: {where}: {reason}", path=path, where=where, reason=why)
