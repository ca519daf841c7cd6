"""Subjects' keys: made durable before anybody uses them, wrapped at rest, and kept unwrapped for a while in memory."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from sqlalchemy import Connection

from evenhand.clock import instant_text
from evenhand.errors import ErasedError, InputError, RefusedError
from evenhand.sentence import Sentence
from evenhand.vault.epoch import Epoch
from evenhand.vault.parts import Parts
from evenhand.vault.subject_key import KEY_BYTES, SubjectKey
from evenhand.vault.tables import destroyed, insert_new, key, rows_in

IMPORT = "import"
SUPPRESSION = "suppression"
RESERVED = (IMPORT, SUPPRESSION)
"""The vault's own two keys: for digests of records of nobody, and for marks of outside ids."""

KEPT_IN_MEMORY = 10_000
_SUBJECT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


class Keyring:
    """The keys of all subjects. What is kept in memory is dropped as soon as anybody erases anything."""

    def __init__(self, parts: Parts, *, kept: int = KEPT_IN_MEMORY) -> None:
        self._parts = parts
        self._kept = kept
        self._lock = Lock()
        self._unwrapped: OrderedDict[str, SubjectKey] = OrderedDict()
        self._stamp: tuple[int, int] | None = None

    def make(self, subjects: Sequence[str]) -> list[str]:
        """Make a key for each subject that has none, in one transaction; answer with the commitments, in order.

        The keys are on the disk when this returns. A subject that has a key keeps it, so that what was interrupted
        can be asked for again. Refuses a subject whose key was destroyed.
        """
        check_subjects(subjects)
        wanted = sorted(set(subjects))
        stamp = self._parts.epochs.stamp()
        found = self._parts.read(lambda connection, epoch: self.within(connection, epoch, wanted))
        if len(found) < len(wanted):  # else all are there, and nobody has to wait for a writer
            with self._parts.write() as (connection, epoch):
                stamp = self._parts.epochs.stamp()
                found = self._make(connection, epoch, wanted)
        self._keep(stamp, found)
        return [found[subject].commitment for subject in subjects]

    def find(self, subjects: Iterable[str]) -> dict[str, SubjectKey]:
        """Answer with the keys of those subjects that have one."""
        wanted = list(dict.fromkeys(subjects))
        stamp = self._parts.epochs.stamp()
        found = self._remembered(stamp, wanted)
        missing = [subject for subject in wanted if subject not in found]
        if missing:
            loaded = self._parts.read(lambda connection, epoch: unwrap(connection, epoch, missing))
            self._keep(stamp, loaded)
            found |= loaded
        return found

    def one(self, subject: str) -> SubjectKey:
        """Answer with one subject's key, or say that it is gone."""
        stamp = self._parts.epochs.stamp()
        with self._lock:
            if stamp is not None and stamp == self._stamp and (kept := self._unwrapped.get(subject)):
                self._unwrapped.move_to_end(subject)
                return kept
        if found := self.find([subject]).get(subject):
            return found
        raise ErasedError(
            Sentence(
                "the key of {subject} has been destroyed, or is not in this vault: what it sealed cannot be read",
                subject=subject,
            )
        )

    def place(self, connection: Connection, epoch: Epoch, keys: Mapping[str, bytes]) -> None:
        """Keep keys that were drawn elsewhere, in a transaction under way; refuse a subject that has one."""
        check_subjects(keys)
        if any(True for _ in rows_in(connection, key.c.subject, list(keys))):
            raise RefusedError(
                Sentence("another process has made a key for one of these subjects meanwhile; try again")
            )
        insert_new(connection, key, key_rows(self._parts, epoch, keys, settled=False))

    def within(self, connection: Connection, epoch: Epoch, subjects: Sequence[str]) -> dict[str, SubjectKey]:
        """Answer with the keys that these subjects have in a transaction under way; only new ones are unwrapped."""
        kept = self._remembered(self._parts.epochs.stamp(), subjects)
        rows = rows_in(connection, key.c.subject, subjects, key.c.wrapped)
        return {
            subject: kept.get(subject) or SubjectKey(subject, epoch.unwrap(subject, wrapped))
            for subject, wrapped in rows
        }

    def forget(self) -> None:
        """Drop all keys from memory."""
        with self._lock:
            self._unwrapped.clear()

    def _make(self, connection: Connection, epoch: Epoch, subjects: Sequence[str]) -> dict[str, SubjectKey]:
        refuse_destroyed(connection, subjects)
        found = self.within(connection, epoch, subjects)
        fresh = {each: self._parts.entropy(KEY_BYTES) for each in subjects if each not in found}
        insert_new(connection, key, key_rows(self._parts, epoch, fresh, settled=False))
        return found | {subject: SubjectKey(subject, each) for subject, each in fresh.items()}

    def _remembered(self, stamp: tuple[int, int] | None, wanted: Sequence[str]) -> dict[str, SubjectKey]:
        with self._lock:
            if stamp is None or stamp != self._stamp:
                self._unwrapped.clear()
                self._stamp = stamp
                return {}
            found = {subject: self._unwrapped[subject] for subject in wanted if subject in self._unwrapped}
            for subject in found:
                self._unwrapped.move_to_end(subject)
            return found

    def _keep(self, stamp: tuple[int, int] | None, found: dict[str, SubjectKey]) -> None:
        with self._lock:
            if stamp is None or stamp != self._stamp:  # read before an erasure: use them, do not keep them
                self._unwrapped.clear()
                self._stamp = stamp
            self._unwrapped.update(found)
            while len(self._unwrapped) > self._kept:
                self._unwrapped.popitem(last=False)


def key_rows(parts: Parts, epoch: Epoch, keys: Mapping[str, bytes], *, settled: bool) -> list[dict[str, object]]:
    """Lay out the rows of new keys, wrapped."""
    now = instant_text(parts.clock())
    return [
        {
            "subject": subject,
            "wrapped": epoch.wrap(subject, each, parts.entropy),
            "created_at": now,
            "settled": settled,
        }
        for subject, each in keys.items()
    ]


def unwrap(connection: Connection, epoch: Epoch, subjects: Sequence[str]) -> dict[str, SubjectKey]:
    """Read and unwrap the keys of those subjects that have one."""
    rows = rows_in(connection, key.c.subject, subjects, key.c.wrapped)
    return {subject: SubjectKey(subject, epoch.unwrap(subject, wrapped)) for subject, wrapped in rows}


def check_subjects(subjects: Iterable[str]) -> None:
    """Refuse a subject that is not the id of a stream or a person, without repeating it."""
    if not all(_SUBJECT.fullmatch(subject) for subject in subjects):
        raise InputError(
            Sentence("a key belongs to a UUID in lower case: the id of a stream or of a person; give that id")
        )


def refuse_destroyed(connection: Connection, subjects: Sequence[str]) -> None:
    """Refuse a new key for somebody erased: under it the ledger would seal for them again."""
    gone = [subject for (subject,) in rows_in(connection, destroyed.c.subject, subjects)]
    if gone:
        raise ErasedError(
            *(Sentence("the key of {each} has been destroyed; register the person anew", each=each) for each in gone)
        )
