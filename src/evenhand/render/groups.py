"""The groups people are compared by: as the screen adopted them, and who belongs to which.

What candidates said of themselves stays in this process's memory for one run. It never enters DuckDB: decisions come
out of it a person at a time, as numbers, and are added up by group here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from evenhand.measures.selection import ERASED, NOT_GROUPS, UNKNOWN, Rate, Screen
from evenhand.render.counts import whole
from evenhand.render.making import Array, Making

ALL = "(all)"
_JOINED = "+"
_MICRO = 10**6


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something groups are compared by: one attribute of the screen, or several crossed with one another."""

    code: str
    name: str
    groups: Mapping[str, str]
    """Code and name of each group, in the screen's order."""
    reference: str | None
    parts: tuple[Attribute, ...] = ()
    """Of a crossing: the attributes it is made of, in order."""

    @property
    def rows(self) -> tuple[str, ...]:
        """Every row a table by this attribute can have: its groups, then those that are none."""
        return (*self.groups, *NOT_GROUPS)


@dataclass(frozen=True, slots=True)
class Family:
    """Comparisons that are judged together."""

    code: str
    attributes: tuple[Attribute, ...]
    stages: tuple[str, ...]
    """None means every stage."""
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Adopted:
    """The screen in force, and the position of the entry that adopted it; none means the usual thresholds."""

    screen: Screen
    attributes: tuple[Attribute, ...]
    families: tuple[Family, ...]
    position: int | None
    small_cell: int = 5
    looks_a_year: int = 4
    citation: str = ""
    cited_on: str = ""
    recorded_on: str = ""
    """When its adoption was recorded, which is when it was declared; by local days in the report's zone."""

    @property
    def bar(self) -> Fraction:
        """The ratio below which a rate lies below the screen."""
        return Fraction(self.screen.numerator, self.screen.denominator)

    @property
    def alpha(self) -> Fraction:
        """The p up to which a difference counts as unlikely to be chance."""
        return Fraction(self.screen.alpha_micro, _MICRO)

    @property
    def compared(self) -> tuple[Attribute, ...]:
        """Every attribute and crossing that some family compares, and the screen's others, each once."""
        all_ = [*self.attributes, *(each for family in self.families for each in family.attributes)]
        return tuple({each.code: each for each in all_}.values())


def adopted(making: Making) -> Adopted:
    """Read the latest screen adopted."""
    return making.once("screen", lambda: _adopted(making))


def _adopted(making: Making) -> Adopted:
    found = making.rows(
        "SELECT position, ratio_numerator, ratio_denominator, minimum_n, minimum_selected, minimum_not_selected, "
        "alpha_micro, attributes, families, small_cell, looks_a_year, citation, CAST(cited_on AS VARCHAR), "
        "CAST(CAST(timezone(?, timezone('UTC', recorded_at)) AS DATE) AS VARCHAR) "
        "FROM screen_adopted_effective ORDER BY screen_version DESC, position DESC LIMIT 1",
        [making.zone],
    )
    if not found:
        return Adopted(Screen(), (), (), None)
    position, *thresholds, attributes, families, small_cell, looks, citation, cited_on, recorded = found[0]
    known = tuple(_attribute(each, making.lang) for each in attributes or ())
    return Adopted(
        screen=Screen(*(whole(each) for each in thresholds)),
        attributes=known,
        families=_families(families or (), known),
        position=whole(position),
        small_cell=whole(small_cell),
        looks_a_year=whole(looks),
        citation=str(citation),
        cited_on=str(cited_on),
        recorded_on=str(recorded),
    )


def _attribute(given: Mapping[str, Any], lang: str) -> Attribute:
    return Attribute(
        code=given["code"],
        name=_name(given["names"], lang),
        groups=MappingProxyType({each["code"]: _name(each["names"], lang) for each in given["values"]}),
        reference=given["reference"],
    )


def _name(names: Mapping[str, str | None], lang: str) -> str:
    return names.get(lang) or names["en"] or "-"


def _families(given: Sequence[Mapping[str, Any]], known: Sequence[Attribute]) -> tuple[Family, ...]:
    """Read the families declared; what none of them has is judged together as one more."""
    by_code = {each.code: each for each in known}
    families: list[Family] = []
    for each in given:
        named = tuple(by_code[code] for code in each["attributes"] if code in by_code)
        crossing = (crossed(*named),) if each["intersections"] and len(named) > 1 else ()
        families.append(Family(each["code"], (*named, *crossing), tuple(each["stages"] or ())))
    taken = {one.code for family in families if not family.stages for one in family.attributes}
    left = tuple(each for each in known if each.code not in taken)
    return (*families, Family("undeclared", left, (), declared=False)) if left else tuple(families)


def crossed(*parts: Attribute) -> Attribute:
    """Cross attributes: one group for each combination; its reference is that of all parts, if all have one."""
    groups = {
        _JOINED.join(code for code, _ in each): ", ".join(name for _, name in each)
        for each in product(*(part.groups.items() for part in parts))
    }
    references = [part.reference for part in parts]
    return Attribute(
        code=_JOINED.join(part.code for part in parts),
        name=" × ".join(part.name for part in parts),  # noqa: RUF001 - the sign of a crossing
        groups=MappingProxyType(groups),
        reference=None if None in references else _JOINED.join(str(each) for each in references),
        parts=parts,
    )


def membership(making: Making, attribute: Attribute) -> Array:
    """Give, by a person's number, the place of their group among the attribute's rows; whoever said nothing unknown."""
    return making.once(f"membership {attribute.code}", lambda: _membership(making, attribute))


def tallied(making: Making, attribute: Attribute, columns: Mapping[str, Array]) -> list[Rate]:
    """Count rows of ``person`` and ``selected`` by every row a table by the attribute can have."""
    key = membership(making, attribute)[columns["person"]].astype(np.int64) * 2 + columns["selected"]
    cells = np.bincount(key, minlength=len(attribute.rows) * 2).reshape(-1, 2)
    return [Rate(group, int(no + yes), int(yes)) for group, (no, yes) in zip(attribute.rows, cells, strict=True)]


def _membership(making: Making, attribute: Attribute) -> Array:
    if attribute.parts:
        return _crossed(attribute, [membership(making, part) for part in attribute.parts])
    said = making.once("answers", lambda: _by_person(making))
    unknown, erased = len(attribute.groups), len(attribute.groups) + 1
    place = {code: at for at, code in enumerate(attribute.groups)}
    found = np.full(making.once("people", lambda: _people(making)), unknown, dtype=np.int16)
    persons = np.fromiter(said, dtype=np.int64, count=len(said))
    code = attribute.code
    found[persons] = [erased if each is None else place.get(each.get(code, UNKNOWN), unknown) for each in said.values()]
    return found


def _crossed(attribute: Attribute, parts: Sequence[Array]) -> Array:
    sizes = [len(each.groups) for each in attribute.parts]
    place: Array = reduce(
        lambda so_far, each: so_far * each[1] + each[0], zip(parts, sizes, strict=True), np.zeros(1, dtype=np.int32)
    )
    unknown = np.any([part == size for part, size in zip(parts, sizes, strict=True)], axis=0)
    erased = np.any([part == size + 1 for part, size in zip(parts, sizes, strict=True)], axis=0)
    rows = len(attribute.groups)
    return np.where(erased, rows + 1, np.where(unknown, rows, place)).astype(np.int16)


def _people(making: Making) -> int:
    return whole(making.rows("SELECT coalesce(max(person), 0) + 1 FROM person")[0][0])


def _by_person(making: Making) -> dict[int, Mapping[str, str] | None]:
    """Gather answers by person; of merged candidates the one registered last speaks where both answered."""
    said: dict[int, Mapping[str, str] | None] = {}
    answers = making.answers
    for person, candidate in making.rows(
        "SELECT person, CAST(candidate_id AS VARCHAR) FROM person "
        "WHERE candidate IN (SELECT stream_key FROM candidate_self_identified) ORDER BY candidate"
    ):
        if candidate not in answers:
            continue
        now = answers[candidate]
        if person not in said:
            said[person] = now
        else:
            before = said[person]
            said[person] = None if now is None or before is None else {**before, **now}
    return said


def group_names(making: Making) -> dict[str, Mapping[str, str]]:
    """Say attributes, groups and the rows that are none in words."""
    words = making.words
    screen = adopted(making)
    names: dict[str, dict[str, None]] = {}
    for attribute in screen.compared:
        for code, name in attribute.groups.items():
            names.setdefault(code, {})[name] = None
    return {
        "attribute": {each.code: each.name for each in screen.compared},
        # Two attributes may use one code for different groups; then both names are shown.
        "group": {
            **{code: " / ".join(each) for code, each in names.items()},
            ALL: words.text("everybody"),
            UNKNOWN: words.text("unknown (no answer)"),
            ERASED: words.text("unknown (erased)"),
        },
    }
