"""What each object of Harvest v1 becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from evenhand.importers.cells import kept_as_word
from evenhand.importers.greenhouse_making import (
    DECISION,
    Making,
    Object,
    candidacy,
    identified,
    inner,
    person,
    several,
    words,
)
from evenhand.importers.record import LEDGER, PERSON, EntryHandle, Handle, How
from evenhand.sentence import Sentence
from evenhand.words import mark

_NO_INTERVIEW: Final = Sentence("interview: it is not in the mapping; add its name under [interviews], with its stage")
_THEIRS: Final = "they rejected us"
_OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {"definitely_not": "reject", "no": "reject", "yes": "advance", "strong_yes": "advance"}
)
_UNRATED: Final = frozenset({None, "no_decision", ""})


def candidate(making: Making, value: Object) -> None:
    """Register a candidate, and open the candidacies that lie within."""
    name = " ".join(filter(None, (words(value.get("first_name")), words(value.get("last_name"))))) or None
    contact = next(filter(None, (words(each.get("value")) for each in several(value, "email_addresses"))), None)
    known_as = identified(value.get("id"), mark("id of the candidate"))
    body = {"occurred_at": making.at(value.get("created_at"), "created_at"), "name": name, "contact": contact}
    making.add("candidate.registered", Handle("candidate", known_as), known_as, body)
    for each in several(value, "applications"):
        application(making, {"candidate_id": value.get("id"), **each})


def application(making: Making, value: Object) -> None:
    """Open a candidacy, and tell its rejection; a prospect has applied for nothing."""
    if value.get("prospect") is True:
        return
    name = opened(making, value, value.get("candidate_id"))
    if value.get("rejected_at") is not None:
        rejected(making, name, value)


def opened(making: Making, value: Object, whose: Any) -> str:
    """Propose that a candidacy was opened, once in a file, and answer with its name."""
    name = identified(value.get("id"), mark("id of the application"))
    if name in making.history.opened:
        return name
    jobs = several(value, "jobs")
    if len(jobs) != 1:
        raise ValueError(Sentence("jobs: a candidacy is for one job; this application names none, or several"))
    job = (str(jobs[0].get("id")), words(jobs[0].get("name")) or "")
    code = next((making.settings.jobs[each] for each in job if each in making.settings.jobs), None)
    if code is None:
        raise ValueError(
            Sentence("jobs: this job is not in the mapping; add its id or name under [jobs], with a requisition's code")
        )
    source = words(inner(value, "source").get("public_name") or inner(value, "source").get("name")) or ""
    body = {
        "occurred_at": making.at(value.get("applied_at"), "applied_at"),
        "candidate": Handle("candidate", identified(whose, "candidate_id")),
        "requisition": Handle("requisition", code, How.CODE),
        "route": making.settings.routes.get(source, "external"),
    }
    making.add("candidacy.opened", candidacy(name), name, body)
    making.history.opened.add(name)
    return name


def stage_of(making: Making, value: Object) -> str:
    """Answer with the code of an application's current stage. Raises ``ValueError`` if the mapping does not know it."""
    name = words(inner(value, "current_stage").get("name"))
    if name is None:
        raise ValueError(Sentence("current_stage is missing: in which stage was it?"))
    if name not in making.settings.stages:
        raise ValueError(Sentence("current_stage: this stage is not in the mapping; add its name under [stages]"))
    return making.settings.stages[name]


def rejected(making: Making, name: str, value: Object) -> None:
    """Tell a rejection as what it is: our decision, or the candidate's."""
    reason = inner(value, "rejection_reason")
    said = words(reason.get("name"))
    when = making.at(value.get("rejected_at"), "rejected_at")
    known_as = f"{name}/{value['rejected_at']}"
    theirs = (words(inner(reason, "type").get("name")) or "").lower() == _THEIRS
    visit = making.visit(name, stage_of(making, value), value["rejected_at"], "rejected_at")
    if theirs or said in making.settings.withdrawals:
        code = making.settings.withdrawals.get(said or "")
        body: dict[str, Any] = {"occurred_at": when, "visit": visit, "reason_code": code, "why": said}
        making.add("candidacy.withdrawn", candidacy(name), known_as, body)
        return
    codes = [making.settings.reasons.get(said) or _unmapped(reason)] if said else []
    body = {
        "occurred_at": when,
        "visit": visit,
        "outcome": "reject",
        "reasons": [{"code": each} for each in codes],
        "deciders": [],
        "automation": "none",
        "rationale": None if said in making.settings.reasons else said,
    }
    making.add(DECISION, candidacy(name), known_as, body)
    making.history.rejected[name] = known_as


def _unmapped(reason: Object) -> str:
    """Give a reason that the mapping does not know a code that no standard has, so that it is found."""
    known_as = identified(reason.get("id"), mark("id of the rejection_reason"))
    return f"greenhouse-{known_as}"


def scorecard(making: Making, value: Object) -> None:
    """Tell what an interviewer thought; a scorecard that was not submitted is a draft, and nothing."""
    if value.get("submitted_at") is None:
        return
    name = identified(value.get("application_id"), "application_id")
    interview = words(value.get("interview")) or ""
    if interview not in making.settings.interviews:
        raise ValueError(
            Sentence("interview: this interview is not in the mapping; add its name under [interviews], with a stage")
        )
    held = value.get("interviewed_at") or value["submitted_at"]
    author = person(value.get("submitted_by")) or person(value.get("interviewer"))
    if author is None:
        raise ValueError(Sentence("submitted_by and interviewer are missing: whose scorecard is it?"))
    overall = value.get("overall_recommendation")
    body = {
        "visit": making.visit(name, making.settings.interviews[interview], held, "interviewed_at"),
        "occurred_at": making.at(value["submitted_at"], "submitted_at"),
        "author": author,
        "ratings": [rating for each in several(value, "attributes") if (rating := _rating(making, each))],
        "recommendation": _OUTCOMES.get(overall) if isinstance(overall, str) else None,
    }
    making.add("scorecard.submitted", candidacy(name), identified(value.get("id"), mark("id of the scorecard")), body)


def _rating(making: Making, attribute: Object) -> dict[str, Any] | None:
    """Rate a criterion; a word that is no rating stays as evidence, and the criterion is not assessed."""
    criterion = making.settings.criteria.get(words(attribute.get("name")) or "")
    if criterion is None:
        return None
    given, note = attribute.get("rating"), words(attribute.get("note"))
    rated: dict[str, Any] = {"criterion": criterion}
    if isinstance(given, str) and given in making.settings.ratings:
        rated["score"] = making.settings.ratings[given]
    elif isinstance(given, str) and given not in _UNRATED:
        note = kept_as_word(given, note)
    if note:
        rated["evidence"] = note
    return rated


def interview(making: Making, value: Object) -> None:
    """Tell that an interview was arranged, and that it was held if Greenhouse calls it complete."""
    name = identified(value.get("application_id"), "application_id")
    known_as = identified(value.get("id"), mark("id of the interview"))
    called = words(inner(value, "interview").get("name")) or ""
    if called not in making.settings.interviews:
        raise ValueError(
            Sentence("interview: this interview is not in the mapping; add its name under [interviews], with a stage")
        )
    start = inner(value, "start")
    starts = start.get("date_time") or start.get("date")
    visit = making.visit(name, making.settings.interviews[called], starts, "start")
    form = _form(making, called, value)
    who = [found for each in several(value, "interviewers") if (found := person(each))]
    planned = {
        "occurred_at": making.at(value.get("created_at"), "created_at"),
        "visit": visit,
        "starts": making.at(starts, "start"),
        "form": form,
        "interviewers": who,
    }
    making.add("interview.scheduled", candidacy(name), known_as, planned)
    if value.get("status") == "complete":
        held = {
            "occurred_at": making.at(starts, "start"),
            "visit": visit,
            "interview": EntryHandle("interview.scheduled", known_as),
            "form": form,
            "interviewers": who,
        }
        making.add("interview.held", candidacy(name), known_as, held)


def _form(making: Making, called: str, value: Object) -> str:
    found = making.settings.forms.get(called) or ("video" if words(value.get("video_conferencing_url")) else None)
    if found is None:
        raise ValueError(
            Sentence("interview: how it was held is not in the data; add its name under [forms], such as in_person")
        )
    return found


def offer(making: Making, value: Object) -> None:
    """Tell that an offer went out, and how it was answered; one that was not sent is nothing yet."""
    name = identified(value.get("application_id"), "application_id")
    known_as = f"{identified(value.get('id'), 'id of the offer')}/{identified(value.get('version'), 'version')}"
    sent = value.get("sent_at") or value.get("sent_on")
    if sent is None:
        return
    making.add("offer.extended", candidacy(name), known_as, {"occurred_at": making.at(sent, "sent_at")})
    status = (words(value.get("status") or value.get("offer_status")) or "").lower()
    answer = {"accepted": "accepted", "rejected": "declined"}.get(status)
    if answer is not None:
        body = {
            "occurred_at": making.at(value.get("resolved_at"), "resolved_at"),
            "offer": EntryHandle("offer.extended", known_as),
            "answer": answer,
        }
        making.add("offer.answered", candidacy(name), known_as, body)


def user(making: Making, value: Object) -> None:
    """Register a member of staff, with their name."""
    known_as = identified(value.get("id"), mark("id of the user"))
    body = {
        "occurred_at": making.at(value.get("created_at"), "created_at"),
        "person": Handle(PERSON, known_as),
        "kind": "staff",
        "name": words(value.get("name")),
        "contact": words(value.get("primary_email_address")),
    }
    making.add("person.registered", LEDGER, known_as, body)


OBJECTS: Final[Mapping[str, Callable[[Making, Object], None]]] = MappingProxyType(
    {
        "candidate": candidate,
        "application": application,
        "scorecard": scorecard,
        "interview": interview,
        "offer": offer,
        "user": user,
    }
)
