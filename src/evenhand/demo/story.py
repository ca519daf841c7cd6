"""One candidacy of the demo, told step by step; every step becomes a draft with the time it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from evenhand.demo.checked import checks
from evenhand.demo.company import POLICY, TEXTS, Post
from evenhand.events.candidacy import KnockoutAnswer
from evenhand.events.ids import new_id
from evenhand.events.standard import StandardAdopted
from evenhand.ledger.drafts import Draft
from evenhand.standard.decide import Implied, Scored, decide, stage_of

HALF = 500_000
_WEEKEND = 6


class Happening(NamedTuple):
    """A draft, and when it is recorded; happenings of one day are recorded together, in the order they happened."""

    recorded: datetime
    happened: datetime
    draft: Draft


class Standing(NamedTuple):
    """What stands before anybody applies: streams by code, members of staff, standards by code and version."""

    ledger: str
    requisitions: dict[str, str]
    standards: dict[str, str]
    adopted: dict[tuple[str, int], StandardAdopted]
    staff: tuple[str, ...]
    revised: datetime
    """When the second version of the engineers' standard was bound."""


class Author:
    """Writes stories: knows what stands, draws from one seeded source, collects what happened."""

    standing: Standing

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.happenings: list[Happening] = []
        self.people = 0

    def new_id(self, at: datetime, rng: Random | None = None) -> str:
        """Make the id of something that came into being at a time."""
        return new_id(int(at.timestamp() * 1000), (rng or self.rng).randbytes)

    def add(self, topic: str, stream: str, at: datetime, body: dict[str, Any], **more: Any) -> str:
        """Write down that something happened; answer with the id its entry will have."""
        entry_id = self.new_id(at, more.get("rng"))
        zone = more.get("zone", "UTC")
        whole = {"occurred_at": moment(at, zone), "actor": self.standing.staff[0]} | body
        self.happenings.append(Happening(more.get("recorded") or at, at, Draft(topic, stream, whole, entry_id)))
        return entry_id


class Story:
    """One candidacy: each method lets one thing happen and answers with what later ones need."""

    def __init__(self, author: Author, post: Post, applied: datetime, *, recorded: datetime | None = None) -> None:
        self.author = author
        self.rng = author.rng
        self.post = post
        self.now = applied
        self.recorded = recorded
        """When everything is recorded, if not as it happens."""
        self.text = TEXTS[post.language]
        self.candidate = author.new_id(applied)
        self.candidacy = author.new_id(applied)
        self.prior = ""
        """The candidacy before this one, for somebody who applies again."""
        self.visit = ""
        self.stage = ""
        self.cards: list[Scored] = []
        self.answers: list[dict[str, Any]] = []
        self.decision = ""
        self.outcome = ""
        self.basis: dict[str, Any] = {}
        """Set for a story that comes in through an import."""

    @property
    def staff(self) -> tuple[str, ...]:
        """The members of staff."""
        return self.author.standing.staff

    @property
    def version(self) -> int:
        """The version of the standard that holds now."""
        return 2 if self.post.standard == "engineer" and self.now >= self.author.standing.revised else 1

    @property
    def standard(self) -> StandardAdopted:
        """The standard that holds now."""
        return self.author.standing.adopted[self.post.standard, self.version]

    def tell(
        self, topic: str, body: dict[str, Any] | None = None, *, stream: str | None = None, rng: Random | None = None
    ) -> str:
        """Let something happen to the candidacy now."""
        whole = (body or {}) | ({"basis": self.basis} if self.basis else self._checks(topic, body or {}))
        where = stream or self.candidacy
        return self.author.add(topic, where, self.now, whole, zone=self.post.zone, recorded=self.recorded, rng=rng)

    def _checks(self, topic: str, body: dict[str, Any]) -> dict[str, Any]:
        """Check the text of a message as it is recorded; what an import brings was not checked."""
        return checks(topic, body, self.standard, self.outcome or None)

    def wait(self, days: int = 0, hours: float = 0) -> None:
        """Let time pass, to a working hour of a working day."""
        self.now = working_time(self.now + timedelta(days=days, hours=hours), self.post.zone, self.rng)

    def again(self, post: Post) -> Story:
        """Let the same person apply once more, now."""
        other = Story(self.author, post, self.now)
        other.candidate, other.prior = self.candidate, self.candidacy
        return other

    def apply(self, *, route: str | None = None, referred_by: str | None = None) -> None:
        """Open the candidacy at the first stage; the receipt names the day by which the candidate hears more."""
        if not self.prior:
            self._become_known()
        drawn = self.rng.choices(("external", "referral", "campus", "internal"), (80, 10, 7, 3))[0]
        body = {"candidate": self.candidate, "requisition": self.author.standing.requisitions[self.post.code],
                "route": route or drawn, "prior": self.prior or None, "referred_by": referred_by}  # fmt: skip
        self.tell("candidacy.opened.v1", {name: value for name, value in body.items() if value})
        self.enter("cv")
        self.now += timedelta(minutes=5)
        self.notice("receipt", self.text["receipt"], channel="email")
        if not self.basis:  # the other system did not keep what its letters promise
            aside = Random(f"promise of {self.candidacy}")  # noqa: S311 - the demo is to be the same each time
            self.promise(days=14, about="next_step", channel="email", rng=aside)

    def _become_known(self) -> None:
        self.author.people += 1
        number = f"{self.author.people:04d}"
        name = f"演示候选人{number}" if self.post.language == "zh" else f"Demo Candidate {number}"
        body = {"name": name, "contact": f"candidate-{number}@demo.invalid", "language": self.post.language}
        self.tell("candidate.registered.v1", body, stream=self.candidate)
        if self.rng.random() < 0.8:  # noqa: PLR2004 - a share of people answer everything
            self.identify()
        else:
            self.identify_in_part(Random(f"answers of {number}"))  # noqa: S311 - the demo is to be the same each time

    def identify(self) -> None:
        """Let the candidate answer what groups are compared by."""
        answers = {
            "sex": self.rng.choice(("female", "male")),
            "age": self.rng.choices(("under-40", "40-up"), (7, 3))[0],
        }
        self.tell("candidate.self_identified.v1", {"answers": to_json(answers).decode()}, stream=self.candidate)

    def identify_in_part(self, aside: Random) -> None:
        """Let most of those who do not say how old they are answer the other question.

        They draw from a source of their own, so that the rest of the story is what it is without them.
        """
        if aside.random() < 0.85:  # noqa: PLR2004 - a few say nothing at all
            answers = {"sex": aside.choice(("female", "male"))}
            body = {"answers": to_json(answers).decode()}
            self.tell("candidate.self_identified.v1", body, stream=self.candidate, rng=aside)

    def enter(self, stage: str) -> None:
        """Begin a visit."""
        self.stage, self.decision, self.outcome, self.cards, self.answers = stage, "", "", [], []
        self.visit = self.tell("stage.entered.v1", {"stage": stage})

    def interview(self, scores: Callable[[], int], *, cards: int, promise: bool = True) -> None:
        """Hold an interview, let so many people rate it, and name the day of the answer."""
        people = self.rng.sample(self.staff[4:], cards)
        form = "phone" if self.stage == "phone" else "in_person"
        held = working_time(self.now + timedelta(days=3), self.post.zone, self.rng)
        planned = self.tell("interview.scheduled.v1", {"visit": self.visit, "form": form, "interviewers": people,
                                                       "starts": moment(held, self.post.zone)})  # fmt: skip
        self.now = held
        self.tell(
            "interview.held.v1", {"visit": self.visit, "interview": planned, "form": form, "interviewers": people}
        )
        if promise:
            self.promise(days=14)
        for person in people:
            self.now += timedelta(minutes=25)
            self.score(person, scores)

    def score(self, person: str, scores: Callable[[], int]) -> str:
        """Let one person hand in a scorecard."""
        stage = stage_of(self.standard, self.stage)
        rated = [each.criterion for each in self.standard.criteria
                 if stage is None or not stage.criteria or each.criterion in stage.criteria]  # fmt: skip
        ratings: list[dict[str, Any]] = [{"criterion": code, "score": scores()} for code in rated if code != "notice"]
        self.cards.append(Scored(person, {each["criterion"]: each["score"] for each in ratings}))
        body = {"visit": self.visit, "author": person, "ratings": ratings, "comment": self.text["comment"]}
        return self.tell("scorecard.submitted.v1", body | self.named_standard())

    def answer(self, **met: bool) -> None:
        """Answer the knockout questions of the first stage."""
        self.answers = [{"question": question, "met": value} for question, value in met.items()]

    def named_standard(self) -> dict[str, Any]:
        """Name the standard that holds."""
        return {"standard": self.author.standing.standards[self.post.standard], "standard_version": self.version}

    def implied(self) -> Implied:
        """Say what the standard implies now."""
        stage = stage_of(self.standard, self.stage)
        if stage is None:
            return Implied.UNSCORED
        return decide(self.standard, stage, self.cards, [KnockoutAnswer.model_validate(each) for each in self.answers])

    def decide(self, outcome: str, **body: Any) -> str:
        """Decide; a rejection gives the standard's reason unless the caller gives another."""
        if outcome == "reject" and "reasons" not in body:
            body["reasons"] = [self.reason()]
        whole = {"visit": self.visit, "outcome": outcome, "automation": "none", "rationale": self.text["rationale"],
                 "deciders": list(self.staff[2:4])} | self.named_standard()  # fmt: skip
        if self.answers:
            whole["knockout_answers"] = self.answers
        self.outcome = outcome
        self.decision = self.tell("decision.made.v1", whole | body)
        return self.decision

    def reason(self) -> dict[str, Any]:
        """Give the reason that fits: a missing requirement, or the weakest criterion."""
        if self.stage == "cv":
            return {"code": "requirement-missing"}
        return {"code": "below-bar", "criteria": [self.weakest()]}

    def weakest(self) -> str:
        """Name the criterion with the lowest scores; the standard's first while nobody has scored."""
        totals: dict[str, int] = {} if self.cards else {self.standard.criteria[0].criterion: 0}
        for card in self.cards:
            for code, score in card.ratings.items():
                totals[code] = totals.get(code, 0) + (score or 0)
        return min(totals, key=lambda code: totals[code])

    def notice(self, about: str, text: str, *, channel: str = "email", **body: Any) -> str:
        """Tell the candidate something."""
        whole = {"about": about, "channel": channel, "language": self.post.language, "text": text,
                 "template": about, "template_version": "1"}  # fmt: skip
        return self.tell("notice.given.v1", whole | body)

    def outcome_told(self, outcome: str, **body: Any) -> str:
        """Tell the candidate of the decision; a mail is reported delivered, a call reaches by itself."""
        interviewed = self.stage != "cv"
        channel = body.pop("channel", "phone" if interviewed and self.rng.random() < 0.5 else "email")  # noqa: PLR2004 - half are called
        text = body.pop("text", self.text[outcome])
        told = self.notice("outcome", text, channel=channel, decision=self.decision, **body)
        if channel == "email" and self.rng.random() < 0.9:  # noqa: PLR2004 - most servers answer
            self.now += timedelta(seconds=20)
            self.tell("notice.delivery_reported.v1", {"notice": told, "status": "delivered"})
        return told

    def feedback(self) -> str:
        """Say what was good, what to work on, and how."""
        criterion = self.weakest()
        names = next(each.names for each in self.standard.criteria if each.criterion == criterion)
        named = (names.zh if self.post.language == "zh" else names.en) or names.en
        segments = [
            {"kind": "strength", "text": self.text["strength"]},
            {"kind": "improvement", "criterion": criterion, "text": self.text["improvement"].format(criterion=named)},
            {"kind": "suggestion", "criterion": criterion, "text": self.text["suggestion"].format(criterion=named)},
        ]
        body: dict[str, Any] = {"segments": segments, "channel": "email", "language": self.post.language}
        return self.tell("feedback.given.v1", body | ({"decision": self.decision} if self.decision else {}))

    def thank(self, rng: Random | None = None) -> str:
        """Thank the candidate for having come."""
        body = {"kind": "thank_you", "channel": "email", "language": self.post.language, "text": self.text["thanks"]}
        return self.tell("follow_up.made.v1", body, rng=rng)

    def promise(
        self, *, days: int, about: str = "outcome", channel: str = "in_person", rng: Random | None = None
    ) -> str:
        """Name the day by which the candidate will hear."""
        by = (self.now.astimezone(ZoneInfo(self.post.zone)) + timedelta(days=days)).date().isoformat()
        due = {"at": by, "zone": self.post.zone, "precision": "day"}
        return self.tell("promise.made.v1", {"about": about, "by": due, "channel": channel}, rng=rng)


def moment(at: datetime, zone: str) -> dict[str, str]:
    """Write a time as the ledger wants it: local, with its offset and zone."""
    local = at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return {"at": local, "zone": zone, "precision": "instant"}


def works(day: date) -> bool:
    """Say whether a day is a working day of the policy's calendar."""
    calendar = POLICY["calendar"]
    if day.isoformat() in calendar["workdays"]:
        return True
    return day.isoweekday() < _WEEKEND and day.isoformat() not in calendar["holidays"]


def working_time(at: datetime, zone: str, rng: Random) -> datetime:
    """Move a time to a working hour: on the same day if there is one left, else on the next working day."""
    local = at.astimezone(ZoneInfo(zone))
    day, opens = local.date(), time(9)
    if local.time() >= time(17):
        day += timedelta(days=1)
    elif local.time() > opens:
        opens = local.time()
    while not works(day):
        day, opens = day + timedelta(days=1), time(9)
    begin = datetime.combine(day, opens, ZoneInfo(zone))
    return (begin + timedelta(minutes=rng.randrange(1, 50))).astimezone(UTC)
