"""Stories in which nothing is to be found, and which show what else a record can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evenhand.demo.company import POSTS, TEXTS, Post
from evenhand.demo.ordinary import cv_review, goodbye, withdraw
from evenhand.demo.steps import fixed, rejected_at_cv, rejected_at_phone, to_onsite, to_phone, told_next_day
from evenhand.demo.story import Story


def erased(story: Story) -> None:
    """Nothing is wrong: this person will ask to be erased, and the ledger goes on without their texts."""
    rejected_at_phone(story)


def stays_in_touch(story: Story) -> None:
    """Nothing is wrong: rejected, agreed to be contacted, invited, applied again for another post, and hired."""
    rejected_at_phone(story)
    until = (story.now + timedelta(days=365)).date().isoformat()
    body = {"purpose": "keep_in_touch", "channel": "email", "until": until}
    consent = story.tell("consent.given.v1", body, stream=story.candidate)
    story.wait(days=60)
    story.tell("follow_up.made.v1", {"kind": "reapply_invitation", "channel": "email", "consent": consent,
                                     "language": story.post.language, "text": story.text["invitation"]})  # fmt: skip
    story.wait(days=6)
    again = story.again(_post("eng-berlin-2"))
    to_onsite(again, scores=fixed(4.5))
    again.decide("advance")
    again.wait(hours=3)
    again.outcome_told("advance")
    again.wait(hours=4)
    made = again.tell("offer.extended.v1", {"channel": "phone", "terms": again.text["rationale"]})
    again.wait(days=2)
    again.tell("offer.answered.v1", {"offer": made, "answer": "accepted"})
    again.now += timedelta(hours=1)
    again.tell("candidate.hired.v1", {"offer": made})


def tries_again(story: Story) -> None:
    """Nothing is wrong: turned down on the CV, applied for the same post three months later, turned down by phone."""
    rejected_at_cv(story)
    told_next_day(story)
    story.wait(days=90)
    rejected_at_phone(story.again(story.post))


def thinks_better_of_it(story: Story) -> None:
    """Nothing is wrong: withdrew for another offer, came back a year later, and waits for an answer."""
    to_phone(story, points=4)
    withdraw(story, "other-offer")
    story.now = datetime(2026, 6, 29, 6, 30, tzinfo=UTC)
    story.again(_post("pm-shanghai-2")).apply()


def recommends_others(story: Story) -> None:
    """Nothing is wrong: withdrew because of the distance and named two others, one of whom applied a week later."""
    to_phone(story, points=3)
    others = tuple(_referred(story, name) for name in ("Friend E", "Friend F"))
    withdraw(story, "distance", referred=others)
    story.wait(days=7)
    friend = Story(story.author, story.post, story.now)
    friend.apply(route="referral", referred_by=others[0])
    cv_review(friend, fit=False)


def _referred(story: Story, name: str) -> str:
    person = story.author.new_id(story.now)
    body = {"person": person, "kind": "referred", "name": name}
    story.tell("person.registered.v1", body, stream=story.author.standing.ledger)
    return person


def told_in_english(story: Story) -> None:
    """Nothing is wrong: had applied in English to a post whose letters are in Chinese, and was answered in English."""
    rejected_at_cv(story)
    story.wait(hours=4)
    story.outcome_told("reject", text=TEXTS["en"]["reject"], language="en")


def told_by_phone(story: Story) -> None:
    """Nothing is wrong: had asked to be called, and was told by phone what all others read in a mail."""
    rejected_at_cv(story)
    story.wait(hours=4)
    story.outcome_told("reject", channel="phone")


def _post(code: str) -> Post:
    return next(each for each in POSTS if each.code == code)


def heard_on_appeal(story: Story) -> None:
    """Nothing is wrong: a decision was appealed, overturned by others, made again, and told in words of its own."""
    to_phone(story, points=2)
    story.decide("reject")
    story.wait(hours=3)
    story.outcome_told("reject")
    story.wait(days=1)
    first = story.decision
    appeal = story.tell(
        "decision.appealed.v1", {"decision": first, "channel": "email", "grounds": story.text["rationale"]}
    )
    story.wait(days=2)
    story.tell("appeal.resolved.v1", {"appeal": appeal, "result": "overturned", "reviewers": [story.staff[4]]})
    story.tell("decision.overturned.v1", {"decision": first, "deciders": [story.staff[4]]})
    story.wait(hours=1)
    story.decide("reject", deciders=[story.staff[4]])
    story.wait(hours=3)
    story.outcome_told("reject", template="after-appeal")
    goodbye(story)
