"""How long groups waited to be told, and how many of each were given feedback and reasons that name a criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from evenhand.measures.logrank import LogRank, logrank
from evenhand.measures.multiplicity import holm
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS, Rate
from evenhand.measures.suppression import Part, Withheld
from evenhand.measures.survival import survival
from evenhand.render.blocks import LeftOut, NotShown, Row, hidden_cells
from evenhand.render.compared import hidden_in_sums, left_out
from evenhand.render.counts import exact, one, refused
from evenhand.render.groups import Attribute, adopted, membership
from evenhand.render.hiding import HIDDEN, at_stages, hidden_rows
from evenhand.render.latency import OUTCOMES, median_hours
from evenhand.render.making import Array, Making, Rows
from evenhand.render.screened import labels
from evenhand.render.shares import Share, rate_cells
from evenhand.render.shares import shares as made_shares
from evenhand.render.undecided import overturned, put_off

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
            hidden, told_shown = _withheld(making)[outcome, attribute.code]
            if hidden.unnamed:
                rows.append((outcome, attribute.code, HIDDEN, *hidden_cells(3), HIDDEN))
                continue
            for rate in _told(here, attribute):
                place = (outcome, attribute.code, rate.group)
                if rate.group in hidden.rows:
                    rows.append((*place, *hidden_cells(3), HIDDEN))
                    continue
                curve = survival(here[here["group"] == rate.group])
                hours = None if curve.refusal is not None else median_hours(curve)
                why = refused(curve.refusal) or ("not_reached" if hours is None else None)
                told = rate.selected if told_shown else NotShown.HIDDEN
                rows.append((*place, rate.n, told, hours, why))
    out = left_out(making)[1] if at_stages(making) else (put_off(making), overturned(making))
    return Rows(tuple(rows), n, making.words.text("final decisions"), out, labels=_labels(making))


def _withheld(making: Making) -> Mapping[tuple[str, str], tuple[Withheld, bool]]:
    """Say by outcome and attribute what is not shown, and whether it is shown how many were told.

    The waits add the decisions of all stages up. Where everybody but a few was told, or almost nobody, no table could
    be shown with that number; then it is without.
    """
    return making.once("hidden waits", lambda: _hidden(making))


def _hidden(making: Making) -> Mapping[tuple[str, str], tuple[Withheld, bool]]:
    screen, summed = adopted(making), hidden_in_sums(making)
    made: dict[tuple[str, str], tuple[Withheld, bool]] = {}
    for outcome in OUTCOMES:
        parts: dict[str, Part] = {}
        for each in screen.attributes:
            frame = _waits(making, each)
            rates = _told(frame[frame["outcome"] == outcome], each)
            parts[each.code] = Part(rates, each.reference, summed.get(each.code, ()))
        found = hidden_rows(making, parts)
        told_shown = not any(each.unnamed for each in found.values())
        if not told_shown:
            counts = {code: [Rate(rate.group, rate.n, 0) for rate in part.rates] for code, part in parts.items()}
            found = hidden_rows(making, {code: part._replace(rates=counts[code]) for code, part in parts.items()})
        made |= {(outcome, code): (each, told_shown) for code, each in found.items()}
    return made


def _hidden_in_either(making: Making, attribute: str) -> frozenset[str]:
    return frozenset[str]().union(*(_withheld(making)[outcome, attribute][0].rows for outcome in OUTCOMES))


def waits_tested(making: Making, _limit: int) -> Rows:
    """Ask of each attribute whether its groups waited equally long, each requisition and outcome by itself."""
    rows: list[Row] = []
    for attribute, result in _ranks(making).items():
        if _hidden_in_either(making, attribute).difference(NOT_GROUPS):  # the test is over all groups together
            rows.append((attribute, *hidden_cells(5), HIDDEN))
            continue
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
    words, least = making.words, adopted(making).screen.minimum_n
    unknown = few = 0
    hidden: set[bool] = set()
    for each in adopted(making).attributes:
        gone = _hidden_in_either(making, each.code)
        for rate in _told(_waits(making, each), each):
            known = rate.group not in NOT_GROUPS
            unknown += 0 if known else rate.n
            few += rate.n if known and rate.n < least else 0
            if rate.group in gone:
                hidden.add(known)
    return (
        LeftOut(
            NotShown.HIDDEN if False in hidden else unknown, words.text("waits of people whose group is not known")
        ),
        LeftOut(NotShown.HIDDEN if True in hidden else few, words.text("waits in groups of fewer than {n}", n=least)),
    )


def shares(making: Making, _limit: int) -> Rows:
    """Show which share of each group was given feedback, and reasons that name a criterion."""
    rows: list[Row] = []
    adjusted = _adjusted(making)
    for of in _shares(making):
        for each, hidden in of.rows(8):
            if hidden is not None:
                rows.append(hidden)
                continue
            place, within = of.place(each.rate.group), of.tested(each.rate.group)
            tested = (
                of.untested(each.rate.group, 3)
                if within is None
                else (within.odds_ratio, exact(within.mid_p), exact(adjusted[place]))
            )
            rows.append((*place, *rate_cells(each.rate), *tested, of.why(each)))
    n, out = _asked(making)
    return Rows(
        tuple(rows), n, making.words.text("interviewed candidacies and rejections"), out, labels=_labels(making)
    )


def _asked(making: Making) -> tuple[int, tuple[LeftOut, ...]]:
    """Count whom the two shares are of, and whom neither or only one is of."""
    words, only = making.words, at_stages(making)
    interviewed, rejected = (one(making, f"SELECT count(*) FROM ({sql})") for sql in _queries(making).values())  # noqa: S608 - our own queries
    decided = f"FROM decision_effective AS d WHERE in_period(d.decided_day){only}"
    others = one(making, f"SELECT count(*) {decided} AND d.outcome <> 'reject'")
    never = one(
        making,
        f"SELECT count(DISTINCT d.candidacy) {decided} AND d.candidacy NOT IN (SELECT candidacy FROM feedback)",  # noqa: S608 - our own condition
    )
    return interviewed + rejected, (
        LeftOut(never, words.text("candidacies decided on and never interviewed, so without feedback")),
        LeftOut(others, words.text("decisions other than rejections, so without reasons")),
        *(left_out(making)[1] if only else ()),
    )


def _waits(making: Making, attribute: Attribute) -> pd.DataFrame:
    """Count waits by stratum, group, outcome, minutes and whether they ended with being told."""
    columns = making.once(
        "waits",
        lambda: making.arrays(
            "SELECT CAST(dense_rank() OVER (ORDER BY w.requisition, w.stage, d.standard_version, w.outcome) "
            "AS INTEGER) AS stratum, CAST(coalesce(d.person, 0) AS INTEGER) AS person, "
            "w.outcome = 'advance' AS advanced, w.seconds // 60 AS time, w.ended = 'told' AS ended "
            "FROM notice_latency AS w JOIN decision_effective AS d USING (decision) WHERE in_period(w.decided_day)"
            + at_stages(making)
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
        "WHERE f.state = 'rejected' "
        "AND in_period(CAST(timezone(c.zone, timezone('UTC', f.last_interview_from)) AS DATE))"
    ),
    REASONS: (
        "SELECT dense_rank() OVER (ORDER BY d.requisition, d.stage, d.standard_version) AS stratum, "
        "CAST(coalesce(d.person, 0) AS INTEGER) AS person, coalesce(bool_or(len(r.criteria) > 0), false) AS chosen "
        "FROM decision_effective AS d LEFT JOIN reason AS r USING (decision) "
        "WHERE d.outcome = 'reject' AND in_period(d.decided_day){at_stages} "
        "GROUP BY d.decision, d.requisition, d.stage, d.standard_version, d.person"
    ),
}


def _shares(making: Making) -> Iterator[Share]:
    """Make the shares; every rejection is at some stage, so what a stage hides the shares of rejections do too."""
    return made_shares(making, _queries(making), {REASONS: hidden_in_sums(making)})


def _queries(making: Making) -> Mapping[str, str]:
    return {what: sql.format(at_stages=at_stages(making)) for what, sql in ASKED.items()}


def _adjusted(making: Making) -> Mapping[tuple[str, str, str], float | None]:
    """Adjust the p of every test of waits and shares for all of them."""
    return making.once("adjusted waits", lambda: _adjust(making))


def _adjust(making: Making) -> Mapping[tuple[str, str, str], float | None]:
    found: dict[tuple[str, str, str], float | None] = {("", code, ""): each.p for code, each in _ranks(making).items()}
    for of in _shares(making):
        found |= {of.place(group): within.mid_p for group, within in of.within.items()}
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
