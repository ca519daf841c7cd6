"""Ids that outside systems use for our people and records: found again, shown on request, gone with an erasure.

An outside id stands here twice: as a keyed mark, by which it is found, and as a box under its person's key, for when
the person asks what is held. The mark's key is the vault's own, so a mark alone tells nothing to whoever has no vault.
At an erasure the id goes and, unless asked otherwise, its mark stays in a list of its own: the next import is told that
this person was erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Table, delete, select

from evenhand.errors import ErasedError, InputError, RefusedError
from evenhand.sentence import Sentence
from evenhand.vault.boxes import NONCE_BYTES, associated_data
from evenhand.vault.keyring import SUPPRESSION, Keyring, refuse_destroyed
from evenhand.vault.parts import Parts
from evenhand.vault.subject_key import SubjectKey
from evenhand.vault.tables import chunks, insert_rows, outside_id, record, rows_in, suppression

_MARKS_KEPT = 20_000
_ANY = ""
"""Stands for the kind in the mark of a record: those of all kinds that bear one reference are kept together."""


class OutsideId(NamedTuple):
    """What an outside system calls one of our subjects."""

    system: str
    kind: str
    reference: str
    subject: str


class SeenRecord(NamedTuple):
    """One revision of an outside record that became an entry."""

    system: str
    kind: str
    reference: str
    revision: int  # counted by the importer from 1: a value that changes and changes back is three revisions
    digest: str  # keyed: under the subject's key, or the import key for a record of nobody
    entry: str
    subject: str | None = None


class MarkedId(NamedTuple):
    """An outside id as it is kept: a mark to find it by, and the id itself in a box under its subject's key."""

    mark: bytes
    subject: str
    system: str
    kind: str
    reference: str


class MarkedRecords(NamedTuple):
    """Revisions that bear one reference and are about one subject, as they are kept: of the reference, the mark alone.

    A row of a sheet becomes several entries that are all called as the row is; each kept by itself, they took a
    third of the time of an import.
    """

    mark: bytes
    subject: str | None
    seen: str


class Outside:
    """Outside ids, seen records and suppression marks."""

    def __init__(self, parts: Parts, keyring: Keyring) -> None:
        self._parts = parts
        self._keyring = keyring
        self._marked: dict[tuple[str, str, str], bytes] = {}

    def forget(self) -> None:
        """Drop the marks from memory, and with them what they were made of."""
        self._marked.clear()

    def remember(self, ids: Sequence[OutsideId], *, returning: bool) -> None:
        """Keep outside ids in one transaction; an id already kept for the same subject stays as it is."""
        with self._parts.write() as (connection, epoch):
            subjects = sorted({each.subject for each in ids})
            refuse_destroyed(connection, subjects)
            keys = self._keyring.within(connection, epoch, subjects)
            if len(keys) != len(subjects):
                raise ErasedError(Sentence("an outside id is given for a subject without a key; make its key first"))
            marked = self.marked(ids, keys)
            if returning:
                _delete(connection, suppression, [each.mark for each in marked])
            _insert(connection, marked)

    def admit(self, keys: Mapping[str, bytes], ids: Sequence[MarkedId]) -> None:
        """Keep new subjects' keys, and outside ids of these and of others, in one transaction."""
        with self._parts.write() as (connection, epoch):
            refuse_destroyed(connection, sorted({*keys, *(each.subject for each in ids)}))
            self._keyring.place(connection, epoch, keys)
            _insert(connection, ids)

    def marked(self, ids: Iterable[OutsideId], keys: Mapping[str, SubjectKey]) -> list[MarkedId]:
        """Mark outside ids, and seal each under the key of its subject."""
        own = self._own_key()
        marked: list[MarkedId] = []
        for system, kind, reference, subject in ids:
            mark = self._mark(own, system, kind, reference)
            box = keys[subject].seal(reference, _place(mark), self._parts.entropy(NONCE_BYTES))
            marked.append(MarkedId(mark, subject, system, kind, box))
        return marked

    def find(self, system: str, kind: str, references: Iterable[str]) -> dict[str, str]:
        """Answer with the subject of each reference that is known."""
        marks = self._marks(system, kind, references)
        with self._parts.database.reading() as connection:
            found = _subjects(connection, list(marks))
        return {marks[mark]: subject for mark, subject in found.items()}

    def suppressed(self, system: str, kind: str, references: Iterable[str]) -> set[str]:
        """Answer with those references that belonged to somebody erased."""
        marks = self._marks(system, kind, references)
        with self._parts.database.reading() as connection:
            return {marks[mark] for mark in _present(connection, suppression, list(marks))}

    def of(self, subject: str) -> list[OutsideId]:
        """Open all outside ids of a subject: what the person is told who asks."""
        own = self._keyring.one(subject)
        query = select(outside_id).where(outside_id.c.subject == subject)
        with self._parts.database.reading() as connection:
            rows = connection.execute(query).all()
        return sorted(
            OutsideId(row.system, row.kind, own.open(row.reference, _place(row.mark)), subject) for row in rows
        )

    def see(self, records: Sequence[MarkedRecords]) -> None:
        """Keep revisions of outside records."""
        with self._parts.write() as (connection, _):
            refuse_destroyed(connection, sorted({each.subject for each in records if each.subject is not None}))
            insert_rows(connection, record, records)

    def marked_records(self, records: Iterable[SeenRecord]) -> list[MarkedRecords]:
        """Mark revisions of outside records."""
        together: dict[tuple[str, str, str | None], list[tuple[str, int, str, str]]] = {}
        for system, kind, reference, revision, digest, entry, subject in records:
            together.setdefault((system, reference, subject), []).append((kind, revision, digest, entry))
        own = self._own_key()
        return [
            MarkedRecords(self._mark(own, system, _ANY, reference), subject, to_json(seen).decode())
            for (system, reference, subject), seen in together.items()
        ]

    def last_seen(self, system: str, references: Iterable[str]) -> dict[tuple[str, str], SeenRecord]:
        """Answer with the newest revision of each record that bears one of these references, by kind and reference."""
        marks = self._marks(system, _ANY, references)
        found: dict[tuple[str, str], SeenRecord] = {}
        with self._parts.database.reading() as connection:
            rows = list(rows_in(connection, record.c.mark, list(marks), record.c.id, record.c.subject, record.c.seen))
        for mark, _, subject, seen in sorted(rows, key=lambda row: row[1]):
            for kind, revision, digest, entry in from_json(seen):
                last = SeenRecord(system, kind, marks[mark], revision, digest, entry, subject)
                known = found.get((kind, last.reference))
                if known is None or known.revision <= last.revision:
                    found[kind, last.reference] = last
        return found

    def _marks(self, system: str, kind: str, references: Iterable[str]) -> dict[bytes, str]:
        own = self._own_key()
        return {self._mark(own, system, kind, reference): reference for reference in references}

    def _mark(self, own: SubjectKey, system: str, kind: str, reference: str) -> bytes:
        """Make a mark, or take it from those made last: an import asks for each several times in a row."""
        named = (system, kind, reference)
        mark = self._marked.get(named)
        if mark is None:
            if len(self._marked) >= _MARKS_KEPT:
                self._marked.clear()
            mark = self._marked[named] = own.mac(to_json(named))
        return mark

    def _own_key(self) -> SubjectKey:
        return self._keyring.one(SUPPRESSION)


def _place(mark: bytes) -> bytes:
    return associated_data("vault", mark.hex(), "outside_id", "/reference")


def _insert(connection: Connection, ids: Sequence[MarkedId]) -> None:
    """Insert outside ids that belong to nobody else and to nobody erased; those that are there stay as they are."""
    subjects = {each.mark: each.subject for each in ids}
    if any(subjects[each.mark] != each.subject for each in ids):
        raise InputError(
            Sentence("one outside id is given for two subjects; correct the source, or merge the two first")
        )
    if _present(connection, suppression, list(subjects)):
        raise RefusedError(
            Sentence(
                "an outside id belongs to somebody who was erased; leave the record out, or say expressly "
                "that the person has come back"
            )
        )
    if any(subjects[mark] != subject for mark, subject in _subjects(connection, list(subjects)).items()):
        raise InputError(
            Sentence("an outside id already belongs to another subject; merge the two, or correct the source")
        )
    insert_rows(connection, outside_id, sorted(ids))


def _subjects(connection: Connection, marks: Sequence[bytes]) -> dict[bytes, str]:
    return dict(map(tuple, rows_in(connection, outside_id.c.mark, marks, outside_id.c.subject)))


def _present(connection: Connection, table: Table, marks: Sequence[bytes]) -> set[bytes]:
    return {mark for (mark,) in rows_in(connection, table.c.mark, marks)}


def _delete(connection: Connection, table: Table, marks: Sequence[bytes]) -> None:
    for some in chunks(marks):
        connection.execute(delete(table).where(table.c.mark.in_(some)))
