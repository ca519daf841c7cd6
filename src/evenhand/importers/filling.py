"""From a proposal to the body of a draft: ids in the place of handles, and what a record implies without saying it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from evenhand.errors import InputError
from evenhand.events.base import Moment
from evenhand.importers.known import Known, Subject
from evenhand.importers.names import OPENED, PERSON_REGISTERED, Names, Naming
from evenhand.importers.record import LEDGER, PERSON, SCALARS, EntryHandle, Handle, How, Proposal
from evenhand.importers.world import World
from evenhand.ledger.drafts import Draft
from evenhand.sentence import Sentence
from evenhand.vault import SubjectKey

_REQUISITION: Final = "requisition.opened.v1"
_SCORECARDS: Final = frozenset({"scorecard.submitted.v1", "scorecard.amended.v1"})


class AbsentError(InputError):
    """What a record rests on is not there; it may be that a record before it was refused."""


class Item(NamedTuple):
    """One proposal under the key of its subject."""

    proposal: Proposal
    subject: Subject
    digest: str


class Filler:
    """Fills bodies and makes drafts of one run; ``basis`` is that of every entry it makes."""

    def __init__(
        self, naming: Naming, world: World, import_key: SubjectKey, *, ledger: str, system: str, batch: str
    ) -> None:
        self._naming = naming
        self._world = world
        self._import_key = import_key
        self._ledger = ledger
        self._system = system
        self._basis = {"kind": "imported", "batch": batch}

    def body(self, item: Item, known: Known) -> dict[str, Any]:
        """Answer with the body of an entry. Raises ``InputError`` for what it names and nobody knows."""
        proposal = item.proposal
        body: dict[str, Any] = self._filled(proposal.body, item, known) if proposal.named else {**proposal.body}
        if "occurred_at" not in body and proposal.topic != PERSON_REGISTERED:
            raise InputError(Sentence("{topic}: occurred_at is missing: when did it happen?", topic=proposal.topic))
        if proposal.topic in _SCORECARDS and "standard" not in body:
            self._under_the_bound(proposal, body, known)
        if proposal.topic == OPENED and "requisition" in body:
            known.requisitions[self.stream(proposal.stream, known)] = body["requisition"]
        elif proposal.topic == _REQUISITION and "code" in body:
            self._world.codes.setdefault(("requisition", body["code"]), self.stream(proposal.stream, known))
        return body

    def draft(
        self, item: Item, known: Known, revision: int, part: str = "", *, topic: str | None = None, body: Any = None
    ) -> Draft:
        """Make the draft of a record's revision, or of a ``part`` of what it becomes."""
        proposal, key = item.proposal, item.subject.key
        mac = self._naming.record(key, proposal.kind, proposal.reference)
        said = self.body(item, known) if body is None else {**body}
        said["basis"] = self._basis
        said["source"] = {
            "system": self._system,
            "kind": proposal.kind,
            "reference": mac.hex(),
            "revision": revision,
        }
        return Draft(
            topic or proposal.topic,
            self.stream(proposal.stream, known),
            said,
            self._naming.entry_id(key, proposal.kind, proposal.reference, revision, part, record=mac),
        )

    def stream(self, stream: Handle, known: Known) -> str:
        """Answer with the id of the stream an entry belongs on."""
        return known.ids.get(stream) or str(self._id(stream, known))

    def _filled(self, value: Any, item: Item, known: Known) -> Any:
        """Put ids in the place of handles; who was erased is left out."""
        kind = type(value)  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        if kind is Handle:
            return known.ids.get(value) or self._id(value, known)
        if kind is EntryHandle:
            return self._entry(value, item, known)
        if kind is dict:
            members: dict[str, Any] = {}
            for name, each in value.items():
                filled = each if type(each) in SCALARS else self._filled(each, item, known)
                if filled is not None:
                    members[name] = filled
            return members
        if kind is list:
            several = [self._filled(each, item, known) for each in value]
            return [each for each in several if each is not None]
        return value

    def _entry(self, handle: EntryHandle, item: Item, known: Known) -> str:
        """Answer with the entry that a record is now, or will be, if it is made of the same record of the file."""
        found = known.earlier.get(handle) or known.found.get(handle)
        if found is not None and found.entry:
            return found.entry
        if not known.is_made_with(handle, item.proposal):
            raise AbsentError(
                Sentence(
                    "{topic}: it names a record of kind {kind} that is neither in the ledger nor before it in the file",
                    topic=item.proposal.topic,
                    kind=handle.kind,
                )
            )
        return self._naming.entry_id(item.subject.key, handle.kind, handle.name, 1)

    def _id(self, handle: Handle, known: Known) -> str | None:
        """Answer with the id of a stream or person; none for somebody who was erased."""
        found = self._found(handle, known.names)
        if found is not None:
            known.ids[handle] = found
        return found

    def _found(self, handle: Handle, names: Names) -> str | None:
        if handle.how == How.ID:
            return self._ledger if handle == LEDGER else handle.name
        if handle.how == How.CODE:
            return self._by_code(handle)
        match handle.kind:
            case "candidate":
                return names.candidates.get(handle.name) or _missing(handle, names)
            case "candidacy":
                candidacy = names.candidacies.get(handle.name)
                return candidacy.stream if candidacy else _missing(handle, names)
            case "person":
                return names.persons.get(handle.name)
            case "standard" | "policy":
                raise InputError(
                    Sentence('a {kind} is named by its code in the ledger: {{"code": "…"}}', kind=handle.kind)
                )
            case _:
                return self._naming.stream_id(self._import_key, handle.kind, handle.name)

    def _by_code(self, handle: Handle) -> str:
        found = self._world.codes.get((handle.kind, handle.name))
        if found is None:
            raise AbsentError(
                Sentence("there is no {kind} of this code in the ledger; see: evenhand {kind} list", kind=handle.kind)
            )
        return found

    def _under_the_bound(self, proposal: Proposal, body: dict[str, Any], known: Known) -> None:
        """Take a scorecard that does not say so to be under the standard its requisition had at the time."""
        try:
            occurred_at = Moment.model_validate(body["occurred_at"], strict=False)
        except ValidationError:
            return  # the class will say what is wrong with it
        stream = self.stream(proposal.stream, known)
        requisition = known.requisitions.get(stream) or self._world.requisition_of(stream)
        bound = self._world.bound(requisition, occurred_at)
        if bound is None:
            raise InputError(
                Sentence(
                    "{topic}: no standard is bound to its requisition; name the one it was given under",
                    topic=proposal.topic,
                )
            )
        body["standard"], body["standard_version"] = bound


def _missing(handle: Handle, names: Names) -> str | None:
    if (handle.kind, handle.name) in names.gone or handle.kind == PERSON:
        return None
    raise AbsentError(
        Sentence("it names a {kind} that is not in the ledger; its record must come before", kind=handle.kind)
    )
