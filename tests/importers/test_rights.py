"""Erasure, holds and merges act on all that was imported of a person, whichever files and systems it came from."""

from __future__ import annotations

import pytest

from evenhand import Draft
from evenhand.errors import RefusedError
from greenhouse import CANDIDATE, REJECTED, SCORECARD, SECRET, bring, hook, request
from greenhouse import MAPPING as GREENHOUSE
from sheets import ADA, Sheets


@pytest.fixture
def both(sheets: Sheets) -> Sheets:
    """Ada in a sheet and in Greenhouse, and nobody has said yet that she is one person."""
    sheets.bring(sheets.csv(ADA))
    sheets.map(GREENHOUSE)
    bring(sheets, CANDIDATE, REJECTED, SCORECARD)
    return sheets


def known(sheets: Sheets, system: str, name: str) -> str:
    found = sheets.hiring.ledger.vault.find(system, "candidate", name)
    assert found is not None
    return found


def merged(sheets: Sheets) -> tuple[str, str]:
    here, there = known(sheets, "sheet", "p-1"), known(sheets, "greenhouse", "978031")
    sheets.hiring.ledger.append([Draft("candidate.merged.v1", there, {"into": here})])
    return here, there


def readable(sheets: Sheets, *streams: str) -> list[str]:
    """Name the types of entries on these people's streams of which anything can be opened."""
    ledger = sheets.hiring.ledger
    own = {each.stream for each in ledger.entries() if any(stream in (each.stream + each.body) for stream in streams)}
    own.discard(ledger.opening.stream)
    entries = [each for each in ledger.entries() if each.stream in own and '"seal:1:' in each.body]
    return [each.type for each, body in zip(entries, ledger.opened(entries, purpose="a test"), strict=True) if body]


def test_an_erasure_takes_in_all_that_was_imported_of_a_person_from_every_system(both: Sheets) -> None:
    here, there = merged(both)
    assert len(readable(both, here, there)) > 4
    both.hiring.ledger.erase(here)
    assert readable(both, here, there) == []
    log = both.log()
    assert b"Ada Example" not in log
    assert both.hiring.ledger.verify().ok
    for system, name in (("sheet", "p-1"), ("greenhouse", "978031")):
        assert both.hiring.ledger.vault.suppressed(system, "candidate", name)
    again = bring(both, CANDIDATE, REJECTED, SCORECARD)
    assert (again.entries, again.suppressed) == (0, 3)


@pytest.mark.parametrize("about", ["candidate", "candidacy", "requisition", "the one merged with"])
def test_a_hold_keeps_what_was_imported_of_a_person(both: Sheets, about: str) -> None:
    here, there = merged(both)
    candidacy = next(each for each in both.entries("candidacy.opened") if there in each.body)
    subject = {
        "candidate": there, "candidacy": candidacy.stream, "requisition": both.hiring.requisition,
        "the one merged with": here,
    }[about]  # fmt: skip
    ledger = both.hiring.ledger
    hold = both.hiring.append("hold.placed.v1", ledger.opening.stream, subjects=[subject], matter="a claim")
    with pytest.raises(RefusedError, match="a legal hold is in force"):
        ledger.erase(there)
    assert readable(both, here, there)
    both.hiring.append("hold.released.v1", ledger.opening.stream, hold=hold.id)
    ledger.erase(there)
    assert readable(both, here, there) == []


def test_a_merge_that_was_imported_is_taken_in_by_an_erasure(both: Sheets) -> None:
    merge = {"action": "merge_candidate", "payload": {"person": {"id": 978031, "new_candidate_id": 2}}}
    told = request(merge, received_at="2026-07-20T10:00:00Z")
    bring(both, CANDIDATE | {"id": 2}, told, secret=SECRET)
    both.hiring.ledger.erase(known(both, "greenhouse", "978031"))
    assert {each.stream for each in both.entries("candidate.erased")} >= {
        each.stream for each in both.entries("candidate.registered")[-2:]
    }
    assert bring(both, hook("reject_candidate", REJECTED | {"candidate_id": 2})).entries == 0
