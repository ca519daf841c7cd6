"""Who was turned down although at least as good on every criterion as somebody who advanced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from evenhand.measures.direction import Direction, direction
from evenhand.measures.dominance import Pairs, dominance
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS, Rate
from evenhand.measures.suppression import Part, Withheld
from evenhand.render.blocks import DIGITS, Kind, LeftOut, NotShown, Row, hidden_cells
from evenhand.render.counts import exact, one, points, refused, shortened, stage_names, text, whole
from evenhand.render.groups import ALL, Attribute, adopted, group_names, membership
from evenhand.render.hiding import HIDDEN, hidden_rows
from evenhand.render.making import Array, Making, Rows
from evenhand.render.overrides import hidden_beside_the_scored
from evenhand.render.rounding import half_up
from evenhand.render.screened import no_screen

_SHOWN = 10
"""So many entries of each outcome are named for one profile; the projection has them all."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Everybody who can be compared, a row each, and the pairs of each stratum."""

    each: pd.DataFrame
    """``stratum``, ``decision``, ``person``, ``capacity``, ``passed_over``, ``preferred``, ``beside`` (a decision)."""
    pairs: tuple[Pairs, ...]


def compared(making: Making) -> Compared:
    """Compare everybody with everybody of the same stratum who is rated on the same criteria, once a report."""
    return making.once("compared", lambda: _compare(making))


def _compare(making: Making) -> Compared:
    frames: list[pd.DataFrame] = []
    pairs: list[Pairs] = []
    for (criteria,) in making.rows(
        "SELECT DISTINCT criteria FROM score_profile WHERE in_period(decided_day) ORDER BY criteria"
    ):
        names = [f"s{at}" for at in range(1, len(criteria) + 1)]
        scores = ", ".join(f"scores[{at}] AS {name}" for at, name in enumerate(names, 1))
        frame = making.frame(
            "SELECT stratum, decision, person, outcome = 'advance' AS advanced, class = 'capacity' AS capacity, "  # noqa: S608 - columns by number
            f"{scores} FROM score_profile WHERE in_period(decided_day) AND criteria = ? ORDER BY stratum, decision",
            [criteria],
        )
        found = dominance(frame, names)
        decisions = frame["decision"].to_numpy()
        kept = frame[["stratum", "decision", "person", "capacity"]].assign(
            passed_over=found.passed_over, preferred=found.preferred, beside=decisions[found.beside]
        )
        frames.append(kept)
        pairs.extend(found.strata)
    columns = ["stratum", "decision", "person", "capacity", "passed_over", "preferred", "beside"]
    return Compared(pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns), tuple(pairs))


def _left_out(making: Making) -> tuple[LeftOut, ...]:
    words = making.words
    found = dict(
        making.rows(
            "SELECT CASE WHEN r.class IN ('no_standard', 'insufficient') THEN r.class ELSE 'unscored' END, count(*) "
            "FROM selection AS s JOIN replay AS r USING (decision) ANTI JOIN score_profile USING (decision) "
            "WHERE in_period(s.decided_day) GROUP BY ALL"
        )
    )
    again = one(making, "SELECT count(*) FROM decision_effective WHERE final_rank > 1 AND in_period(decided_day)")
    return (
        LeftOut(whole(found.get("unscored")), words.text("at a stage that is not scored")),
        LeftOut(whole(found.get("insufficient")), words.text("with too few scores or answers")),
        LeftOut(whole(found.get("no_standard")), words.text("under no standard")),
        LeftOut(again, words.text("followed by a later decision on the same visit")),
    )


@dataclass(slots=True)
class _Sums:
    n: int = 0
    comparable: int = 0
    inversions: int = 0
    capacity: int = 0
    ties: int = 0

    def add(self, pairs: Pairs, capacity: int) -> None:
        self.n += pairs.n
        self.comparable += pairs.comparable
        self.inversions += pairs.inversions
        self.capacity += capacity
        self.ties += pairs.ties

    def cells(self) -> Row:
        rate = Fraction(self.inversions, self.comparable) if self.comparable else None
        return self.n, self.comparable, self.inversions, rate, self.capacity, self.ties


def by_stratum(making: Making, limit: int) -> Rows:
    """Count pairs and inversions over all, and in each stratum that has an inversion or a tie decided both ways."""
    result, words = compared(making), making.words
    capacity = _for_capacity(result)
    places = {
        whole(stratum): (str(code or "-"), str(stage), whole(version))
        for stratum, code, stage, version in making.rows(
            "SELECT DISTINCT p.stratum, q.code, p.stage, p.standard_version FROM score_profile AS p "
            "LEFT JOIN requisition_opened_effective AS q ON q.position = p.requisition"
        )
    }
    total, sums = _Sums(), dict[tuple[str, str, int], _Sums]()
    for pairs in sorted(result.pairs, key=lambda each: each.stratum or 0):
        number = capacity.get(pairs.stratum or 0, 0)
        total.add(pairs, number)
        sums.setdefault(places[pairs.stratum or 0], _Sums()).add(pairs, number)
    some = [(*place, *each.cells()) for place, each in sums.items() if each.inversions or each.ties]
    rows: list[Row] = [(ALL, None, None, *total.cells()), *some[:limit]]
    notes = list(shortened(making, min(limit, len(some)), len(some)))
    if len(sums) > len(some):
        none = len(sums) - len(some)
        notes.append(
            words.plural("{n} stratum has none of either.", "{n} strata have none of either.", none)
        )  # fmt: skip
    labels = {"requisition": {ALL: words.text("all")}, "stage": stage_names(making)}
    of = words.text("people decided on at scored stages")
    return Rows(tuple(rows), total.n, of, _left_out(making), tuple(notes), labels)


def _for_capacity(result: Compared) -> Mapping[int, int]:
    turned_away = result.each[result.each["capacity"].astype(bool)]
    return {int(str(stratum)): int(n) for stratum, n in turned_away.groupby("stratum")["passed_over"].sum().items()}


def passed_over(making: Making, limit: int) -> Rows:
    """List those passed over, first whoever was passed over for most people, each with one of them."""
    result, words = compared(making), making.words
    those = result.each[result.each["passed_over"] > 0].sort_values(
        ["passed_over", "decision"], ascending=[False, True], kind="stable"
    )
    shown = those.head(limit)
    said = {
        whole(decision): names
        for decision, *names in making.rows(
            "SELECT p.decision, CAST(p.decided_day AS VARCHAR), q.code, p.stage, p.class, "
            "CASE WHEN p.overridden THEN 'recorded' WHEN p.class = 'differ' THEN 'none' END FROM score_profile AS p "
            "LEFT JOIN requisition_opened_effective AS q ON q.position = p.requisition "
            "WHERE list_contains(?, p.decision)",
            [[int(each) for each in shown["decision"]]],
        )
    }
    rows: list[Row] = [
        (int(decision), *map(text, said[int(decision)]), int(over), int(beside))
        for decision, over, beside in zip(shown["decision"], shown["passed_over"], shown["beside"], strict=True)
    ]
    notes = shortened(making, len(rows), len(those))
    return Rows(tuple(rows), len(those), words.text("people passed over"), (), notes, {"stage": stage_names(making)})


def ties(making: Making, limit: int) -> Rows:
    """List the profiles of scores that were decided both ways within one stratum."""
    compared(making)
    words = making.words
    making.prepared(
        "_tied",
        "SELECT stratum, scores, any_value(criteria) AS criteria, any_value(requisition) AS requisition, "
        "any_value(stage) AS stage, any_value(standard_version) AS standard_version, any_value(score) AS score, "
        "count(*) FILTER (WHERE outcome = 'advance') AS advanced, "
        "count(*) FILTER (WHERE outcome = 'reject') AS rejected, "
        "count(*) FILTER (WHERE class = 'capacity') AS capacity, min(decision) AS first, "
        "list(decision ORDER BY decision) FILTER (WHERE outcome = 'advance') AS up, "
        "list(decision ORDER BY decision) FILTER (WHERE outcome = 'reject') AS down "
        "FROM score_profile WHERE in_period(decided_day) GROUP BY stratum, scores HAVING count(DISTINCT outcome) = 2",
    )
    n = one(making, "SELECT count(*) FROM _tied")
    found = making.rows(
        "SELECT q.code, t.stage, t.standard_version, t.criteria, t.scores, t.score, t.advanced, t.rejected, "
        "t.capacity, t.up[:?], t.down[:?] FROM _tied AS t "
        "LEFT JOIN requisition_opened_effective AS q ON q.position = t.requisition ORDER BY t.first LIMIT ?",
        [_SHOWN, _SHOWN, limit],
    )
    rows: list[Row] = [
        (text(code), text(stage), whole(version), _profile(criteria, scores), points(score), *map(whole, counts),
         tuple(map(whole, up)), tuple(map(whole, down)))
        for code, stage, version, criteria, scores, score, *counts, up, down in found
    ]  # fmt: skip
    notes = shortened(making, len(rows), n)
    if any(whole(each) > _SHOWN for row in found for each in row[6:8]):
        notes = (*notes, words.text("Of each outcome the first {n} entries are named.", n=_SHOWN))
    return Rows(tuple(rows), n, words.text("profiles decided both ways"), (), notes, {"stage": stage_names(making)})


def _profile(criteria: Sequence[str], scores: Sequence[int]) -> str:
    """Write what each criterion was given, in points, such as ``oral 60, written 72.5``."""
    given = (f"{half_up(points(score) or Fraction(), DIGITS[Kind.POINTS]):f}" for score in scores)
    short = (each.rstrip("0").rstrip(".") for each in given)
    return ", ".join(f"{criterion} {each}" for criterion, each in zip(criteria, short, strict=True))


def directions(making: Making, _limit: int) -> Rows:
    """Show, by group, how often its people were passed over and how often preferred, and how chance would have it."""
    words, screen = making.words, adopted(making)
    made = {attribute.code: _direction(making, attribute) for attribute in screen.attributes}
    adjusted = _adjusted(made)
    rows: list[Row] = []
    for code, found in made.items():
        hidden = _hidden(making)[code]
        if hidden.unnamed:
            rows.append((code, HIDDEN, *hidden_cells(5), HIDDEN))
        for each in found:
            p = (exact(each.p), exact(adjusted.get((code, each.group))))
            figures = (each.n, each.passed_over, each.preferred, *p, refused(each.refusal))
            if not hidden.unnamed:
                shown = each.group not in hidden.rows
                rows.append((code, each.group, *(figures if shown else (*hidden_cells(5), HIDDEN))))
    names = group_names(making)
    labels = {
        **names,
        "group": {**names["group"], HIDDEN: words.text("not shown: small numbers")},
        "why": {
            Refusal.TOO_FEW.value: words.text(
                "fewer than {n} in this group or in all others", n=screen.screen.minimum_n
            ),
            Refusal.NOTHING.value: words.text("no inversion where two groups meet"),
            HIDDEN: words.text("not shown: small numbers"),
        },
    }
    n, left_out = _grouped(making)
    of = words.text("people decided on at scored stages")
    return Rows(tuple(rows), n, of, left_out, tuple(no_screen(making)), labels)


def _adjusted(made: Mapping[str, Sequence[Direction]]) -> Mapping[tuple[str, str], float]:
    """Adjust each p for all tests of the table; of two groups the one's test is the other's, and counts once."""
    tests: list[tuple[float, list[tuple[str, str]]]] = []
    for code, found in made.items():
        rows = [(each.p, (code, each.group)) for each in found if each.p is not None]
        if len([each for each in found if each.n]) == 2:  # noqa: PLR2004 - two are mirrored in one another
            tests += [(p, [row for _, row in rows]) for p, _ in rows[:1]]
        else:
            tests += [(p, [row]) for p, row in rows]
    values = holm([p for p, _ in tests])
    return {row: p for p, (_, rows) in zip(values, tests, strict=True) for row in rows}


def _direction(making: Making, attribute: Attribute) -> tuple[Direction, ...]:
    each = compared(making).each
    row = membership(making, attribute)[_persons(each)]
    frame = each.assign(group=np.array(attribute.rows)[row])
    return direction(
        frame[row < len(attribute.groups)],
        tuple(attribute.groups),
        chance=making.resampling.generator(f"direction {attribute.code}"),
        draws=making.resampling.draws,
        minimum_n=adopted(making).screen.minimum_n,
    )


def _hidden(making: Making) -> Mapping[str, Withheld]:
    """Say by attribute which groups are not shown: for few people, or for few pairs of one kind."""
    return making.once("hidden directions", lambda: _found_hidden(making))


def _found_hidden(making: Making) -> Mapping[str, Withheld]:
    each, beside = compared(making).each, hidden_beside_the_scored(making)
    people, pairs = dict[str, list[Rate]](), dict[str, list[Rate]]()
    for attribute in adopted(making).attributes:
        frame = each.assign(group=np.array(attribute.rows)[membership(making, attribute)[_persons(each)]])
        sums = frame.groupby("group")[["passed_over", "preferred"]].sum()
        people[attribute.code] = [Rate(str(group), int(n), 0) for group, n in frame["group"].value_counts().items()]
        pairs[attribute.code] = [
            Rate(str(group), int(over + other), int(over)) for group, over, other in sums.itertuples()
        ]
    by_pairs = hidden_rows(making, {code: Part(rates) for code, rates in pairs.items()})
    also = {code: found.rows | beside.get(code, frozenset()) for code, found in by_pairs.items()}
    found = hidden_rows(making, {code: Part(rates, hidden=also[code]) for code, rates in people.items()})
    # What is hidden for the pairs' sake and cannot be named there cannot be named here.
    return {code: Withheld(of.rows, unnamed=of.unnamed or by_pairs[code].unnamed) for code, of in found.items()}


def _persons(each: pd.DataFrame) -> Array:
    """Give everybody's number: 0, which nobody has, for whoever is not in the record, so is of no known group."""
    return each["person"].astype("float64").fillna(0).to_numpy(dtype=np.int64)


def _grouped(making: Making) -> tuple[int, tuple[LeftOut, ...]]:
    """Count everybody, and by each attribute who of them is of no known group, unless so few may not be shown."""
    words, each = making.words, compared(making).each
    persons = _persons(each)
    hidden = any(of.unnamed or of.rows.intersection(NOT_GROUPS) for of in _hidden(making).values())
    return len(each), tuple(
        LeftOut(
            NotShown.HIDDEN if hidden else int((membership(making, of)[persons] >= len(of.groups)).sum()),
            words.text("of these, of no known group by {attribute}", attribute=of.name),
        )
        for of in adopted(making).attributes
    )
