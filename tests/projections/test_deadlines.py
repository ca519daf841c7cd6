"""By when people must be told: hours, days, and business days by the policy's own dates."""

from __future__ import annotations

from typing import Any

import pytest

from build import uid
from projections.cases import CASE, at, codes, opened, policy, rejected, rows, scored, standard, told

# 1 to 7 October 2026 are holidays in China; Saturday 10 October is worked instead.
CALENDAR = {
    "calendar": "cn",
    "from_day": "2026-09-01",
    "to_day": "2026-10-16",
    "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
    "workdays": ["2026-10-10"],
}


def deadline(amount: int, unit: str, **changed: Any) -> dict[str, Any]:
    return {
        "deadline": "tell",
        "clock_from": "decision",
        "until": "outcome_told",
        "amount": amount,
        "unit": unit,
    } | changed


def due(decided: str, amount: int, unit: str, **more: Any) -> tuple[str | None, str | None]:
    own = policy(deadlines=[deadline(amount, unit)], calendar=CALENDAR)
    story = [standard(), own, *opened(**more), scored(1), rejected(decided)]
    (row,) = rows(story, "deadline", "2027-01-01T00:00:00Z")
    return row["due_day"], row["due_to"]


@pytest.mark.parametrize(
    ("decided", "amount", "day"),
    [
        ("2026-09-28T10:00", 1, "2026-09-29"),
        ("2026-09-30T23:59", 1, "2026-10-08"),  # the whole golden week lies between
        ("2026-09-30T10:00", 3, "2026-10-10"),  # a Saturday that is worked
        ("2026-09-30T10:00", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),  # decided on a holiday, known to the day
    ],
)
def test_business_days_follow_the_dates_the_policy_carries(decided: str, amount: int, day: str) -> None:
    assert due(decided, amount, "business_days") == (day, f"{day}T15:59:59.999999Z")


def test_a_calendar_that_does_not_reach_so_far_is_a_finding_and_never_a_guess() -> None:
    own = policy(deadlines=[deadline(5, "business_days")], calendar=CALENDAR)
    story = [standard(), own, *opened(), scored(1), rejected("2026-10-13T10:00"), told("2026-10-14T10:00")]
    assert [(row["standing"], row["due_to"]) for row in rows(story, "deadline", "2027-01-01T00:00:00Z")] == [
        ("calendar_ended", None)
    ]
    assert codes(story, "2027-01-01T00:00:00Z") == ["calendar_ended"]


def test_days_end_with_the_local_day_also_when_the_clocks_change() -> None:
    # In Berlin clocks went back on 25 October 2026, so the day after it ends at 23:00 UTC.
    assert due("2026-10-24T10:00", 1, "days", zone="Europe/Berlin") == ("2026-10-25", "2026-10-25T22:59:59.999999Z")
    assert due("2026-10-23T10:00", 1, "days", zone="Europe/Berlin") == ("2026-10-24", "2026-10-24T21:59:59.999999Z")


def test_hours_run_from_the_last_instant_at_which_it_may_have_been_decided() -> None:
    assert due("2026-09-28T10:00", 48, "hours") == (None, "2026-09-30T02:00:00.000000Z")
    assert due("2026-09-28", 48, "hours") == (None, "2026-09-30T15:59:59.999999Z")


@pytest.mark.parametrize(
    ("when", "channel", "found"),
    [
        ("2026-09-29T23:59", "phone", []),
        ("2026-09-29", "email", []),
        ("2026-09-30T00:00", "email", ["told_late_policy"]),
        ("2026-09-30", "email", ["told_late_policy"]),
    ],
)
def test_a_notice_is_late_only_if_it_surely_is(when: str, channel: str, found: list[str]) -> None:
    own = policy(deadlines=[deadline(1, "business_days")], calendar=CALENDAR)
    story = [standard(), own, *opened(), scored(1), rejected("2026-09-28T10:00"), told(when, channel)]
    assert codes(story, "2026-10-05T00:00:00Z") == found


def test_the_clock_of_somebody_untold_runs_to_the_as_of_instant() -> None:
    own = policy(deadlines=[deadline(1, "business_days")], calendar=CALENDAR)
    story = [standard(), own, *opened(), scored(1), rejected("2026-09-28T10:00")]
    assert codes(story, "2026-09-29T15:59:59Z") == []
    (found,) = rows(story, "finding", "2026-10-01T16:00:00Z")
    assert (found["code"], found["overdue_days"], found["overdue_hours"]) == ("untold_overdue_policy", 2, 48)
    (waiting,) = rows(story, "notice_latency", "2026-10-01T16:00:00Z")
    assert (waiting["ended"], waiting["hours"], waiting["days"]) == ("open", 86, 4)


PROMISE = uid("promise")


def promised(*revisions: tuple[str, str], heard: str | None = None) -> list[tuple[Any, ...]]:
    """Promise the outcome by 12 January, then tell another day as often as asked, each on some day."""

    def day(text: str) -> dict[str, str]:
        return {"at": text, "zone": "Asia/Shanghai", "precision": "day"}

    body = {"about": "outcome", "by": day("2026-01-12"), "channel": "email"}
    story = [standard(), policy(), *opened(), ("promise.made", CASE, body, at("2026-01-08T10:00", id=PROMISE))]
    story += [
        ("promise.revised", CASE, {"promise": PROMISE, "by": day(by), "channel": "email"}, at(told_on))
        for told_on, by in revisions
    ]
    return [*story, scored(1), rejected(heard), told(heard)] if heard else story


@pytest.mark.parametrize(
    ("revisions", "heard", "standing", "due_day", "last"),
    [
        ([("2026-01-11T10:00", "2026-01-15")], None, "open", "2026-01-15", "15"),
        ([("2026-01-12", "2026-01-15")], None, "open", "2026-01-15", "15"),  # that day, so not surely too late
        ([("2026-01-13T10:00", "2026-01-20")], None, "broken", "2026-01-12", "20"),
        ([("2026-01-13T10:00", "2026-01-20")], "2026-01-13T12:00", "late", "2026-01-12", "20"),
        ([("2026-01-11T10:00", "2026-01-12"), ("2026-01-13T10:00", "2026-01-20")], None, "broken", "2026-01-12", "20"),
        ([("2026-01-13T09:00", "2026-01-20"), ("2026-01-13T10:00", "2026-01-25")], None, "broken", "2026-01-12", "25"),
    ],
)
def test_a_date_told_after_the_one_in_force_had_passed_takes_nothing_back(
    revisions: list[tuple[str, str]], heard: str | None, standing: str, due_day: str, last: str
) -> None:
    story = promised(*revisions, heard=heard)
    now = "2026-01-14T00:00:00Z"
    (found,) = rows(story, "promise", now)
    assert (found["standing"], found["due_day"]) == (standing, due_day)
    assert found["last_due_to"] == f"2026-01-{last}T15:59:59.999999Z"
    waits = [each["overdue"] for each in rows(story, "waiting", now) if each["rests_on"] == "promise"]
    assert waits == ([] if heard else [standing == "broken"])
    assert ("promise_broken" in codes(story, now)) == (standing == "broken")
