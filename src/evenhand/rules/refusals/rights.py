"""What must not be destroyed: anything under a legal hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evenhand.events.base import StreamKind
from evenhand.events.candidate import CandidateErased
from evenhand.events.ledger import PersonErased
from evenhand.rules.context import Context, Proposed, refusal
from evenhand.sentence import Sentence

HELD: Final = Sentence("a legal hold is in force; release it first: evenhand hold release")


@refusal(
    "nothing-held-is-erased",
    on=(CandidateErased, PersonErased),
    reads=(StreamKind.LEDGER, StreamKind.CANDIDATE, StreamKind.CANDIDACY),
    imported=True,
)
def nothing_held_is_erased(context: Context, proposed: Proposed) -> Iterator[str]:
    """Nobody is erased while a hold names them, one merged with them, a candidacy of theirs or its requisition."""
    event = proposed.event
    if isinstance(event, PersonErased):
        subjects = frozenset({event.person})
    else:
        subjects = context.same_person(proposed.stream)
        subjects |= context.applications_of(subjects)
    if any(context.ledger.held(subject) for subject in subjects):
        yield HELD


RIGHTS = (nothing_held_is_erased,)
