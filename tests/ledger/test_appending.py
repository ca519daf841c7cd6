"""What is appended is sealed, checked and whole; what is not fit is refused with nothing written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from evenhand import Draft, Ledger
from evenhand.clock import stepping_clock
from evenhand.errors import ErasedError, EvenhandError, InputError, RefusedError
from evenhand.events.form import check_body
from hiring import START, Hiring, open_hiring

SECRET = "王小明 has nothing to hide"


def test_plain_text_goes_into_a_box_and_comes_out_again(hiring: Hiring) -> None:
    entry = hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision(rationale=SECRET))
    assert SECRET not in entry.body
    opened = next(hiring.ledger.opened([entry], purpose="a test"))
    assert opened is not None
    assert opened["rationale"] == SECRET
    assert check_body(entry.body) is None


def test_no_file_of_the_ledger_holds_the_text(hiring: Hiring) -> None:
    hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision(rationale=SECRET))
    hiring.ledger.close()
    files = [path for path in hiring.folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path.name


def test_a_draft_shows_none_of_its_text() -> None:
    assert SECRET not in repr(Draft("notice.given.v1", "stream", {"text": SECRET}))


def test_a_batch_is_written_whole_or_not_at_all(hiring: Hiring) -> None:
    before = hiring.ledger.head()
    good = Draft("stage.entered.v1", hiring.candidacy, {"stage": "cv"})
    bad = Draft("stage.entered.v1", hiring.candidacy, {"stage": "party"})
    with pytest.raises(RefusedError, match=r"^draft 2 of 2: stage\.entered\.v1: stage is not a stage"):
        hiring.ledger.append([good, bad])
    assert hiring.ledger.head() == before
    assert hiring.ledger.append([good])[0].position == before.position + 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"stage": "cv", "salary": 1}, "salary: this type has no such field"),
        ({"stage": 7}, "stage: input should be a valid string"),
        ({}, "stage: this field is missing"),
        ({"stage": "cv", "rules": 1.5}, "rules: input should be a valid integer"),
        ({"stage": "cv", "occurred_at": {"at": "2026-13-01", "zone": "UTC", "precision": "day"}}, "occurred_at: "),
        ({"stage": object()}, "the body is not JSON"),
    ],
)
def test_input_that_does_not_fit_is_refused_with_its_place(
    hiring: Hiring, body: dict[str, object], problem: str
) -> None:
    before = hiring.ledger.head()
    with pytest.raises(InputError, match=problem):
        hiring.ledger.append([Draft("stage.entered.v1", hiring.candidacy, body)])
    assert hiring.ledger.head() == before


def test_every_problem_of_a_batch_is_said_at_once(hiring: Hiring) -> None:
    with pytest.raises(InputError) as refused:
        hiring.ledger.append(
            [Draft("stage.entered.v1", hiring.candidacy, {}), Draft("nonsense.v1", hiring.candidacy, {})]
        )
    assert len(refused.value.problems) == 1  # an unknown type is said before the rest is looked at
    with pytest.raises(InputError) as refused:
        hiring.ledger.append([Draft("stage.entered.v1", hiring.candidacy, {})] * 2)
    assert len(refused.value.problems) == 2


def test_what_rests_on_a_refused_draft_is_not_blamed_for_it(hiring: Hiring) -> None:
    visit = hiring.ids()
    with pytest.raises(RefusedError) as refused:
        hiring.ledger.append(
            [
                Draft("decision.made.v1", hiring.candidacy, hiring.decision(outcome="reject", override_reason="no")),
                Draft("stage.entered.v1", hiring.candidacy, {"stage": "chat"}, visit),
                Draft("interview.held.v1", hiring.candidacy, {"visit": visit, "form": "phone"}),
            ]
        )
    assert [each[:12] for each in refused.value.problems] == ["draft 1 of 3"]


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_an_override_is_not_explained_by_saying_nothing(hiring: Hiring, nothing: str) -> None:
    with pytest.raises(InputError, match="override_reason: says nothing"):
        hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision(override_reason=nothing))


def test_a_stream_has_an_id_and_not_just_any_name(hiring: Hiring) -> None:
    with pytest.raises(EvenhandError, match="UUID in lower case"):
        hiring.append("candidate.registered.v1", "robin")


def test_a_line_that_is_too_long_is_refused_with_its_length(hiring: Hiring) -> None:
    ratings = [{"criterion": "design", "evidence": "x" * 30_000}, {"criterion": "care", "evidence": "y" * 30_000}]
    card: dict[str, Any] = {
        "visit": hiring.visit,
        "author": hiring.ids(),
        "standard": hiring.standard,
        "standard_version": 1,
    }
    with pytest.raises(InputError, match=r"the line has 8\d,\d\d\d bytes; at most 65,535"):
        hiring.append("scorecard.submitted.v1", hiring.candidacy, ratings=ratings, **card)


def test_an_append_with_a_known_id_is_answered_with_the_first_entry(hiring: Hiring) -> None:
    draft = Draft("decision.made.v1", hiring.candidacy, hiring.decision(rationale=SECRET), hiring.ids())
    first = hiring.ledger.append([draft])
    assert hiring.ledger.append([draft]) == first
    assert hiring.ledger.head().position == first[0].position


def test_a_known_id_with_another_text_is_refused(hiring: Hiring) -> None:
    entry_id = hiring.ids()
    hiring.append("decision.made.v1", hiring.candidacy, entry_id=entry_id, **hiring.decision(rationale=SECRET))
    for other in (
        hiring.decision(rationale="another"),
        hiring.decision(),
        hiring.decision(rationale=SECRET, automation="sole"),
    ):
        with pytest.raises(RefusedError, match="says something else"):
            hiring.append("decision.made.v1", hiring.candidacy, entry_id=entry_id, **other)


def test_a_known_id_is_refused_once_its_person_is_erased(hiring: Hiring) -> None:
    draft = Draft("decision.made.v1", hiring.candidacy, hiring.decision(rationale=SECRET), hiring.ids())
    hiring.ledger.append([draft])
    hiring.ledger.erase(hiring.candidate)
    with pytest.raises(RefusedError, match="cannot be compared"):
        hiring.ledger.append([draft])


def test_old_and_new_drafts_in_one_batch_are_answered_in_their_order(hiring: Hiring) -> None:
    old = Draft("stage.entered.v1", hiring.candidacy, {"stage": "cv"}, hiring.ids())
    stood = hiring.ledger.append([old])[0]
    new = Draft("stage.entered.v1", hiring.candidacy, {"stage": "chat"})
    answered = hiring.ledger.append([new, old])
    assert answered[1] == stood
    assert answered[0].position == stood.position + 1


def test_two_drafts_with_one_id_are_refused(hiring: Hiring) -> None:
    draft = Draft("stage.entered.v1", hiring.candidacy, {"stage": "cv"}, hiring.ids())
    with pytest.raises(InputError, match="two drafts have one id"):
        hiring.ledger.append([draft, draft])


def test_of_two_writers_racing_for_a_final_decision_one_wins(hiring: Hiring) -> None:
    gate = Barrier(2)
    ended: list[str] = []

    def decide(outcome: str) -> None:
        with hiring.again() as ledger:
            body = hiring.decision(outcome=outcome, reasons=[{"code": "filled"}])
            gate.wait()
            try:
                ledger.append([Draft("decision.made.v1", hiring.candidacy, body)])
                ended.append("recorded")
            except RefusedError as refused:
                ended.append(str(refused))

    writers = [Thread(target=decide, args=(outcome,)) for outcome in ("advance", "reject")]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert min(ended).startswith("decision.made.v1: this visit has a final decision already")
    assert max(ended) == "recorded"


def test_what_another_process_appended_is_seen_by_the_rules(hiring: Hiring) -> None:
    with hiring.again() as other:
        other.append([Draft("decision.made.v1", hiring.candidacy, hiring.decision())])
    with pytest.raises(RefusedError, match="final decision already"):
        hiring.ledger.append([Draft("decision.made.v1", hiring.candidacy, hiring.decision())])


def test_what_has_not_happened_yet_is_not_recorded(hiring: Hiring) -> None:
    later = {"at": "2026-07-02", "zone": "Europe/Berlin", "precision": "day"}
    with pytest.raises(InputError, match="after the time of recording"):
        hiring.append("stage.entered.v1", hiring.candidacy, stage="cv", occurred_at=later)
    today = {"at": "2026-07-01", "zone": "Europe/Berlin", "precision": "day"}
    assert hiring.append("stage.entered.v1", hiring.candidacy, stage="cv", occurred_at=today)


def test_a_clock_that_is_a_little_behind_writes_the_ledgers_time(hiring: Hiring) -> None:
    stood = hiring.ledger.head().recorded_at
    with hiring.again(clock=stepping_clock(START - timedelta(minutes=4))) as late:
        assert late.append([Draft("stage.entered.v1", hiring.candidacy, {"stage": "cv"})])[0].recorded_at == stood


def test_a_clock_that_is_far_behind_is_refused_unless_accepted(hiring: Hiring) -> None:
    draft = Draft("stage.entered.v1", hiring.candidacy, {"stage": "cv"})
    with hiring.again(clock=stepping_clock(START - timedelta(hours=1))) as late:
        with pytest.raises(RefusedError, match=r"3\d\d\d seconds behind .*--accept-clock"):
            late.append([draft])
        written = late.append([draft], accept_clock=True)
        assert [entry.type for entry in written] == ["stage.entered.v1"]
        assert [entry.type for entry in late.entries(after=written[0].position - 2)] == [
            "clock.accepted.v1",
            "stage.entered.v1",
        ]


def test_nothing_more_is_sealed_for_somebody_erased(hiring: Hiring) -> None:
    hiring.ledger.erase(hiring.candidate)
    with pytest.raises(ErasedError):
        hiring.append("feedback.given.v1", hiring.candidacy, channel="email", text="too late")
    hiring.append("candidacy.withdrawn.v1", hiring.candidacy)


def test_the_same_entropy_and_clock_make_the_same_ledger(tmp_path: Path) -> None:
    roots = []
    for name in ("one", "other"):
        made = open_hiring(tmp_path / name)
        roots.append(made.ledger.head().frontier.root())
        made.ledger.close()
    assert roots[0] == roots[1]


def test_a_ledger_is_not_made_over_another(hiring: Hiring) -> None:
    with pytest.raises(EvenhandError, match="holds a ledger already"):
        Ledger.create(hiring.folder, origin="example.com/other", zone="UTC")


@pytest.mark.parametrize(("origin", "zone"), [("Not A Name", "UTC"), ("example.com/x", "Mars/Olympus")])
def test_a_bad_origin_or_zone_leaves_nothing_behind(tmp_path: Path, origin: str, zone: str) -> None:
    folder = tmp_path / "ledger"
    with pytest.raises(EvenhandError):
        Ledger.create(folder, origin=origin, zone=zone)
    assert not folder.exists()
