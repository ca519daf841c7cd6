"""Destroying keys, and finishing what a crash or a restored backup left of it.

The order is fixed. The ledger first appends that somebody was erased; then the vault destroys the key. If the machine
stops between the two, the next opening finds the entry and destroys the key (``reconcile``). It does the same after the
vault was restored from a backup made before an erasure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, false, select, update

from evenhand.clock import instant_text
from evenhand.errors import InputError
from evenhand.sentence import Sentence
from evenhand.vault.database import read_meta, set_meta
from evenhand.vault.epoch import Epoch
from evenhand.vault.keyring import RESERVED, check_subjects
from evenhand.vault.parts import Parts
from evenhand.vault.tables import chunks, destroyed, insert_new, key, outside_id, record, suppression

Known = Collection[str] | Callable[[Sequence[str]], Collection[str]]
"""The subjects that have an entry in the ledger, or a function that picks them out of those it is given."""

GRACE = timedelta(hours=1)
_BY_SUBJECT = (record, outside_id, key)  # what hangs on a key goes before the key


class Reconciled(NamedTuple):
    """What an opening had to mend: keys of erased subjects destroyed, orphan keys swept."""

    destroyed: tuple[str, ...]
    swept: tuple[str, ...]


def destroy(parts: Parts, subjects: Iterable[str], *, suppress: bool) -> tuple[str, ...]:
    """Destroy keys and all that hangs on them, and begin a new epoch; answer with the subjects that had a key.

    When this returns, no byte of a destroyed key opens anything: not in the database, its log, its free pages, nor in
    any older copy of the database. A backup of the epoch file still does; keep those no longer than you must.
    """
    wanted = sorted(set(subjects))
    if set(wanted) & set(RESERVED):
        raise InputError(Sentence("the vault's own keys cannot be destroyed; name the ids of people or streams"))
    check_subjects(wanted)
    if not wanted:
        return ()
    with parts.write() as (connection, epoch):
        present = _with_key(connection, wanted)
        now = instant_text(parts.clock())
        insert_new(connection, destroyed, [{"subject": each, "destroyed_at": now} for each in wanted])
        if present:
            following = parts.epochs.prepare(parts.name, epoch.number + 1)
            if suppress:
                _keep_marks(connection, present)
            _remove(connection, present)
            _wrap_again(connection, parts, epoch, following)
            set_meta(connection, "epoch", str(following.number))
    if present:
        parts.epochs.finish(epoch.number + 1)
        _scrub(parts, epoch.number + 1)
    return tuple(present)


def _scrub(parts: Parts, number: int) -> None:
    """Clear bytes of older epochs out of the database's files; if somebody is reading, the next opening tries again."""
    if parts.database.scrub():
        with parts.database.writing() as connection:
            set_meta(connection, "scrubbed", str(number))


def settle(parts: Parts) -> None:
    """Finish or undo what a killed process left: a prepared epoch file, a scrub that is due."""
    facts = parts.read(lambda connection, _: read_meta(connection))  # reading has renamed a committed epoch file
    if parts.epochs.strays():
        with parts.write():  # under the lock nobody is just preparing one
            for stray in parts.epochs.strays():
                stray.unlink(missing_ok=True)
    if facts["scrubbed"] != facts["epoch"]:
        _scrub(parts, int(facts["epoch"]))


def reconcile(parts: Parts, erased: Iterable[str], known: Known, *, grace: timedelta) -> Reconciled:
    """Destroy the keys of all erased subjects, and sweep keys older than ``grace`` whose subject has no entry."""
    gone = list(dict.fromkeys(erased))
    oldest = instant_text(parts.clock() - grace)

    def look(connection: Connection, _epoch: Epoch) -> tuple[list[str], list[str]]:
        done = _in_table(connection, gone)
        waiting = select(key.c.subject).where(key.c.settled == false(), key.c.created_at < oldest)
        return [each for each in gone if each not in done], list(connection.execute(waiting).scalars())

    unfinished, waiting = parts.read(look)
    ended = destroy(parts, unfinished, suppress=True)
    swept = _sweep(parts, [each for each in waiting if each not in set(gone)], known)
    return Reconciled(ended, swept)


def _sweep(parts: Parts, waiting: Sequence[str], known: Known) -> tuple[str, ...]:
    """Remove orphans. Nothing was ever recorded under them, so the epoch may stand."""
    if not waiting:
        return ()
    having = set(known(waiting) if callable(known) else known)
    orphans = [each for each in waiting if each not in having]
    with parts.write() as (connection, _):
        for some in chunks([each for each in waiting if each in having]):
            connection.execute(update(key).where(key.c.subject.in_(some)).values(settled=True))
        _remove(connection, orphans)
    return tuple(orphans)


def _with_key(connection: Connection, subjects: Sequence[str]) -> list[str]:
    found: list[str] = []
    for some in chunks(subjects):
        found += connection.execute(select(key.c.subject).where(key.c.subject.in_(some))).scalars()
    return found


def _in_table(connection: Connection, subjects: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(subjects):
        found.update(connection.execute(select(destroyed.c.subject).where(destroyed.c.subject.in_(some))).scalars())
    return found


def _keep_marks(connection: Connection, subjects: Sequence[str]) -> None:
    for some in chunks(subjects):
        marks = connection.execute(select(outside_id.c.mark).where(outside_id.c.subject.in_(some))).scalars()
        insert_new(connection, suppression, [{"mark": mark} for mark in marks])


def _remove(connection: Connection, subjects: Sequence[str]) -> None:
    for some in chunks(subjects):
        for table in _BY_SUBJECT:
            connection.execute(delete(table).where(table.c.subject.in_(some)))


def _wrap_again(connection: Connection, parts: Parts, old: Epoch, new: Epoch) -> None:
    """Wrap every key that remains under the new epoch's, in the subjects' order, a piece at a time."""
    change = update(key).where(key.c.subject == bindparam("whose")).values(wrapped=bindparam("again"))
    last = ""
    while True:
        query = select(key.c.subject, key.c.wrapped).where(key.c.subject > last).order_by(key.c.subject).limit(5_000)
        rows = connection.execute(query).all()
        if not rows:
            return
        connection.execute(
            change,
            [
                {"whose": subject, "again": new.wrap(subject, old.unwrap(subject, wrapped), parts.entropy)}
                for subject, wrapped in rows
            ],
        )
        last = rows[-1].subject
