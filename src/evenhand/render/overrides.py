"""Whether people of one group were decided on otherwise than their standard implies more often than those of another.

Up and down stand apart: who was let through below the bar, and who was turned away above it. Each is a share of those
to whom it could happen, compared within requisition, stage and version of the standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.stratified import Stratified
from evenhand.measures.suppression import Part
from evenhand.render.blocks import Row
from evenhand.render.consistency import comparable
from evenhand.render.counts import ends, exact
from evenhand.render.groups import adopted, tallied
from evenhand.render.hiding import hidden_rows
from evenhand.render.making import Making, Rows
from evenhand.render.screened import labels, no_screen, outward
from evenhand.render.shares import Share, rate_cells, shares

_OVERRIDDEN = (
    "SELECT dense_rank() OVER (ORDER BY d.requisition, d.stage, d.standard_version) AS stratum, "
    "CAST(coalesce(d.person, 0) AS INTEGER) AS person, r.class = 'differ' AS chosen "
    "FROM replay AS r JOIN decision_effective AS d USING (decision) "
    "WHERE r.class IN ('agree', 'differ') AND r.implied = '{implied}' AND in_period(d.decided_day)"
)
_ASKED = MappingProxyType(
    {"turned_away": _OVERRIDDEN.format(implied="advance"), "let_through": _OVERRIDDEN.format(implied="reject")}
)
_RATE, _WITHIN = 5, 10
"""How many cells a share takes, and what the strata say of it."""


def by_group(making: Making, _limit: int) -> Rows:
    """Show, by group, how often a decision was not the one implied, pooled and within strata."""
    beside = hidden_beside_the_scored(making)
    made = list(shares(making, _ASKED, dict.fromkeys(_ASKED, beside)))
    adjusted = _adjusted(made)
    rows: list[Row] = []
    for of in made:
        for each, hidden in of.rows(_RATE + _WITHIN):
            if hidden is not None:
                rows.append(hidden)
                continue
            place, within = of.place(each.rate.group), of.tested(each.rate.group)
            said = of.untested(each.rate.group, _WITHIN) if within is None else _within(within, adjusted.get(place))
            rows.append((*place, *rate_cells(each.rate), *said, of.why(each)))
    n, left_out = comparable(making)
    of_what = making.words.text("decisions that can be compared")
    notes = (*no_screen(making), *outward(making))
    if making.options.outward:
        listed = making.words.text(
            "Single decisions are listed by their entries, without the group of anybody. Who they are about is in the "
            "ledger and not in this report: whoever holds both can look it up."
        )
        notes = (*notes, listed)
    return Rows(tuple(rows), n, of_what, left_out, notes, _labels(making))


def hidden_beside_the_scored(making: Making) -> Mapping[str, frozenset[str]]:
    """Name by attribute the rows by which those compared here and those compared on their scores differ by few.

    The two tables count nearly the same people, so that what they differ by is as good as a table.
    """
    if not making.options.outward or not making.has("replay", "score_profile"):
        return {}
    columns = making.arrays(
        "SELECT CAST(coalesce(d.person, 0) AS INTEGER) AS person, p.decision IS NOT NULL AS selected "
        "FROM decision_effective AS d LEFT JOIN replay AS r USING (decision) LEFT JOIN score_profile AS p "
        "USING (decision) WHERE in_period(d.decided_day) AND (p.decision IS NOT NULL) <> "
        "coalesce(r.class IN ('agree', 'differ') AND r.implied IN ('advance', 'reject'), false)"
    )
    parts = {each.code: Part(tallied(making, each, columns)) for each in adopted(making).attributes}
    return {code: each.rows for code, each in hidden_rows(making, parts).items()}


def _within(of: Stratified, adjusted: float | None) -> Row:
    odds = (of.strata, of.dropped, of.pooled, of.odds_ratio, *ends(of.interval))
    return *odds, *map(exact, (of.mid_p, adjusted, of.disagreement, of.disagreement_p))


def _adjusted(made: Iterable[Share]) -> Mapping[tuple[str, str, str], float]:
    """Adjust the p of every test of this table for all of them."""
    found = {
        of.place(group): within.mid_p for of in made for group, within in of.within.items() if within.mid_p is not None
    }
    return dict(zip(found, holm(list(found.values())), strict=True))


def _labels(making: Making) -> dict[str, Mapping[str, str]]:
    words, screen = making.words, adopted(making).screen
    said = labels(making)
    said["why"] = {
        **said["why"],
        Refusal.TOO_FEW_SELECTED.value: words.text(
            "fewer than {n} overridden in both groups together", n=screen.minimum_selected
        ),
        Refusal.TOO_FEW_NOT_SELECTED.value: words.text(
            "fewer than {n} as implied in both groups together", n=screen.minimum_not_selected
        ),
        Refusal.NO_REFERENCE.value: words.text("nobody of the reference group is among them"),
        Refusal.NO_RATE.value: words.text("no odds ratio: nobody of the reference group was overridden"),
        "reference": words.text("reference"),
    }
    return said
