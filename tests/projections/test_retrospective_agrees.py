"""On random histories every number of the retrospective is what a plain fold over the log gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from unittest.mock import patch

import pytest

from build import facts_from
from evenhand import render
from evenhand.render.period import Period, parse
from evenhand.render.rounding import half_up
from projections.fold import PARTS
from projections.histories import history
from projections.world import World, date_in
from reading import block, records

SEEDS = range(100, 108)
ZONE = "Europe/Berlin"


@dataclass
class Told:
    """A report, and the fold it is held to."""

    report: Any
    world: World
    windows: list[Period]

    def table(self, key: str) -> list[dict[str, Any]]:
        return records(block(self.report, key))

    def decided(self, ago: int) -> list[Any]:
        window = self.windows[ago]
        return [d for d in self.world.where("decision_effective", final=True) if within(d.decided_day, window)]

    def shares(self, ago: int) -> dict[str, tuple[int, int]]:
        return {
            "told_in_time": count(self._told(ago), {"met"}, {"met", "late", "overdue"}),
            "feedback": count(self._feedback(ago), {"given"}, {"given", "none"}),
            "promises_kept": count(
                (p.standing for p in self.world.where("promise") if within(p.made_day, self.windows[ago])),
                {"kept"},
                {"kept", "late", "broken"},
            ),
            "reasons_with_criterion": count(self._reasons(ago), {True}, {True, False}),
            "differ": count(
                (self.world.row("replay", "decision", d.decision).class_ for d in self.decided(ago)),
                {"differ"},
                {"differ", "agree"},
            ),
            "overridden": count((d.overridden for d in self.decided(ago)), {True}, {True, False}),
            "actions_in_time": count(
                (
                    a.standing == "done" and not a.late
                    for a in self.world.where("action")
                    if a.standing in {"done", "overdue"} and within(a.due, self.windows[ago])
                ),
                {True},
                {True, False},
            ),
        }

    def _told(self, ago: int) -> Iterator[str]:
        for d in self.decided(ago):
            clocks = [
                c
                for c in self.world.where("deadline", started_by=d.decision, clock_from="decision", rests_on="policy")
                if c.until == "outcome_told" and c.due_to is not None
            ]
            if clocks:
                yield min(clocks, key=lambda c: c.due_to).standing

    def _feedback(self, ago: int) -> Iterator[str]:
        for d in self.decided(ago):
            for case in self.world.where("candidacy", decision=d.decision, state="rejected"):
                yield from (f.standing for f in self.world.where("feedback", candidacy=case.candidacy))

    def _reasons(self, ago: int) -> Iterator[bool]:
        for d in self.decided(ago):
            given = self.world.where("reason", decision=d.decision)
            if d.outcome == "reject" and not (given and all(r.party == "neither" for r in given)):
                yield any(r.criteria for r in given)

    def median_hours(self, ago: int) -> Fraction | None:
        """Kaplan and Meier's median, factor by factor."""
        decisions = {d.decision for d in self.decided(ago) if d.outcome == "reject"}
        waits = [
            (w.seconds // 60, w.ended == "told") for w in self.world.where("notice_latency") if w.decision in decisions
        ]
        if sum(told for _, told in waits) < 5:
            return None
        left = Fraction(1)
        for time in sorted({time for time, told in waits if told}):
            at_risk = sum(each >= time for each, _ in waits)
            left *= Fraction(at_risk - sum(each == time and told for each, told in waits), at_risk)
            if left <= Fraction(1, 2):
                return Fraction(time, 60)
        return None

    def findings(self) -> Iterator[tuple[int, str, str, bool, list[int]]]:
        """The findings of the windows: how long ago, principle, code, whether acknowledged, entries."""
        zones = {f.position: f["zone"] for f in self.world.raw if f.topic == "requisition.opened"}
        for f in self.world.where("finding", running=False):
            day = date_in(f.since, zones.get(f.requisition, ZONE))
            for ago, window in enumerate(self.windows):
                if within(day, window):
                    yield ago, str(f.principle), f.code, f.acknowledged_by is not None, f.entries


def within(day: date, window: Period) -> bool:
    return window.first <= day <= window.last


def count(values: Any, good: set[Any], all_: set[Any]) -> tuple[int, int]:
    known = [each for each in values if each in all_]
    return sum(each in good for each in known), len(known)


def percent(of: tuple[int, int]) -> Fraction | None:
    return Fraction(100 * of[0], of[1]) if of[1] else None


def printed(value: Fraction | None, digits: int = 3) -> Any:
    return None if value is None else half_up(value, digits)


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest) -> Told:
    entries = history(request.param)
    instant = datetime.fromisoformat(entries[-1].recorded_at) + timedelta(days=request.param % 7)
    world = World(entries, len(entries), instant)
    for name, part in PARTS.items():
        world.rows[name] = part(world)
        for row in world.rows[name]:
            if name == "replay":
                row["class_"] = row["class"]
    decided = sorted(d["decided_day"] for d in world.rows["decision_effective"])
    period = parse(f"{decided[len(decided) * 2 // 3]:%Y-%m}")
    # Scores of the histories are a few micro-points: shown as points, so that no digit is rounded away.
    with facts_from(entries, instant=instant, zone=ZONE) as facts, patch("evenhand.render.criteria._MICRO", 1):
        report = render.build("retrospective", facts, period=period)
    windows = [period]
    for _ in range(8):
        windows.append(windows[-1].before())
    return Told(report, world, windows)


def test_the_periods_are_those_of_the_fold(told: Told) -> None:
    rows = told.table("periods")
    for ago, row in enumerate(rows):
        shares, decided = told.shares(ago), told.decided(ago)
        assert (row["decisions"], row["rejections"]) == (len(decided), sum(d.outcome == "reject" for d in decided))
        assert row["median_hours"] == printed(told.median_hours(ago), 1)
        for counted, share, key in (
            ("told_in_time", "share_in_time", "told_in_time"),
            ("promises_kept", "promises_share", "promises_kept"),
            ("feedback_given", "feedback_share", "feedback"),
            ("differ", "differ_share", "differ"),
            ("overridden", "override_share", "overridden"),
        ):
            good, of = shares[key]
            assert row[counted] == good
            assert row[share] == printed(Fraction(good, of) if of else None)
    assert not any(told.decided(ago) for ago in range(len(rows), 9))


def test_each_figure_its_change_and_its_median_are_those_of_the_fold(told: Told) -> None:
    shares = [told.shares(ago) for ago in range(9)]
    for row in told.table("changes"):
        if row["unit"] == "percent":
            now, before = percent(shares[0][row["figure"]]), percent(shares[1][row["figure"]])
            assert (row["n"], row["n_before"]) == (shares[0][row["figure"]][1], shares[1][row["figure"]][1])
        else:
            now, before = told.median_hours(0), told.median_hours(1)
        assert (row["now"], row["before"]) == (printed(now), printed(before))
        assert row["change"] == printed(None if now is None or before is None else now - before)
        small = min(row["n"], row["n_before"]) < 10 and row["unit"] == "percent"
        assert not small or (row["word"], row["p"]) == ("too_few", None)
    for row in told.table("usual"):
        each = [
            percent(shares[ago][row["figure"]]) if row["unit"] == "percent" else told.median_hours(ago)
            for ago in range(9)
        ]
        earlier = [one for one in each[1:] if one is not None]
        assert row["periods"] == len(earlier)
        assert row["median"] == printed(Fraction(median(earlier)) if earlier else None)
        assert row["lowest"] == printed(min(earlier, default=None))
        assert row["highest"] == printed(max(earlier, default=None))


def test_findings_by_principle_and_code_are_those_of_the_fold(told: Told) -> None:
    found = list(told.findings())
    reach = max((ago for ago in range(9) if told.decided(ago)), default=0)
    for row in told.table("principles"):
        mine = [each for each in found if each[1] == row["principle"]]
        counts = [sum(each[0] == ago for each in mine) for ago in range(9)]
        assert (row["found"], row["before"]) == (counts[0], counts[1])
        assert row["acknowledged"] == sum(each[3] for each in mine if each[0] == 0)
        assert row["median"] == printed(Fraction(median(counts[1 : reach + 1])) if reach else None)
    for row in told.table("found_codes"):
        mine = [each for each in found if each[2] == row["code"]]
        assert row["found"] == sum(each[0] == 0 for each in mine)
        assert row["before"] == sum(each[0] == 1 for each in mine)
        assert list(row["entries"]) == [each[4][0] for each in sorted(mine, key=lambda e: e[4]) if each[0] == 0][:10]
    assert {row["code"] for row in told.table("found_codes")} == {each[2] for each in found if each[0] <= 1}


def test_lessons_and_what_they_rest_on_are_those_of_the_fold(told: Told) -> None:
    learnt = [each for each in told.world.where("lesson") if within(each.learnt_day, told.windows[0])]
    for row in told.table("lessons"):
        mine = [each for each in learnt if each.area == row["area"]]
        assert row["went_well"] == sum(each.direction == "went_well" for each in mine)
        assert row["fell_short"] == sum(each.direction == "fell_short" for each in mine)
        eight = [
            each
            for each in told.world.where("lesson", area=row["area"])
            if any(within(each.learnt_day, window) for window in told.windows[1:])
        ]
        assert row["eight"] == len(eight)
        assert row["before"] == sum(within(each.learnt_day, told.windows[1]) for each in eight)
    shown = {row["entry"]: list(row["rests_on"]) for row in told.table("lesson_texts")}
    assert shown == {each.lesson: each.rests_on for each in learnt}


def test_means_by_criterion_are_those_of_the_fold(told: Told) -> None:
    now, before = ({d.decision for ago in which for d in told.decided(ago)} for which in ((0,), range(1, 9)))
    scores: dict[tuple[str, str, str], tuple[list[Any], list[Any]]] = {}
    for each in told.world.where("criterion_score"):
        entry = told.world.row("replay", "decision", each.decision).standard_entry
        standard = next((f for f in told.world.raw if f.position == entry), None)
        if standard is None or each.decision not in now | before:
            continue
        scale = f"{standard['scale']['minimum']}-{standard['scale']['maximum']}"
        both = scores.setdefault((standard["code"], each.criterion, scale), ([], []))
        both[each.decision not in now].append(each)
    rows = told.table("criteria")
    assert {(row["standard"], row["criterion"], row["scale"]) for row in rows} == {
        key for key, (current, _) in scores.items() if current
    }
    for row in rows:
        current, earlier = scores[row["standard"], row["criterion"], row["scale"]]
        assert (row["n"], row["n_before"]) == (len(current), len(earlier))
        assert row["mean"] == printed(_mean(current))
        assert row["mean_before"] == printed(_mean(earlier))
        assert row["reached"] == printed(Fraction(sum(each.met for each in current), len(current)))


def _mean(scores: list[Any]) -> Fraction | None:
    return Fraction(sum(each.score for each in scores), len(scores)) if scores else None


def test_actions_are_counted_as_the_fold_counts_them(told: Told) -> None:
    window, actions = told.windows[0], told.world.where("action")
    if not actions:
        assert told.table("actions_counted") == []
        return
    ended = [a for a in actions if a.completed_from and within(date_in(a.completed_from, a.zone), window)]
    undone = [a for a in actions if a.standing in {"open", "overdue"}]
    assert told.table("actions_counted") == [
        {
            "agreed": sum(within(a.agreed_day, window) for a in actions),
            "done": sum(a.standing == "done" for a in ended),
            "done_late": sum(a.standing == "done" and a.late for a in ended),
            "dropped": sum(a.standing == "dropped" for a in ended),
            "overdue": sum(a.standing == "overdue" for a in actions),
            "carried_over": sum(a.agreed_day < window.first for a in undone),
        }
    ]


def test_the_histories_have_something_to_compare(told: Told) -> None:
    assert told.decided(0)
    assert told.table("principles")[3]["found"] or told.table("found_codes")
