"""A refused record leaves no trace in the good ones, and nothing is told of, or sealed for, somebody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.importers import reading
from sheets import ALL, DECIDED, ENTERED, OPENED, RATED, REGISTERED, Sheets

SECOND = {"candidacy": "A-10"}


def told(line: dict[str, Any], *, of: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    """Change the body of a line, and whose it is or its ref by ``of``."""
    return line | (of or {}) | {"body": {**line["body"], **body}}


OTHER = told(REGISTERED, of={"candidate": "C-18"}, name="Bo Other")
OTHERS = told(OPENED, of=SECOND, candidate="C-18")
OTHERS_VISIT = told(ENTERED, of=SECOND | {"ref": "S-2"})


def keep_going(sheets: Sheets, *lines: dict[str, Any]) -> Any:
    for each in sheets.folder.glob("*.rejects*"):
        each.unlink()
    return sheets.bring(sheets.jsonl(*lines), keep_going=True)


def everything_is_sealed_for_its_own(sheets: Sheets) -> None:
    """Hold the key of every box on a person's stream against the person whom the ledger says it is of."""
    owners: dict[str, str] = {}
    for entry in sheets.hiring.ledger.entries():
        body = json.loads(entry.body)
        if entry.type == "candidacy.opened.v1":
            owners[entry.stream] = body["candidate"]
        elif entry.type == "candidate.registered.v1":
            owners[entry.stream] = entry.stream
        if entry.stream in owners:
            assert set(re.findall(r'"seal:1:([0-9a-f-]{36}):', entry.body)) <= {owners[entry.stream]}
    ledger = sheets.hiring.ledger
    for _ in ledger.opened(ledger.entries(), purpose="test"):
        pass


def test_one_ref_for_two_people_is_refused_and_the_first_stays_sealed_for_the_first(sheets: Sheets) -> None:
    same = told(RATED, of=SECOND, visit="S-2")
    lines = [*ALL[:4], OTHER, OTHERS, OTHERS_VISIT, same]
    done = keep_going(sheets, *lines)
    assert (done.written, done.refused) == (7, 1)
    everything_is_sealed_for_its_own(sheets)


def test_a_ref_that_stands_for_somebody_else_is_refused_in_a_later_file_too(sheets: Sheets) -> None:
    sheets.bring(sheets.jsonl(*ALL[:4], OTHER, OTHERS, OTHERS_VISIT))
    before = sheets.hiring.ledger.head()
    with pytest.raises(InputError, match="a record of this kind and ref stands in the ledger, about somebody or some"):
        sheets.bring(sheets.jsonl(told(RATED, of=SECOND, visit="S-2")))
    assert sheets.hiring.ledger.head() == before
    assert sheets.bring(sheets.jsonl(*ALL[:4])).entries == 0


def test_a_ref_that_stands_for_somebody_else_is_refused_of_somebody_new_too(sheets: Sheets) -> None:
    sheets.bring(sheets.jsonl(*ALL[:4]))
    with pytest.raises(InputError, match="a record of this kind and ref stands in the ledger, about somebody or some"):
        sheets.bring(sheets.jsonl(OTHER, OTHERS, OTHERS_VISIT, told(RATED, of=SECOND, visit="S-2")))


def test_a_refused_opening_does_not_say_whose_a_candidacy_is(sheets: Sheets) -> None:
    wrong = told(OPENED, requisition={"code": "nope"})
    right = told(OPENED, candidate="C-18")
    keep_going(sheets, REGISTERED, OTHER, wrong, right, ENTERED, RATED)
    other = sheets.hiring.ledger.vault.find("sheet", "candidate", "C-18")
    assert sheets.bodies("candidacy.opened")[-1]["candidate"] == other
    assert sheets.hiring.ledger.vault.find("sheet", "candidacy", "A-9") == other
    everything_is_sealed_for_its_own(sheets)
    sheets.bring(sheets.jsonl(told(RATED, of={"ref": "K-2"})))
    everything_is_sealed_for_its_own(sheets)


def test_a_person_whose_registration_is_refused_is_registered_by_being_named(sheets: Sheets) -> None:
    wrong = {"type": "person.registered", "body": {"person": "U-3", "kind": "nonsense"}}
    keep_going(sheets, wrong, *ALL)
    registered = {each["person"] for each in sheets.bodies("person.registered")}
    assert set(sheets.bodies("decision.made")[-1]["deciders"]) <= registered
    sheets.bring(sheets.jsonl(OTHER, OTHERS, OTHERS_VISIT, told(DECIDED, of=SECOND | {"ref": "D-5"}, visit="S-2",
                                                                  reasons=[{"code": "below-bar"}])))  # fmt: skip
    first, second = (each["deciders"] for each in sheets.bodies("decision.made")[-2:])
    assert first == second


@pytest.mark.parametrize("batch", [1, 4_000])
def test_a_good_row_does_not_suffer_for_a_refused_one_of_the_same_person(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(reading, "BATCH", batch)
    wrong = told(REGISTERED, name=" ")
    done = keep_going(sheets, wrong, *ALL)
    assert (done.written, done.unchanged, done.kept, done.refused) == (5, 0, 0, 1)
    assert sheets.opened("candidate.registered")[-1]["name"] == "李博"


def test_what_rests_on_a_refused_record_is_refused_with_it(sheets: Sheets) -> None:
    done = keep_going(sheets, REGISTERED, OPENED, told(ENTERED, stage="moon"), RATED, DECIDED)
    assert (done.written, done.refused) == (2, 3)
    rejects = (sheets.folder / "people.rejects.jsonl").read_text("utf-8").splitlines()
    card, decision = (json.loads(each)["evenhand_reason"][0] for each in rejects[1:])
    assert card == (
        "scorecard.submitted.v1: it names a record of kind stage.entered that is neither in the ledger nor before it "
        "in the file"
    )
    assert decision.startswith("decision.made.v1: it names a record of kind ")
    assert not sheets.entries("scorecard.submitted")[1:]


def test_a_refused_rebinding_binds_nothing(sheets: Sheets) -> None:
    opened = {"type": "requisition.opened", "requisition": "R-1",
              "body": {"occurred_at": "2026-07-01", "code": "ops-9", "title": "Operator", "unit": "IT",
                       "location": "Berlin", "zone": "Europe/Berlin", "headcount": 1,
                       "standard": {"code": "engineer"}, "standard_version": 1}}  # fmt: skip
    second = told(opened, of={"requisition": "R-2"})
    wrong = told(opened, headcount=-1)
    done = keep_going(sheets, wrong, second, REGISTERED, told(OPENED, requisition={"code": "ops-9"}))
    assert (done.written, done.refused) == (3, 1)
    assert sheets.bodies("candidacy.opened")[-1]["requisition"] == sheets.entries("requisition.opened")[-1].stream


def test_every_refused_record_has_its_reason_however_many_there_are(sheets: Sheets) -> None:
    wrong = [told(REGISTERED, of={"candidate": f"C-{n}"}, name=" ") for n in range(70)]
    done = keep_going(sheets, *wrong, REGISTERED)
    assert (done.written, done.refused) == (1, 70)
    rejects = (sheets.folder / "people.rejects.jsonl").read_text("utf-8").splitlines()
    assert all("says nothing" in json.loads(each)["evenhand_reason"][0] for each in rejects)
