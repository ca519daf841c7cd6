"""The example policies can be adopted, and count a law's clock without a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from build import entries_of, facts_from, uid
from docs.blocks import ROOT
from evenhand import models
from evenhand.calendar.drafting import drafted
from evenhand.events.points import body_from_toml
from evenhand.events.policy import PolicyAdopted

POLICIES = ROOT / "examples" / "policies"


def policy(name: str) -> dict[str, Any]:
    path = Path(POLICIES, f"{name}.toml")
    return {**body_from_toml(PolicyAdopted, path.read_text(encoding="utf-8"), path.name), "policy_version": 1}


def deadlines(name: str, jurisdiction: str, happened: list[tuple[Any, ...]], instant: str) -> dict[str, dict[str, Any]]:
    requisition = {
        "code": "post", "title": "A post", "unit": "u", "location": "l", "zone": "UTC", "headcount": 1,
        "jurisdictions": [jurisdiction], "standard": uid("none"), "standard_version": 1, "policy": uid("policy"),
        "policy_version": 1,
    }  # fmt: skip
    begun = [
        ("policy.adopted", uid("policy"), policy(name), {"at": "2026-01-01T00:00:00Z"}),
        ("requisition.opened", uid("post"), requisition, {"at": "2026-01-02T00:00:00Z"}),
        ("candidate.registered", uid("who"), {"key_commitment": "00" * 32}, {"at": "2026-01-05T00:00:00Z"}),
        (
            "candidacy.opened", uid("case"), {"candidate": uid("who"), "requisition": uid("post"), "route": "external"},
            {"at": "2026-01-05T00:00:00Z"},
        ),
        ("stage.entered", uid("case"), {"stage": "talk"}, {"at": "2026-01-06T00:00:00Z", "id": uid("visit")}),
        *((topic, uid("case"), body, {"at": at}) for topic, body, at in happened),
    ]  # fmt: skip
    with facts_from(entries_of(begun), instant=instant, zone="UTC") as facts:
        models.run(facts.connection, ["deadline", "finding"], models.catalogue(custom=False))
        rows = models.project(facts.connection, "deadline", models.catalogue(custom=False)).records()
        found = models.project(facts.connection, "finding", models.catalogue(custom=False)).records()
    return {each["deadline"]: each for each in rows} | {each["code"]: each for each in found}


HELD = ("interview.held", {"visit": uid("visit"), "form": "video"}, "2026-02-10T09:00:00Z")


@pytest.mark.parametrize("name", ["ontario", "china"])
def test_an_example_policy_can_be_adopted(name: str) -> None:
    body = policy(name)
    assert all(profile["citation"] and profile["status"] for profile in body["legal_profiles"])


def test_ontarios_clock_runs_45_days_from_the_last_interview_and_then_is_a_finding() -> None:
    told = ("notice.given", {"about": "status", "channel": "phone"}, "2026-03-20T09:00:00Z")
    running = deadlines("ontario", "CA-ON", [HELD], "2026-03-20T00:00:00Z")
    assert (running["ontario-45-days"]["standing"], running["ontario-45-days"]["due_day"]) == (
        "open",
        "2026-03-27",
    )
    assert "untold_overdue_law" not in running
    assert "untold_overdue_law" in deadlines("ontario", "CA-ON", [HELD], "2026-03-28T00:00:00Z")
    assert deadlines("ontario", "CA-ON", [HELD, told], "2026-03-28T00:00:00Z")["ontario-45-days"]["standing"] == "met"
    assert "ontario-45-days" not in deadlines("ontario", "CA-QC", [HELD], "2026-03-28T00:00:00Z")


def test_a_profile_of_a_law_that_names_no_days_is_counted_and_makes_no_finding() -> None:
    found = deadlines("china", "CN-SH", [HELD], "2026-06-01T00:00:00Z")
    assert (found["cn-answer"]["standing"], found["cn-answer"]["law_status"]) == ("overdue", "example")
    assert "untold_overdue_law" not in found
    assert "untold_overdue_policy" in found


def test_chinas_business_days_skip_the_spring_festival_and_count_the_saturday_worked_for_it() -> None:
    # From 10 February: 11, 12, 13, Saturday 14 (调休), the festival until Monday 23; Tuesday 24 is the fifth.
    found = deadlines("china", "CN", [HELD], "2026-06-01T00:00:00Z")
    assert found["after-interview"]["due_day"] == "2026-02-24"


def test_the_example_of_china_has_the_dates_that_are_drafted() -> None:
    calendar = policy("china")["calendar"]
    fresh = drafted("CN", 2026, 2026)
    assert [str(day) for day, _ in fresh.holidays] == [str(day) for day in calendar["holidays"]]
    assert [str(day) for day in fresh.workdays] == [str(day) for day in calendar["workdays"]]
