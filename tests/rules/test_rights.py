"""Nobody is erased while a legal hold is in force."""

from __future__ import annotations

import pytest

from rules_world import BOX, World, ident


def erase(world: World, candidate: str) -> list[str]:
    return world.violations("candidate.erased.v1", candidate, ground="request")


@pytest.mark.parametrize("held", ["candidate", "candidacy", "requisition"])
def test_a_hold_on_a_person_their_candidacy_or_its_requisition_stops_an_erasure(world: World, held: str) -> None:
    hold = world.record("hold.placed.v1", world.ledger, subjects=[getattr(world, held)], matter=BOX)
    assert erase(world, world.candidate) == ["nothing-held-is-erased"]
    world.record("hold.released.v1", world.ledger, hold=hold)
    assert erase(world, world.candidate) == []


def test_a_hold_holds_everybody_merged_with_the_person(world: World) -> None:
    other = ident(70)
    world.record("candidate.registered.v1", other, key_commitment="0" * 64)
    world.record("candidate.merged.v1", other, into=world.candidate)
    world.record("hold.placed.v1", world.ledger, subjects=[world.candidate], matter=BOX)
    assert erase(world, other) == ["nothing-held-is-erased"]


def test_a_separation_ends_what_a_merge_began(world: World) -> None:
    other = ident(70)
    world.record("candidate.registered.v1", other, key_commitment="0" * 64)
    merge = world.record("candidate.merged.v1", other, into=world.candidate)
    world.record("candidate.separated.v1", other, merge=merge)
    world.record("hold.placed.v1", world.ledger, subjects=[world.candidate], matter=BOX)
    assert erase(world, other) == []


def test_a_hold_on_a_member_of_staff_stops_their_erasure(world: World) -> None:
    world.record("person.registered.v1", world.ledger, person=ident(60), kind="staff", key_commitment="0" * 64)
    world.record("hold.placed.v1", world.ledger, subjects=[ident(60)], matter=BOX)
    found = world.violations("person.erased.v1", world.ledger, person=ident(60), ground="request")
    assert found == ["nothing-held-is-erased"]


def test_every_refusal_is_tested_and_says_what_it_is() -> None:
    from pathlib import Path

    from evenhand.rules.check import RULE_SETS

    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for refusal in RULE_SETS[1]:
        assert f'"{refusal.name}"' in tests, refusal.name
        assert refusal.says.endswith("."), refusal.name
