"""Whose key seals what: the step from a stream or a person to the vault's keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from evenhand.errors import InputError, TamperedError
from evenhand.events.base import Event, StreamKind, Subject
from evenhand.events.candidacy import CandidacyOpened
from evenhand.events.candidate import CandidateRegistered
from evenhand.events.entry import Entry
from evenhand.events.ids import Entropy
from evenhand.events.ledger import PersonRegistered
from evenhand.events.registry import Registry
from evenhand.ledger.drafts import Draft, Sealing
from evenhand.sentence import Sentence
from evenhand.store.store import Store
from evenhand.vault.subject_key import SubjectKey
from evenhand.vault.vault import Vault

_BOX = re.compile(r'"seal:1:([0-9a-f-]{36}):')
_KEPT = 100_000
"""Streams whose subjects are remembered; others are looked up again."""
_COMMITTING = (CandidateRegistered.TOPIC, PersonRegistered.TOPIC)


class Keys:
    """The keys of one ledger; the vault is opened when a key is first needed."""

    def __init__(
        self,
        *,
        vault: Callable[[], Vault],
        registry: Registry,
        origin: str,
        store: Store,
        ledger: str,
        entropy: Entropy,
    ) -> None:
        """``ledger`` is the stream of the ledger itself."""
        self._vault = vault
        self._registry = registry
        self._origin = origin
        self._store = store
        self._ledger = ledger
        self._entropy = entropy
        self._subjects: dict[str, str] = {}
        self._compared: dict[str, str] = {}  # the commitments of keys that were held against the ledger

    def make(self, drafts: Sequence[Draft], bodies: Sequence[dict[str, Any]]) -> None:
        """Make the keys that these drafts bring into being, durably, and write their commitments into the bodies.

        The key comes first and the entry second: a key without an entry is swept, an entry without a key is lost.
        """
        if len(self._subjects) > _KEPT:
            self._subjects.clear()
        wanted: dict[str, list[dict[str, Any]]] = {}
        for draft, body in zip(drafts, bodies, strict=True):
            event_class = self._registry.event_class(draft.topic)
            if event_class is CandidacyOpened:
                self._subjects[draft.stream] = str(body.get("candidate"))
            elif event_class.OPENS:
                self._subjects[draft.stream] = draft.stream
            committed = issubclass(event_class, CandidateRegistered | PersonRegistered)
            if (event_class.OPENS and event_class is not CandidacyOpened) or committed:
                subject = body.get("person") if event_class is PersonRegistered else draft.stream
                if isinstance(subject, str):
                    wanted.setdefault(subject, []).extend([body] if committed else [])
        for commitment, holders in (
            zip(self._vault().new_keys(list(wanted)), wanted.values(), strict=True) if wanted else ()
        ):
            for body in holders:
                body["key_commitment"] = commitment

    def sealing(self, event_class: type[Event], stream: str, body: Mapping[str, Any]) -> Sealing:
        """Answer with what seals a body: the key of its stream's subject, or of the person it names."""
        subject = self._subject(event_class, stream, body)
        return Sealing(self._vault().sealer(subject), self._origin, self._entropy)

    def opened(self, event_class: type[Event], entry: Entry) -> dict[str, Any]:
        """Answer with the body of an entry, its boxes opened by the key they name."""
        body: dict[str, Any] = from_json(entry.body)
        if (box := _BOX.search(entry.body)) is not None:
            sealing = Sealing(self._vault().sealer(box[1]), self._origin, self._entropy)
            sealing.open(event_class, entry.type, entry.id, body)
        return body

    def warm(self, entries: Iterable[Entry]) -> int:
        """Fetch the keys of these entries at once, and answer with how many boxes there are.

        Raises ``TamperedError`` for a key that is not the one the ledger recorded: AES-GCM does not commit to its key,
        so that a box can be made to open to one text under one key, and to another under another.
        """
        named = [found for entry in entries for found in _BOX.findall(entry.body)]
        if named:
            self._must_be_recorded(self._vault().sealers(set(named)))
        return len(named)

    def _must_be_recorded(self, keys: Mapping[str, SubjectKey]) -> None:
        fresh = {each: key.commitment for each, key in keys.items() if self._compared.get(each) != key.commitment}
        if not fresh:
            return
        with self._store.reader() as reader:
            registered = list(reader.opened(fresh).values())
            if len(registered) < len(fresh):  # a person is no stream of its own
                registered += reader.of_type(self._ledger, [PersonRegistered.TOPIC])
        for entry in registered:
            if entry.type not in _COMMITTING:
                continue
            body = from_json(entry.body)
            subject = str(body.get("person", entry.stream))
            if fresh.get(subject, body["key_commitment"]) != body["key_commitment"]:
                raise TamperedError(
                    Sentence(
                        "the key of {subject} in the vault is not the one that entry {position} commits to: it was "
                        "replaced; restore the vault and its epoch file together",
                        subject=subject,
                        position=entry.position,
                    )
                )
        self._compared |= fresh

    def _subject(self, event_class: type[Event], stream: str, body: Mapping[str, Any]) -> str:
        if event_class.SUBJECT is Subject.PERSON:
            return str(body.get("person"))
        known = self._subjects.get(stream)
        if known is not None:
            return known
        with self._store.reader() as reader:
            first = reader.opened([stream]).get(stream)
        if first is None:
            raise InputError(
                Sentence(
                    "{topic}: its stream has not been opened; record the entry that opens it first",
                    topic=event_class.TOPIC,
                )
            )
        opening = self._registry.event_class(first.type)
        is_candidacy = StreamKind.CANDIDACY in opening.STREAMS
        self._subjects[stream] = str(from_json(first.body)["candidate"]) if is_candidacy else stream
        return self._subjects[stream]
