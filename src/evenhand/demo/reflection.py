"""The demo's quarterly look back: lessons while the quarter runs, a retrospective after it, actions with an owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from evenhand.demo.company import ACTIONS, FIRST_DAY, LAST_DAY, LESSONS, POSTS, ZONE
from evenhand.demo.story import Author, working_time

_SHOWN = 3
_SHOWN_BY = {
    "interviewing": "scorecard.submitted.v1",
    "communication": "promise.made.v1",
    "deciding": "decision.made.v1",
    "candidate_strengths": "feedback.given.v1",
    "candidate_gaps": "scorecard.submitted.v1",
    "standard": "scorecard.submitted.v1",
}
_MONTHS = 3
_DUE_DAYS, _LATE_DUE_DAYS = 40, 90


def look_back(author: Author) -> None:
    """Tell the lessons of every quarter, and hold a retrospective after each that has ended."""
    begin = FIRST_DAY
    while begin < LAST_DAY:
        end = _next_quarter(begin) - timedelta(days=1)
        lessons = _lessons(author, begin)
        if end < LAST_DAY:
            _retrospective(author, begin, end, lessons)
        begin = _next_quarter(begin)


def _lessons(author: Author, begin: date) -> list[str]:
    """Write down three lessons, on the posts that were open."""
    open_posts = [
        post for post in POSTS if post.opens <= begin + timedelta(days=40) and (not post.closes or post.closes > begin)
    ]
    noted: list[str] = []
    for turn in range(3):
        at = working_time(_noon(begin + timedelta(days=45 + 10 * turn)), ZONE, author.rng)
        area, direction, _, text = LESSONS[(begin.month + turn * 2) % len(LESSONS)]
        drawn = author.rng.choice(open_posts)
        engineers = [post for post in open_posts if post.standard == "engineer"]
        about_design = {"criterion": "design"} if area == "candidate_gaps" else {}
        stream = author.standing.requisitions[(engineers[0] if about_design else drawn).code]
        body = {"area": area, "direction": direction, "text": text, "evidence": _evidence(author, area, stream, at)}
        noted.append(author.add("lesson.recorded.v1", stream, at, body | about_design, zone=ZONE))
    return noted


def _evidence(author: Author, area: str, requisition: str, at: datetime) -> list[str]:
    """Name the last entries of the kind that shows it, on candidacies of this post and before this time."""
    known = [each for each in author.happenings if each.happened < at and "basis" not in each.draft.body]
    here = {
        each.draft.stream
        for each in known
        if each.draft.topic == "candidacy.opened.v1" and each.draft.body["requisition"] == requisition
    }
    telling = sorted(
        (each.happened, str(each.draft.id))
        for each in known
        if each.draft.stream in here and each.draft.topic == _SHOWN_BY[area] and _shows(area, each.draft.body)
    )
    return [entry for _, entry in telling[-_SHOWN:]]


def _shows(area: str, body: Mapping[str, Any]) -> bool:
    match area:
        case "communication":
            return bool(body["about"] == "outcome")
        case "deciding":
            return "knockout_answers" not in body
        case "candidate_gaps":
            return any(each["criterion"] == "design" for each in body["ratings"])
        case _:
            return True


def _retrospective(author: Author, begin: date, end: date, lessons: list[str]) -> None:
    """Meet ten days after the quarter and agree two actions; all but the last quarter's first are done in time."""
    at = working_time(_noon(end + timedelta(days=10)), ZONE, author.rng)
    stream, staff = author.new_id(at), author.standing.staff
    period = {"period_from": begin.isoformat(), "period_to": end.isoformat(), "zone": ZONE}
    author.add("retrospective.opened.v1", stream, at, period | {"participants": list(staff[:4])}, zone=ZONE)
    newest = _next_quarter(end + timedelta(days=1)) > LAST_DAY
    for turn, (text, _) in enumerate(ACTIONS):
        after = _LATE_DUE_DAYS if newest and turn else _DUE_DAYS
        due = {"due": (at.date() + timedelta(days=after)).isoformat(), "zone": ZONE}
        at += timedelta(minutes=20)
        body = {"owner": staff[turn], "text": text, "lessons": lessons[:1]} | due
        action = author.add("action.agreed.v1", stream, at, body, zone=ZONE)
        if not newest:
            done = working_time(at + timedelta(days=30), ZONE, author.rng)
            author.add("action.completed.v1", stream, done, {"action": action, "result": "done"}, zone=ZONE)


def _next_quarter(day: date) -> date:
    month = day.month + _MONTHS
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(11), UTC)
