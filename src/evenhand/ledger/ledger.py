"""The ledger: open one, append to it, read it, open what was sealed, erase, verify."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from evenhand.checkpoint.folder import papers_of
from evenhand.checkpoint.log_key import create_log_key
from evenhand.checkpoint.trust import Trust
from evenhand.clock import Clock, instant_text, system_clock
from evenhand.config import decide
from evenhand.errors import ErasedError, InputError, RefusedError, UnavailableError
from evenhand.events.base import Event
from evenhand.events.candidate import CandidateErased
from evenhand.events.entry import Entry
from evenhand.events.ids import Entropy, new_id
from evenhand.events.ledger import FORMAT, LedgerOpened, LogKeyRotated, PersonErased
from evenhand.events.registry import REGISTRY
from evenhand.ledger.appending import Appender
from evenhand.ledger.drafts import Defaults, Draft, Sealed, Sealing, as_json, build
from evenhand.ledger.keys import Keys
from evenhand.ledger.verify import Verification, verify
from evenhand.rules.refusals.rights import HELD
from evenhand.sentence import Sentence
from evenhand.store.reading import Reader
from evenhand.store.shape import Head, NewEntry
from evenhand.store.store import Store, file_url
from evenhand.vault.subject_key import SubjectKey
from evenhand.vault.vault import Vault

STORE_FILE = "ledger.db"
_OPENED_AT_ONCE = 5_000
_ERASURES = (CandidateErased.TOPIC, PersonErased.TOPIC)

Ground = Literal["request", "retention", "policy", "source"]


class Ledger:
    """An open ledger; close it when done, or use it in a ``with`` statement.

    ``entropy`` is ``os.urandom`` wherever real people are concerned; the demo gives a seeded one.
    """

    def __init__(
        self, folder: Path, store: Store, *, vault_url: str | None, clock: Clock, entropy: Entropy, read_only: bool
    ) -> None:
        """Use ``Ledger.create`` or ``Ledger.open``."""
        self.folder = folder
        self.read_only = read_only
        self.store = store
        self._vault_url = vault_url
        self._vault: Vault | None = None
        self._clock = clock
        self._entropy = entropy
        self.opening = _opening(store)
        opened = REGISTRY.read(self.opening.type, self.opening.body)
        if not isinstance(opened, LedgerOpened):
            raise UnavailableError(
                Sentence(
                    "{place}: its first entry does not open a ledger; check that this is a ledger", place=store.place
                )
            )
        if opened.format > FORMAT:
            raise UnavailableError(
                Sentence(
                    "this ledger has format {format}, and this version of evenhand reads up to {known}; "
                    "upgrade evenhand",
                    format=opened.format,
                    known=FORMAT,
                )
            )
        self.origin = opened.origin
        self.zone = opened.zone
        self.actor: str | None = opened.actor
        """Who records when a draft does not say; the one who opened the ledger, unless set otherwise."""
        self._keys = Keys(
            vault=self._open_vault,
            registry=REGISTRY,
            origin=self.origin,
            store=store,
            ledger=self.opening.stream,
            entropy=entropy,
        )
        self._appender = Appender(
            store=store, keys=self._keys, registry=REGISTRY, ledger=self.opening, clock=clock, entropy=entropy
        )

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        origin: str,
        zone: str,
        actor: str | None = None,
        store_url: str | None = None,
        vault_url: str | None = None,
        clock: Clock = system_clock,
        entropy: Entropy = os.urandom,
    ) -> Self:
        """Make an empty ledger with its vault and its log key in ``folder``, and open it.

        ``origin`` names it in evidence: a domain you control and a path. ``actor`` is the id of whoever opens it; a new
        one is made if it is left out. Raises ``UnavailableError`` if there is a ledger already, ``InputError`` if the
        origin or the zone is none.
        """
        url = store_url or file_url(folder / STORE_FILE)
        if store_url is None and (folder / STORE_FILE).exists():
            raise UnavailableError(Sentence("{folder} holds a ledger already; choose another folder", folder=folder))
        now = clock()
        milliseconds = int(now.timestamp() * 1000)
        stream, entry_id = new_id(milliseconds, entropy), new_id(milliseconds, entropy)
        body: dict[str, Any] = {
            "occurred_at": {"at": instant_text(now), "zone": zone, "precision": "instant"},
            "actor": actor or new_id(milliseconds, entropy),
            "format": FORMAT,
            "origin": origin,
            "created": instant_text(now),
            "zone": zone,
            "algorithms": {},
            "log_key": "check+00000000+AA==",
        }
        defaults = Defaults(now, zone, None)
        draft = Draft.of(LedgerOpened, stream, **body)
        build(LedgerOpened, _filled(draft, defaults))  # refuses a bad origin or zone before anything is made
        folder.mkdir(parents=True, exist_ok=True)
        with Vault.create(vault_url, folder, entropy=entropy, clock=clock) as vault:
            vault.new_key(stream)
        body["log_key"] = create_log_key(folder, origin, entropy)
        _, text = build(LedgerOpened, _filled(Draft.of(LedgerOpened, stream, **body), defaults))
        with Store.create(url) as store:
            store.transact(lambda _: [NewEntry(stream, 1, entry_id, draft.topic, text)], clock=lambda: now)
        return cls.open(folder, store_url=store_url, vault_url=vault_url, clock=clock, entropy=entropy)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        read_only: bool = False,
        store_url: str | None = None,
        vault_url: str | None = None,
        clock: Clock = system_clock,
        entropy: Entropy = os.urandom,
    ) -> Self:
        """Open the ledger in ``folder``; addresses not given come from its ``evenhand.toml``, else its own files.

        Opened for writing, it first finishes what a killed erasure or a restored vault left undone. Opened for reading
        only, it touches nothing: what an auditor does with a copy. Raises ``UnavailableError`` if there is none, or it
        is locked, newer or no ledger, ``TamperedError`` if its file is damaged.
        """
        if store_url is None:
            settings = decide({"ledger": str(folder)}, {})
            store_url, vault_url = settings.store, vault_url or settings.vault
        store = Store.open(store_url or file_url(folder / STORE_FILE), read_only=read_only)
        try:
            ledger = cls(folder, store, vault_url=vault_url, clock=clock, entropy=entropy, read_only=read_only)
            if not read_only:
                ledger._reconcile()
        except BaseException:
            store.close()
            raise
        return ledger

    def append(self, drafts: Iterable[Draft], *, accept_clock: bool = False) -> list[Entry]:
        """Append all drafts, or none; answer with their entries, in the drafts' order.

        A draft whose ``id`` stands already is answered with that entry if both say the same. Raises ``InputError`` for
        a draft of the wrong form and ``RefusedError`` for one that a rule stops, naming every problem.
        """
        batch = list(drafts)
        if any(draft.topic in _ERASURES for draft in batch):
            raise InputError(
                Sentence("an erasure goes through Ledger.erase, or evenhand erase: it takes in whoever is merged")
            )
        if any(draft.topic == LogKeyRotated.TOPIC for draft in batch):
            raise InputError(
                Sentence("a log key is replaced through Evidence.rotate, or evenhand evidence rotate: it makes the key")
            )
        return self._append(batch, accept_clock=accept_clock)

    def sealing(self, key: SubjectKey) -> Sealing:
        """Answer with what seals texts for this ledger under a key."""
        return Sealing(key, self.origin, self._entropy)

    def append_sealed(self, sealed: Sequence[Sealed], *, judged_at: int) -> list[Entry]:
        """Append entries that ``sealing`` sealed and ``build`` wrote, or none; their keys are in the vault already.

        ``judged_at`` is the position up to which the ledger was looked at when the rules let them be; where it has
        grown since, they are put before the rules again. Raises as ``append`` does, and ``RefusedError`` for an id
        that stands.
        """
        return self._appender.append_sealed(sealed, self._defaults(), judged_at=judged_at) if sealed else []

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries as stored, in order of position, without holding them in memory."""
        return self.store.entries(after=after, upto=upto)

    def stream(self, stream: str) -> list[Entry]:
        """Answer with the entries of one stream, in order."""
        return self.store.stream(stream)

    def head(self) -> Head:
        """Answer with the last position, its time, and the tree over all entries."""
        return self.store.head()

    def verify(
        self,
        *,
        seen: tuple[int, str] | None = None,
        held: Iterable[Path] = (),
        receipts: Iterable[Path] = (),
        trust: Path | None = None,
        against_classes: bool = False,
        rules: bool = False,
    ) -> Verification:
        """Hash every stored byte again and say what is not as it was recorded, and what could not be checked.

        ``seen`` is a number of entries and their root (hex) remembered from before; ``held`` and ``receipts`` are files
        of checkpoints and receipts that somebody kept; ``trust`` is a trust file: whose keys count. The checkpoints
        beside the ledger are looked at in any case. ``against_classes`` validates each body against the fields of its
        type; ``rules`` replays the refusals. Raises ``InputError`` for a file that cannot be read.
        """
        return verify(
            self.store,
            seen=seen,
            papers=papers_of(self.folder, held=held, receipts=receipts),
            trust=Trust.read(trust) if trust else None,
            against_classes=against_classes,
            rules=rules,
        )

    def event(self, entry: Entry) -> Event:
        """Answer with what an entry says, brought up to the newest version of its type; boxes stay closed."""
        return REGISTRY.read(entry.type, entry.body)

    def opened(self, entries: Iterable[Entry], *, purpose: str) -> Iterator[dict[str, Any] | None]:
        """Yield the bodies of entries with their boxes opened; none where the key has been destroyed.

        That boxes are opened is logged in the vault first: who, when, what for and how many, never what.
        """
        waiting = iter(entries)
        while batch := list(islice(waiting, _OPENED_AT_ONCE)):
            boxes = self._keys.warm(batch)
            if boxes:
                self.vault.log_opening(self.actor or "unknown", self._clock(), purpose, boxes)
            for entry in batch:
                try:
                    yield self._keys.opened(REGISTRY.event_class(entry.type), entry)
                except ErasedError:
                    yield None

    def erase(self, subject: str, *, ground: Ground = "request") -> list[Entry]:
        """Erase a candidate, with everybody merged with them, or a person: first the entries, then the keys.

        Answers with the entries written: none for who was erased before.
        Raises ``RefusedError`` while a legal hold is in force, ``InputError`` if nobody has this id. What was sealed
        cannot be read again, by anyone, from any copy of the ledger.
        """
        people, drafts = self._erasing(subject, ground)
        entries = self._append(drafts)
        self.vault.destroy(people)
        return entries

    def erase_each(self, subjects: Iterable[str], *, ground: Ground) -> tuple[list[Entry], list[str]]:
        """Erase several as ``erase`` does; answer with the entries written, and with who stays under a legal hold.

        The keys of all go at once, after the last entry; if this is cut short, the next opening destroys them.
        """
        gone: set[str] = set()
        entries: list[Entry] = []
        held: list[str] = []
        for subject in subjects:
            people, drafts = self._erasing(subject, ground)
            try:
                entries += self._append(drafts)
            except RefusedError as error:
                if not all(each.endswith(HELD) for each in error.problems):
                    raise
                held.append(subject)
            else:
                gone |= people
        self.vault.destroy(gone)
        return entries, held

    def _erasing(self, subject: str, ground: Ground) -> tuple[frozenset[str], list[Draft]]:
        """Find whom an erasure takes in, and draft its entries: none for who was erased before."""
        with self.store.reader() as reader:
            context = self._appender.states.context(reader, [])
            gone = _all_erased(reader)
            if subject in context.ledger.persons:
                people = frozenset({subject})
                own = self.opening.stream
                return people, [Draft.of(PersonErased, own, person=each, ground=ground) for each in people - gone]
            people = self._appender.states.same_person(reader, subject)
        if not people:
            raise InputError(Sentence("nobody in this ledger has this id; look it up with: evenhand log"))
        return people, [Draft.of(CandidateErased, each, ground=ground) for each in sorted(people - gone)]

    def replace_key(self, body: dict[str, Any]) -> Entry:
        """Record that another key signs from here on; ``Evidence.rotate`` makes the key, and puts it in its place."""
        return self._append([Draft(LogKeyRotated.TOPIC, self.opening.stream, body)])[0]

    @property
    def vault(self) -> Vault:
        """The vault of this ledger, opened when it is first needed."""
        return self._open_vault()

    def close(self) -> None:
        """Drop the keys from memory and let go of both databases."""
        if self._vault is not None:
            self._vault.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, batch: Sequence[Draft], *, accept_clock: bool = False) -> list[Entry]:
        return self._appender.append(batch, self._defaults, accept_clock=accept_clock) if batch else []

    def _defaults(self) -> Defaults:
        return Defaults(self._clock(), self.zone, self.actor)

    def _open_vault(self) -> Vault:
        if self._vault is None:
            self._vault = Vault.open(self._vault_url, self.folder, entropy=self._entropy, clock=self._clock)
        return self._vault

    def _reconcile(self) -> None:
        """Destroy the keys of everybody erased, and sweep keys whose entry was never appended."""
        with self.store.reader() as reader:
            erased = _all_erased(reader)

        def known(subjects: Sequence[str]) -> set[str]:
            with self.store.reader() as reader:
                return set(reader.opened(subjects)) | self._registered(reader)

        if Vault.exists(self._vault_url, self.folder):
            self.vault.reconcile(erased, known)

    def _registered(self, reader: Reader) -> set[str]:
        return self._appender.states.context(reader, []).ledger.persons


def _opening(store: Store) -> Entry:
    first = next(store.entries(upto=1), None)
    if first is None:
        raise UnavailableError(
            Sentence("{place}: the ledger was never opened; remove it and run: evenhand init", place=store.place)
        )
    return first


def _all_erased(reader: Reader) -> frozenset[str]:
    return frozenset(_erased(entry) for entry in reader.of_persons() if ".erased." in entry.type)


def _erased(entry: Entry) -> str:
    event = REGISTRY.read(entry.type, entry.body)
    return event.person if isinstance(event, PersonErased) else entry.stream


def _filled(draft: Draft, defaults: Defaults) -> dict[str, Any]:
    return defaults.fill(as_json(draft))
