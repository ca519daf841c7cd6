"""What recording can still prevent is prevented; what has happened elsewhere is recorded all the same."""

from __future__ import annotations

import pytest

from rules_world import BOX, POINT, STANDARD, World, at, ident


def begin_import(world: World) -> str:
    return world.record("import.begun.v1", world.ledger, system="ats", layout="csv", source_digest="0" * 64, records=1)


def test_a_decision_in_line_with_the_standard_is_recorded(world: World) -> None:
    world.score(4)
    assert world.decide(outcome="advance") == []


def test_one_visit_has_one_final_decision(world: World) -> None:
    world.score(4)
    decided = {"visit": world.visit, "outcome": "advance", "automation": "none"}
    first = world.record("decision.made.v1", world.candidacy, **decided)
    assert world.decide() == ["one-final-decision"]
    world.record("decision.overturned.v1", world.candidacy, decision=first)
    assert world.decide() == []


def test_a_deferral_leaves_the_visit_undecided(world: World) -> None:
    world.score(4)
    world.record("decision.made.v1", world.candidacy, visit=world.visit, outcome="defer", automation="none")
    assert world.decide() == []


def duplicate(world: World, target: str) -> list[str]:
    return world.violations("entry.corrected.v1", world.candidacy, target=target, kind="duplicate", fields={})


def test_a_decision_imported_twice_is_corrected_as_a_duplicate_once(world: World) -> None:
    world.score(4)
    decided = {"visit": world.visit, "outcome": "advance", "automation": "none"}
    first = world.record("decision.made.v1", world.candidacy, **decided)
    second = world.record("decision.made.v1", world.candidacy, **decided)
    assert duplicate(world, second) == []
    world.record("entry.corrected.v1", world.candidacy, target=second, kind="duplicate", fields={})
    assert duplicate(world, first) == ["correction-keeps-outcomes"]
    assert world.decide() == ["one-final-decision"]


def test_an_outcome_is_not_taken_back_by_calling_it_a_duplicate(world: World) -> None:
    world.score(4)
    first = world.record("decision.made.v1", world.candidacy, visit=world.visit, outcome="advance", automation="none")
    assert duplicate(world, first) == ["correction-keeps-outcomes"]
    assert duplicate(world, next(iter(world.states[world.candidacy].types))) == ["correction-keeps-outcomes"]
    world.record("decision.overturned.v1", world.candidacy, decision=first)
    assert duplicate(world, next(iter(world.states[world.candidacy].types))) == []


def test_a_decision_stands_again_when_its_overturning_is_corrected_away(world: World) -> None:
    world.score(4)
    decided = {"visit": world.visit, "outcome": "advance", "automation": "none"}
    first = world.record("decision.made.v1", world.candidacy, **decided)
    overturning = world.record("decision.overturned.v1", world.candidacy, decision=first)
    assert duplicate(world, overturning) == []
    world.record("entry.corrected.v1", world.candidacy, target=overturning, kind="duplicate", fields={})
    assert world.decide() == ["one-final-decision"]


def test_no_second_final_decision_comes_back_by_correcting_an_overturning_away(world: World) -> None:
    world.score(4)
    decided = {"visit": world.visit, "outcome": "advance", "automation": "none"}
    first = world.record("decision.made.v1", world.candidacy, **decided)
    overturning = world.record("decision.overturned.v1", world.candidacy, decision=first)
    world.record("decision.made.v1", world.candidacy, **decided)
    assert duplicate(world, overturning) == ["correction-keeps-outcomes"]


def test_a_deferral_says_until_when(world: World) -> None:
    assert world.decide(outcome="defer") == ["deferral-says-until-when"]
    assert world.decide(outcome="defer", until=at("2026-08-01")) == []


def test_a_rejection_gives_a_reason(world: World) -> None:
    world.score(1)
    assert world.decide(outcome="reject") == ["reasons-are-the-standards"]


def test_a_reason_is_one_of_the_standards(world: World) -> None:
    world.score(1)
    assert world.decide(outcome="reject", reasons=[{"code": "stars"}]) == ["reasons-are-the-standards"]


def test_a_reason_that_needs_a_criterion_names_it(world: World) -> None:
    world.score(1)
    assert world.decide(outcome="reject", reasons=[{"code": "below-bar"}]) == ["reasons-are-the-standards"]
    assert world.decide(outcome="reject", reasons=[{"code": "below-bar", "criteria": ["design"]}]) == []


def test_a_candidates_reason_is_no_reason_to_reject_them(world: World) -> None:
    world.score(1)
    assert world.decide(outcome="reject", reasons=[{"code": "other-offer"}]) == ["reasons-are-the-standards"]


def test_a_reason_cites_only_criteria_of_the_standard(world: World) -> None:
    world.score(1)
    reasons = [{"code": "below-bar", "criteria": ["charm"]}]
    assert world.decide(outcome="reject", reasons=reasons) == ["criteria-are-the-standards"]


@pytest.mark.parametrize(
    ("score", "outcome", "reasons"),
    [
        (4, "reject", [{"code": "below-bar", "criteria": ["design"]}]),
        (1, "advance", []),
        (None, "advance", []),
    ],
)
def test_an_outcome_against_the_standard_says_why(
    world: World, score: int | None, outcome: str, reasons: list[object]
) -> None:
    world.score(score)
    assert world.decide(outcome=outcome, reasons=reasons) == ["override-says-why"]
    assert world.decide(outcome=outcome, reasons=reasons, override_reason=BOX) == []


def test_between_the_bars_the_deciders_are_free(world: World) -> None:
    world.score(3, ratings=[{"criterion": "design", "score": 3 * POINT + POINT // 2}])
    assert world.decide(outcome="advance") == []
    assert world.decide(outcome="reject", reasons=[{"code": "below-bar", "criteria": ["design"]}]) == []


def test_a_rejection_because_the_place_was_taken_needs_no_override(world: World) -> None:
    world.score(4)
    assert world.decide(outcome="reject", reasons=[{"code": "filled"}]) == []


def test_a_knockout_answer_not_met_implies_a_rejection(world: World) -> None:
    world.visit = world.record("stage.entered.v1", world.candidacy, stage="cv")
    assert world.decide(knockout_answers=[{"question": "permit", "met": False}]) == ["override-says-why"]
    assert world.decide(knockout_answers=[{"question": "permit", "met": True}]) == []
    assert world.decide() == ["override-says-why"]


def test_a_scorecard_that_came_after_the_decision_does_not_stand_for_it(world: World) -> None:
    world.score(4, occurred_at=at("2026-07-04", "09:00"))
    assert world.decide() == ["override-says-why"]


def test_a_scorecard_of_the_same_day_may_have_come_before(world: World) -> None:
    world.score(4, occurred_at=at("2026-07-03"))
    assert world.decide() == []


def test_of_each_author_the_latest_scorecard_counts(world: World) -> None:
    world.score(1, occurred_at=at("2026-07-03", "08:00"))
    world.score(4, occurred_at=at("2026-07-03", "09:00"))
    assert world.decide() == []
    world.score(1, author=8)
    assert world.decide() == ["override-says-why"]


def test_a_decision_names_the_version_in_force_when_it_was_made(world: World) -> None:
    world.record("standard.adopted.v1", world.standard, **STANDARD | {"standard_version": 2})
    world.record("requisition.rebound.v1", world.requisition, standard=world.standard, standard_version=2,
                 why="stricter", occurred_at=at("2026-07-02"))  # fmt: skip
    world.score(4)
    assert world.decide() == ["bound-standard"]
    assert world.decide(standard_version=2) == []
    assert world.decide(occurred_at=at("2026-07-01", "20:00"), override_reason=BOX) == []


def test_an_unknown_version_or_criterion_is_refused_even_of_an_import(world: World) -> None:
    batch = begin_import(world)
    card = {"visit": world.visit, "author": ident(7), "standard": world.standard, "standard_version": 9, "ratings": []}
    assert world.violations("scorecard.submitted.v1", world.candidacy, imported=batch, **card) == ["versions-stand"]
    rated = card | {"standard_version": 1, "ratings": [{"criterion": "charm", "score": POINT}]}
    assert world.violations("scorecard.submitted.v1", world.candidacy, imported=batch, **rated) == [
        "criteria-are-the-standards"
    ]


def test_a_stage_that_the_standard_does_not_have_is_not_entered(world: World) -> None:
    assert world.violations("stage.entered.v1", world.candidacy, stage="party") == ["criteria-are-the-standards"]


def test_a_score_lies_on_the_scale(world: World) -> None:
    card = {"visit": world.visit, "author": ident(7), "standard": world.standard, "standard_version": 1}
    rated = card | {"ratings": [{"criterion": "design", "score": 6 * POINT}]}
    assert world.violations("scorecard.submitted.v1", world.candidacy, **rated) == ["scores-are-on-the-scale"]


def test_an_appeal_is_not_resolved_by_those_who_decided(world: World) -> None:
    decided = world.record("decision.made.v1", world.candidacy, visit=world.visit, outcome="reject", automation="none",
                           deciders=[ident(7)])  # fmt: skip
    appeal = world.record("decision.appealed.v1", world.candidacy, decision=decided, channel="email")
    resolved = {"appeal": appeal, "result": "upheld"}
    assert world.violations("appeal.resolved.v1", world.candidacy, reviewers=[ident(7), ident(8)], **resolved) == [
        "appeal-by-others"
    ]
    assert world.violations("appeal.resolved.v1", world.candidacy, reviewers=[ident(8)], **resolved) == []


def test_what_an_import_reports_is_never_refused_for_breaking_a_rule(world: World) -> None:
    batch = begin_import(world)
    world.record("decision.made.v1", world.candidacy, visit=world.visit, outcome="advance", automation="none")
    assert world.decide(outcome="reject", imported=batch, standard=None, standard_version=None) == []


def test_what_happened_outside_is_always_recorded(world: World) -> None:
    told = {"about": "outcome", "channel": "email"}
    assert world.violations("notice.given.v1", world.candidacy, **told) == []  # before any decision
    assert world.violations("feedback.given.v1", world.candidacy, channel="phone") == []
    world.record("decision.made.v1", world.candidacy, visit=world.visit, outcome="reject", automation="none")
    assert world.violations("offer.extended.v1", world.candidacy) == []


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    world.score(4)
    found = world.decide(outcome="reject", standard_version=None, standard=None, reasons=[{"code": "stars"}])
    assert found == ["bound-standard", "reasons-are-the-standards", "override-says-why"]
