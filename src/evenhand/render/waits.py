"""How long groups waited to be told, and how many of each were given feedback and reasons that name a criterion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evenhand.measures.logrank import LogRank, logrank
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS, Rate
from evenhand.measures.survival import survival
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.compared import hidden_rows
from evenhand.render.counts import exact, refused
from evenhand.render.groups import Attribute, adopted, membership
from evenhand.render.latency import OUTCOMES, median_hours
from evenhand.render.making import Array, Making, Rows
from evenhand.render.screened import HIDDEN, labels
from evenhand.render.shares import rate_cells
from evenhand.render.shares import shares as made_shares

FEEDBACK, REASONS = "feedback", "reasons"


def waits(making: Making, _limit: int) -> Rows:
    """Show, for rejections and good news apart, how many of each group were told and in what time."""
    rows: list[Row] = []
    n = 0
    for attribute in adopted(making).attributes:
        frame = _waits(making, attribute)
        n = int(frame["count"].sum())
        for outcome in OUTCOMES:
            here = frame[frame["outcome"] == outcome]
            rates = _told(here, attribute)
            hidden = hidden_rows(making, attribute, rates)
            for rate in rates:
                place = (outcome, attribute.code, rate.group)
                if rate.group in hidden:
                    rows.append((*place, None, None, None, HIDDEN))
                    continue
                curve = survival(here[here["group"] == rate.group])
                hours = None if curve.refusal is not None else median_hours(curve)
                why = refused(curve.refusal) or ("not_reached" if hours is None else None)
                rows.append((*place, rate.n, rate.selected, hours, why))
    return Rows(tuple(rows), n, making.words.text("final decisions"), labels=_labels(making))


def waits_tested(making: Making, _limit: int) -> Rows:
    """Ask of each attribute whether its groups waited equally long, each requisition and outcome by itself."""
    rows: list[Row] = []
    for attribute, result in _ranks(making).items():
        figures = (
            exact(result.chi_square),
            result.freedom,
            exact(result.p),
            exact(_adjusted(making)["", attribute, ""]),
        )
        rows.append((attribute, result.n, *figures, refused(result.refusal)))
    return Rows(tuple(rows), len(rows), making.words.text("tests"), _not_tested(making), labels=_labels(making))


def _not_tested(making: Making) -> tuple[LeftOut, ...]:
    """Count, over all attributes, the waits of people of no group, and of groups too small to be tested."""
    words, screen = making.words, adopted(making)
    rates = [rate for each in screen.attributes for rate in _told(_waits(making, each), each)]
    few = sum(rate.n for rate in rates if rate.group not in NOT_GROUPS and rate.n < screen.screen.minimum_n)
    unknown = sum(rate.n for rate in rates if rate.group in NOT_GROUPS)
    left_out = (
        LeftOut(unknown, words.text("waits of people whose group is not known")),
        LeftOut(few, words.text("waits in groups of fewer than {n}", n=screen.screen.minimum_n)),
    )
    return tuple(each for each in left_out if not making.options.outward or each.n >= screen.small_cell)


def shares(making: Making, _limit: int) -> Rows:
    """Show which share of each group was given feedback, and reasons that name a criterion."""
    rows: list[Row] = []
    adjusted = _adjusted(making)
    for of in made_shares(making, ASKED):
        for each in of.selection.groups:
            place = (of.what, of.attribute.code, each.rate.group)
            if each.rate.group in of.hidden:
                rows.append((*place, *(None,) * 8, HIDDEN))
                continue
            within = of.tested(each.rate.group)
            tested = (None,) * 3 if within is None else (within.odds_ratio, exact(within.mid_p), exact(adjusted[place]))
            rows.append((*place, *rate_cells(each.rate), *tested, of.why(each)))
    return Rows(tuple(rows), len(rows), making.words.text("groups"), labels=_labels(making))


def _waits(making: Making, attribute: Attribute) -> pd.DataFrame:
    """Count waits by stratum, group, outcome, minutes and whether they ended with being told."""
    columns = making.once(
        "waits",
        lambda: making.arrays(
            "SELECT CAST(dense_rank() OVER (ORDER BY w.requisition, w.stage, d.standard_version, w.outcome) "
            "AS INTEGER) AS stratum, CAST(coalesce(d.person, 0) AS INTEGER) AS person, "
            "w.outcome = 'advance' AS advanced, w.seconds // 60 AS time, w.ended = 'told' AS ended "
            "FROM notice_latency AS w JOIN decision_effective AS d USING (decision) WHERE in_period(w.decided_day)"
        ),
    )
    return making.once(f"waits {attribute.code}", lambda: _by_group(making, attribute, columns))


def _by_group(making: Making, attribute: Attribute, columns: Mapping[str, Array]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "stratum": columns["stratum"],
            "row": membership(making, attribute)[columns["person"]],
            "advanced": columns["advanced"],
            "time": columns["time"],
            "ended": columns["ended"],
        }
    )
    counted = frame.value_counts(sort=False).reset_index()
    counted["group"] = np.array(attribute.rows)[counted["row"]]
    counted["outcome"] = np.where(counted["advanced"], OUTCOMES[1], OUTCOMES[0])
    return counted


def _told(frame: pd.DataFrame, attribute: Attribute) -> list[Rate]:
    """Give each group's number of waits, and of those that ended with being told."""
    all_ = frame.groupby("group")["count"].sum()
    told = frame[frame["ended"]].groupby("group")["count"].sum()
    return [Rate(group, int(all_[group]), int(told.get(group, 0))) for group in attribute.rows if group in all_.index]


def _ranks(making: Making) -> Mapping[str, LogRank]:
    return making.once("ranks", lambda: {each.code: _rank(making, each) for each in adopted(making).attributes})


def _rank(making: Making, attribute: Attribute) -> LogRank:
    frame, least = _waits(making, attribute), adopted(making).screen.minimum_n
    sizes = {rate.group: rate.n for rate in _told(frame, attribute)}
    return logrank(frame, [group for group in attribute.groups if sizes.get(group, 0) >= least])


ASKED = {
    FEEDBACK: (
        "SELECT CAST(f.requisition AS BIGINT) AS stratum, CAST(coalesce(f.person, 0) AS INTEGER) AS person, "
        "f.standing = 'given' AS chosen FROM feedback AS f JOIN candidacy AS c USING (candidacy) "
        "WHERE in_period(CAST(timezone(c.zone, timezone('UTC', f.last_interview_from)) AS DATE))"
    ),
    REASONS: (
        "SELECT dense_rank() OVER (ORDER BY d.requisition, d.stage, d.standard_version) AS stratum, "
        "CAST(coalesce(d.person, 0) AS INTEGER) AS person, coalesce(bool_or(len(r.criteria) > 0), false) AS chosen "
        "FROM decision_effective AS d LEFT JOIN reason AS r USING (decision) "
        "WHERE d.outcome = 'reject' AND in_period(d.decided_day) "
        "GROUP BY d.decision, d.requisition, d.stage, d.standard_version, d.person"
    ),
}


def _adjusted(making: Making) -> Mapping[tuple[str, str, str], float | None]:
    """Adjust the p of every test of waits and shares for all of them."""
    return making.once("adjusted waits", lambda: _adjust(making))


def _adjust(making: Making) -> Mapping[tuple[str, str, str], float | None]:
    found: dict[tuple[str, str, str], float | None] = {("", code, ""): each.p for code, each in _ranks(making).items()}
    for of in made_shares(making, ASKED):
        found |= {(of.what, of.attribute.code, group): within.mid_p for group, within in of.within.items()}
    tested = {key: p for key, p in found.items() if p is not None}
    return found | dict(zip(tested, holm(list(tested.values())), strict=True))


def _labels(making: Making) -> dict[str, Mapping[str, str]]:
    words, screen = making.words, adopted(making).screen
    said = labels(making)
    said["why"] = {
        **said["why"],
        Refusal.TOO_FEW_SELECTED.value: words.text(
            "fewer than {n} given in both groups together", n=screen.minimum_selected
        ),
        Refusal.TOO_FEW_NOT_SELECTED.value: words.text(
            "fewer than {n} not given in both groups together", n=screen.minimum_not_selected
        ),
        Refusal.NO_REFERENCE.value: words.text("nobody of the reference group is among them"),
        Refusal.NO_RATE.value: words.text("nobody of the reference group was given any"),
        "reference": words.text("reference"),
        "not_reached": words.text("not reached: half are still untold"),
        Refusal.TOO_FEW_EVENTS.value: words.text("too few were told"),
    }
    return said
