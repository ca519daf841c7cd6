"""Decide one case by a standard, as anybody could with pencil and paper.

Scores and weights are integers in micro-points, and no step divides except the mean over authors, which is rounded half
up. The same rule stands in SQL in ``projections/replay.sql`` for millions of cases; a test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from evenhand.events.candidacy import KnockoutAnswer
from evenhand.events.standard import Criterion, Stage, StandardAdopted
from evenhand.sentence import Sentence


class Implied(StrEnum):
    """What the standard says about a case."""

    ADVANCE = "advance"
    REJECT = "reject"
    DISCRETION = "discretion"  # between the bars, the standard leaves it to the deciders
    INSUFFICIENT = "insufficient"
    UNSCORED = "unscored"


class Scored(NamedTuple):
    """What one author gave, in micro-points; none where a criterion was not assessed."""

    author: str
    ratings: Mapping[str, int | None]


def stage_of(standard: StandardAdopted, code: str) -> Stage | None:
    """Find a stage by its code."""
    for stage in standard.stages:
        if stage.stage == code:
            return stage
    return None


def decide(
    standard: StandardAdopted, stage: Stage, scorecards: Sequence[Scored], answers: Iterable[KnockoutAnswer] = ()
) -> Implied:
    """Say what ``standard`` implies at ``stage``.

    ``scorecards`` are those that stand for the decision, one an author; ``answers`` are the knockout answers. A floor
    missed rejects whatever the sum; a required criterion nobody rated, or too few authors, leaves it insufficient.
    """
    if stage.kind == "unscored":
        return Implied.UNSCORED
    if stage.kind == "knockout":
        return _by_knockout(stage, {answer.question: answer.met for answer in answers})
    return _by_score(stage, rated_here(standard, stage), scorecards)


def rated_here(standard: StandardAdopted, stage: Stage) -> tuple[Criterion, ...]:
    """Answer with the criteria that decide at a stage: those it names, or all; informational ones decide nothing."""
    return tuple(
        each
        for each in standard.criteria
        if each.need != "informational" and (not stage.criteria or each.criterion in stage.criteria)
    )


def mean_half_up(scores: Sequence[int]) -> int:
    """Take the mean of non-negative integers, rounded half up, without leaving the integers."""
    return (2 * sum(scores) + len(scores)) // (2 * len(scores))


def _by_knockout(stage: Stage, answers: Mapping[str, bool]) -> Implied:
    required = [answers.get(each.question) for each in stage.questions if each.required]
    if False in required:
        return Implied.REJECT
    return Implied.INSUFFICIENT if None in required else Implied.ADVANCE


def _by_score(stage: Stage, criteria: Sequence[Criterion], scorecards: Sequence[Scored]) -> Implied:
    if stage.advance_bar is None or stage.reject_bar is None or stage.minimum_scorecards is None:
        raise ValueError(
            Sentence("a scored stage has bars and a minimum of scorecards")
        )  # the model has refused it already
    if len({card.author for card in scorecards}) < stage.minimum_scorecards:
        return Implied.INSUFFICIENT
    weights = weighted = 0
    floor_missed = False
    for criterion in criteria:
        scores = [score for card in scorecards if (score := card.ratings.get(criterion.criterion)) is not None]
        if not scores:
            if criterion.need == "required":
                return Implied.INSUFFICIENT
            continue
        score = mean_half_up(scores)
        floor_missed = floor_missed or (criterion.floor is not None and score < criterion.floor)
        weights += criterion.weight
        weighted += criterion.weight * score
    if weights == 0:
        return Implied.INSUFFICIENT
    if floor_missed or weighted < stage.reject_bar * weights:
        return Implied.REJECT
    return Implied.ADVANCE if weighted >= stage.advance_bar * weights else Implied.DISCRETION
