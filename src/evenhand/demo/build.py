"""Assemble the demo: what stands, what happens day by day, and what is to be found where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pydantic_core import to_json

from evenhand.demo import company
from evenhand.demo.company import FIRST_DAY, LAST_DAY, LAW_HOLDS, LAW_SEEN, ONTARIO, POSTS, REVISED, Post
from evenhand.demo.ontario import clocks_running
from evenhand.demo.ordinary import tell_all
from evenhand.demo.planted import ELSEWHERE, PLANTED, Plant, applied_at, pilot_calendar
from evenhand.demo.reflection import look_back
from evenhand.demo.story import Author, Happening, Standing, Story, moment
from evenhand.demo.telling import untold
from evenhand.demo.unremarkable import erased
from evenhand.demo.witnessed import Witnessed
from evenhand.events.base import RULES
from evenhand.events.standard import StandardAdopted
from evenhand.ledger.ledger import Ledger

SEED = 20260630
_DAYS_END = time(23, 30)
_IMPORTS = (date(2025, 6, 2), date(2025, 10, 6))
_UNFINISHED = date(2026, 6, 15)
_CLOCK_JUMPS = date(2026, 5, 20)
_CLOCK_RUNS = (
    "In Ontario, somebody was interviewed lately and has not heard yet whether it is decided; 45 days are given."
)
_NOBODY = "00000000-0000-7000-8000-000000000000"

Say = Callable[[int, int], None]
"""Hears how many of how many entries are recorded."""


class Found(NamedTuple):
    """What is to be found, where, and why."""

    code: str
    candidacy: str | None
    story: str


class Demo(NamedTuple):
    """A demo ledger as it was built."""

    folder: Path
    position: int
    instant: str
    """Together with ``position`` the as-of under which only the planted findings appear."""
    candidacies: int
    found: tuple[Found, ...]

    @property
    def as_of(self) -> str:
        """Write the as-of pair as the command line takes it."""
        return f"{self.position}@{self.instant}"


class _Simulated:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def build(folder: Path, *, seed: int = SEED, say: Say = lambda _done, _all: None) -> Demo:
    """Make the demo ledger in ``folder``; the same seed makes the same ledger, byte for byte."""
    clock = _Simulated(_at(FIRST_DAY, time(6)))
    entropy = Random(seed).randbytes  # noqa: S311 - it protects nobody
    with Ledger.create(folder, origin=company.ORIGIN, zone=company.ZONE, clock=clock, entropy=entropy) as ledger:
        author = _author(ledger, Random(seed + 1))  # noqa: S311 - the same
        found, leaves = _tell(author)
        happenings = sorted(
            (each for each in author.happenings if each.happened <= _at(LAST_DAY, _DAYS_END)),
            key=lambda each: (each.recorded, each.happened),
        )
        witnessed = Witnessed(ledger, clock, Random(seed + 2).randbytes)  # noqa: S311 - the same
        _record(ledger, clock, happenings, witnessed, say)
        ledger.erase(leaves)
        witnessed.sign()
        head = ledger.head()
        candidacies = sum(each.draft.topic == "candidacy.opened.v1" for each in happenings)
        return Demo(folder, head.position, head.recorded_at, candidacies, found)


def _author(ledger: Ledger, rng: Random) -> Author:
    """Let people, standards, policies and posts come into being."""
    begin = _at(FIRST_DAY, time(7))
    revised = _at(REVISED - timedelta(days=1), time(21))  # recorded before anybody decides by it
    author = Author(rng)
    staff = (ledger.actor or _NOBODY, *(author.new_id(begin) for _ in company.STAFF[1:]))
    standards = {code: author.new_id(begin) for code in company.STANDARDS}
    requisitions = {post.code: author.new_id(begin) for post in POSTS}
    versions = [*((code, body) for code, body in company.STANDARDS.items()), ("engineer", company.ENGINEER_REVISED)]
    adopted = {(code, body["standard_version"]): _adopted(body) for code, body in versions}
    author.standing = Standing(ledger.opening.stream, requisitions, standards, adopted, staff, revised)
    _people(author, begin)
    author.add("screen.adopted.v1", author.standing.ledger, begin, company.SCREEN)
    for code, body in versions:
        when = begin if body["standard_version"] == 1 else revised - timedelta(days=7)
        author.add("standard.adopted.v1", standards[code], when, body | {"approvers": list(staff[2:4])})
    _posts(author, begin)
    return author


def _people(author: Author, begin: datetime) -> None:
    for person, (name, role) in zip(author.standing.staff, company.STAFF, strict=True):
        body = {"person": person, "kind": "staff", "name": name, "role": role}
        author.add("person.registered.v1", author.standing.ledger, begin, body)


def _posts(author: Author, begin: datetime) -> None:
    standing, policy, pilot = author.standing, author.new_id(begin), author.new_id(begin)
    author.add("policy.adopted.v1", policy, begin, company.POLICY)
    author.add("policy.adopted.v1", pilot, begin, pilot_calendar(company.POLICY))
    aside = Random("the law is announced")  # noqa: S311 - the same
    author.add("policy.adopted.v1", policy, _at(LAW_SEEN, time(7)), company.POLICY_BEFORE_THE_LAW, rng=aside)
    author.add("policy.adopted.v1", policy, _at(LAW_HOLDS, time(7)), company.POLICY_WITH_LAW)
    for post in POSTS:
        opened, stream = _at(post.opens, time(8)), standing.requisitions[post.code]
        version = 2 if post.standard == "engineer" and opened >= standing.revised else 1
        # One recruiter and one hiring manager speak English, the others Chinese.
        speaks = int(post.language == "zh")
        people = {"recruiter": standing.staff[speaks], "hiring_manager": standing.staff[2 + speaks]}
        lawful = post.jurisdiction == ONTARIO
        bound = {"standard": standing.standards[post.standard], "standard_version": version,
                 "policy": pilot if post.code.startswith("ops-") else policy,
                 "policy_version": 2 if lawful else 1}  # fmt: skip
        body = {name: getattr(post, name) for name in ("code", "title", "unit", "location", "zone", "headcount")}
        author.add(
            "requisition.opened.v1", stream, opened, body | bound | people | {"jurisdictions": [post.jurisdiction]}
        )
        if post.standard == "engineer" and opened < standing.revised and (post.closes or LAST_DAY) > REVISED:
            raised = bound | {"standard_version": 2, "why": "The bar was raised."}
            author.add("requisition.rebound.v1", stream, standing.revised, raised)
        if lawful:
            held = bound | {"policy_version": 3, "why": "The rule of Ontario is in force."}
            author.add("requisition.rebound.v1", stream, _at(LAW_HOLDS, time(8)), held)
        if post.closes:
            author.add("requisition.closed.v1", stream, _at(post.closes, time(16)), {"reason": "filled"})


def _tell(author: Author) -> tuple[tuple[Found, ...], str]:
    """Tell every story; answer with what is to be found, and who will ask to be erased."""
    for post in POSTS:
        tell_all(author, post)
    found = [Found(code, None, where) for code, where in ELSEWHERE.items()]
    leaves = ""
    batches = {day: _begin_import(author, day) for day in _IMPORTS}
    by_code = {post.code: post for post in POSTS}
    for plant in PLANTED:
        story = _planted(author, plant, by_code[plant.post], batches)
        found += [Found(code, story.candidacy, (plant.tell.__doc__ or "").strip()) for code in plant.codes]
        if plant.tell is erased:
            leaves = story.candidate
        if plant.tell is untold:
            _acknowledge(author, story)
    for day, batch in batches.items():
        _finish_import(author, day, batch)
    _begin_import(author, _UNFINISHED)
    look_back(author)
    found += [Found("law_clock_running", candidacy, _CLOCK_RUNS) for candidacy in clocks_running(author)]
    return tuple(sorted(found, key=lambda each: each.code)), leaves


def _planted(author: Author, plant: Plant, post: Post, batches: dict[date, str]) -> Story:
    """Tell one planted story; what comes in through an import is recorded on the import's day."""
    story = Story(author, post, applied_at(plant.applied))
    if plant.imported:
        day = next(day for day in batches if day > plant.applied)
        story.recorded = _at(day, time(11))
        story.basis = {"kind": "imported", "batch": batches[day]}
    plant.tell(story)
    return story


def _begin_import(author: Author, day: date) -> str:
    records = sum(plant.imported for plant in PLANTED)
    body = {"system": "old-ats", "layout": "csv", "source_digest": _digest(day), "records": records}
    return author.add("import.begun.v1", author.standing.ledger, _at(day, time(10)), body)


def _finish_import(author: Author, day: date, batch: str) -> None:
    written = [each.draft for each in author.happenings if each.draft.body.get("basis", {}).get("batch") == batch]
    records = sum(draft.topic == "candidacy.opened.v1" for draft in written)
    counts = {"read": records, "written": len(written), "unchanged": 0, "refused": 0, "unmapped": 0, "suppressed": 0}
    body = {"batch": batch, "source_digest": _digest(day), "counts": counts}
    author.add("import.finished.v1", author.standing.ledger, _at(day, time(12)), body)


def _acknowledge(author: Author, story: Story) -> None:
    """Let somebody look at a finding and say so; its id is made as the projection makes it."""
    code = "untold_overdue_policy"
    finding = sha256(f"{code}\n{story.decision}".encode()).hexdigest()
    body = {"finding": finding, "code": code, "why": "The candidate will be called this week."}
    author.add("finding.acknowledged.v1", author.standing.ledger, _at(date(2026, 6, 22), time(9)), body)


def _record(ledger: Ledger, clock: _Simulated, happenings: Sequence[Happening], witnessed: Witnessed, say: Say) -> None:
    """Record day by day; on one day the machine's clock stands wrong, which somebody accepts."""
    done = 0
    for day, group in groupby(happenings, key=_day_recorded):
        witnessed.day_begins(day)
        drafts = [each.draft for each in group]
        clock.now = _at(day, _DAYS_END)
        ledger.append(drafts[:-1])
        if day == _CLOCK_JUMPS:
            clock.now -= timedelta(minutes=40)
        ledger.append(drafts[-1:], accept_clock=True)
        done += len(drafts)
        say(done, len(happenings))


def _day_recorded(each: Happening) -> date:
    """Answer with the day at whose end it is recorded: the next, for what happens after that hour, as in Toronto."""
    return each.recorded.date() + timedelta(days=each.recorded.time() > _DAYS_END)


def _adopted(body: dict[str, Any]) -> StandardAdopted:
    when = moment(_at(FIRST_DAY, time(7)), company.ZONE)
    filled = {"occurred_at": when, "actor": _NOBODY, "basis": {"kind": "observed"}, "rules": RULES}
    return StandardAdopted.model_validate_json(to_json(filled | body))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)


def _digest(day: date) -> str:
    """Stand in for the digest of a file that does not exist."""
    return sha256(f"demo import of {day}".encode()).hexdigest()
