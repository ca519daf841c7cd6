"""Whoever withdraws unheard has waited until then: the answer to the withdrawal ends only the wait for that answer."""

from __future__ import annotations

from typing import Any

from projections.cases import CASE, VISIT, at, codes, opened, policy, rows, standard, told

HELD = ("interview.held", CASE, {"visit": VISIT, "form": "video"}, at("2026-01-08T10:00"))
LEFT = ("candidacy.withdrawn", CASE, {"channel": "email"}, at("2026-01-09T10:00"))
ANSWERED = told("2026-02-08T10:00", about="withdrawal", decision=None)
LATER = "2026-03-01T00:00:00Z"


def waits(*said: tuple[Any, ...]) -> dict[str, tuple[str, int]]:
    story = [standard(), policy(), *opened(), HELD, *said]
    return {row["wait"]: (row["ended"], row["hours"]) for row in rows(story, "wait", LATER)}


def test_an_answer_to_a_withdrawal_does_not_count_as_word_after_the_interview_or_the_application() -> None:
    assert waits(LEFT, ANSWERED) == {
        "last_interview": ("withdrawn", 24),
        "application": ("withdrawn", 73),
        "application_news": ("withdrawn", 73),
        "withdrawal": ("told", 720),
    }
    assert waits(LEFT)["withdrawal"][0] == "open"


def test_who_was_told_before_withdrawing_or_on_the_day_of_it_was_told() -> None:
    status: dict[str, Any] = {"about": "status", "decision": None}
    assert waits(told("2026-01-08T20:00", **status), LEFT, ANSWERED)["last_interview"] == ("told", 10)
    assert waits((*LEFT[:3], at("2026-01-09")), told("2026-01-09T12:00", **status))["last_interview"] == ("told", 26)


def test_a_deadline_the_withdrawal_released_is_not_late_because_somebody_answered_after_it() -> None:
    limits = {"until": "anything_told", "amount": 5, "unit": "days"}
    own = policy(
        deadlines=[
            {"deadline": "after-interview", "clock_from": "last_interview", **limits},
            {"deadline": "after-leaving", "clock_from": "withdrawal", **limits, "until": "acknowledged"},
        ]
    )
    story = [standard(), own, *opened(), HELD, LEFT]
    for said in ([], [ANSWERED]):
        standing = {row["deadline"]: row["standing"] for row in rows([*story, *said], "deadline", LATER)}
        assert standing == {"after-interview": "released", "after-leaving": "late" if said else "overdue"}
    assert codes([*story, ANSWERED], LATER) == ["told_late_policy"]
