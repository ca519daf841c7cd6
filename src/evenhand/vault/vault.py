"""The vault: whose keys open the boxes, and where outside ids are known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import Connection, Table, func, select

from evenhand.clock import Clock, instant_text, parse_instant, system_clock
from evenhand.errors import UnavailableError
from evenhand.events.ids import Entropy
from evenhand.sentence import Sentence
from evenhand.vault import erasure
from evenhand.vault.database import Database, check_format, has_tables
from evenhand.vault.epoch import EPOCH_FILE, EpochFiles, KeyEncryptionKey
from evenhand.vault.erasure import GRACE, Known, Reconciled
from evenhand.vault.keyring import IMPORT, RESERVED, Keyring, key_rows
from evenhand.vault.outside import MarkedId, MarkedRecords, Outside, OutsideId, SeenRecord
from evenhand.vault.parts import Parts
from evenhand.vault.subject_key import KEY_BYTES, SubjectKey
from evenhand.vault.tables import (
    FORMAT,
    destroyed,
    insert_new,
    key,
    meta,
    metadata,
    opening,
    outside_id,
    record,
    suppression,
)


class Opening(NamedTuple):
    """Somebody opened boxes: who, when, what for, how many; never whose or what."""

    who: str
    at: datetime
    purpose: str
    how_many: int


class Vault:
    """Keys of subjects, wrapped, in a database apart from the ledger's; open it, and close it when done.

    May be used from several threads, and from several processes at once. ``entropy`` is ``os.urandom`` wherever real
    people are concerned.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keyring = Keyring(parts)
        self._outside = Outside(parts, self._keyring)

    @classmethod
    def exists(cls, url: str | None, folder: Path) -> bool:
        """Tell whether there is a vault, without making or opening one."""
        database = Database(url, folder)
        try:
            return database.exists()
        finally:
            database.close()

    @classmethod
    def create(
        cls,
        url: str | None,
        folder: Path,
        *,
        entropy: Entropy,
        clock: Clock = system_clock,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Make an empty vault; without ``url`` it is ``vault.db`` in the folder.

        A vault that holds at most one subject's key and nothing else is what a killed making of a ledger leaves: it is
        taken up. Any other that is there already is refused.
        The key-encryption key is taken from ``EVENHAND_VAULT_KEY``, or from ``vault.key``, which is made if missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(url, folder)
        try:
            database.make_file()
            _lay_out(database, folder, os.environ if environment is None else environment, entropy, clock)
        finally:
            database.close()
        return cls.open(url, folder, entropy=entropy, clock=clock, environment=environment)

    @classmethod
    def open(
        cls,
        url: str | None,
        folder: Path,
        *,
        entropy: Entropy,
        clock: Clock = system_clock,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Open a vault, finishing or undoing what a killed process left of an erasure."""
        database = Database(url, folder)
        try:
            facts = check_format(database)
            kek = KeyEncryptionKey.find(folder, os.environ if environment is None else environment)
            parts = Parts(facts["vault"], database, EpochFiles(folder, kek, entropy), clock, entropy)
            erasure.settle(parts)
        except BaseException:
            database.close()
            raise
        return cls(parts)

    def close(self) -> None:
        """Drop all keys from memory and let go of the database."""
        self._keyring.forget()
        self._parts.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Keys

    def new_key(self, subject: str) -> str:
        """Make a subject's key, on the disk before this returns; answer with its commitment (64 hex digits)."""
        return self.new_keys([subject])[0]

    def new_keys(self, subjects: Sequence[str]) -> list[str]:
        """Make many keys in one transaction; a subject that has a key keeps it, so that asking again is harmless.

        Refuses (``ErasedError``) a subject whose key was destroyed.
        """
        return self._keyring.make(subjects)

    def sealer(self, subject: str) -> SubjectKey:
        """Answer with a subject's key; ``ErasedError`` if it was destroyed or never was in this vault."""
        return self._keyring.one(subject)

    def sealers(self, subjects: Iterable[str]) -> dict[str, SubjectKey]:
        """Answer with the keys of those subjects that have one; the erased are left out."""
        return self._keyring.find(subjects)

    def import_key(self) -> SubjectKey:
        """Answer with the vault's own key for digests of records that are about nobody."""
        return self._keyring.one(IMPORT)

    # Erasing

    def destroy(self, subjects: Iterable[str], *, suppress: bool = True) -> tuple[str, ...]:
        """Destroy keys, outside ids and record digests; answer with the subjects that had a key.

        The ledger has appended the erasure before. With ``suppress``, a keyed mark of each outside id stays, so that
        the next import does not bring the person back unasked.
        """
        gone = erasure.destroy(self._parts, subjects, suppress=suppress)
        self._keyring.forget()
        self._outside.forget()
        return gone

    def reconcile(self, erased: Iterable[str], known: Known, *, grace: timedelta = GRACE) -> Reconciled:
        """Bring the vault in line with the ledger; to be called at every opening for writing.

        Destroys the keys of all ``erased`` subjects (an interrupted erasure, a vault restored from a backup), and
        sweeps keys older than ``grace`` whose subject is not ``known``: made for an entry that was never appended.
        """
        mended = erasure.reconcile(self._parts, erased, known, grace=grace)
        if mended.destroyed or mended.swept:
            self._keyring.forget()
        return mended

    # Outside ids

    def remember(self, system: str, kind: str, reference: str, subject: str, *, returning: bool = False) -> None:
        """Keep what an outside system calls a subject that has a key."""
        self.remember_many([OutsideId(system, kind, reference, subject)], returning=returning)

    def remember_many(self, ids: Sequence[OutsideId], *, returning: bool = False) -> None:
        """Keep many outside ids in one transaction.

        Refuses an id that belongs to another subject, and (``RefusedError``) one of somebody erased, unless they are
        ``returning``: then the mark is lifted.
        """
        self._outside.remember(ids, returning=returning)

    def marked(self, ids: Iterable[OutsideId], keys: Mapping[str, SubjectKey]) -> list[MarkedId]:
        """Mark and seal outside ids, writing nothing; ``keys`` holds the key of every subject they name."""
        return self._outside.marked(ids, keys)

    def admit(self, keys: Mapping[str, bytes], ids: Sequence[MarkedId]) -> None:
        """Keep new subjects' keys, 256 random bits each, and marked outside ids, in one transaction.

        Refuses (``RefusedError``) a subject that has a key and an id of somebody erased, ``ErasedError`` a subject
        whose key was destroyed, ``InputError`` an id that belongs to another subject.
        """
        self._outside.admit(keys, ids)

    def find(self, system: str, kind: str, reference: str) -> str | None:
        """Answer with the subject of an outside id."""
        return self.find_many(system, kind, [reference]).get(reference)

    def find_many(self, system: str, kind: str, references: Iterable[str]) -> dict[str, str]:
        """Answer with the subjects of those outside ids that are known."""
        return self._outside.find(system, kind, references)

    def suppressed(self, system: str, kind: str, reference: str) -> bool:
        """Tell whether an outside id belonged to somebody who was erased and has not come back."""
        return bool(self.suppressed_many(system, kind, [reference]))

    def suppressed_many(self, system: str, kind: str, references: Iterable[str]) -> set[str]:
        """Pick out the outside ids of people who were erased and have not come back."""
        return self._outside.suppressed(system, kind, references)

    def outside_ids(self, subject: str) -> list[OutsideId]:
        """Open all outside ids of a subject, for when the person asks what is held."""
        return self._outside.of(subject)

    # Records seen by importers

    def record_seen(self, seen: SeenRecord) -> None:
        """Keep one revision of an outside record."""
        self.records_seen(self.marked_records([seen]))

    def records_seen(self, seen: Sequence[MarkedRecords]) -> None:
        """Keep many revisions in one transaction, after their entries were appended."""
        self._outside.see(seen)

    def marked_records(self, seen: Iterable[SeenRecord]) -> list[MarkedRecords]:
        """Mark revisions of outside records, writing nothing."""
        return self._outside.marked_records(seen)

    def last_seen(self, system: str, references: Iterable[str]) -> dict[tuple[str, str], SeenRecord]:
        """Answer with the newest revision of each record that bears one of these references, by kind and reference."""
        return self._outside.last_seen(system, references)

    # The log of openings

    def log_opening(self, who: str, when: datetime, purpose: str, how_many: int) -> None:
        """Record that boxes are about to be opened; on the disk before this returns."""
        row = {"who": who, "at": instant_text(when), "purpose": purpose, "how_many": how_many}
        with self._parts.database.writing() as connection:
            connection.execute(opening.insert(), row)

    def openings(self) -> list[Opening]:
        """List who opened boxes, in the order they did."""
        with self._parts.database.reading() as connection:
            rows = connection.execute(select(opening).order_by(opening.c.id)).all()
        return [Opening(row.who, parse_instant(row.at), row.purpose, row.how_many) for row in rows]


def _lay_out(database: Database, folder: Path, environment: Mapping[str, str], entropy: Entropy, clock: Clock) -> None:
    """Make the tables, the vault's own keys and the first epoch, by the steps every later epoch takes."""
    with database.creating() as connection:
        if has_tables(connection):
            if _is_unused(connection):
                return
            raise UnavailableError(
                Sentence("there is a vault in {name} already; open it, or choose another place", name=database.name)
            )
        if (folder / EPOCH_FILE).exists():
            raise UnavailableError(
                Sentence("{folder} belongs to another vault; choose another folder", folder=folder / EPOCH_FILE)
            )
        kek = KeyEncryptionKey.find_or_make(folder, environment, entropy)
        epochs = EpochFiles(folder, kek, entropy)
        parts = Parts(entropy(16).hex(), database, epochs, clock, entropy)
        epoch = epochs.prepare(parts.name, 1)
        metadata.create_all(connection)
        facts = {"format": FORMAT, "vault": parts.name, "epoch": "1", "scrubbed": "1"}
        insert_new(connection, meta, [{"name": name, "value": value} for name, value in facts.items()])
        own = {name: entropy(KEY_BYTES) for name in RESERVED}
        insert_new(connection, key, key_rows(parts, epoch, own, settled=True))
    epochs.finish(1)


def _is_unused(connection: Connection) -> bool:
    def rows(table: Table) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    return rows(key) <= len(RESERVED) + 1 and not any(map(rows, (destroyed, outside_id, record, suppression, opening)))
