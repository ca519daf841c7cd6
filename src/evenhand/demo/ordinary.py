"""Ordinary candidacies: people are told in time, by the same standard, and nothing is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from evenhand.demo.company import LAST_DAY, Post
from evenhand.demo.story import HALF, Author, Story, working_time
from evenhand.standard.decide import Implied

_LEAD = timedelta(days=75)
"""The last application to a post that closes comes so long before, so that every story ends."""


def scores(rng: Random, leaning: float) -> Callable[[], int]:
    """Make scores in half points around a leaning, between 1 and 5."""
    return lambda: min(10, max(2, round(2 * rng.gauss(leaning, 0.7)))) * HALF


def tell_all(author: Author, post: Post) -> None:
    """Tell all the candidacies of a post, in the order people apply."""
    hired = 0
    for applied in _arrivals(author.rng, post):
        hired += _candidacy(author, post, applied, place_left=hired < post.headcount)


def _arrivals(rng: Random, post: Post) -> list[datetime]:
    first = post.opens + timedelta(days=3)
    last = (post.closes - _LEAD) if post.closes else LAST_DAY - timedelta(days=1)
    days = (last - first).days
    return sorted(
        _some_time(rng, first + timedelta(days=rng.randrange(days + 1)), post.zone) for _ in range(post.candidacies)
    )


def _some_time(rng: Random, day: date, zone: str) -> datetime:
    local = datetime.combine(day, time(8), ZoneInfo(zone)) + timedelta(minutes=rng.randrange(13 * 60))
    return local.astimezone(UTC)


def _candidacy(author: Author, post: Post, applied: datetime, *, place_left: bool) -> bool:
    """Tell one candidacy to its end; answer whether it ended in a hire."""
    story, rng = Story(author, post, applied), author.rng
    leaning = rng.gauss(3.3, 0.6)
    story.apply()
    if rng.random() < 0.04:  # noqa: PLR2004 - a few change their minds at once
        withdraw(story)
        return False
    if not cv_review(story, fit=rng.random() < 0.38):  # noqa: PLR2004 - the share of CVs that fit
        return False
    if not interview_stage(story, "phone", leaning, cards=1):
        return False
    if rng.random() < 0.05:  # noqa: PLR2004 - some leave between the stages
        withdraw(story)
        return False
    return interview_stage(story, "onsite", leaning + 0.1, cards=2, place_left=place_left) and offer(story)


def cv_review(story: Story, *, fit: bool) -> bool:
    """Review a CV: on the next Friday at the latest, many at once, and told the same day or the next."""
    rng = story.rng
    story.wait(days=rng.randrange(1, 4))
    story.answer(permit=fit or rng.random() < 0.5, experience=fit)  # noqa: PLR2004 - half lack only the experience
    story.decide("advance" if fit else "reject", rationale=None)
    story.wait(hours=rng.randrange(1, 20))
    story.outcome_told("advance" if fit else "reject")
    return fit


def interview_stage(story: Story, stage: str, leaning: float, *, cards: int, place_left: bool = True) -> bool:
    """Interview, decide by the standard with a rare override, tell, give feedback; answer whether it goes on."""
    rng = story.rng
    story.wait(days=1)
    story.enter(stage)
    story.interview(scores(rng, leaning), cards=cards)
    story.wait(days=rng.randrange(1, 3))
    implied = story.implied()
    outcome = rng.choice(("advance", "reject")) if implied is Implied.DISCRETION else implied.value
    if stage == "onsite" and outcome == "advance" and not place_left:
        story.decide("reject", reasons=[{"code": "filled"}])
        outcome = "reject"
    elif implied is not Implied.DISCRETION and rng.random() < 0.03:  # noqa: PLR2004 - a rare override
        outcome = "reject" if outcome == "advance" else "advance"
        why = {"reasons": [{"code": "requirement-missing"}]} if outcome == "reject" else {}
        story.decide(outcome, override_reason=story.text["override"], **why)
    else:
        story.decide(outcome)
    story.wait(hours=rng.randrange(1, 30))
    story.outcome_told(outcome)
    if outcome == "reject":
        goodbye(story)
    return outcome == "advance"


def goodbye(story: Story) -> None:
    """Give feedback, or say that it was declined; thank whoever came to the house; sometimes hear what it was worth."""
    rng = story.rng
    story.wait(hours=rng.randrange(1, 30))
    if rng.random() < 0.06:  # noqa: PLR2004 - a few do not want any
        story.tell("feedback.withheld.v1", {"reason": "candidate_declined", "decision": story.decision})
        if story.stage == "onsite":
            story.thank(Random(f"thanks of {story.candidacy}"))  # noqa: S311 - the demo is to be the same each time
        return
    feedback = story.feedback()
    if story.stage == "onsite":
        story.now += timedelta(minutes=30)
        story.thank()
    if rng.random() < 0.25:  # noqa: PLR2004 - a quarter rate it
        story.wait(days=2)
        story.tell("feedback.rated.v1", {"feedback": feedback, "helpful": rng.random() < 0.7})  # noqa: PLR2004


def withdraw(story: Story, reason: str | None = None, *, referred: tuple[str, ...] = ()) -> None:
    """Let the candidate withdraw, and acknowledge it."""
    story.wait(days=1)
    reason = reason or story.rng.choice(("pay", "other-offer", "distance"))
    body = {"visit": story.visit, "reason_code": reason, "channel": "email", "referred": referred}
    story.tell("candidacy.withdrawn.v1", body)
    story.now = working_time(story.now + timedelta(hours=3), story.post.zone, story.rng)
    story.notice("withdrawal", story.text["withdrawal"])


def offer(story: Story) -> bool:
    """Make an offer; most are accepted."""
    story.wait(hours=4)
    made = story.tell("offer.extended.v1", {"channel": "phone", "terms": story.text["rationale"]})
    story.wait(days=4)
    if story.rng.random() < 0.7:  # noqa: PLR2004 - most accept
        story.tell("offer.answered.v1", {"offer": made, "answer": "accepted"})
        story.now += timedelta(hours=1)
        story.tell("candidate.hired.v1", {"offer": made})
        return True
    story.tell("offer.answered.v1", {"offer": made, "answer": "declined", "reason_code": "other-offer"})
    return False
