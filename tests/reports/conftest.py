"""A year of hiring made by hand: two posts, one standard, a screen, promises, notices, lessons and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from build import entries_of, facts_from, uid
from evenhand.columns.facts import Facts

POINT = 1_000_000
ZONE = "Europe/Berlin"

STANDARD = {
    "standard_version": 1,
    "code": "exam",
    "names": {"en": "Examination", "zh": "考试"},
    "criteria": [
        {"criterion": "written", "names": {"en": "Written"}, "need": "required", "weight": 600_000, "why": "the job"},
        {"criterion": "oral", "names": {"en": "Oral"}, "need": "required", "weight": 400_000, "why": "the job"},
    ],
    "scale": {"minimum": 0, "maximum": 100 * POINT},
    "stages": [
        {
            "stage": "exam",
            "names": {"en": "Examination", "zh": "考试"},
            "kind": "scored",
            "advance_bar": 70 * POINT,
            "reject_bar": 70 * POINT,
            "minimum_scorecards": 1,
        },
        {"stage": "chat", "names": {"en": "Talk", "zh": "面谈"}, "kind": "unscored"},
    ],
    "reason_codes": [
        {"code": "below-bar", "names": {"en": "Below the bar"}, "party": "employer", "needs_criterion": True}
    ],
    "why": "to hire by one measure",
}
POLICY = {
    "policy_version": 1,
    "code": "telling",
    "names": {"en": "Telling"},
    "deadlines": [
        {"deadline": "outcome", "clock_from": "decision", "until": "outcome_told", "amount": 3, "unit": "days"}
    ],
    "why": "people wait",
}
SCREEN = {
    "screen_version": 1,
    "minimum_n": 10,
    "attributes": [
        {
            "code": "race",
            "names": {"en": "Race", "zh": "族裔"},
            "values": [
                {"code": "w", "names": {"en": "White", "zh": "白人"}},
                {"code": "b", "names": {"en": "Black", "zh": "黑人"}},
                {"code": "h", "names": {"en": "Hispanic", "zh": "西裔"}},
            ],
            "reference": "w",
        }
    ],
    "citation": "29 CFR 1607.4D",
    "cited_on": "2026-01-01",
}


@dataclass
class World:
    """Events to be, in the order of recording, and the answers candidates gave."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    answers: dict[str, dict[str, str] | None] = field(default_factory=dict)

    def say(self, topic: str, stream: str, at: str, /, **body: Any) -> int:
        """Add an entry; answer with its position."""
        entry = uid(f"entry {len(self.events) + 1}")
        self.events.append((topic, uid(stream), body, {"at": at, "zone": ZONE, "id": entry}))
        return len(self.events)

    def begin(self) -> None:
        opened = {
            "format": 1, "origin": "example.com/hiring", "created": "2026-01-01T00:00:00Z", "zone": ZONE,
            "algorithms": {}, "log_key": "example.com+00000000+AAAA",
        }  # fmt: skip
        self.say("ledger.opened", "ledger", "2026-01-01T00:00:00Z", **opened)
        self.say("standard.adopted", "standard", "2026-01-01T00:00:00Z", **STANDARD)
        self.say("policy.adopted", "policy", "2026-01-01T00:00:00Z", **POLICY)
        self.say("screen.adopted", "ledger", "2026-01-01T00:00:00Z", **SCREEN)

    def post(self, name: str) -> None:
        self.say(
            "requisition.opened", name, "2026-01-02T00:00:00Z", code=name, title=name, unit="u", location="l",
            zone=ZONE, headcount=1, standard=uid("standard"), standard_version=1, policy=uid("policy"),
            policy_version=1,
        )  # fmt: skip

    def screen(self, **changes: Any) -> None:
        """Adopt another version of the screen."""
        version = 1 + sum(each[0] == "screen.adopted" for each in self.events)
        self.say("screen.adopted", "ledger", "2026-01-01T00:00:00Z", **(SCREEN | {"screen_version": version} | changes))

    def candidate(
        self, name: str, post: str, race: str | None = None, at: str = "2026-02-01T09:00:00Z", **answers: str
    ) -> None:
        self.say("candidate.registered", f"person {name}", at, key_commitment="00" * 32)
        said = ({"race": race} if race is not None else {}) | answers
        if said:
            self.say("candidate.self_identified", f"person {name}", at, answers="sealed")
            self.answers[uid(f"person {name}")] = said
        self.say("candidacy.opened", name, at, candidate=uid(f"person {name}"), requisition=uid(post), route="external")

    def decide(
        self,
        name: str,
        outcome: str,
        score: int | tuple[int, int],
        at: str = "2026-02-10T09:00:00Z",
        *,
        stage: str = "exam",
        **body: Any,
    ) -> int:
        """Enter a stage, score both criteria (alike, if one score is given), decide; answer the decision's position."""
        visit = uid(f"entry {self.say('stage.entered', name, at, stage=stage)}")
        if stage == "exam":
            both = zip(("written", "oral"), score if isinstance(score, tuple) else (score, score), strict=True)
            ratings = [{"criterion": each, "score": given * POINT} for each, given in both]
            self.say(
                "scorecard.submitted", name, at, visit=visit, author=uid("author"), standard=uid("standard"),
                standard_version=1, ratings=ratings,
            )  # fmt: skip
        reasons = [{"code": "below-bar", "criteria": ["written"]}] if outcome == "reject" else []
        given = {"reasons": reasons, "deciders": [uid("decider")], "automation": "none"} | body
        return self.say("decision.made", name, at, visit=visit, outcome=outcome, **given)

    def fare(self, post: str, groups: dict[str, tuple[int, int]], attribute: str = "race", **body: Any) -> None:
        """Open a post at which so many of each group are decided on and so many of them advanced."""
        self.post(post)
        for group, (n, selected) in groups.items():
            for each in range(n):
                name = f"{post} {group} {each}"
                self.candidate(name, post, **{attribute: group})
                self.decide(name, *(("advance", 70) if each < selected else ("reject", 69)), **body)

    def tell(self, name: str, decision: int, at: str, **body: Any) -> int:
        given = {"about": "outcome", "decision": uid(f"entry {decision}"), "channel": "phone"} | body
        return self.say("notice.given", name, at, **given)


@pytest.fixture
def world() -> World:
    begun = World()
    begun.begin()
    return begun


@pytest.fixture
def opened() -> Iterator[Callable[..., Facts]]:
    with ExitStack() as stack:

        def open_world(world: World, instant: str = "2026-06-01T00:00:00Z", **options: Any) -> Facts:
            return stack.enter_context(facts_from(entries_of(world.events), instant=instant, **options))

        yield open_world
