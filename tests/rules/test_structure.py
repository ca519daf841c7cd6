"""What would be meaningless is not recorded."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey
from rules_world import BOX, STANDARD, World, at, ident


def test_nothing_is_recorded_on_a_stream_that_was_not_opened(world: World) -> None:
    assert world.violations("stage.entered.v1", ident(50), stage="cv") == ["stream-stands"]


def test_a_stream_is_opened_once(world: World) -> None:
    found = world.violations("candidacy.opened.v1", world.candidacy, candidate=world.candidate,
                             requisition=world.requisition, route="external")  # fmt: skip
    assert found == ["stream-stands"]


def test_an_entry_belongs_on_a_stream_of_its_kind(world: World) -> None:
    assert world.violations("stage.entered.v1", world.requisition, stage="cv") == ["stream-stands"]


def test_a_candidacy_needs_a_candidate_and_a_requisition_that_stand(world: World) -> None:
    found = world.violations(
        "candidacy.opened.v1", ident(50), candidate=ident(51), requisition=ident(52), route="campus"
    )
    assert found == ["references-stand", "references-stand"]


def test_a_candidacy_cannot_follow_one_that_never_was(world: World) -> None:
    found = world.violations("candidacy.opened.v1", ident(50), candidate=world.candidate,
                             requisition=world.requisition, route="external", prior=ident(51))  # fmt: skip
    assert found == ["references-stand"]


def test_nobody_is_merged_with_themselves(world: World) -> None:
    assert world.violations("candidate.merged.v1", world.candidate, into=world.candidate) == ["references-stand"]


def test_no_candidacy_is_opened_for_somebody_erased(world: World) -> None:
    world.record("candidate.erased.v1", world.candidate, ground="request")
    found = world.violations("candidacy.opened.v1", ident(50), candidate=world.candidate,
                             requisition=world.requisition, route="external")  # fmt: skip
    assert found == ["references-stand"]


def test_a_version_of_a_standard_is_adopted_once(world: World) -> None:
    assert world.violations("standard.adopted.v1", world.standard, **STANDARD) == ["versions-stand"]
    assert world.violations("standard.adopted.v1", world.standard, **STANDARD | {"standard_version": 2}) == []


def test_a_requisition_is_bound_only_to_a_version_that_was_adopted(world: World) -> None:
    binding = {"standard": world.standard, "standard_version": 7, "why": "a try"}
    assert world.violations("requisition.rebound.v1", world.requisition, **binding) == ["versions-stand"]


def test_a_requisition_is_not_bound_to_a_retired_version(world: World) -> None:
    world.record("standard.retired.v1", world.standard, standard_version=1, why="a better one stands")
    binding = {"standard": world.standard, "standard_version": 1, "why": "a try"}
    assert world.violations("requisition.rebound.v1", world.requisition, **binding) == ["versions-stand"]


def test_a_requisition_is_bound_only_to_a_policy_that_was_adopted(world: World) -> None:
    binding = {
        "standard": world.standard,
        "standard_version": 1,
        "why": "a try",
        "policy": ident(50),
        "policy_version": 1,
    }
    assert world.violations("requisition.rebound.v1", world.requisition, **binding) == ["references-stand"]


def test_a_scorecard_names_a_standard_that_was_adopted(world: World) -> None:
    card = {"visit": world.visit, "author": ident(7), "standard": ident(50), "standard_version": 1, "ratings": []}
    assert "versions-stand" in world.violations("scorecard.submitted.v1", world.candidacy, **card)


def test_a_visit_that_an_entry_names_stands_on_its_candidacy(world: World) -> None:
    assert world.violations("interview.held.v1", world.candidacy, visit=ident(50), form="phone") == ["entries-stand"]


def test_a_visit_is_an_entry_that_entered_a_stage(world: World) -> None:
    card = world.score(4)
    assert world.violations("interview.held.v1", world.candidacy, visit=card, form="phone") == ["entries-stand"]


def test_a_correction_names_an_entry_of_its_own_stream(world: World) -> None:
    found = world.violations("entry.corrected.v1", world.candidacy, target=ident(50), kind="duplicate", fields={})
    assert found == ["target-stands"]


def test_only_a_decision_has_reasons_to_correct(world: World) -> None:
    found = world.violations("entry.corrected.v1", world.candidacy, target=world.visit, kind="reason_mapping",
                             fields={"reasons": [{"code": "filled"}]})  # fmt: skip
    assert found == ["target-stands"]


def test_a_correction_is_not_corrected(world: World) -> None:
    first = world.record("entry.corrected.v1", world.candidacy, target=world.visit, kind="time",
                         fields={"occurred_at": at("2026-07-02")})  # fmt: skip
    found = world.violations("entry.corrected.v1", world.candidacy, target=first, kind="duplicate", fields={})
    assert found == ["target-stands"]


def test_the_right_candidacy_of_a_correction_stands(world: World) -> None:
    found = world.violations("entry.corrected.v1", world.candidacy, target=world.visit, kind="wrong_candidacy",
                             fields={"candidacy": world.requisition})  # fmt: skip
    assert found == ["target-stands"]


def test_what_is_released_finished_or_completed_was_begun(world: World) -> None:
    assert world.violations("hold.released.v1", world.ledger, hold=ident(50)) == ["target-stands"]
    assert world.violations("action.completed.v1", world.candidacy, action=world.visit, result="done") == [
        "target-stands"
    ]


def test_a_hold_names_somebody_the_ledger_knows(world: World) -> None:
    assert world.violations("hold.placed.v1", world.ledger, subjects=[ident(50)], matter=BOX) == ["references-stand"]
    assert world.violations("hold.placed.v1", world.ledger, subjects=[world.candidate], matter=BOX) == []


def test_a_person_is_registered_once(world: World) -> None:
    person = {"person": ident(60), "kind": "staff", "key_commitment": "0" * 64}
    world.record("person.registered.v1", world.ledger, **person)
    assert world.violations("person.registered.v1", world.ledger, **person) == ["persons-stand"]


def test_somebody_recommended_is_registered_before_they_are_named(world: World) -> None:
    assert world.violations("candidacy.withdrawn.v1", world.candidacy, referred=[ident(50)]) == ["persons-stand"]


def test_a_new_log_key_replaces_the_one_in_force(world: World) -> None:
    first, second, third = (str(log_key(number)) for number in range(3))
    opened = {"format": 1, "origin": "log.example.com", "created": "2026-01-01T00:00:00.000000Z", "zone": "UTC"}
    world.record("ledger.opened.v1", world.ledger, **opened, algorithms={}, log_key=first)
    rotated = {"log_key": second, "replaces": first, "compromised": False}
    assert world.violations("log_key.rotated.v1", world.ledger, **rotated) == []
    world.record("log_key.rotated.v1", world.ledger, **rotated)
    assert world.violations("log_key.rotated.v1", world.ledger, **rotated) == ["log-key-follows"]
    following = {"log_key": third, "replaces": second, "compromised": True}
    assert world.violations("log_key.rotated.v1", world.ledger, **following) == []


@pytest.mark.parametrize(
    "other",
    [
        "log.example.com+00000000+AAAA",
        str(VerifierKey("other.example.com", ED25519, bytes(31) + b"1")),
        str(VerifierKey.of("log.example.com", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(bytes(32)))),
        str(VerifierKey.of("other.example.com", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(32)))),
    ],
)
def test_a_key_that_could_not_sign_for_the_log_replaces_none(world: World, other: str) -> None:
    first = str(log_key(0))
    opened = {"format": 1, "origin": "log.example.com", "created": "2026-01-01T00:00:00.000000Z", "zone": "UTC"}
    world.record("ledger.opened.v1", world.ledger, **opened, algorithms={}, log_key=first)
    rotated = {"log_key": other, "replaces": first, "compromised": False}
    assert world.violations("log_key.rotated.v1", world.ledger, **rotated) == ["log-key-follows"]


def log_key(number: int) -> VerifierKey:
    return VerifierKey.of("log.example.com", ED25519, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def test_an_imported_entry_belongs_to_an_import_under_way(world: World) -> None:
    assert world.violations("stage.entered.v1", world.candidacy, stage="cv", imported=ident(50)) == ["import-is-open"]
    batch = world.record("import.begun.v1", world.ledger, system="ats", layout="csv", source_digest="0" * 64, records=1)
    assert world.violations("stage.entered.v1", world.candidacy, stage="cv", imported=batch) == []
    counts = dict.fromkeys(("read", "written", "unchanged", "refused", "unmapped", "suppressed"), 0)
    world.record("import.finished.v1", world.ledger, batch=batch, source_digest="0" * 64, counts=counts)
    assert world.violations("stage.entered.v1", world.candidacy, stage="cv", imported=batch) == ["import-is-open"]


def test_an_entry_that_is_named_is_of_the_kind_meant(world: World) -> None:
    assert world.violations("decision.overturned.v1", world.candidacy, decision=world.visit) == ["entries-stand"]
    appeal = {"appeal": world.visit, "result": "upheld", "reviewers": [ident(7)]}
    assert world.violations("appeal.resolved.v1", world.candidacy, **appeal) == ["entries-stand"]


def test_what_others_rest_on_is_not_corrected_away(world: World) -> None:
    for stream in (world.ledger, world.standard, world.requisition, world.candidate):
        opening = next(iter(world.states[stream].types))
        found = world.violations("entry.corrected.v1", stream, target=opening, kind="duplicate", fields={})
        assert found == ["target-stands"]


def test_only_an_entry_of_a_candidacy_was_recorded_under_the_wrong_one(world: World) -> None:
    opening = next(iter(world.states[world.requisition].types))
    found = world.violations("entry.corrected.v1", world.requisition, target=opening, kind="wrong_candidacy",
                             fields={"candidacy": world.candidacy})  # fmt: skip
    assert set(found) == {"target-stands"}


def test_a_hold_does_not_name_what_nobody_can_erase(world: World) -> None:
    assert world.violations("hold.placed.v1", world.ledger, subjects=[world.standard], matter=BOX) == [
        "references-stand"
    ]


def test_a_person_and_a_stream_do_not_share_a_key(world: World) -> None:
    person = {"kind": "staff", "key_commitment": "0" * 64}
    for stream in (world.ledger, world.candidate):
        assert world.violations("person.registered.v1", world.ledger, person=stream, **person) == ["keys-are-apart"]
    world.record("person.registered.v1", world.ledger, person=ident(60), **person)
    assert world.violations("candidate.registered.v1", ident(60), key_commitment="0" * 64) == ["keys-are-apart"]


SEXES = [{"code": code, "names": {"en": code}} for code in ("female", "male")]
SEX = {"code": "sex", "names": {"en": "Sex"}, "values": SEXES}
SCREEN = {"screen_version": 1, "attributes": [SEX], "citation": "29 CFR 1607.4D", "cited_on": "2026-07-03"}


@pytest.mark.parametrize("imported", [False, True])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ratio_numerator": 9}, "groups that fare alike would lie below"),
        (
            {"families": [{"code": "yearly", "attributes": ["sex", "age"]}]},
            "families.0.attributes.1 names no attribute",
        ),
        (
            {"families": [{"code": "yearly", "attributes": ["sex"], "stages": [each]} for each in "ab"]},
            "families names one code twice",
        ),
        (
            {"families": [{"code": "first", "attributes": ["sex"]}, {"code": "second", "attributes": ["sex"]}]},
            "families.1.attributes.0 stands in families.0 at the same stages too",
        ),
        ({"attributes": [SEX, SEX]}, "attributes names one code twice"),
        ({"attributes": [{**SEX, "values": SEXES[:1] * 2}]}, "attributes.0.values names one code twice"),
    ],
)
def test_a_screen_that_could_compare_nothing_it_says_is_not_adopted(
    world: World, wrong: dict[str, Any], said: str, *, imported: bool
) -> None:
    batch = None
    if imported:
        batch = world.record(
            "import.begun.v1", world.ledger, system="ats", layout="csv", source_digest="0" * 64, records=1
        )
    [violation] = world.refused("screen.adopted.v1", world.ledger, imported=batch, **(SCREEN | wrong))
    assert violation.refusal == "screen-is-whole"
    assert said in violation.message


def test_a_screen_whose_families_name_its_own_attributes_is_adopted(world: World) -> None:
    families = [{"code": each, "attributes": ["sex"], "stages": [each]} for each in ("cv", "talk")]
    assert world.violations("screen.adopted.v1", world.ledger, **SCREEN, families=families) == []
    assert world.violations("screen.adopted.v1", world.ledger, **SCREEN, ratio_numerator=1, ratio_denominator=1) == []
