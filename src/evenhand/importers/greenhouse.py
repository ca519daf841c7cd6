"""Greenhouse: objects of Harvest v1 as exported, and webhook requests as recorded.

Follows the vendor's public documentation of Harvest v1 and of its webhooks (grnhse/greenhouse-api-docs at 0c37c31).
Nothing is bent to fit: a reason on the candidate's side is a withdrawal; un-rejecting overturns a decision that stays;
who decided is not in the data, so nobody is named; a mail that was scheduled is no notice. A rating that is none of
the known ones is kept as not assessed, with the word it had. When somebody came into a stage is known only from
webhooks: elsewhere a visit is dated by what first shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from evenhand.importers.greenhouse_actions import ACTIONS
from evenhand.importers.greenhouse_making import History, Making, Object, inner
from evenhand.importers.greenhouse_objects import OBJECTS
from evenhand.importers.greenhouse_settings import GreenhouseMapping
from evenhand.importers.mapped import requisitions_opened
from evenhand.importers.record import Problem, Proposal, Record, Turned
from evenhand.importers.signed import Secret, is_recorded
from evenhand.sentence import Sentence

_KNOWN: Final = Sentence(
    "a candidate, application, scorecard, scheduled interview, offer or user of Harvest v1, or a webhook; "
    "nothing else of Greenhouse is imported"
)
_UNSIGNED: Final = Sentence(
    "a recorded request is read with the secret it is signed with: give its file with --webhook-secret"
)


@dataclass(frozen=True, slots=True)
class Greenhouse:
    """The source, for one company's settings."""

    mapping: GreenhouseMapping
    secret: Secret | None = None

    def begin(self) -> Callable[[Record], Turned]:
        """Turn each object or request into its proposals, or into what is wrong with it."""
        history = History()

        def turned(record: Record) -> Turned:
            making = Making(record, self.mapping.settings, history)
            try:
                self._make(making, record.value)
            except ValueError as error:
                return [Problem(record, str(error))]
            return making.proposals

        return turned

    def opened(self, codes: frozenset[str]) -> Iterator[Proposal]:
        """Propose the requisitions that the mapping describes and that are not among these codes."""
        return requisitions_opened(self.mapping.where, self.mapping.requisitions, codes)

    def _make(self, making: Making, value: Object) -> None:
        if is_recorded(value):
            if self.secret is None:
                raise ValueError(_UNSIGNED)
            delivery = self.secret.opened(value)
            if delivery.id is not None and making.history.met(delivery.id):
                return
            value, making.received_at = delivery.payload, delivery.received_at
        action = value.get("action")
        if isinstance(action, str) and isinstance(value.get("payload"), dict):
            ACTIONS.get(action, _nothing)(making, inner(value, "payload"))
            return
        kind = kind_of(value)
        if kind is None:
            raise ValueError(Sentence("expected {what}", what=_KNOWN))
        OBJECTS[kind](making, value)


def kind_of(value: Mapping[str, Any]) -> str | None:
    """Tell an object of Harvest v1 by the members that only its kind has."""
    return next((kind for kind, members in _MEMBERS.items() if members <= value.keys()), None)


_MEMBERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "candidate": frozenset({"id", "first_name", "application_ids"}),
        "scorecard": frozenset({"id", "application_id", "overall_recommendation", "attributes"}),
        "interview": frozenset({"id", "application_id", "start", "interviewers"}),
        "offer": frozenset({"id", "application_id", "version", "sent_at"}),
        "application": frozenset({"id", "candidate_id", "applied_at", "jobs"}),
        "user": frozenset({"id", "primary_email_address", "disabled"}),
    }
)


def unread(value: Mapping[str, Any]) -> int:
    """Count the members of an object that nothing reads."""
    kind = kind_of(value)
    return 0 if kind is None else len(value.keys() - _READ[kind] - _MEMBERS[kind])


_READ: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "candidate": frozenset({"last_name", "email_addresses", "created_at", "applications"}),
        "scorecard": frozenset({"submitted_at", "submitted_by", "interviewer", "interview", "interviewed_at"}),
        "interview": frozenset({"interview", "status", "created_at", "updated_at", "end"}),
        "offer": frozenset({"status", "resolved_at", "starts_at"}),
        "application": frozenset({"prospect", "rejected_at", "rejection_reason", "source", "current_stage", "status"}),
        "user": frozenset({"name", "created_at"}),
    }
)


def _nothing(_making: Making, _payload: Mapping[str, Any]) -> None:
    """Make nothing of an action that is about no candidacy."""
