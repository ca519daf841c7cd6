"""On random histories every number of the report on communication is what plain Python counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from scipy import stats

from build import facts_from
from evenhand import render
from evenhand.render.rounding import half_up
from projections.fold import PARTS
from projections.histories import history
from projections.world import World, date_in
from reading import block, records

SEEDS = range(4)
OVER = {"applied", "assessing", "deferred", "advanced", "offered", "accepted"}


class Both(NamedTuple):
    """A report, and the same world as plain Python has it; ``within`` says which days the report is about."""

    report: render.Report
    world: World
    within: Callable[[date], bool]

    def rows(self, name: str, day: str = "") -> list[Any]:
        """The rows of a projection as the plain fold has them, those of the period if it has a day."""
        made = [SimpleNamespace(**row) for row in self.world.rows[name]]
        return [row for row in made if not day or self.within(getattr(row, day))]

    def table(self, key: str) -> list[dict[str, Any]]:
        return records(block(self.report, key))


@pytest.fixture(scope="module", params=SEEDS)
def both(request: pytest.FixtureRequest) -> Both:
    entries = history(request.param)
    chance = Random(f"communication {request.param}")
    instant = datetime.fromisoformat(entries[-1].recorded_at) + timedelta(seconds=chance.randint(0, 30 * 86_400))
    world = World(entries, len(entries), instant)
    for name, part in PARTS.items():
        world.rows[name] = part(world)
    begun = datetime.fromisoformat(entries[0].recorded_at).date()
    first, last = begun + timedelta(days=4), begun + timedelta(days=18)
    period = f"{first}..{last}" if request.param % 2 else None
    with facts_from(entries, instant=instant, zone="UTC") as facts:
        report = render.build("communication", facts, period=period)
    return Both(report, world, lambda day: period is None or first <= day <= last)


def share(part: int, of: int) -> Any:
    return half_up(Fraction(part, of), 3) if of else None


def count(rows: Iterable[Any], **wanted: Any) -> int:
    return sum(all(getattr(row, name) == value for name, value in wanted.items()) for row in rows)


def hours(seconds: int) -> Any:
    return half_up(Fraction(seconds, 3600), 1)


def days(seconds: int | None) -> Any:
    return None if seconds is None else half_up(Fraction(seconds, 86_400), 1)


def median(rows: list[Any]) -> tuple[Any, str | None]:
    """Kaplan and Meier's median in hours by scipy, over whole minutes."""
    told = [row.seconds // 60 for row in rows if row.ended == "told"]
    if len(told) < 5:
        return None, "too_few_events"
    still = [row.seconds // 60 for row in rows if row.ended != "told"]
    surviving = stats.ecdf(stats.CensoredData(told, right=still)).sf
    for time, value in zip(surviving.quantiles, surviving.probabilities, strict=True):
        if value <= 0.5 + 1e-9 and time in told:
            return half_up(Fraction(int(time), 60), 1), None
    return None, "not_reached"


DEADLINES = {
    "outcome": ("decision", {"outcome_told"}),
    "last_interview": ("last_interview", {"anything_told", "decision_status_told"}),
    "application": ("application", {"receipt_told", "anything_told"}),
    "withdrawal": ("withdrawal", {"acknowledged"}),
    "application_news": ("", set[str]()),
}


def standing(both: Both, wait: Any) -> str | None:
    clock, until = DEADLINES[wait.wait]
    mine = [
        d
        for d in both.rows("deadline")
        if d.started_by == wait.started_by and d.clock_from == clock and d.until in until
        if d.rests_on == "policy" and d.due_to is not None
    ]
    first = min(mine, key=lambda d: (d.due_to, d.deadline), default=None)
    return first.standing if first else None


def figures(both: Both, rows: list[Any]) -> dict[str, Any]:
    found = [standing(both, row) for row in rows]
    met, due = found.count("met"), sum(each in {"met", "late", "overdue"} for each in found)
    still = [row for row in rows if row.ended == "open"]
    oldest = max(still, key=lambda row: (row.seconds, -row.started_by), default=None)
    middle, why = median(rows)
    return {
        "n": len(rows),
        "told": count(rows, ended="told"),
        "open": len(still),
        "ended": count(rows, ended="withdrawn") + count(rows, ended="erased"),
        "delivery_unknown": count(rows, ended="told", delivery_unknown=True),
        "median_hours": middle,
        "why": why,
        "in_time": met,
        "due": due,
        "share_in_time": share(met, due),
        "oldest_days": days(oldest and oldest.seconds),
        "entry": oldest and oldest.started_by,
    }


def test_waits_are_counted_timed_and_held_to_their_deadlines(both: Both) -> None:
    waits = both.rows("wait", "started_day")
    expected = {
        kind: figures(both, mine)
        for kind in ("reject", "advance", *DEADLINES)
        if (mine := [row for row in waits if (row.outcome or row.wait) == kind])
    }
    assert {row.pop("wait"): row for row in both.table("waits")} == expected


def requisition_code(both: Both, wait: Any) -> str:
    return next((r.code for r in both.rows("requisition") if r.requisition == wait.requisition), "")


@pytest.mark.parametrize("by", ["stage", "requisition", "recruiter", "quarter"])
def test_waits_are_broken_down_without_losing_one(both: Both, by: str) -> None:
    key: Callable[[Any], str] = {
        "stage": lambda row: row.stage or "",
        "requisition": lambda row: requisition_code(both, row),
        "recruiter": lambda row: row.recruiter or "",
        "quarter": lambda row: f"{row.started_day.year}Q{(row.started_day.month + 2) // 3}",
    }[by]
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in both.rows("wait", "started_day"):
        if by != "stage" or not row.wait.startswith("application"):
            groups.setdefault((key(row), row.outcome or row.wait), []).append(row)
    few = ("n", "told", "open", "median_hours", "why", "in_time", "due", "share_in_time", "oldest_days")
    expected = {place: {name: figures(both, rows)[name] for name in few} for place, rows in groups.items()}
    assert {(row.pop(by), row.pop("wait")): row for row in both.table(f"by_{by}")} == expected


def test_the_curves_are_those_of_scipy(both: Both) -> None:
    for series in block(both.report, "drawn").series:
        rows = [row for row in both.rows("wait", "started_day") if (row.outcome or row.wait) == series.key]
        told = [row.seconds // 60 for row in rows if row.ended == "told"]
        still = [row.seconds // 60 for row in rows if row.ended != "told"]
        surviving = stats.ecdf(stats.CensoredData(told, right=still)).sf if told else None
        for day, drawn in series.points:
            there = 1.0 if surviving is None else float(surviving.evaluate(day * 1440))
            assert float(drawn) == pytest.approx(there, abs=0.0006)


def test_the_board_shows_everybody_who_waits_once_for_each_thing(both: Both) -> None:
    waiting = both.rows("waiting")
    shown = both.table("overdue")
    expected = sorted(
        (row for row in waiting if row.overdue),
        key=lambda row: (row.rests_on != "closed", -row.overdue_seconds, row.entry),
    )
    assert Counter((row["entry"], row["owed"], row["turn"], row["owed_by"], row["hours"]) for row in shown) == Counter(
        (row.entry, row.owed, row.turn, row.rests_on, hours(row.overdue_seconds)) for row in expected[:200]
    )
    assert [row["person"] for row in shown if row["person"]] or not any(row.turn_of for row in expected)
    assert block(both.report, "in_time").n == len(waiting) - len(expected)
    short = {(row.pop("turn"), row.pop("owed")): row for row in both.table("in_short")}
    for (turn, owed), row in short.items():
        mine = [w for w in waiting if w.turn == turn and w.owed.replace("_told", "") == owed.replace("_told", "")]
        assert row == {
            "n": len({w.candidacy for w in mine}),
            "overdue": len({w.candidacy for w in mine if w.overdue}),
            "dateless": len({w.candidacy for w in mine if w.due_to is None}),
            "longest_days": days(max(w.waited_seconds for w in mine)),
        }
    assert block(both.report, "in_short").n == len({w.candidacy for w in waiting})


def test_deadlines_and_laws_are_counted_by_what_became_of_them(both: Both) -> None:
    clocks = both.rows("deadline", "started_day")
    assert sum(row["n"] for row in both.table("deadlines")) == len(clocks) == block(both.report, "deadlines").n
    for row in both.table("deadlines"):
        mine = [
            d
            for d in clocks
            if (d.deadline, d.rests_on, d.law_status, d.clock_from, d.until)
            == (row["deadline"], row["rests_on"], row["status"], row["clock_from"], row["until"])
            and terms(both, d) == (row["amount"], row["unit"])
        ]
        assert (row["n"], row["met"], row["late"], row["overdue"], row["open"], row["released"], row["unknown"]) == (
            len(mine),
            *(count(mine, standing=each) for each in ("met", "late", "overdue", "open", "released", "calendar_ended")),
        )
        assert row["share"] == share(row["met"], row["met"] + row["late"] + row["overdue"])
    laws = [d for d in clocks if d.rests_on == "law"]
    assert sum(row["n"] for row in both.table("laws")) == len(laws)
    unmet = [d for d in both.rows("deadline") if d.rests_on == "law" and d.met_by is None]
    assert block(both.report, "law_clocks").n == count(unmet, standing="open") + count(unmet, standing="overdue")
    for row in both.table("law_clocks"):
        mine = [d for d in unmet if d.started_by == row["entry"] and d.standing == row["standing"]]
        left = {days((d.due_to - both.world.instant) // timedelta(seconds=1)) for d in mine}
        over = {days(d.overdue_seconds) for d in mine}
        assert row["days_left"] in left if row["standing"] == "open" else row["days_overdue"] in over


def terms(both: Both, clock: Any) -> tuple[int, str]:
    policy = next(each for each in both.world.all("policy.adopted") if each.position == clock.policy_entry)
    own = [*policy["deadlines"], *(d for profile in policy["legal_profiles"] for d in profile["deadlines"])]
    return next((each["amount"], each["unit"]) for each in own if each["deadline"] == clock.deadline)


@pytest.mark.parametrize(("key", "by"), [("promises", "about"), ("promises_by_channel", "channel")])
def test_promises_are_counted_by_what_became_of_them(both: Both, key: str, by: str) -> None:
    promises = both.rows("promise", "made_day")
    expected = {}
    for value in {getattr(each, by) for each in promises}:
        mine = [each for each in promises if getattr(each, by) == value]
        kept, late, open_, broken, released = (
            count(mine, standing=each) for each in ("kept", "late", "open", "broken", "released")
        )
        expected[value] = {
            "n": len(mine),
            "kept": kept,
            "late": late,
            "open": open_,
            "broken": broken,
            "released": released,
            "share_kept": share(kept, kept + late + broken),
            "revised": sum(each.revisions > 0 for each in mine),
            "revised_late": sum(each.revised_late is not None for each in mine),
        }
    assert {row.pop(by): row for row in both.table(key)} == expected


def test_people_never_given_a_date_are_counted(both: Both) -> None:
    made = {each.candidacy for each in both.rows("promise")}
    finals = both.rows("notice_latency", "decided_day")
    expected = {}
    for stage in {d.stage or "" for d in finals}:
        mine = [d for d in finals if (d.stage or "") == stage]
        before = sum(d.promise is not None for d in mine)
        never = len({d.candidacy for d in mine if d.candidacy not in made})
        n = len(mine)
        expected[stage] = {"n": n, "before": before, "without": n - before, "share": share(before, n), "never": never}
    assert {row.pop("stage"): row for row in both.table("beforehand")} == expected
    never = len({d.candidacy for d in finals if d.candidacy not in made})
    assert block(both.report, "beforehand").notes[0].startswith(f"{never} p")


def interviewed(both: Both) -> list[Any]:
    last = {w.candidacy: w for w in both.rows("wait") if w.wait == "last_interview"}
    zones = {c.candidacy: c.zone for c in both.rows("candidacy")}
    found = []
    for each in both.rows("feedback"):
        wait = last.get(each.candidacy)
        day = wait.started_day if wait else date_in(each.last_interview_from, zones[each.candidacy])
        each.stage = (wait and wait.stage) or ""
        if both.within(day):
            found.append(each)
    return found


def covered(rows: list[Any]) -> dict[str, Any]:
    given = count(rows, standing="given")
    return {
        "n": len(rows),
        "given": given,
        "withheld": count(rows, standing="withheld"),
        "none": count(rows, standing="none"),
        "share": share(given, len(rows)),
    }


def test_feedback_is_counted_by_state_stage_and_interviewer(both: Both) -> None:
    people = interviewed(both)
    by_state = {}
    for state in {each.state for each in people}:
        mine = [each for each in people if each.state == state]
        asked = [each for each in mine if each.requests]
        by_state[state] = covered(mine) | {"asked": len(asked), "unanswered": count(asked, standing="none")}
    assert {row.pop("state"): row for row in both.table("feedback_by_state")} == by_state
    turned_down = [each for each in people if each.state == "rejected"]
    by_stage = {}
    for stage in {each.stage for each in turned_down}:
        mine = [each for each in turned_down if each.stage == stage]
        ratings, helpful = sum(each.ratings for each in mine), sum(each.found_helpful for each in mine)
        by_stage[stage] = covered(mine) | {
            "strength_first": count(mine, standing="given", strength_first=True),
            "linked": sum(each.linked > 0 for each in mine if each.standing == "given"),
            "ratings": ratings,
            "helpful": helpful,
            "share_helpful": share(helpful, ratings),
        }
    assert {row.pop("stage"): row for row in both.table("feedback_by_stage")} == by_stage
    by_person: dict[str, set[int]] = {}
    for held in both.world.all("interview.held"):
        for person in held["interviewers"]:
            by_person.setdefault(person, set()).add(held.key)
    expected = {
        person: covered(mine)
        for person, candidacies in by_person.items()
        if (mine := [each for each in turned_down if each.candidacy in candidacies])
    }
    assert {row.pop("interviewer"): row for row in both.table("feedback_by_interviewer")} == expected


def test_messages_unlike_their_peers_are_counted_and_listed(both: Both) -> None:
    sent = [each for each in both.rows("message", "said_day") if each.reached and each.peers > 1]
    expected: Counter[tuple[str, str, str, bool]] = Counter()
    listed = []
    for each in sent:
        for aspect in ("channel", "language", "template"):
            usual, same = getattr(each, f"usual_{aspect}"), getattr(each, f"same_{aspect}")
            alike = getattr(each, aspect) == usual
            expected[each.about or each.kind, each.outcome or "", aspect, alike] += 1
            if not alike and each.peers >= 5 and 10 * same >= 9 * each.peers:
                listed.append((each.message, aspect, usual, same, each.peers))
    for row in both.table("alike"):
        place = (row["about"], row["outcome"], row["aspect"])
        same, other = expected[*place, True], expected[*place, False]
        assert (row["n"], row["same"], row["other"], row["share"]) == (
            same + other, same, other, share(same, same + other),
        )  # fmt: skip
    assert sum(row["n"] for row in both.table("alike")) == 3 * len(sent)
    unlike = both.table("unlike")
    assert sorted((r["entry"], r["aspect"], r["usual"], r["same"], r["peers"]) for r in unlike) == sorted(listed)


def test_checks_of_texts_are_counted_as_recorded(both: Both) -> None:
    sent = both.rows("message", "said_day")
    for row in both.table("texts_checked"):
        mine = [each for each in sent if (each.about or each.kind) == row["about"]]
        checked = [each for each in mine if each.checks_applied is not None]
        applied, met = sum(each.checks_applied for each in checked), sum(each.checks_met for each in checked)
        assert row == {
            "about": row["about"],
            "n": len(mine),
            "texts": count(mine, has_text=True),
            "checked": len(checked),
            "applied": applied,
            "met": met,
            "share": share(met, applied),
            "whole": sum(each.checks_met == each.checks_applied for each in checked),
        }
    n = sum(each.checks_applied is not None for each in sent)
    missed = Counter(code for each in sent for code in each.unmet)
    assert {row["check"]: (row["n"], row["share"]) for row in both.table("checks_unmet")} == {
        code: (many, share(many, n)) for code, many in missed.items()
    }


def test_follow_ups_and_consents_are_counted(both: Both) -> None:
    due = both.rows("follow_up_due", "told_day")
    for row in both.table("follow_ups_due"):
        mine = [each for each in due if each.kind == row["kind"]]
        each_standing = {name: count(mine, standing=name) for name in ("made", "late", "missing", "open", "released")}
        ended = each_standing["made"] + each_standing["late"] + each_standing["missing"]
        assert row == {
            "kind": row["kind"], "n": len(mine), **each_standing, "share": share(each_standing["made"], ended),
        }  # fmt: skip
    assert block(both.report, "follow_ups_due").n == len(due)
    made = both.rows("follow_up", "made_day")
    assert {row.pop("kind"): row for row in both.table("follow_ups")} == {
        kind: {
            "n": count(made, kind=kind),
            "people": len({each.person or -each.candidacy for each in made if each.kind == kind}),
            "consent": sum(each.consent is not None for each in made if each.kind == kind),
            "without": count(made, kind=kind, consented=False),
        }
        for kind in {each.kind for each in made}
    }
    given = both.rows("consent", "given_day")
    assert {row.pop("purpose"): row for row in both.table("consents")} == {
        purpose: {
            "n": count(given, purpose=purpose),
            **{
                name: count(given, purpose=purpose, standing=name)
                for name in ("in_force", "run_out", "withdrawn", "erased")
            },
            "follow_ups": sum(each.follow_ups for each in given if each.purpose == purpose),
        }
        for purpose in {each.purpose for each in given}
    }


def test_people_who_came_back_and_who_left_are_counted(both: Both) -> None:
    again = both.rows("reapplication", "opened_day")
    for row in both.table("came_back"):
        mine = [each for each in again if each.earlier_state == row["before"]]
        assert row == {
            "before": row["before"],
            "n": len(mine),
            "same_post": sum(
                each.requisition is not None and each.requisition == each.earlier_requisition for each in mine
            ),
            "invited": sum(each.invited is not None for each in mine),
            "hired": count(mine, state="hired"),
            "rejected": count(mine, state="rejected"),
            "open": sum(each.state in OVER for each in mine),
            "other": sum(each.state not in {*OVER, "hired", "rejected"} for each in mine),
        }
    assert block(both.report, "came_back").n == len(again)
    left = both.rows("withdrawal", "said_day")
    assert {(row["kind"], row["stage"]): tuple(row.values())[2:] for row in both.table("left")} == {
        place: (
            len(mine),
            sum(each.reason_code is not None for each in mine),
            sum(each.acknowledged is not None for each in mine),
            sum(each.referred for each in mine),
        )
        for place in {(each.kind, each.stage or "") for each in left}
        if (mine := [each for each in left if (each.kind, each.stage or "") == place])
    }
    why = Counter((each.kind, each.reason_code or "") for each in left)
    assert {(row["kind"], row["reason"]): row["n"] for row in both.table("left_why")} == why
    notes = block(both.report, "left").notes
    accepted = sum(
        len(each["referred"])
        for each in both.world.all("offer.answered")
        if each["answer"] == "accepted" and both.within(each.time.day)
    )
    recommended = sum(each.referred for each in left) + accepted
    assert any(f"recommended {recommended} pe" in note for note in notes)
