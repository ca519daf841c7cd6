"""The standard decides in integers, as anybody could with pencil and paper."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from evenhand.events.candidacy import KnockoutAnswer
from evenhand.events.standard import Criterion, Question, Stage, StandardAdopted
from evenhand.standard.decide import Implied, Scored, decide, mean_half_up, stage_of
from rules_world import POINT, STANDARD, at, ident

STANDARD_NOW = StandardAdopted.model_validate_json(
    to_json(STANDARD | {"occurred_at": at("2026-07-01"), "actor": ident(9), "basis": {"kind": "observed"}, "rules": 1})
)


def stage(code: str = "onsite", **changes: object) -> Stage:
    found = stage_of(STANDARD_NOW, code)
    assert found is not None
    return found.model_copy(update=changes)


def with_criteria(*criteria: Criterion) -> StandardAdopted:
    return STANDARD_NOW.model_copy(update={"criteria": criteria})


def card(author: str = "a", /, **ratings: int | None) -> Scored:
    return Scored(author, ratings)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"design": 4 * POINT}, Implied.ADVANCE),
        ({"design": 4 * POINT - 1}, Implied.DISCRETION),
        ({"design": 3 * POINT}, Implied.DISCRETION),
        ({"design": 3 * POINT - 1}, Implied.REJECT),
        ({"design": 5 * POINT, "care": 3 * POINT}, Implied.ADVANCE),
        ({"design": 5 * POINT, "care": POINT - 1}, Implied.REJECT),
        ({"care": 5 * POINT}, Implied.INSUFFICIENT),
        ({"design": None, "care": 5 * POINT}, Implied.INSUFFICIENT),
    ],
    ids=["on the bar", "just below", "on the reject bar", "below it", "the optional one counts", "a floor missed",
         "the required one unrated", "the required one not assessed"],
)  # fmt: skip
def test_a_scored_stage_decides_by_bars_and_floors(scores: dict[str, int | None], expected: Implied) -> None:
    assert decide(STANDARD_NOW, stage(), [card(**scores)]) is expected


def test_too_few_authors_leave_it_insufficient_however_many_cards() -> None:
    two = stage(minimum_scorecards=2)
    assert decide(STANDARD_NOW, two, [card(design=5 * POINT)]) is Implied.INSUFFICIENT
    assert decide(STANDARD_NOW, two, [card("a", design=5 * POINT), card("b", design=5 * POINT)]) is Implied.ADVANCE


def test_no_weight_left_leaves_it_insufficient() -> None:
    light = STANDARD_NOW.criteria[0].model_copy(update={"weight": 0})
    assert decide(with_criteria(light), stage(), [card(design=5 * POINT)]) is Implied.INSUFFICIENT


def test_an_informational_criterion_decides_nothing() -> None:
    note = Criterion(criterion="note", names=STANDARD_NOW.names, need="informational", why="to know")
    assert (
        decide(with_criteria(*STANDARD_NOW.criteria, note), stage(), [card(design=4 * POINT, note=0)])
        is Implied.ADVANCE
    )


def test_a_stage_rates_only_the_criteria_it_names() -> None:
    only_care = stage(criteria=("care",))
    assert decide(STANDARD_NOW, only_care, [card(care=4 * POINT)]) is Implied.ADVANCE


def test_a_knockout_stage_wants_every_required_answer_met() -> None:
    asked = stage("cv")
    assert decide(STANDARD_NOW, asked, [], [KnockoutAnswer(question="permit", met=True)]) is Implied.ADVANCE
    assert decide(STANDARD_NOW, asked, [], [KnockoutAnswer(question="permit", met=False)]) is Implied.REJECT
    assert decide(STANDARD_NOW, asked, []) is Implied.INSUFFICIENT


def test_one_answer_not_met_rejects_though_another_is_missing() -> None:
    second = Question(question="degree", names=STANDARD_NOW.names)
    asked = stage("cv", questions=(*stage("cv").questions, second))
    assert decide(STANDARD_NOW, asked, [], [KnockoutAnswer(question="degree", met=False)]) is Implied.REJECT


def test_a_question_that_is_not_required_decides_nothing() -> None:
    wish = Question(question="wish", names=STANDARD_NOW.names, required=False)
    asked = stage("cv", questions=(*stage("cv").questions, wish))
    met = KnockoutAnswer(question="permit", met=True)
    assert decide(STANDARD_NOW, asked, [], [met, KnockoutAnswer(question="wish", met=False)]) is Implied.ADVANCE


def test_an_unscored_stage_is_left_to_the_deciders() -> None:
    assert decide(STANDARD_NOW, stage("chat"), [card(design=0)]) is Implied.UNSCORED


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9))
def test_a_mean_is_rounded_half_up(scores: list[int]) -> None:
    exact = Fraction(sum(scores), len(scores))
    assert mean_half_up(scores) == (exact + Fraction(1, 2)).__floor__()


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), min_size=1, max_size=6), st.integers(0, 10**9))
def test_comparing_products_agrees_with_exact_division(weighted: list[tuple[int, int]], bar: int) -> None:
    criteria = [
        Criterion(criterion=f"c{number}", names=STANDARD_NOW.names, need="required", weight=weight, why="the job")
        for number, (weight, _) in enumerate(weighted)
    ]
    scores = {f"c{number}": score for number, (_, score) in enumerate(weighted)}
    mean = Fraction(sum(weight * score for weight, score in weighted), sum(weight for weight, _ in weighted))
    implied = decide(with_criteria(*criteria), stage(advance_bar=bar, reject_bar=bar), [card(**scores)])
    assert implied is (Implied.ADVANCE if mean >= bar else Implied.REJECT)
