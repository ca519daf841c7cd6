"""An erasure makes what was sealed unreadable, and leaves the evidence whole."""

from __future__ import annotations

import pytest

from evenhand import Draft
from evenhand.errors import InputError, RefusedError
from hiring import Hiring


def entries_of(hiring: Hiring) -> list[str]:
    return [entry.type for entry in hiring.ledger.entries()]


def test_an_erased_persons_texts_do_not_open_and_others_do(hiring: Hiring) -> None:
    other = hiring.ids()
    hiring.append("candidate.registered.v1", other, name="Sam Other")
    before = list(hiring.ledger.entries())
    hiring.ledger.erase(hiring.candidate)
    opened = {
        entry.stream: body for entry, body in zip(before, hiring.ledger.opened(before, purpose="a test"), strict=True)
    }
    assert opened[hiring.candidate] is None
    assert opened[hiring.candidacy] is None
    assert (opened[other] or {})["name"] == "Sam Other"


def test_an_erasure_is_an_entry_and_removes_none(hiring: Hiring) -> None:
    before = list(hiring.ledger.entries())
    written = hiring.ledger.erase(hiring.candidate, ground="retention")
    assert [entry.type for entry in written] == ["candidate.erased.v1"]
    assert list(hiring.ledger.entries()) == [*before, *written]


def test_everybody_merged_with_the_person_is_erased_with_them(hiring: Hiring) -> None:
    twin = hiring.ids()
    hiring.append("candidate.registered.v1", twin, name="Robin E.")
    hiring.append("candidate.merged.v1", twin, into=hiring.candidate)
    erased = hiring.ledger.erase(hiring.candidate)
    assert {entry.stream for entry in erased} == {twin, hiring.candidate}


def test_who_was_erased_is_not_recorded_as_erased_again(hiring: Hiring) -> None:
    hiring.ledger.erase(hiring.candidate)
    twin = hiring.ids()
    hiring.append("candidate.registered.v1", twin, name="Robin E.")
    assert hiring.ledger.erase(hiring.candidate) == []
    hiring.append("candidate.merged.v1", twin, into=hiring.candidate)
    assert [entry.stream for entry in hiring.ledger.erase(hiring.candidate)] == [twin]


def test_a_hold_on_the_candidacy_stops_an_erasure(hiring: Hiring) -> None:
    hiring.append("hold.placed.v1", hiring.ledger.opening.stream, subjects=[hiring.candidacy], matter="a lawsuit")
    with pytest.raises(RefusedError, match="legal hold"):
        hiring.ledger.erase(hiring.candidate)


def test_a_hold_on_the_requisition_stops_an_erasure_and_nothing_is_written(hiring: Hiring) -> None:
    hold = hiring.append(
        "hold.placed.v1", hiring.ledger.opening.stream, subjects=[hiring.requisition], matter="a lawsuit"
    )
    before = hiring.ledger.head()
    with pytest.raises(RefusedError, match="legal hold"):
        hiring.ledger.erase(hiring.candidate)
    assert hiring.ledger.head() == before
    hiring.append("hold.released.v1", hiring.ledger.opening.stream, hold=hold.id)
    assert hiring.ledger.erase(hiring.candidate)


def test_nobody_has_an_unknown_id(hiring: Hiring) -> None:
    with pytest.raises(InputError, match="nobody in this ledger has this id"):
        hiring.ledger.erase(hiring.ids())


def test_a_member_of_staff_can_be_erased_too(hiring: Hiring) -> None:
    person = hiring.ids()
    known = hiring.append(
        "person.registered.v1", hiring.ledger.opening.stream, person=person, kind="staff", name="Kim Staff"
    )
    hiring.ledger.erase(person)
    assert list(hiring.ledger.opened([known], purpose="a test")) == [None]


def test_an_erasure_cut_short_between_the_two_databases_is_finished_at_the_next_opening(hiring: Hiring) -> None:
    before = list(hiring.ledger.entries())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(hiring.ledger.vault), "destroy", power_fails)
        with pytest.raises(KeyboardInterrupt):
            hiring.ledger.erase(hiring.candidate)
    hiring.ledger.close()
    with hiring.again() as ledger:
        opened = list(ledger.opened(before, purpose="a test"))
        assert opened[-1] is None
        assert ledger.vault.sealers([hiring.candidate]) == {}


def power_fails(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_erasure_cannot_be_recorded_without_being_carried_out(hiring: Hiring) -> None:
    before = hiring.ledger.head()
    with pytest.raises(InputError, match="evenhand erase"):
        hiring.ledger.append([Draft("candidate.erased.v1", hiring.candidate, {"ground": "request"})])
    assert hiring.ledger.head() == before


def test_an_opening_is_logged_without_what_was_read(hiring: Hiring) -> None:
    entries = list(hiring.ledger.entries())
    list(hiring.ledger.opened(entries, purpose="an audit"))
    logged = hiring.ledger.vault.openings()
    assert [(each.who, each.purpose, each.how_many) for each in logged] == [(hiring.ledger.actor, "an audit", 4)]
