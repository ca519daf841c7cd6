"""What a source says comes in as it said it, and what a person should look at is found, not refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from evenhand import models
from evenhand.cli.frame import run
from evenhand.columns.facts import open_facts
from evenhand.errors import InputError
from evenhand.ledger.ledger import STORE_FILE
from evenhand.store.store import file_url
from greenhouse import APPLICATION, CANDIDATE, REJECTED, SCORECARD, bring, hook
from greenhouse import MAPPING as GREENHOUSE
from sheets import ADA, BO, DECIDED, ENTERED, MAPPING, OPENED, RATED, REGISTERED, Sheets

Findings = Callable[[], dict[str, list[dict[str, Any]]]]
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def findings(sheets: Sheets) -> Findings:
    """Answer with what is found in the ledger, by code, and with the entries it rests on."""

    def found() -> dict[str, list[dict[str, Any]]]:
        folder, position = sheets.hiring.folder, sheets.hiring.ledger.head().position
        with open_facts(file_url(folder / STORE_FILE), folder, as_of=(position, LATER)) as facts:
            rows = models.project(facts.connection, "finding", models.catalogue()).records()
        by_code: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_code.setdefault(row["code"], []).append(row)
        return by_code

    return found


def at(sheets: Sheets, position: int) -> str:
    return next(each.type for each in sheets.hiring.ledger.entries(after=position - 1))


def test_a_decision_whose_deciders_the_source_does_not_name_is_found(sheets: Sheets, findings: Findings) -> None:
    sheets.bring(sheets.csv(ADA | {"deciders": ""}))
    [found] = findings()["decider_unknown"]
    assert at(sheets, found["entries"][0]) == "decision.made.v1"


def test_a_rating_that_is_none_of_the_sources_ratings_is_found(sheets: Sheets, findings: Findings) -> None:
    sheets.map(GREENHOUSE)
    bring(sheets, CANDIDATE, APPLICATION, SCORECARD)  # "stong_yes"
    [found] = findings()["rating_unknown"]
    assert (at(sheets, found["entries"][0]), found["detail"]) == ("scorecard.submitted.v1", "care")


def test_a_word_that_is_none_of_a_mappings_ratings_is_kept_as_a_word_and_found(
    sheets: Sheets, findings: Findings
) -> None:
    words = 'score = { column = "design", values = { good = 4, poor = 1, unseen = "" } }'
    sheets.map(MAPPING.replace('score = { column = "design" }', f'{words}, evidence = {{ column = "comment" }}'))
    sheets.bring(sheets.csv(ADA | {"design": "stong_yes"}, BO | {"design": "good"}))
    unknown, known = sheets.opened("scorecard.submitted")[-2:]
    assert unknown["ratings"][0] == {
        "criterion": "design",
        "evidence": f"rated stong_yes, which is none of the known ratings; {ADA['comment']}",
    }
    assert known["ratings"][0] == {"criterion": "design", "score": 4_000_000, "evidence": BO["comment"]}
    [found] = findings()["rating_unknown"]
    assert found["detail"] == "design"


def test_a_rating_that_is_no_number_is_refused_where_a_mapping_names_no_words(sheets: Sheets) -> None:
    with pytest.raises(InputError, match=r"people\.csv:2: .*design.*expected"):
        sheets.bring(sheets.csv(ADA | {"design": "stong_yes"}))


def test_what_had_not_happened_when_it_was_recorded_is_found(sheets: Sheets, findings: Findings) -> None:
    sheets.bring(sheets.csv(ADA | {"told": "2027-03-10"}))
    found = {at(sheets, each["entries"][0]) for each in findings()["after_recording"]}
    assert "notice.given.v1" in found


def test_what_happened_before_the_candidacy_began_is_found(sheets: Sheets, findings: Findings) -> None:
    early = ENTERED | {"body": {"occurred_at": "2026-06-30T09:00", "stage": "onsite"}}
    sheets.bring(sheets.jsonl(REGISTERED, OPENED, early, RATED, DECIDED))
    [found] = findings()["before_opening"]
    assert [at(sheets, each) for each in found["entries"]] == ["candidacy.opened.v1", "stage.entered.v1"]


def test_a_scorecard_from_before_its_interview_comes_in_with_its_own_time(sheets: Sheets) -> None:
    sheets.map(GREENHOUSE)
    bring(sheets, CANDIDATE, APPLICATION, SCORECARD)  # submitted on the 4th, of an interview on the 5th
    assert sheets.bodies("scorecard.submitted")[-1]["occurred_at"]["at"] == "2026-07-04T21:59:51+00:00"
    assert sheets.bodies("stage.entered")[-1]["occurred_at"]["at"] == "2026-07-05T16:00:00+00:00"


def test_an_end_that_was_stamped_twice_is_one_decision_or_a_second_one_that_is_found(
    sheets: Sheets, findings: Findings
) -> None:
    sheets.map(GREENHOUSE)
    again = REJECTED | {"rejected_at": "2026-07-09T21:08:29.697Z"}  # 11 ms later
    bring(sheets, CANDIDATE, hook("reject_candidate", REJECTED), hook("reject_candidate", REJECTED))
    assert len(sheets.entries("decision.made")) == 1
    bring(sheets, CANDIDATE, hook("reject_candidate", again))
    [first, second] = sheets.entries("decision.made")
    [found] = findings()["second_final_decision"]
    assert found["entries"] == [first.position, second.position]


def test_a_path_that_goes_back_keeps_each_visit_and_is_found(sheets: Sheets, findings: Findings) -> None:
    entered = [
        ENTERED | {"ref": f"S-{number}", "body": {"occurred_at": f"2026-07-0{number}T09:00", "stage": stage}}
        for number, stage in enumerate(("cv", "onsite", "cv"), 3)
    ]
    sheets.bring(sheets.jsonl(REGISTERED, OPENED, *entered))
    assert len({each.id for each in sheets.entries("stage.entered")}) == len(entered) + 1
    assert len(findings()["stage_gone_back"]) == 1


def test_an_interview_recorded_a_day_after_it_took_place_keeps_both_times(sheets: Sheets) -> None:
    interview = {
        "id": 6, "application_id": 985314, "start": {"date_time": "2026-07-05T16:00:00Z"}, "status": "complete",
        "created_at": "2026-07-06T09:26:00Z", "interview": {"name": "Culture Fit"}, "interviewers": [{"id": 4080}],
        "video_conferencing_url": "http://example.com",
    }  # fmt: skip
    sheets.map(GREENHOUSE)
    bring(sheets, CANDIDATE, APPLICATION, interview)
    assert sheets.bodies("interview.scheduled")[-1]["occurred_at"]["at"] == "2026-07-06T09:26:00+00:00"
    assert sheets.bodies("interview.held")[-1]["occurred_at"]["at"] == "2026-07-05T16:00:00+00:00"


def test_a_time_that_came_twice_is_taken_to_be_the_first(sheets: Sheets) -> None:
    done = sheets.bring(sheets.csv(ADA | {"interviewed": "2026-10-25 02:30"}))
    assert done.written == 1
    assert sheets.bodies("stage.entered")[-1]["occurred_at"]["at"] == "2026-10-25T02:30+02:00"


def test_an_import_that_was_not_finished_is_found_and_said_on_every_report(
    sheets: Sheets, findings: Findings, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = sheets.csv(ADA)

    def interrupt(name: str, _done: int, _total: int | None) -> None:
        if name == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sheets.bring(path, progress=interrupt)
    assert len(findings()["import_unfinished"]) == 1
    sheets.hiring.ledger.close()
    assert run(["--ledger", str(sheets.hiring.folder), "--lang", "en", "report", "latency"]) == 0
    assert b"imports not finished: 1" in capfdbinary.readouterr().out
