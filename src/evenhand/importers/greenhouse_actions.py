"""What each webhook of Greenhouse becomes. Most do not say when: then it is when the request came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from evenhand.importers.greenhouse_making import DECISION, Making, Object, candidacy, identified, inner
from evenhand.importers.greenhouse_objects import candidate, offer, opened, rejected, stage_of
from evenhand.importers.record import EntryHandle, Gone, Handle
from evenhand.sentence import Sentence
from evenhand.words import mark

_HIRED: Final = "candidate.hired"


def _introduced(making: Making, payload: Object) -> tuple[str, Object] | None:
    """Register the candidate of a payload and open the candidacy; none for a prospect."""
    value = inner(payload, "application")
    whose = inner(value, "candidate")
    if value.get("prospect") is True:
        return None
    jobs = value if isinstance(value.get("jobs"), list) else {**value, "jobs": [inner(value, "job")]}
    if "applied_at" in value:
        candidate(making, whose)
        return opened(making, jobs, whose.get("id")), value
    return identified(value.get("id"), mark("id of the application")), value


def _when(making: Making, *others: Any) -> dict[str, Any]:
    found = next((each for each in (*others, making.received_at) if each), None)
    if found is None:
        raise ValueError(Sentence("nothing says when this happened; record requests with received_at"))
    return making.at(found, "received_at")


def applied(making: Making, payload: Object) -> None:
    """Tell that somebody applied."""
    _introduced(making, payload)


def moved(making: Making, payload: Object) -> None:
    """Tell that a candidacy came into another stage, perhaps one it had left before."""
    found = _introduced(making, payload)
    if found is not None:
        name, value = found
        since = making.received_at or value.get("last_activity_at")
        making.visit(name, stage_of(making, value), since, "last_activity_at", again=True)


def turned_down(making: Making, payload: Object) -> None:
    """Tell that a candidacy ended: by our decision, or by the candidate's."""
    found = _introduced(making, payload)
    if found is not None:
        rejected(making, *found)


def taken_back(making: Making, payload: Object) -> None:
    """Overturn a rejection; it stays in the record."""
    found = _introduced(making, payload)
    if found is None:
        return
    name, value = found
    before = making.history.rejected.pop(name, None)
    if before is None:
        raise ValueError(
            Sentence("the rejection that this takes back is not in the file before it; import the two together")
        )
    when = _when(making, making.received_at, value.get("last_activity_at"))
    body = {"occurred_at": when, "decision": EntryHandle(DECISION, before), "deciders": list[Any]()}
    making.add("decision.overturned", candidacy(name), before, body)


def hired(making: Making, payload: Object) -> None:
    """Tell that a candidate was hired."""
    found = _introduced(making, payload)
    if found is not None:
        name, value = found
        made = inner(value, "offer")
        starts = made.get("starts_at")
        body = {
            "occurred_at": _when(making, made.get("resolved_at")),
            "starts": starts if isinstance(starts, str) else None,
        }
        making.add(_HIRED, candidacy(name), name, body)


def unhired(making: Making, payload: Object) -> None:
    """Tell that a hire came to nothing; Greenhouse does not say by whom."""
    found = _introduced(making, payload)
    if found is None:
        return
    by = making.settings.unhired_by
    if by is None:
        raise ValueError(
            Sentence('Greenhouse does not say who took a hire back; say unhired_by = "employer" or "candidate"')
        )
    name, value = found
    when = _when(making, making.received_at, value.get("last_activity_at"))
    body = {"occurred_at": when, "hire": EntryHandle(_HIRED, name), "by": by}
    making.add("candidate.hire_reversed", candidacy(name), name, body)


def merged(making: Making, payload: Object) -> None:
    """Tell that two candidates are one person."""
    value = inner(payload, "person")
    name = identified(value.get("id"), mark("id of the person"))
    into = Handle("candidate", identified(value.get("new_candidate_id"), "new_candidate_id"))
    making.add("candidate.merged", Handle("candidate", name), name, {"occurred_at": _when(making), "into": into})


def offered(making: Making, payload: Object) -> None:
    """Tell that an offer was made, changed or answered."""
    offer(making, payload)


def called_off(_making: Making, _payload: Object) -> None:
    """Refuse what only names an id that was deleted: whose it was is not said."""
    raise ValueError(
        Sentence("only the id of what was deleted is here, not whose it was; record it by hand: evenhand record")
    )


def deleted(making: Making, payload: Object) -> None:
    """Tell that a candidate was deleted."""
    name = identified(inner(payload, "person").get("id"), mark("id of the person"))
    making.proposals.append(Gone(making.record, Handle("candidate", name)))


def anonymised(making: Making, payload: Object) -> None:
    """Tell that a candidate was anonymised, in part or altogether: Greenhouse lets a company choose the fields."""
    given = payload.get("candidate_id") or inner(payload, "candidate").get("id") or inner(payload, "person").get("id")
    making.proposals.append(Gone(making.record, Handle("candidate", identified(given, "candidate_id"))))


ACTIONS: Final[Mapping[str, Callable[[Making, Object], None]]] = MappingProxyType(
    {
        "new_candidate_application": applied,
        "candidate_stage_change": moved,
        "reject_candidate": turned_down,
        "unreject_candidate": taken_back,
        "hire_candidate": hired,
        "unhire_candidate": unhired,
        "merge_candidate": merged,
        "offer_created": offered,
        "offer_updated": offered,
        "interview_deleted": called_off,
        "scorecard_deleted": called_off,
        "delete_application": called_off,
        "delete_candidate": deleted,
        "candidate_anonymized": anonymised,
    }
)
