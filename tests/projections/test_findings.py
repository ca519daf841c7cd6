"""What is found, and what is not."""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import Any

import pytest

from build import uid
from evenhand.events.base import StreamKind
from evenhand.events.registry import REGISTRY
from evenhand.models import catalogue
from evenhand.resources import shelf
from projections.cases import (
    CASE,
    DECISION,
    LEDGER,
    NOTICE,
    PERSON,
    POST,
    WELL_RUN,
    at,
    codes,
    opened,
    policy,
    rejected,
    rows,
    scored,
    standard,
    told,
)

KNOWN = tomllib.loads((shelf("projections") / "finding.toml").read_text(encoding="utf-8"))


def test_the_codes_that_are_found_and_those_that_are_explained_are_the_same() -> None:
    found = re.findall(r"\('(\w+)', (\d)\)", catalogue(custom=False)["finding"].select)
    assert {code: int(principle) for code, principle in found} == {
        code: said["principle"] for code, said in KNOWN.items()
    }


@pytest.mark.parametrize("code", KNOWN)
def test_every_finding_is_explained_in_both_languages(code: str) -> None:
    assert set(KNOWN[code]) == {"principle", "en", "zh", "means", "means_zh", "do", "do_zh"}
    assert KNOWN[code]["principle"] in range(8)
    assert re.search("[\u4e00-\u9fff]", KNOWN[code]["zh"])
    assert all(KNOWN[code][part].strip() for part in KNOWN[code] if part != "principle")


def test_late_recording_is_looked_for_in_every_type_of_entry_on_a_candidacy() -> None:
    reads = set(catalogue(custom=False)["finding"].reads)
    topics = [each.TOPIC for each in REGISTRY.current if each.STREAMS == (StreamKind.CANDIDACY,)]
    assert {topic.rpartition(".v")[0].replace(".", "_") + "_effective" for topic in topics} <= reads


def test_the_share_of_imports_covers_every_type_of_entry() -> None:
    reads = set(catalogue(custom=False)["import_share"].reads)
    assert reads == {topic.rpartition(".v")[0].replace(".", "_") for topic in REGISTRY.topics}


def test_late_recording_covers_every_type_of_entry() -> None:
    reads = set(catalogue(custom=False)["late_recording"].reads)
    wanted = {topic.rpartition(".v")[0].replace(".", "_") + "_effective" for topic in REGISTRY.topics}
    assert reads == wanted | {"report_zone"}


def test_a_well_run_case_has_no_findings() -> None:
    assert codes(WELL_RUN) == []


def test_a_finding_s_id_is_made_of_its_code_and_the_ids_of_its_entries() -> None:
    again = told("2026-01-10T09:00", id=uid("again"))
    (found,) = rows([*WELL_RUN, again], "finding")
    text = "\n".join(["told_twice", NOTICE, uid("again")])
    assert (found["code"], found["finding"]) == ("told_twice", hashlib.sha256(text.encode()).hexdigest())


def test_a_finding_keeps_its_id_while_time_goes_on_and_other_things_are_recorded() -> None:
    story = [*WELL_RUN, told("2026-01-10T09:00", id=uid("again"))]
    (before,) = rows(story, "finding")
    more = ("lesson.recorded", CASE, {"direction": "fell_short", "area": "communication", "text": "words"})
    (after,) = rows([*story, more], "finding", "2026-12-01T12:00:00+08:00")
    assert after["finding"] == before["finding"]


def test_an_acknowledged_finding_stays_and_says_who_saw_it() -> None:
    story = [*WELL_RUN, told("2026-01-10T09:00", id=uid("again"))]
    (found,) = rows(story, "finding")
    seen = {"finding": found["finding"], "code": "told_twice", "why": "words"}
    (after,) = rows([*story, ("finding.acknowledged", LEDGER, seen)], "finding")
    assert (after["finding"], after["acknowledged_by"]) == (found["finding"], len(story) + 1)


def test_a_notice_that_replaces_another_is_not_a_second_telling() -> None:
    assert codes([*WELL_RUN, told("2026-01-10T09:00", id=uid("again"), replaces=NOTICE)]) == []


def test_being_told_on_the_day_of_the_decision_is_not_being_told_before_it() -> None:
    story = [*WELL_RUN[:-1], told("2026-01-09")]
    assert codes(story) == []
    assert codes([*WELL_RUN[:-1], told("2026-01-09T09:59")]) == ["told_before_decision"]


def test_a_bounced_notice_is_found_until_it_is_sent_again() -> None:
    bounced = ("notice.delivery_reported", CASE, {"notice": NOTICE, "status": "bounced"}, at("2026-01-09T16:00"))
    story = [*WELL_RUN[:-1], told("2026-01-09T15:00"), bounced]
    assert codes(story) == ["notice_bounced"]
    assert codes([*story, told("2026-01-10T09:00", id=uid("again"))]) == []


def test_an_interviewed_person_who_was_rejected_is_owed_feedback_or_a_reason() -> None:
    interview = ("interview.held", CASE, {"visit": uid("visit"), "form": "video"}, at("2026-01-08T09:00"))
    story = [*WELL_RUN, interview]
    withheld = ("feedback.withheld", CASE, {"reason": "legal_advice"}, at("2026-01-12T09:00"))
    assert codes(story) == ["feedback_missing"]
    assert codes([*story, withheld]) == []


def test_a_rejection_of_somebody_who_met_the_bar_contradicts_its_reason() -> None:
    story = [standard(), policy(), *opened(), scored(4), rejected(batch=uid("batch")), told("2026-01-09T15:00")]
    assert codes(story) == ["decision_differs", "reason_contradicted"]


def test_a_reason_of_neither_party_needs_no_override() -> None:
    filled = rejected(reasons=[{"code": "filled"}])
    assert codes([standard(), policy(), *opened(), scored(4), filled, told("2026-01-09T15:00")]) == []


def test_a_scorecard_written_after_the_decision_is_found_and_does_not_count() -> None:
    story = [*WELL_RUN, scored(5, "2026-01-10T09:00")]
    assert codes(story) == ["scorecard_after_decision"]
    assert [row["class"] for row in rows(story, "replay")] == ["agree"]


def test_a_decision_that_rests_on_scorecards_recorded_later_says_so() -> None:
    story = [standard(), policy(), *opened(), rejected(), scored(1), told("2026-01-09T15:00")]
    assert codes(story) == []
    (replayed,) = rows(story, "replay")
    assert (replayed["class"], replayed["rests_on_late_scorecards"]) == ("agree", True)


def corrected(target: str, kind: str, **fields: Any) -> tuple[Any, ...]:
    return ("entry.corrected", CASE, {"target": target, "kind": kind, "fields": fields}, at("2026-01-12T09:00"))


def happened(when: str) -> dict[str, str]:
    return {"at": f"{when}:00+08:00", "zone": "Asia/Shanghai", "precision": "instant"}


CARD, SECOND = uid("card"), uid("second")
TWO_CARDS = [standard(), policy(), *opened(), scored(5, "2026-01-08T09:00", id=CARD), scored(1, id=SECOND)]


@pytest.mark.parametrize(
    "correction",
    [
        corrected(SECOND, "duplicate"),
        corrected(SECOND, "time", occurred_at=happened("2026-01-08T08:00")),
        corrected(SECOND, "wrong_candidacy", candidacy=uid("another case")),
    ],
)
def test_a_scorecard_put_right_after_the_decision_is_found_and_does_not_hide_what_was_implied(
    correction: tuple[Any, ...],
) -> None:
    another = {"candidate": PERSON, "requisition": POST, "route": "external"}
    before = [
        *TWO_CARDS,
        ("candidacy.opened", uid("another case"), another, at("2026-01-08T11:00")),
        rejected(batch=uid("batch")),
        told("2026-01-09T15:00", "phone"),
    ]
    (replayed,) = rows(before, "replay")
    assert (replayed["class"], replayed["rests_on_late_scorecards"]) == ("agree", False)
    story = [*before, correction]
    (replayed,) = rows(story, "replay")
    assert (replayed["class"], replayed["rests_on_late_scorecards"]) == ("differ", True)
    found = next(row for row in rows(story, "finding") if row["code"] == "corrected_after_decision")
    assert found["entries"] == [len(story) - 2, len(TWO_CARDS), len(story)]


def test_a_scorecard_put_right_before_the_decision_is_no_finding_and_not_late() -> None:
    story = [*TWO_CARDS, corrected(CARD, "duplicate"), rejected("2026-01-13T10:00"), told("2026-01-13T15:00", "phone")]
    assert codes(story) == []
    assert [row["rests_on_late_scorecards"] for row in rows(story, "replay")] == [False]


def test_a_decision_moved_in_time_says_what_it_rested_on_when_it_was_recorded() -> None:
    earlier = corrected(DECISION, "time", occurred_at=happened("2026-01-08T09:30"))
    story = [*TWO_CARDS, rejected(batch=uid("batch")), told("2026-01-09T15:00", "phone"), earlier]
    (replayed,) = rows(story, "replay")
    assert (replayed["class"], replayed["rests_on_late_scorecards"]) == ("differ", True)
    found = next(row for row in rows(story, "finding") if row["code"] == "corrected_after_decision")
    assert found["entries"] == [len(story) - 2, len(story)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"deciders": []}, "decider_unknown"),
        ({"automation": "sole"}, "sole_automation"),
        ({"reasons": []}, "reason_missing"),
        ({"reasons": [{"code": "other"}]}, "reason_only_other"),
        ({"reasons": [{"code": "craft"}]}, "reason_without_criterion"),
        ({"reasons": [{"code": "nobody_knows"}]}, "reason_unknown"),
        ({"standard_version": 2}, "other_standard_named"),
    ],
)
def test_what_an_imported_decision_lacks_is_found(changed: dict[str, Any], code: str) -> None:
    decided = rejected(batch=uid("batch"), **changed)
    assert codes([standard(), policy(), *opened(), scored(1), decided, told("2026-01-09T15:00")]) == [code]


def test_a_closed_requisition_leaves_nobody_untold() -> None:
    closed = ("requisition.closed", uid("post"), {"reason": "filled"}, at("2026-01-20T09:00"))
    assert codes([*WELL_RUN, closed]) == []
    assert codes([*WELL_RUN[:-1], closed]) == ["closed_untold"]
    assert codes([*WELL_RUN[:-2], closed]) == ["closed_untold"]


def test_whoever_is_left_in_a_closed_requisition_waits_past_the_closing_and_is_to_be_told() -> None:
    closed = ("requisition.closed", uid("post"), {"reason": "filled"}, at("2026-01-20T09:00"))
    for story in ([*WELL_RUN[:-1], closed], [*WELL_RUN[:-2], closed]):
        [waits] = [row for row in rows(story, "waiting") if row["owed"] == "outcome_told"]
        assert (waits["rests_on"], waits["overdue"], waits["turn"]) == ("closed", True, "tell")
        assert waits["due_to"] == "2026-01-20T01:00:00.000000Z"
    assert not [row for row in rows([*WELL_RUN, closed], "waiting") if row["rests_on"] == "closed"]


def test_an_overturned_rejection_is_no_obstacle_to_an_offer() -> None:
    offer = ("offer.extended", CASE, {"channel": "phone"}, at("2026-01-20T09:00"))
    overturned = ("decision.overturned", CASE, {"decision": DECISION}, at("2026-01-19T09:00"))
    assert codes([*WELL_RUN, offer]) == ["offer_after_rejection"]
    assert codes([*WELL_RUN, overturned, offer]) == []


def test_a_law_that_is_not_in_force_is_shown_and_not_found() -> None:
    clock = {"deadline": "law_days", "clock_from": "decision", "until": "outcome_told", "amount": 1, "unit": "hours"}
    for status, found in (("announced", []), ("in_force", ["told_late_law"])):
        profile = {
            "profile": "law",
            "jurisdiction": "CN",
            "names": {"en": "a law"},
            "citation": "a citation",
            "status": status,
            "status_on": "2026-01-01",
            "deadlines": [clock],
        }
        story = [standard(), policy(legal_profiles=[profile]), *opened(jurisdictions=["CN-SH"]), *WELL_RUN[-3:]]
        assert codes(story) == found
        assert [row["standing"] for row in rows(story, "deadline")] == ["late"]


def lawful(status: str = "in_force", **clock: Any) -> list[tuple[Any, ...]]:
    """A well-run case until just before the notice, under a law whose clock has 45 days from the decision."""
    term = {"deadline": "law-45", "clock_from": "decision", "until": "outcome_told", "amount": 45, "unit": "days"}
    profile = {
        "profile": "law",
        "jurisdiction": "CN",
        "names": {"en": "a law"},
        "citation": "Act 1, section 2",
        "status": status,
        "status_on": "2026-01-03",
        "deadlines": [term | clock],
    }
    return [standard(), policy(legal_profiles=[profile]), *opened(jurisdictions=["CN"]), *WELL_RUN[-3:-1]]


def test_a_laws_clock_that_runs_is_shown_with_the_days_left_and_where_the_law_is_written() -> None:
    (found,) = rows(lawful(), "finding", "2026-02-13T00:00:00+08:00")
    assert (found["code"], found["running"], found["left_days"], found["overdue_days"]) == (
        "law_clock_running", True, 10, None,
    )  # fmt: skip
    assert (found["citation"], found["law_status"], found["status_on"]) == (
        "Act 1, section 2",
        "in_force",
        "2026-01-03",
    )
    assert (found["detail"], found["since"]) == ("law-45", "2026-01-09T02:00:00.000000Z")


def test_a_laws_clock_that_ran_out_is_another_finding_with_the_days_over_and_the_same_law() -> None:
    (found,) = rows(lawful(), "finding", "2026-03-02T00:00:00+08:00")
    assert (found["code"], found["running"], found["left_days"], found["overdue_days"]) == (
        "untold_overdue_law", False, None, 6,
    )  # fmt: skip
    assert (found["citation"], found["status_on"]) == ("Act 1, section 2", "2026-01-03")
    (still,) = rows(lawful(), "finding")
    assert still["finding"] != found["finding"]


def test_a_laws_clock_stops_when_the_person_is_told_or_withdraws_and_one_not_in_force_never_runs() -> None:
    assert codes([*lawful(), told("2026-01-09T15:00", "phone")]) == []
    left = ("candidacy.withdrawn", CASE, {"channel": "email"}, at("2026-01-10T10:00"))
    assert codes([*lawful(), left]) == []
    assert codes(lawful("announced")) == []


def test_somebody_can_say_that_a_running_clock_was_seen() -> None:
    (found,) = rows(lawful(), "finding")
    seen = {"finding": found["finding"], "code": "law_clock_running", "why": "words"}
    (after,) = rows([*lawful(), ("finding.acknowledged", LEDGER, seen)], "finding")
    assert (after["running"], after["acknowledged_by"]) == (True, len(lawful()) + 1)


THANKS = ("follow_up.made", CASE, {"kind": "thank_you", "channel": "email"}, at("2026-01-12T09:00"))


def test_a_follow_up_the_policy_asks_for_is_found_missing_once_its_days_are_over() -> None:
    asked = policy(follow_ups=[{"kind": "thank_you", "days": 7}, {"kind": "check_in", "days": 9}])
    story = [WELL_RUN[0], asked, *WELL_RUN[2:]]
    assert codes(story, "2026-01-16T23:59:00+08:00") == []
    assert codes([*story, THANKS], "2026-01-18T00:00:00+08:00") == []
    (found,) = rows(story, "finding", "2026-01-20T00:00:00+08:00")
    assert (found["code"], found["detail"], found["entries"]) == (
        "follow_up_missing", "check_in,thank_you", [len(story) - 1],
    )  # fmt: skip
    assert (found["overdue_days"], found["since"]) == (3, "2026-01-16T15:59:59.999999Z")
    erased = ("candidate.erased", PERSON, {"ground": "request"}, at("2026-01-20T09:00"))
    assert codes([*story, erased]) == []


def promise(about: str, made: str) -> tuple[Any, ...]:
    by = {"at": "2026-01-20", "zone": "Asia/Shanghai", "precision": "day"}
    return ("promise.made", CASE, {"about": about, "by": by, "channel": "email"}, at(made))


def test_a_date_that_was_kept_before_the_stage_began_is_none_for_its_decision() -> None:
    story = [standard(), policy(promise_from_stage="onsite"), *opened(), *WELL_RUN[-3:]]
    answered = ("notice.given", CASE, {"about": "status", "channel": "phone"}, at("2026-01-06T15:00"))
    on_the_day = ("notice.given", CASE, {"about": "status", "channel": "phone"}, at("2026-01-07"))
    first = promise("next_step", "2026-01-06T10:00")
    assert codes(story) == ["promise_missing"]
    assert codes([*story, first, answered]) == ["promise_missing"]
    assert codes([*story, first, on_the_day]) == []
    assert codes([*story, first, answered, promise("outcome", "2026-01-08T11:00")]) == []
    assert codes([*story, promise("outcome", "2026-01-09T11:00")]) == ["promise_missing"]
