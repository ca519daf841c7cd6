"""Read counts of people that nobody has one by one: many employers hold demographics only so.

A CSV file with the columns ``sex``, ``race``, ``n`` and ``selected``, or ``above_median`` in its place where a tool's
scores are counted; a column ``stage`` may stand beside them. A row that leaves ``race`` empty belongs to the table by
sex, one that leaves ``sex`` empty to the table by race or ethnicity, one that has both to the table of both. What is
not known is called ``unknown``, in capitals or not; all other names are taken as they are written.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evenhand.errors import refuse
from evenhand.measures.worksheet import UNKNOWN, Cell
from evenhand.sentence import Sentence

_MOST = 2**53 - 1
_COUNTS = ("selected", "above_median")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a file said: its cells by stage, whether scores were counted, and the digest of its text."""

    name: str
    digest: str
    scored: bool
    by_stage: Mapping[str, tuple[Cell, ...]]


def read(text: str, name: str) -> Counts:
    """Read a file's text. Raises ``InputError`` naming every line that does not say what it should."""
    rows = csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True)
    problems: list[str] = []
    cells: dict[str, list[Cell]] = {}
    header: list[str] = []
    try:
        header = [each.strip() for each in next(rows, list[str]())]
        problems += [Sentence("{name}:1: {each}", name=name, each=each) for each in _header_problems(header)]
        if not problems:
            _read_rows(rows, header, name, cells, problems)
    except csv.Error:
        problems.append(
            Sentence(
                "{name}:{line_num}: from here on it is not CSV; save the file again as CSV",
                name=name,
                line_num=rows.line_num,
            )
        )
    if not problems and not cells:
        problems.append(Sentence("{name}: there is no row after the header", name=name))
    refuse(problems)
    return Counts(
        name=name,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        scored="above_median" in header,
        by_stage={stage: tuple(each) for stage, each in cells.items()},
    )


def _header_problems(header: list[str]) -> Iterator[str]:
    for wanted in ("sex", "race", "n"):
        if wanted not in header:
            yield Sentence(
                "there is no column {wanted}; expected sex, race, n and selected or above_median", wanted=wanted
            )
    if sum(each in header for each in _COUNTS) != 1:
        yield Sentence("expected one column selected, or one column above_median")
    known = {"sex", "race", "n", "stage", *_COUNTS}
    yield from (
        f"column {at} is none of {', '.join(sorted(known))}" for at, each in enumerate(header, 1) if each not in known
    )
    if len(set(header)) != len(header):
        yield Sentence("a column is named twice")


def _read_rows(
    rows: Iterator[list[str]], header: list[str], name: str, cells: dict[str, list[Cell]], problems: list[str]
) -> None:
    seen: set[tuple[str, str | None, str | None]] = set()
    for line, row in enumerate(rows, 2):
        if not any(each.strip() for each in row):
            continue
        if len(row) != len(header):
            problems.append(
                Sentence(
                    "{name}:{line}: the row has {cells} cells, and the header has {columns}",
                    name=name,
                    line=line,
                    cells=len(row),
                    columns=len(header),
                )
            )
            continue
        said = dict(zip(header, map(str.strip, row), strict=True))
        cell, found = _cell(said)
        stage = said.get("stage", "")
        key = (stage, cell.sex, cell.race)
        if key in seen:
            found.append("this category stands in an earlier row already")
        seen.add(key)
        problems += [Sentence("{name}:{line}: {each}", name=name, line=line, each=each) for each in found]
        cells.setdefault(stage, []).append(cell)


def _cell(said: Mapping[str, str]) -> tuple[Cell, list[str]]:
    problems: list[str] = []
    counted = "above_median" if "above_median" in said else "selected"
    numbers: list[int] = []
    for column in ("n", counted):
        digits = said[column]
        if digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MOST)) and int(digits) <= _MOST:
            numbers.append(int(digits))
        else:
            problems.append(
                Sentence("{column} is not a whole number up to {most}; expected digits only", column=column, most=_MOST)
            )
            numbers.append(0)
    if not problems and numbers[1] > numbers[0]:
        problems.append(Sentence("{counted} is more than n", counted=counted))
    sex, race = (UNKNOWN if name.casefold() == UNKNOWN else name or None for name in (said["sex"], said["race"]))
    if sex is None and race is None:
        problems.append(Sentence("neither sex nor race is given; write unknown for what is not known"))
    return Cell(sex, race, *numbers), problems
