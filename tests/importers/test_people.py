"""Names stay in the vault and in boxes, and who was erased does not come back with the next file."""

from __future__ import annotations

import hashlib
import json

import pytest

from evenhand.importers.canonical import Canonical
from evenhand.importers.record import Record
from sheets import ADA, BO, Sheets

DECIDED = {
    "type": "decision.made", "candidacy": "A-9", "ref": "D-4",
    "body": {"occurred_at": "2026-07-09", "visit": "S-1", "outcome": "reject", "deciders": ["U-3"],
             "reasons": [{"code": "below-bar"}], "rationale": "too little design", "automation": "none"},
}  # fmt: skip


def test_no_file_of_the_ledger_holds_what_the_sheet_said_of_a_person(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA | {"person": "reference-of-ada"}))
    sheets.hiring.ledger.close()
    files = [each for each in (sheets.folder / "ledger").rglob("*") if each.is_file()]
    for secret in ("Ada Example", "reference-of-ada", "ursula", "drew the whole system", "please come"):
        assert not [each.name for each in files if secret.encode() in each.read_bytes()], secret


def test_no_digest_in_an_entry_can_be_guessed_from_what_the_outside_calls_it(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    log = sheets.log().decode()
    for guess in ("p-1", "sheet/candidate/p-1", json.dumps(["sheet", "candidate.registered", "p-1"])):
        assert hashlib.sha256(guess.encode()).hexdigest() not in log
    data = (sheets.folder / "people.csv").read_bytes()
    assert hashlib.sha256(data).hexdigest() not in log


def test_the_same_reference_in_two_systems_is_two_people(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    done = sheets.bring(sheets.csv(ADA), system="other")
    assert done.types["candidate.registered.v1"] == 1
    ids = [each["source"]["reference"] for each in sheets.bodies("candidate.registered")[1:]]
    assert len(set(ids)) == 2


def test_who_was_erased_is_left_out_and_counted(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA, BO))
    ada = sheets.hiring.ledger.vault.find("sheet", "candidate", "p-1")
    assert ada is not None
    sheets.hiring.ledger.erase(ada)
    before = sheets.counts()
    again = sheets.bring(sheets.csv(ADA, BO, BO | {"person": "p-3"}))
    assert (again.suppressed, again.unchanged, again.written) == (1, 1, 1)
    assert (sheets.counts() - before)["candidate.registered"] == 1
    assert sheets.bodies("import.finished")[-1]["counts"]["suppressed"] == 1
    assert sheets.bring(sheets.csv(ADA | {"job": "eng-1", "decided": "2026-07-30"})).entries == 0


def test_a_line_about_somebody_erased_is_left_out_too(sheets: Sheets) -> None:
    lines = [
        {"type": "candidate.registered", "candidate": "C-1", "body": {"occurred_at": "2026-07-02"}},
        {"type": "candidacy.opened", "candidacy": "A-1",
         "body": {"occurred_at": "2026-07-02", "candidate": "C-1", "requisition": {"code": "eng-1"},
                  "route": "campus"}},
        {"type": "stage.entered", "candidacy": "A-1", "ref": "S-1",
         "body": {"occurred_at": "2026-07-03", "stage": "cv"}},
    ]  # fmt: skip
    sheets.bring(sheets.jsonl(*lines))
    sheets.hiring.ledger.erase(str(sheets.hiring.ledger.vault.find("sheet", "candidate", "C-1")))
    again = sheets.bring(sheets.jsonl(*lines))
    assert (again.suppressed, again.entries) == (3, 0)
    other = [lines[0], {**lines[1], "candidacy": "A-2"}, {**lines[2], "candidacy": "A-2", "ref": "S-2"}]
    again = sheets.bring(sheets.jsonl(*other))
    assert (again.suppressed, again.entries) == (3, 0)


def test_an_erased_colleague_leaves_the_records_of_others_standing(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    viktor = str(sheets.hiring.ledger.vault.find("sheet", "person", "viktor"))
    sheets.hiring.ledger.erase(viktor)
    done = sheets.bring(sheets.csv(ADA, BO))
    assert done.types["decision.made.v1"] == 1
    assert len(sheets.bodies("decision.made")[-1]["deciders"]) == 1  # ursula; viktor is left out


def test_a_proposal_shows_nothing_of_what_it_holds() -> None:
    record = Record(1, "people.jsonl:1", DECIDED, json.dumps(DECIDED))
    [proposal] = Canonical("UTC").begin()(record)
    shown = repr(proposal) + repr(record)
    assert "U-3" not in shown
    assert "A-9" not in shown
    assert "D-4" not in shown
    assert "too little design" not in shown


@pytest.mark.parametrize("times", [1, 2])
def test_a_person_is_registered_once_whoever_names_them(sheets: Sheets, times: int) -> None:
    for number in range(times):
        sheets.bring(sheets.csv(ADA | {"person": f"p-{number}"}))
    assert len(sheets.entries("person.registered")) == 2
