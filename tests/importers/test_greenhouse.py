"""Greenhouse's objects and webhooks come in as what they say, and nothing is bent to fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import EvenhandError, InputError
from evenhand.importers import Import
from fuzzing import FUZZ
from greenhouse import APPLICATION, CANDIDATE, MAPPING, REJECTED, SCORECARD, SECRET, bring, hook, request
from sheets import Sheets, open_sheets

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "greenhouse"
IMPORTED_ALONE = 3
"""Samples that say enough by themselves; most name a candidacy that only another one would open."""


@pytest.fixture
def greenhouse(sheets: Sheets) -> Sheets:
    sheets.map(MAPPING)
    return sheets


def test_a_candidate_with_applications_is_registered_and_each_opened(greenhouse: Sheets) -> None:
    done = bring(greenhouse, CANDIDATE | {"applications": [REJECTED]})
    assert (done.layout, done.system, done.written) == ("greenhouse", "greenhouse", 1)
    assert greenhouse.opened("candidate.registered")[-1]["name"] == "Ada Example"
    [decision] = greenhouse.bodies("decision.made")
    assert decision["occurred_at"]["at"] == "2026-07-09T21:08:29.686000+00:00"
    assert (decision["outcome"], decision["deciders"]) == ("reject", [])
    assert [each["code"] for each in decision["reasons"]] == ["below-bar"]
    assert decision["basis"]["kind"] == "imported"
    assert decision["visit"] == greenhouse.entries("stage.entered")[-1].id


def test_the_same_objects_in_other_files_are_the_same_records(greenhouse: Sheets) -> None:
    bring(greenhouse, CANDIDATE | {"applications": [REJECTED]})
    assert bring(greenhouse, CANDIDATE, REJECTED).entries == 0
    path = greenhouse.file(json.dumps([CANDIDATE, REJECTED]), "greenhouse.json")
    assert greenhouse.bring(path, system=None, mapping=greenhouse.mapping).entries == 0


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ({"id": 9, "name": "Pay", "type": {"id": 2, "name": "They rejected us"}}, None),
        ({"id": 7, "name": "Took another job", "type": {"id": 1, "name": "We rejected them"}}, "other-offer"),
    ],
)
def test_a_reason_on_the_candidates_side_is_a_withdrawal(
    greenhouse: Sheets, reason: dict[str, Any], code: str | None
) -> None:
    bring(greenhouse, CANDIDATE, REJECTED | {"rejection_reason": reason})
    assert not greenhouse.entries("decision.made")
    assert [each.get("reason_code") for each in greenhouse.bodies("candidacy.withdrawn")] == [code]


def test_a_reason_that_the_mapping_does_not_know_becomes_a_finding(greenhouse: Sheets) -> None:
    unknown = {"id": 41, "name": "Lacking hustle", "type": {"id": 1, "name": "We rejected them"}}
    bring(greenhouse, CANDIDATE, REJECTED | {"rejection_reason": unknown})
    assert [each["code"] for each in greenhouse.bodies("decision.made")[-1]["reasons"]] == ["greenhouse-41"]
    assert greenhouse.opened("decision.made")[-1]["rationale"] == "Lacking hustle"
    assert b"hustle" not in greenhouse.log()


def test_an_edited_reason_is_a_correction(greenhouse: Sheets) -> None:
    bring(greenhouse, CANDIDATE, REJECTED | {"rejection_reason": None})
    [decision] = greenhouse.entries("decision.made")
    edited = bring(greenhouse, CANDIDATE, REJECTED)
    assert edited.types == {"entry.corrected.v1": 1}
    correction = greenhouse.bodies("entry.corrected")[-1]
    assert (correction["target"], correction["kind"]) == (decision.id, "reason_mapping")
    assert [each["code"] for each in correction["fields"]["reasons"]] == ["below-bar"]


def test_unrejecting_overturns_a_decision_that_stays(greenhouse: Sheets) -> None:
    taken_back = hook("unreject_candidate", APPLICATION)
    bring(greenhouse, hook("reject_candidate", REJECTED), taken_back)
    [decision], [overturned] = greenhouse.entries("decision.made"), greenhouse.bodies("decision.overturned")
    assert overturned["decision"] == decision.id
    assert bring(greenhouse, hook("reject_candidate", REJECTED), taken_back).entries == 0


def test_unrejecting_what_the_file_does_not_show_is_refused(greenhouse: Sheets) -> None:
    with pytest.raises(InputError, match="the rejection that this takes back is not in the file before it"):
        bring(greenhouse, hook("unreject_candidate", APPLICATION))


def test_a_scorecard_keeps_a_word_that_is_no_rating(greenhouse: Sheets) -> None:
    bring(greenhouse, CANDIDATE, APPLICATION, SCORECARD)
    card = greenhouse.bodies("scorecard.submitted")[-1]
    assert card["occurred_at"]["at"] == "2026-07-04T21:59:51+00:00"  # before the interview, as recorded
    assert [(each["criterion"], each.get("score")) for each in card["ratings"]] == [
        ("design", 4_000_000), ("care", None),
    ]  # fmt: skip
    evidence = greenhouse.opened("scorecard.submitted")[-1]["ratings"][1]["evidence"]
    assert evidence == "rated stong_yes, which is none of the known ratings"


def test_a_stage_that_comes_again_is_another_visit(greenhouse: Sheets) -> None:
    days = ("2026-07-02T08:00:00Z", "2026-07-03T08:00:00Z")
    moves = [hook("candidate_stage_change", APPLICATION | {"last_activity_at": day}) for day in days]
    bring(greenhouse, *moves)
    [*_, first, second] = greenhouse.entries("stage.entered")
    assert first.stream == second.stream
    assert first.id != second.id


def test_a_scheduled_mail_is_no_notice(greenhouse: Sheets) -> None:
    before = len(greenhouse.entries("notice.given"))
    mail = {"rejection_email": {"send_email_at": "2026-07-10T10:00:00Z", "email_template_id": 1}}
    bring(greenhouse, CANDIDATE, REJECTED | mail)
    assert len(greenhouse.entries("notice.given")) == before


def test_hiring_and_its_reversal_an_offer_and_an_interview_come_in(greenhouse: Sheets) -> None:
    offer = {
        "id": 5, "version": 1, "application_id": 985314, "sent_at": "2026-07-12", "status": "accepted",
        "resolved_at": "2026-07-13T10:00:00Z", "starts_at": "2026-09-01",
    }  # fmt: skip
    interview = {
        "id": 6, "application_id": 985314, "start": {"date_time": "2026-07-05T16:00:00Z"}, "status": "complete",
        "created_at": "2026-07-06T09:00:00Z", "interview": {"name": "Culture Fit"}, "interviewers": [{"id": 4080}],
        "video_conferencing_url": "http://example.com",
    }  # fmt: skip
    hired = hook("hire_candidate", APPLICATION | {"offer": offer})
    done = bring(greenhouse, CANDIDATE, APPLICATION, interview, offer, hired, hook("unhire_candidate", APPLICATION))
    assert {"interview.held.v1", "offer.answered.v1", "candidate.hired.v1", "candidate.hire_reversed.v1"} <= set(
        done.types
    )


def test_merged_candidates_are_one_person_from_then_on(greenhouse: Sheets) -> None:
    other = CANDIDATE | {"id": 2}
    merge = {"action": "merge_candidate", "payload": {"person": {"id": 978031, "new_candidate_id": 2}}}
    with pytest.raises(InputError, match="nothing says when this happened; record requests with received_at"):
        bring(greenhouse, CANDIDATE, other, merge)
    recorded = request(merge, received_at="2026-07-20T10:00:00Z")
    assert bring(greenhouse, CANDIDATE, other, recorded, secret=SECRET).types["candidate.merged.v1"] == 1


ANONYMISED = {"action": "candidate_anonymized", "payload": {"candidate_id": 978031, "anonymized_fields": ["full_name"]}}
DELETED = {"action": "delete_candidate", "payload": {"person": {"id": 978031}}}


@pytest.mark.parametrize("gone", [ANONYMISED, DELETED])
def test_who_was_anonymised_or_deleted_at_the_source_is_counted_and_erased_only_when_asked(
    greenhouse: Sheets, gone: dict[str, Any]
) -> None:
    assert bring(greenhouse, CANDIDATE, APPLICATION, gone, dry_run=True).gone == 1
    told = bring(greenhouse, CANDIDATE, APPLICATION, gone)
    assert (told.gone, told.erased, told.nothing) == (1, 0, 0)
    assert greenhouse.opened("candidate.registered")[-1]["name"] == "Ada Example"
    done = bring(greenhouse, gone, erase_anonymised=True)
    assert (done.gone, done.erased, done.held) == (0, 1, 0)
    erased = greenhouse.bodies("candidate.erased")[-1]
    assert (erased["ground"], erased["basis"]["kind"]) == ("source", "observed")
    assert len(greenhouse.opened("candidate.registered")) == len(greenhouse.entries("candidate.registered")) - 1
    assert bring(greenhouse, gone, erase_anonymised=True).erased == 0
    again = bring(greenhouse, CANDIDATE, APPLICATION, gone)
    assert (again.entries, again.suppressed, again.gone) == (0, 2, 0)


def test_who_is_under_a_legal_hold_stays_though_the_source_erased_them(greenhouse: Sheets) -> None:
    other = CANDIDATE | {"id": 2, "application_ids": []}
    bring(greenhouse, CANDIDATE, other)
    [*_, first, _] = greenhouse.entries("candidate.registered")
    hiring = greenhouse.hiring
    hiring.append("hold.placed.v1", hiring.ledger.opening.stream, subjects=[first.stream], matter="a lawsuit")
    gone = [ANONYMISED, {"action": "delete_candidate", "payload": {"person": {"id": 2}}}]
    done = bring(greenhouse, *gone, erase_anonymised=True)
    assert (done.erased, done.held) == (1, 1)
    assert bring(greenhouse, *gone).gone == 1


def test_an_erasure_at_the_source_takes_in_whoever_was_merged(greenhouse: Sheets) -> None:
    merge = {"action": "merge_candidate", "payload": {"person": {"id": 978031, "new_candidate_id": 2}}}
    recorded = request(merge, received_at="2026-07-20T10:00:00Z")
    bring(greenhouse, CANDIDATE, CANDIDATE | {"id": 2}, recorded, secret=SECRET)
    assert bring(greenhouse, ANONYMISED, erase_anonymised=True).erased == 2


def test_a_recorded_request_is_read_only_with_the_secret_it_is_signed_with(greenhouse: Sheets) -> None:
    genuine = request(hook("reject_candidate", REJECTED))
    with pytest.raises(InputError, match="give its file with --webhook-secret"):
        bring(greenhouse, genuine)
    changed = genuine | {"body": genuine["body"].replace("Too Junior", "Too Senior")}
    for forged in (changed, request(hook("reject_candidate", REJECTED), secret=b"other"), genuine | {"headers": {}}):
        with pytest.raises(InputError, match="it is not signed with this secret"):
            bring(greenhouse, forged, secret=SECRET)
    assert bring(greenhouse, genuine, secret=SECRET).types["decision.made.v1"] == 1


def test_the_signature_is_over_the_raw_body_and_not_over_what_it_says(greenhouse: Sheets) -> None:
    genuine = request(hook("reject_candidate", REJECTED))
    spaced = genuine | {"body": json.dumps(json.loads(genuine["body"]), indent=1)}
    with pytest.raises(InputError, match="it is not signed with this secret"):
        bring(greenhouse, spaced, secret=SECRET)


def test_a_request_delivered_twice_counts_once(greenhouse: Sheets) -> None:
    move = request(hook("candidate_stage_change", APPLICATION))
    assert bring(greenhouse, move, move, secret=SECRET).types["stage.entered.v1"] == 1


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (REJECTED | {"jobs": []}, "a candidacy is for one job"),
        (REJECTED | {"jobs": [{"id": 9, "name": "Chef"}]}, "this job is not in the mapping"),
        (REJECTED | {"current_stage": {"name": "Party"}}, "this stage is not in the mapping"),
        (REJECTED | {"current_stage": None}, "current_stage is missing"),
        (REJECTED | {"applied_at": "soon"}, "applied_at: expected a date"),
        (SCORECARD | {"interview": "Lunch"}, "this interview is not in the mapping"),
        (SCORECARD | {"submitted_by": None, "interviewer": None}, "whose scorecard is it"),
        (SCORECARD, "its candidacy is not in the ledger"),
        ({"id": 8, "name": "A department"}, "nothing else of Greenhouse is imported"),
    ],
)
def test_what_cannot_be_imported_says_why(greenhouse: Sheets, record: dict[str, Any], problem: str) -> None:
    before = greenhouse.hiring.ledger.head()
    with pytest.raises(InputError, match=problem) as refused:
        bring(greenhouse, *([] if record is SCORECARD else [CANDIDATE]), record)
    assert greenhouse.hiring.ledger.head() == before
    assert "Ada" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('source = "greenhouse"', 'source = "lever"'), 'source: is "greenhouse", or left out'),
        (("[jobs]", "[posts]"), "posts: is not known here"),
        (('"Too Junior" = "below-bar"', '"Too Junior" = 7'), r"reasons: is written \[reasons\]"),
        (("strong_yes = 5", ""), "ratings: gives the points of each of"),
        (("strong_yes = 5", "stong_yes = 5"), "ratings.stong_yes: is none of"),
        (('unhired_by = "employer"', 'unhired_by = "me"'), 'unhired_by: is "employer" or "candidate"'),
    ],
)
def test_wrong_settings_are_refused(greenhouse: Sheets, change: tuple[str, str], problem: str) -> None:
    assert change[0] in MAPPING
    greenhouse.map(MAPPING.replace(*change))
    with pytest.raises(InputError, match=problem):
        bring(greenhouse, CANDIDATE)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendor's samples are not beside the project")
def test_every_payload_of_the_vendors_documentation_is_imported_or_refused_in_words(greenhouse: Sheets) -> None:
    jobs = "".join(f'"{each}" = "eng-1"\n' for each in ("Developer", "Accounting Manager", "Archaeologist"))
    greenhouse.map(MAPPING.replace("[jobs]\n", "[jobs]\n" + jobs))
    imported = 0
    for path in sorted(SAMPLES.glob("*.json")):
        before = greenhouse.hiring.ledger.head()
        copy = greenhouse.file(path.read_bytes(), path.name)
        done, problems = tried(greenhouse, copy)
        assert done is not None or (problems and greenhouse.hiring.ledger.head() == before)
        assert all(each.startswith(str(copy)) for each in problems)
        imported += done is not None and done.entries > 0
    assert imported >= IMPORTED_ALONE
    assert greenhouse.hiring.ledger.verify().ok


def tried(sheets: Sheets, path: Path, **options: bool) -> tuple[Import | None, tuple[str, ...]]:
    try:
        return sheets.bring(path, system=None, mapping=sheets.mapping, **options), ()
    except InputError as refused:
        return None, refused.problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-07-03T08:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "type"]), inner),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheets]:
    made = open_sheets(tmp_path_factory.mktemp("fuzz"))
    made.map(MAPPING)
    yield made
    made.hiring.ledger.close()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every member of an object and every element of an array, at any depth, with what holds it."""
    if isinstance(value, dict | list):
        for name in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, name
            yield from places(value[name])


@FUZZ
@given(data=st.data(), keep_going=st.booleans())
def test_any_value_in_any_place_is_imported_or_refused(
    fuzzed: Sheets, data: st.DataObject, *, keep_going: bool
) -> None:
    offer = {"id": 5, "version": 1, "application_id": 985314, "sent_at": "2026-07-12", "status": "accepted"}
    whole = [
        CANDIDATE, REJECTED, SCORECARD, offer, hook("reject_candidate", REJECTED),
        hook("unreject_candidate", APPLICATION), hook("candidate_stage_change", APPLICATION),
        hook("hire_candidate", APPLICATION),
    ]  # fmt: skip
    records = json.loads(json.dumps(whole))
    for _ in range(data.draw(st.integers(1, 4))):
        holder, name = data.draw(st.sampled_from(list(places(records))))
        holder[name] = data.draw(JSON)
    before = fuzzed.hiring.ledger.head()
    (fuzzed.folder / "greenhouse.rejects.jsonl").unlink(missing_ok=True)
    path = fuzzed.jsonl(*records, name="greenhouse.jsonl")
    done, problems = tried(fuzzed, path, keep_going=keep_going)
    assert done is not None or (all(problems) and problems and fuzzed.hiring.ledger.head() == before)


def shaped(samples: list[Any]) -> st.SearchStrategy[Any]:
    """Draw records of the shapes that the samples have, each member filled with what some sample has there."""
    seen: dict[Any, list[Any]] = {}
    for sample in samples:
        for holder, name in places(sample):
            if isinstance(name, str):
                seen.setdefault(name, []).append(holder[name])

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        record = json.loads(json.dumps(draw(st.sampled_from(samples))))
        inside = list(places(record))
        for _ in range(draw(st.integers(0, 6)) if inside else 0):
            holder, name = draw(st.sampled_from(inside))
            elsewhere = st.sampled_from(seen.get(name) or [None])
            try:
                holder[name] = draw(st.one_of(elsewhere, elsewhere, JSON))
            except (KeyError, IndexError):  # what held it was replaced before
                continue
        return request(record) if draw(st.integers(0, 5)) == 0 else record

    return drawn()


SHAPED = shaped([json.loads(each.read_bytes()) for each in sorted(SAMPLES.glob("*.json"))] or [{}])


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendor's samples are not beside the project")
@FUZZ
@given(data=st.data(), keep_going=st.booleans(), whole=st.booleans())
def test_records_of_the_shapes_of_the_samples_are_imported_or_refused(
    fuzzed: Sheets, data: st.DataObject, *, keep_going: bool, whole: bool
) -> None:
    records = data.draw(st.lists(SHAPED, min_size=1, max_size=4))
    before = fuzzed.hiring.ledger.head()
    name = "greenhouse.json" if whole else "greenhouse.jsonl"
    for rejects in fuzzed.folder.glob("greenhouse.rejects.*"):
        rejects.unlink()
    path = fuzzed.file(json.dumps(records), name) if whole else fuzzed.jsonl(*records, name=name)
    problems: tuple[str, ...] | None = None
    try:
        fuzzed.bring(path, system=None, mapping=fuzzed.mapping, keep_going=keep_going, secret=SECRET)
    except EvenhandError as refused:
        problems = refused.problems
    assert problems is None or (all(problems) and problems and fuzzed.hiring.ledger.head() == before)
