"""Bring candidates' answers on themselves together with decisions: in memory, in pandas, never in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from evenhand.measures.selection import ERASED, NOT_GROUPS, UNKNOWN, Screen
from evenhand.render.counts import whole
from evenhand.render.making import Making

ALL = "(all)"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something groups are compared by, as the screen adopted it."""

    code: str
    name: str
    groups: Mapping[str, str]
    """Code and name of each group, in the screen's order."""
    reference: str | None


@dataclass(frozen=True, slots=True)
class Adopted:
    """The screen in force, and the position of the entry that adopted it; none means the usual thresholds."""

    screen: Screen
    attributes: tuple[Attribute, ...]
    position: int | None


def adopted(making: Making) -> Adopted:
    """Read the latest screen adopted."""
    found = making.rows(
        "SELECT position, ratio_numerator, ratio_denominator, minimum_n, minimum_selected, minimum_not_selected, "
        "attributes FROM screen_adopted_effective ORDER BY screen_version DESC, position DESC LIMIT 1"
    )
    if not found:
        return Adopted(Screen(), (), None)
    position, *thresholds, attributes = found[0]
    return Adopted(
        screen=Screen(*(whole(each) for each in thresholds)),
        attributes=tuple(_attribute(each, making.lang) for each in attributes or ()),
        position=whole(position),
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


class Grouped:
    """Counts of decisions by stratum and group, for each attribute in turn, out of the temporary ``_selected``.

    Only those who answered are counted a person at a time; the others are added up in DuckDB.
    """

    def __init__(self, making: Making, by: Sequence[str]) -> None:
        self._by = list(by)
        making.prepared(
            "_answered",
            "SELECT DISTINCT person FROM person WHERE candidate IN (SELECT stream_key FROM candidate_self_identified)",
        )
        self._silent = making.frame(
            "SELECT requisition, stage, standard_version, count(*) AS n, count(*) FILTER (WHERE selected) AS selected "
            "FROM _selected ANTI JOIN _answered USING (person) GROUP BY ALL"
        )
        self._each = making.frame(
            "SELECT requisition, stage, standard_version, person, count(*) AS n, "
            "count(*) FILTER (WHERE selected) AS selected "
            "FROM _selected SEMI JOIN _answered USING (person) GROUP BY ALL"
        )
        self._making = making

    def counted(self, attribute: Attribute) -> pd.DataFrame:
        """Answer with ``by``, ``group``, ``n`` and ``selected``, a row for each group that is there."""
        said = self._making.once("answers", lambda: _by_person(self._making))
        known = {person: _group(each, attribute) for person, each in said.items()}
        each = self._each.assign(group=[known.get(int(person), UNKNOWN) for person in self._each["person"]])
        together = pd.concat([each.drop(columns="person"), self._silent.assign(group=UNKNOWN)], ignore_index=True)
        return together.groupby([*self._by, "group"], as_index=False, sort=True)[["n", "selected"]].sum()

    def all(self) -> pd.DataFrame:
        """Answer with ``by``, ``n`` and ``selected`` over everybody."""
        together = pd.concat([self._each.drop(columns="person"), self._silent], ignore_index=True)
        return together.groupby(self._by, as_index=False, sort=True)[["n", "selected"]].sum()


def _by_person(making: Making) -> dict[int, Mapping[str, str] | None]:
    """Gather answers by person; of merged candidates the one registered last speaks where both answered."""
    said: dict[int, Mapping[str, str] | None] = {}
    for person, candidate in making.rows(
        "SELECT person, CAST(candidate_id AS VARCHAR) FROM person "
        "WHERE candidate IN (SELECT stream_key FROM candidate_self_identified) ORDER BY candidate"
    ):
        if str(candidate) not in making.answers:
            continue
        answers = making.answers[str(candidate)]
        key = whole(person)
        before = said.get(key, {})
        said[key] = None if answers is None or before is None else {**before, **answers}
    return said


def _group(said: Mapping[str, str] | None, attribute: Attribute) -> str:
    if said is None:
        return ERASED
    answer = said.get(attribute.code, UNKNOWN)
    return answer if answer in attribute.groups else UNKNOWN


def people(making: Making, attribute: Attribute) -> dict[int, str]:
    """Answer with the group of each person who gave one that the screen names; nobody else is in it."""
    said = making.once("answers", lambda: _by_person(making))
    known = {person: _group(each, attribute) for person, each in said.items()}
    return {person: group for person, group in known.items() if group not in NOT_GROUPS}
