"""Random histories: every one fits the vocabulary, few of them fit a well-run company.

Things are recorded late and out of order, known only to the day, imported, corrected, corrected wrongly and taken back,
decided twice, told before the decision; entries name others that are not in the record (yet).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from build import entries_of, uid
from evenhand.events.entry import Entry

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC")
STAGES = ("cv", "phone", "onsite", "talk")
CRITERIA = ("craft", "clarity", "care", "speed", "luck")
BOX = "seal:1:00000000-0000-4000-8000-000000000000:AAAA"
CODES = ("skill", "culture", "other", "filled", "elsewhere", "unheard_of")
FOLLOW_UPS = ("thank_you", "keep_in_touch", "reapply_invitation", "check_in")
CHANNELS = ("email", "phone", "in_person", "letter", "portal")
Body = dict[str, Any]
# Five weeks around two changes of the clocks, so that local days of 23 and 25 hours are among them.
BEGINNINGS = (datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC))


class Rules(NamedTuple):
    """The versions of standards, and those of the policy."""

    standards: dict[str, list[int]]
    policy: str
    policies: list[int]


class History:
    """One random history in the making."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        # What came into the histories later is drawn from another source, so that what they showed before stays.
        self.more = Random(f"more {seed}")
        self.now = self.random.choice(BEGINNINGS)
        self.start = self.now
        self.made: list[tuple[datetime, int, tuple[Any, ...]]] = []
        self.opened: dict[str, datetime] = {}
        self.staff = [uid(f"staff {n}") for n in range(4)]
        self.batch = uid("batch")
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def some(self, choices: Any, most: int = 2) -> list[Any]:
        return self.random.sample(list(choices), self.random.randint(0, min(most, len(choices))))

    def some_more(self, choices: Any, most: int = 2) -> list[Any]:
        return self.more.sample(list(choices), self.more.randint(0, min(most, len(choices))))

    def wording(self) -> Body:
        """The language and template of a message, and what the checks of its text found, now and then."""
        more = self.more
        body: Body = {}
        if more.random() < 0.7:
            body["language"] = more.choice(("en", "en", "zh"))
        if more.random() < 0.6:
            body |= {"template": more.choice(("plain", "plain", "warm")), "template_version": "1"}
        if more.random() < 0.4:
            unmet = self.some_more(("thanks", "salutation", "outcome_plain"))
            body |= {"text": "words", "checks": {"lexicon": "1", "applied": 8, "met": 8 - len(unmet), "unmet": unmet}}
        return body

    def later(self, hours: float = 40) -> None:
        self.now += timedelta(seconds=self.random.randint(0, int(hours * 3600)))
        if self.chance(0.4):  # so that things happen at the very same instant, and just when a time runs out
            self.now = self.now.replace(minute=0, second=0, microsecond=0)

    def moment(self, at: datetime | None = None, zone: str | None = None, day: float = 0.15) -> Body:
        """A moment near ``at``, now and then known only to the day or the minute."""
        zone = zone or self.pick(*ZONES)
        local = (at or self.now).astimezone(ZoneInfo(zone))
        kind = self.random.random()
        if kind < day:
            return {"at": local.date().isoformat(), "zone": zone, "precision": "day"}
        if kind < 0.3:
            return {"at": local.replace(second=0).isoformat(timespec="seconds"), "zone": zone, "precision": "minute"}
        return {"at": local.isoformat(), "zone": zone, "precision": "instant"}

    def add(self, topic: str, stream: str, body: Body, *, zone: str | None = None, imported: float = 0.15) -> str:
        """Record something that happened about now, usually soon afterwards; answers with its id."""
        self.count += 1
        entry = uid(f"{stream} {self.count}")
        happened = self.now - timedelta(hours=self.random.randint(0, 200)) if self.chance(0.06) else self.now
        delay = self.random.randint(0, 30 * 24) if self.chance(0.12) else self.random.random()
        recorded = self.now + timedelta(hours=delay)
        if stream in self.opened:
            recorded = max(recorded, self.opened[stream])
        else:
            recorded = self.opened[stream] = self.now
        options: Body = {"id": entry}
        if self.chance(imported):
            options["batch"] = self.batch
        whole = {"occurred_at": self.moment(happened, zone), "actor": self.pick(*self.staff), **body}
        self.made.append((recorded, self.count, (topic, stream, whole, options)))
        return entry

    def entries(self) -> list[Entry]:
        """The entries in the order recorded."""
        ordered = sorted(self.made, key=lambda each: each[:2])
        stamped = []
        for recorded, _, (topic, stream, body, options) in ordered:
            text = recorded.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            stamped.append((topic, stream, body, {**options, "recorded_at": text}))
        return entries_of(stamped)


def history(seed: int, *, candidacies: int = 25) -> list[Entry]:
    """A whole ledger of a few hundred entries."""
    made = History(seed)
    _ledger(made)
    standards = {uid(f"standard {n}"): _standard(made, n) for n in (1, 2)}
    policy = uid("policy")
    policies = [_policy(made, policy, version) for version in range(1, made.random.randint(2, 3))]
    rules = Rules(standards, policy, policies)
    requisitions = [_requisition(made, n, rules) for n in (1, 2, 3)]
    people = [_candidate(made, n) for n in range(9)]
    _merges(made, people)
    cases = [_Case(made, n, made.pick(*people), made.pick(*requisitions), standards) for n in range(candidacies)]
    begun = made.now
    for case in cases:
        made.now = begun + timedelta(hours=made.random.randint(0, 400))
        case.live()
    _afterwards(made, requisitions, people, rules)
    _corrections(made, [case.stream for case in cases])
    _evaluations(made, [case.stream for case in cases])
    _called_off(made)
    return made.entries()


def _evaluations(made: History, candidacies: list[str]) -> None:
    """Scores of tools, now and then twice of the same, without a visit, or of a visit of somebody else's."""
    visits = [options["id"] for _, _, (topic, _, _, options) in made.made if topic == "stage.entered"]
    for stream in candidacies:
        for _ in range(made.random.randint(0, 3)):
            body = {
                "tool": made.pick("sorter", "ranker"),
                "tool_version": "1",
                "influence": made.pick("none", "assisted"),
            }
            body |= {"score": made.random.randint(0, 5)} if made.chance(0.8) else {}
            body |= {"criterion": made.pick(*CRITERIA)} if made.chance(0.3) else {}
            body |= {"visit": made.pick(*visits, uid("nowhere"))} if made.chance(0.6) else {}
            made.later(5)
            made.add("evaluation.recorded", stream, body)


def _called_off(made: History) -> None:
    """Interviews arranged that were called off or missed, and some arranged again."""
    arranged = [(stream, options["id"], body) for _, _, (topic, stream, body, options) in made.made
                if topic == "interview.scheduled"]  # fmt: skip
    for stream, interview, body in arranged:
        if made.more.random() < 0.3:
            off = made.more.choice(("interview.cancelled", "interview.missed"))
            made.add(off, stream, {"interview": interview, "by": "candidate"})
            if made.more.random() < 0.3:
                made.add("interview.scheduled", stream, {name: body[name] for name in ("visit", "form", "starts")})


def _ledger(made: History) -> None:
    stream = uid("ledger")
    begun = {"system": "old_ats", "layout": "csv", "source_digest": "0" * 64, "records": 3}
    counts = {"read": 3, "written": 3, "unchanged": 0, "refused": 0, "unmapped": 0, "suppressed": 0}
    made.add("import.begun", stream, begun)
    made.made[-1][2][3]["id"] = made.batch
    other = made.add("import.begun", stream, begun)
    if made.chance(0.7):
        made.add("import.finished", stream, {"batch": made.batch, "source_digest": "0" * 64, "counts": counts})
    if made.chance(0.5):
        made.add("import.finished", stream, {"batch": other, "source_digest": "0" * 64, "counts": counts})
    if made.chance(0.6):
        jump = made.add("clock.accepted", stream, {"machine_time": "2026-01-01T00:00:00Z", "behind_seconds": 900})
        named = hashlib.sha256(f"clock_jumped\n{jump}".encode()).hexdigest()
        for _ in range(made.random.randint(0, 2)):
            made.add("finding.acknowledged", stream, {"finding": named, "code": "clock_jumped", "why": "seen"})


def _names(text: str) -> Body:
    return {"en": text}


def _standard(made: History, number: int) -> list[int]:
    stream = uid(f"standard {number}")
    versions = list(range(1, made.random.randint(2, 4)))
    for version in versions:
        made.add("standard.adopted", stream, _standard_body(made, number, version))
        made.later(60)
    return versions


def _standard_body(made: History, number: int, version: int) -> Body:
    criteria = [
        {
            "criterion": code,
            "names": _names(code),
            "need": (need := made.pick("required", "optional", "optional", "informational")),
            "why": "the job needs it",
            **({} if need == "informational" else {"weight": made.random.randint(0, 3)}),
            **({"floor": made.random.randint(0, 3)} if need != "informational" and made.chance(0.3) else {}),
        }
        for code in made.random.sample(CRITERIA, made.random.randint(2, 5))
    ]
    codes = [each["criterion"] for each in criteria]
    order = made.random.sample(STAGES, made.random.randint(3, 4))
    return {
        "standard_version": version if made.chance(0.9) else 1,
        "code": f"standard_{number}",
        "names": _names("a standard"),
        "criteria": criteria,
        "scale": {"minimum": 0, "maximum": 5},
        "stages": [_stage(made, code, codes) for code in order],
        "reason_codes": [
            {"code": "skill", "names": _names("skill"), "party": "employer", "needs_criterion": made.chance(0.5)},
            {
                "code": "culture",
                "names": _names("culture"),
                "party": "employer",
                "topic": "culture",
                "needs_criterion": True,
            },
            {
                "code": "other",
                "names": _names("other"),
                "party": "employer",
                "topic": "other",
                "needs_criterion": False,
            },
            {
                "code": "filled",
                "names": _names("filled"),
                "party": "neither",
                "capacity": "filled",
                "needs_criterion": False,
            },
            {"code": "elsewhere", "names": _names("elsewhere"), "party": "candidate", "needs_criterion": False},
        ],
        "why": "because",
    }


def _stage(made: History, code: str, criteria: list[str]) -> Body:
    kind = made.pick("scored", "scored", "knockout", "unscored")
    body: Body = {"stage": code, "names": _names(code), "kind": kind}
    if kind == "scored":
        low = made.random.randint(0, 3)
        body |= {"reject_bar": low, "advance_bar": low + made.random.randint(0, 2)}
        body |= {"minimum_scorecards": made.random.randint(1, 2), "criteria": made.some(criteria, 5)}
    if kind == "knockout":
        questions = made.random.sample(("permit", "shifts", "degree"), made.random.randint(1, 3))
        body["questions"] = [{"question": q, "names": _names(q), "required": made.chance(0.7)} for q in questions]
    return body


_CLOCKS = ("decision", "last_interview", "application", "withdrawal", "feedback_request")
_UNTIL = ("outcome_told", "anything_told", "decision_status_told", "receipt_told", "acknowledged", "feedback")


def _deadline(made: History, code: str) -> Body:
    body = {
        "deadline": code,
        "clock_from": made.pick(*_CLOCKS, "decision"),
        "until": made.pick(*_UNTIL),
        "amount": made.random.randint(1, 6),
        "unit": made.pick("hours", "days", "business_days"),
    }
    if made.chance(0.3):
        body["outcome"] = made.pick("advance", "reject")
    if made.chance(0.15):
        body["stage"] = made.pick(*STAGES)
    return body


def _policy(made: History, stream: str, version: int) -> int:
    first = (made.start - timedelta(days=made.random.randint(-3, 10))).date()
    last = first + timedelta(days=made.random.randint(15, 200))
    days = [first + timedelta(days=n) for n in made.random.sample(range(60), 8)]
    profiles = [
        {
            "profile": f"law_{n}",
            "jurisdiction": made.pick("CA", "CA-ON", "CN", "DE"),
            "names": _names("a law"),
            "citation": f"law {n}, section 1",
            "status": made.pick("in_force", "in_force", "announced"),
            "status_on": f"2026-01-0{n + 1}",
            "deadlines": [
                _deadline(made, f"law_{n}_0"),
                _deadline(made, f"law_{n}_1") | {"amount": 90, "unit": "days"},  # some are still running at the end
            ],
        }
        for n in range(2)
    ]
    body: Body = {
        "policy_version": version,
        "code": "policy",
        "names": _names("a policy"),
        "deadlines": [_deadline(made, f"own_{n}") for n in range(5)],
        "calendar": {
            "calendar": "dates",
            "from_day": first.isoformat(),
            "to_day": last.isoformat(),
            "weekend": made.pick([6, 7], [5, 6], [7]),
            "holidays": [day.isoformat() for day in days[:5]],
            "workdays": [day.isoformat() for day in days[5:]],
        },
        "legal_profiles": profiles,
        "backdating_days": made.random.randint(0, 9),
        "why": "because",
    }
    if made.chance(0.6):
        body["feedback_days"] = made.random.randint(1, 9)
    for name in ("feedback_from_stage", "promise_from_stage"):
        if made.chance(0.6):
            body[name] = made.pick(*STAGES)
    body["follow_ups"] = [
        {"kind": kind, "days": made.more.randint(1, 9)}
        | ({"from_stage": made.more.choice(STAGES)} if made.more.random() < 0.4 else {})
        for kind in made.some_more(FOLLOW_UPS, 3)
    ]
    made.add("policy.adopted", stream, body)
    made.later(30)
    return version


def _binding(made: History, rules: Rules) -> Body:
    standards, policy, policies = rules
    standard = made.pick(*standards)
    body: Body = {"standard": standard, "standard_version": made.pick(*standards[standard])}
    if made.chance(0.05):
        body["standard_version"] = 99
    if made.chance(0.75):
        body |= {"policy": policy, "policy_version": made.pick(*policies)}
    return body


def _requisition(made: History, number: int, rules: Rules) -> tuple[str, str]:
    stream, zone = uid(f"requisition {number}"), made.pick(*ZONES)
    body = {
        **_binding(made, rules),
        "code": f"r{number}",
        "title": "a post",
        "unit": "a unit",
        "location": "a place",
        "zone": zone,
        "jurisdictions": made.some(("CA-ON", "CA", "CN", "CN-BJ"), 2),
        "headcount": 2,
        **_looked_after(made),
    }
    made.add("requisition.opened", stream, body)
    made.later(20)
    return stream, zone


def _looked_after(made: History) -> Body:
    return {role: made.more.choice(made.staff) for role in made.some_more(("recruiter", "hiring_manager"))}


def _candidate(made: History, number: int) -> str:
    stream = uid(f"candidate {number}")
    made.add("candidate.registered", stream, {"key_commitment": "0" * 64, "name": "somebody"})
    for _ in range(made.random.randint(0, 2)):
        made.later(4)
        body: Body = {"purpose": made.pick("talent_pool", "keep_in_touch", "referral")}
        if made.chance(0.4):
            body["until"] = (made.now + timedelta(days=made.random.randint(3, 60))).date().isoformat()
        consent = made.add("consent.given", stream, body)
        if made.chance(0.3):
            made.add("consent.withdrawn", stream, {"consent": consent})
    return stream


def _merges(made: History, people: list[str]) -> None:
    for _ in range(made.random.randint(0, 4)):
        one, other = made.random.sample(people, 2)
        merge = made.add("candidate.merged", one, {"into": other})
        if made.chance(0.3):
            made.add("candidate.separated", one, {"merge": merge})


class _Case:
    """One candidacy's random life."""

    def __init__(
        self, made: History, number: int, candidate: str, requisition: tuple[str, str], standards: dict[str, list[int]]
    ) -> None:
        self.made, self.stream, self.candidate = made, uid(f"candidacy {number}"), candidate
        self.requisition, self.zone = requisition
        self.standards = standards
        self.ids: dict[str, list[str]] = {}

    def add(self, topic: str, body: Body) -> str:
        zone = self.zone if self.made.chance(0.7) else None
        entry = self.made.add(topic, self.stream, body, zone=zone)
        self.ids.setdefault(topic, []).append(entry)
        return entry

    def one(self, topic: str) -> str:
        """The id of an entry of this topic: mostly the latest, seldom one that nobody knows."""
        known = self.ids.get(topic)
        if not known or self.made.chance(0.03):
            return uid("nothing")
        return known[-1] if self.made.chance(0.8) else str(self.made.pick(*known))

    def live(self) -> None:
        made = self.made
        body = {"candidate": self.candidate, "requisition": self.requisition, "route": made.pick("external", "campus")}
        self.add("candidacy.opened", body)
        for _ in range(made.random.randint(6, 34)):
            made.later(made.pick(0, 2, 30, 60, 200))
            made.pick(*_ACTS)(self)

    def enter(self) -> None:
        self.add("stage.entered", {"stage": self.made.pick(*STAGES)})

    def interview(self) -> None:
        made = self.made
        visit = {"visit": self.one("stage.entered"), "form": "video"}
        topic = made.pick("interview.held", "interview.held", "interview.scheduled", "interview.declined")
        if topic == "interview.declined":
            self.add(topic, {"reason_code": made.pick("elsewhere", "pay"), "why": "words"})
        elif topic == "interview.scheduled":
            self.add(topic, {**visit, "starts": made.moment(), "interviewers": made.some_more(made.staff)})
        else:
            self.add(topic, {**visit, "interviewers": made.some_more(made.staff)})

    def score(self) -> None:
        made, standard = self.made, self.made.pick(*self.standards)
        codes = made.random.sample(CRITERIA, made.random.randint(2, 5))
        ratings = [
            {"criterion": code, **({"score": made.random.randint(0, 5)} if made.chance(0.9) else {"evidence": BOX})}
            for code in codes
        ]
        body: Body = {
            "visit": self.one("stage.entered"),
            "author": made.pick(*made.staff),
            "standard": standard,
            "standard_version": made.pick(*self.standards[standard]),
            "ratings": ratings,
        }
        if made.chance(0.25):
            self.add("scorecard.amended", {**body, "amends": self.one("scorecard.submitted")})
        else:
            self.add("scorecard.submitted", body)

    def decide(self) -> None:
        made = self.made
        outcome = made.pick("advance", "reject", "reject", "defer")
        body: Body = {
            "visit": self.one("stage.entered"),
            "outcome": outcome,
            "deciders": made.some(made.staff),
            "automation": made.pick("none", "none", "assisted", "sole"),
            "reasons": reasons(made, 2) if made.chance(0.8) else [],
            "knockout_answers": [
                {"question": q, "met": made.chance(0.8)} for q in made.some(("permit", "shifts", "degree"), 3)
            ],
        }
        if made.chance(0.4):
            standard = made.pick(*self.standards)
            body |= {"standard": standard, "standard_version": made.pick(*self.standards[standard])}
        if made.chance(0.3):
            body["override_reason"] = "words"
        if outcome == "defer":
            body["until"] = made.moment(made.now + timedelta(hours=made.random.randint(1, 200)))
        self.add("decision.made", body)

    def unmake(self) -> None:
        made, decision = self.made, self.one("decision.made")
        topic = made.pick("decision.overturned", "decision.appealed", "appeal.resolved", "candidacy.reopened")
        if topic == "decision.overturned":
            self.add(topic, {"decision": decision})
        elif topic == "decision.appealed":
            self.add(topic, {"decision": decision, "channel": "email"})
        elif topic == "appeal.resolved":
            reviewers = [made.pick(*made.staff), *made.some(made.staff, 1)]
            self.add(topic, {"appeal": self.one("decision.appealed"), "result": "upheld", "reviewers": reviewers})
        elif made.chance(0.5):
            self.add(topic, {})

    def tell(self) -> None:
        made = self.made
        body: Body = {
            "about": made.pick("outcome", "outcome", "outcome", "status", "receipt", "withdrawal"),
            "channel": made.pick(*CHANNELS),
        }
        if made.chance(0.5) and body["about"] == "outcome":
            body["decision"] = self.one("decision.made")
        if made.chance(0.15):
            body["replaces"] = self.one("notice.given")
        if made.chance(0.3):
            body |= {"text": "words", "checks": {"lexicon": "1", "applied": 5, "met": 3}, "language": "en"}
        else:
            body |= made.wording()
        self.add("notice.given", body)
        for _ in range(made.pick(0, 0, 1, 2)):
            made.later(2)
            status = made.pick("delivered", "bounced", "bounced", "read")
            report: Body = {"notice": self.one("notice.given"), "status": status}
            if status == "bounced" and made.chance(0.5):
                report["permanent"] = made.chance(0.5)
            self.add("notice.delivery_reported", report)

    def promise(self) -> None:
        made = self.made
        due = made.moment(made.now + timedelta(hours=made.random.randint(1, 300)), day=0.5)
        if made.chance(0.65):
            about = made.pick("outcome", "outcome", "feedback", "offer", "next_step")
            self.add("promise.made", {"about": about, "by": due, "channel": "email"})
        else:
            self.add("promise.revised", {"promise": self.one("promise.made"), "by": due, "channel": "email"})

    def feed_back(self) -> None:
        made = self.made
        topic = made.pick(
            "feedback.given", "feedback.given", "feedback.withheld", "feedback.requested", "feedback.rated"
        )
        kinds = ("strength", "improvement", "suggestion", "encouragement", "next_step")
        if topic == "feedback.given":
            segments = [
                {"kind": made.pick(*kinds), "text": "words", **({"criterion": "craft"} if made.chance(0.4) else {})}
                for _ in range(made.random.randint(0, 4))
            ]
            named = {"decision": self.one("decision.made")} if made.chance(0.5) else {}
            self.add(topic, {"channel": made.pick(*CHANNELS), "segments": segments, **named, **made.wording()})
        elif topic == "feedback.withheld":
            if made.chance(0.4):
                self.add(topic, {"reason": made.pick("policy", "legal_advice")})
        elif topic == "feedback.requested":
            self.add(topic, {})
        else:
            self.add(topic, {"feedback": self.one("feedback.given"), "helpful": made.chance(0.5)})

    def follow_up(self) -> None:
        kind = self.made.pick(*FOLLOW_UPS)
        self.add("follow_up.made", {"kind": kind, "channel": "email", **self.made.wording()})

    def end(self) -> None:
        made = self.made
        topic = made.pick(
            "candidacy.withdrawn",
            "offer.extended",
            "offer.extended",
            "offer.answered",
            "offer.rescinded",
            "candidate.hired",
            "candidate.hire_reversed",
        )
        offer = self.one("offer.extended")
        if topic == "candidacy.withdrawn":
            named = {"visit": self.one("stage.entered")} if made.chance(0.5) else {}
            self.add(topic, {"reason_code": "elsewhere", "referred": made.some(made.staff), **named})
        elif topic == "offer.extended":
            expires = made.moment(made.now + timedelta(hours=made.random.randint(1, 400)))
            self.add(topic, {"channel": "email", **({"expires": expires} if made.chance(0.6) else {})})
        elif topic == "offer.answered":
            body = {"offer": offer, "answer": made.pick("accepted", "declined"), "referred": made.some_more(made.staff)}
            self.add(topic, body)
        elif topic == "offer.rescinded":
            if made.chance(0.5):
                self.add(topic, {"offer": offer})
        elif topic == "candidate.hired":
            self.add(topic, {"offer": offer} if made.chance(0.7) else {})
        else:
            self.add(topic, {"hire": self.one("candidate.hired"), "by": "candidate"})

    def learn(self) -> None:
        learn(self.made, self.stream)


_ACTS = (
    *[_Case.enter] * 5,
    *[_Case.interview] * 4,
    *[_Case.score] * 9,
    *[_Case.decide] * 6,
    *[_Case.unmake] * 2,
    *[_Case.tell] * 6,
    *[_Case.promise] * 3,
    *[_Case.feed_back] * 3,
    _Case.follow_up,
    *[_Case.end] * 2,
    _Case.learn,
)


def reasons(made: History, least: int) -> list[Body]:
    return [
        {"code": made.pick(*CODES), "criteria": made.some(CRITERIA, 2), "scorecards": []}
        for _ in range(made.random.randint(1, least))
    ]


def learn(made: History, stream: str) -> None:
    areas = ("interviewing", "communication", "deciding", "candidate_strengths", "candidate_gaps", "standard")
    made.add(
        "lesson.recorded",
        stream,
        {
            "direction": made.pick("went_well", "fell_short"),
            "area": made.pick(*areas),
            "text": "words",
            "evidence": made.some([uid("nothing"), made.made[-1][2][3]["id"]]),
        },
    )
    due = date.fromisoformat((made.now + timedelta(days=made.random.randint(0, 30))).date().isoformat())
    body = {"owner": made.pick(*made.staff), "due": due.isoformat(), "zone": made.pick(*ZONES), "text": "words"}
    action = made.add("action.agreed", stream, body)
    for _ in range(made.pick(0, 0, 1, 2)):
        made.later(400)
        made.add("action.completed", stream, {"action": action, "result": made.pick("done", "dropped")})


def _afterwards(made: History, requisitions: list[tuple[str, str]], people: list[str], rules: Rules) -> None:
    span = made.now - made.start
    for stream, zone in requisitions:
        for _ in range(made.random.randint(0, 4)):
            made.now = made.start + made.random.random() * span
            topic = made.pick("rebound", "rebound", "closed", "closed", "reopened", "amended")
            body: Body = {}
            if topic == "rebound":
                body = {**_binding(made, rules), "why": "because"}
            elif topic == "closed":
                body = {"reason": made.pick("filled", "cancelled", "frozen")}
            elif topic == "amended":
                body = (
                    {"jurisdictions": made.some(("DE", "CN", "CA-ON"), 2)} if made.chance(0.6) else {"title": "another"}
                )
                body |= _looked_after(made)
            made.add(f"requisition.{topic}", stream, body, zone=made.pick(zone, "UTC"))
    for stream in people:
        if made.chance(0.1):
            made.now = made.start + made.random.random() * span
            made.add("candidate.erased", stream, {"ground": "request"})
    retrospective = uid("retrospective")
    made.now = made.start + span / 2
    body = {"period_from": "2026-01-01", "period_to": "2026-03-31", "zone": "UTC"}
    made.add("retrospective.opened", retrospective, body)
    for stream in (retrospective, retrospective, requisitions[0][0]):
        learn(made, stream)
    made.now = made.start + span


def _corrections(made: History, candidacies: list[str]) -> None:
    targets = [each for each in made.made if not each[2][0].startswith(("ledger", "retrospective"))]
    corrections: list[tuple[str, str]] = []
    for recorded, _, (topic, stream, body, options) in made.random.sample(targets, len(targets) // 9):
        made.now = recorded + timedelta(hours=made.random.randint(1, 300))
        kind = made.pick("time", "time", "actor", "duplicate", "reason_mapping", "wrong_candidacy")
        target: str = options["id"]
        fields: Body = {}
        if kind == "time":
            happened = datetime.fromisoformat(body["occurred_at"]["at"])
            happened = happened.replace(tzinfo=happened.tzinfo or UTC) + timedelta(hours=made.random.randint(-60, 60))
            fields = {"occurred_at": made.moment(happened)}
        elif kind == "actor":
            fields = {"actor": made.pick(*made.staff)}
        elif kind == "reason_mapping":
            if topic != "decision.made":
                continue
            fields = {"reasons": reasons(made, 3)}
        elif kind == "wrong_candidacy":
            if stream not in candidacies or topic == "candidacy.opened":
                continue
            fields = {"candidacy": made.pick(*candidacies)}
        elif topic.endswith(("opened", "registered", "adopted")) and made.chance(0.7):
            continue
        corrections.append(
            (
                stream,
                made.add("entry.corrected", stream, {"target": target, "kind": kind, "fields": fields}, imported=0),
            )
        )
    for _ in range(2):
        undone = made.random.sample(corrections, len(corrections) // 6)
        corrections = [
            (stream, made.add("entry.corrected", stream, {"target": target, "kind": "duplicate", "fields": {}}))
            for stream, target in undone
        ]
