"""From a draft to the entry as it will stand: sealed under the key of its subject, validated, written out."""

from __future__ import annotations

from typing import Any, Final

from evenhand.errors import InputError
from evenhand.events.entry import MAX_LINE_BYTES
from evenhand.events.registry import REGISTRY
from evenhand.events.sealing import sealed_paths, to_seal
from evenhand.importers.known import Subject
from evenhand.importers.names import PERSON_REGISTERED, REGISTERED
from evenhand.importers.scratch import Scratch
from evenhand.ledger.drafts import Defaults, Draft, Sealed, build
from evenhand.ledger.ledger import Ledger
from evenhand.rules.context import Proposed
from evenhand.sentence import Sentence
from evenhand.vault import SubjectKey

_COMMITTING: Final = frozenset({REGISTERED, PERSON_REGISTERED})
_ENVELOPE_BYTES: Final = 400
"""More than the members of a line besides its body ever take."""


class Sealer:
    """Makes entries of one run."""

    def __init__(self, ledger: Ledger, scratch: Scratch) -> None:
        self._ledger = ledger
        self._scratch = scratch
        self._streams: dict[str, SubjectKey] = {}
        self.drawn: set[str] = set()
        """Streams of nobody whose keys are new: such a stream has one from its first entry on."""

    def entry(self, draft: Draft, subject: Subject, defaults: Defaults) -> tuple[Proposed, Sealed]:
        """Make the entry of a draft; ``subject`` is whose record it comes from. Raises ``InputError`` by field."""
        event_class = REGISTRY.writable(draft.topic)
        body: dict[str, Any] = defaults.fill(to_seal(event_class, draft.body))
        entry = str(draft.id)
        if event_class.OPENS or sealed_paths(event_class):
            self._ledger.sealing(self._key(draft.stream, subject)).seal(event_class, entry, body)
        if draft.topic in _COMMITTING:
            body["key_commitment"] = subject.key.commitment
        event, text = build(event_class, body)
        if len(text.encode()) + _ENVELOPE_BYTES > MAX_LINE_BYTES:
            raise InputError(
                Sentence(
                    "{topic}: an entry of this size is longer than a line may be; shorten its texts", topic=draft.topic
                )
            )
        return Proposed(draft.stream, entry, event), Sealed(draft.stream, entry, draft.topic, text)

    def _key(self, stream: str, subject: Subject) -> SubjectKey:
        """Answer with the key of a record's person, or of the stream where it is nobody's."""
        if subject.id is not None:
            return subject.key
        known = self._streams.get(stream)
        if known is None:
            known = self._ledger.vault.sealers([stream]).get(stream)
            if known is None:
                known = SubjectKey(stream, self._scratch.secret(stream))
                self.drawn.add(stream)
            self._streams[stream] = known
        return known
