from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from evenhand.errors import ErasedError, InputError, TamperedError, UnavailableError
from evenhand.vault import OutsideId, SeenRecord, Vault, associated_data
from evenhand.vault.tables import key

START = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)


def person() -> str:
    return str(uuid4())


HERE = associated_data("hiring.example", person(), "notice.given.v1", "/text")


def seal(vault: Vault, subject: str) -> str:
    return vault.sealer(subject).seal(f"of {subject}", HERE, os.urandom(12))


def opens(vault: Vault, subject: str, box: str) -> bool:
    try:
        return vault.sealer(subject).open(box, HERE) == f"of {subject}"
    except ErasedError:
        return False


def wrapped(vault: Vault, subject: str) -> bytes:
    with vault._parts.database.reading() as connection:
        row: bytes = connection.execute(select(key.c.wrapped).where(key.c.subject == subject)).scalar_one()
        return row


def put_back(vault: Vault, subject: str, row: bytes) -> None:
    with vault._parts.database.writing() as connection:
        connection.execute(
            key.insert(), {"subject": subject, "wrapped": row, "created_at": "2026-07-03", "settled": True}
        )


def test_what_an_erased_persons_key_sealed_cannot_be_read_and_everybody_elses_can(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        of_ada, of_ben = seal(vault, ada), seal(vault, ben)
        assert vault.destroy([ada]) == (ada,)
        assert not opens(vault, ada, of_ada)
        assert opens(vault, ben, of_ben)
    with either.open() as vault:
        assert not opens(vault, ada, of_ada)
        assert opens(vault, ben, of_ben)
        vault.new_key(new := person())
        assert opens(vault, new, seal(vault, new))


def test_after_an_erasure_no_file_holds_a_byte_of_the_key(place, ada: str) -> None:
    drawn: list[bytes] = []

    def entropy(size: int) -> bytes:
        drawn.append(os.urandom(size))
        return drawn[-1]

    with place.create(entropy=entropy) as vault:
        others = [person() for _ in range(400)]  # many pages, Ada's somewhere among them
        vault.new_keys(others[:200])
        drawn.clear()
        vault.new_key(ada)
        raw = next(each for each in drawn if len(each) == 32)
        vault.new_keys(others[200:])
        vault.remember("ats", "candidate", "ada@example.org", ada)
        vault.record_seen(SeenRecord("ats", "candidate", "ada@example.org", 1, "d" * 64, person(), ada))
        boxes = {each: seal(vault, each) for each in others}
        row, epoch = wrapped(vault, ada), (place.folder / "vault.epoch").read_bytes()
        with vault._parts.database.reading() as connection:
            held = connection.execute(text("select reference from vault_outside_id")).scalar_one()
        before = place.bytes()
        for trace in (row, held.encode(), b"d" * 64, epoch):
            assert trace in before, "what is looked for must have been there"

        vault.destroy([ada])
        after = place.bytes()
        for trace in (row, row[12:44], row[44:], raw, held.encode(), b"d" * 64, epoch, epoch[-60:-1]):
            assert trace not in after
        assert not [path for path in place.folder.iterdir() if path.name.startswith("vault.epoch.")]
        assert all(opens(vault, each, box) for each, box in boxes.items())


def test_bytes_that_a_reader_kept_from_being_cleared_are_gone_after_the_next_opening(
    place, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.vault.database._SCRUB_BUSY_MS", 50)
    with place.create() as vault:
        vault.new_keys([ada, *(person() for _ in range(50))])
        row = wrapped(vault, ada)
        reader = sqlite3.connect(place.folder / "vault.db", isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from vault_key").fetchone()
        assert vault.destroy([ada]) == (ada,)
        assert row in place.bytes(), "the reader must really have been in the way"
        reader.execute("rollback")
        with place.open():
            assert row not in place.bytes()
        reader.close()


def test_the_settings_an_erasure_rests_on_are_on(vault: Vault) -> None:
    with vault._parts.database.writing() as connection:
        on = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar_one()
            for name in ("secure_delete", "synchronous", "foreign_keys", "journal_mode", "temp_store")
        }
    assert on == {"secure_delete": 1, "synchronous": 2, "foreign_keys": 1, "journal_mode": "wal", "temp_store": 2}


def test_the_old_epoch_file_is_overwritten_before_it_is_let_go(place, vault: Vault, ada: str) -> None:
    vault.new_key(ada)
    kept = place.folder.parent / "hard link"
    os.link(place.folder / "vault.epoch", kept)
    assert kept.read_text().startswith("evenhand-epoch:1:")
    vault.destroy([ada])
    assert set(kept.read_bytes()) == {0}


def test_an_old_row_put_back_opens_nothing(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        old = wrapped(vault, ada)
        vault.destroy([ada])
        put_back(vault, ada, old)
        with pytest.raises(TamperedError, match=f"the key of {ada} in the vault does not open in epoch 2"):
            vault.sealer(ada)


def test_an_old_copy_of_the_database_opens_nothing_beside_the_new_epoch_file(place, ada: str, ben: str) -> None:
    with place.create() as vault:
        vault.new_keys([ada, ben])
    shutil.copy(place.folder / "vault.db", place.folder / "backup")
    with place.open() as vault:
        vault.destroy([ada])
    shutil.copy(place.folder / "backup", place.folder / "vault.db")
    with pytest.raises(UnavailableError, match=r"in epoch 1 and .* in epoch 2: they were not backed up together"):
        place.open()
    with sqlite3.connect(place.folder / "vault.db") as database:  # somebody corrects the number by hand
        database.execute("update vault_meta set value = '2' where name in ('epoch', 'scrubbed')")
    database.close()
    with place.open() as vault:
        for subject in (ada, ben):
            with pytest.raises(TamperedError):
                vault.sealer(subject)


def test_an_old_state_of_a_postgresql_database_opens_nothing_either(postgres_place, ada: str, ben: str) -> None:
    with postgres_place.create() as vault:
        vault.new_keys([ada, ben])
        with vault._parts.database.writing() as connection:  # an old page, a write-ahead log, a dump
            for table in ("vault_key", "vault_meta"):
                connection.execute(text(f"create table old_{table} as select * from {table}"))
        vault.destroy([ada])
        with vault._parts.database.writing() as connection:
            connection.execute(text("truncate vault_key, vault_record, vault_outside_id"))
            connection.execute(text("insert into vault_key select * from old_vault_key"))
    with pytest.raises(TamperedError, match="does not open in epoch 2"), postgres_place.open() as vault:
        vault.sealer(ada)
    with postgres_place.open() as vault, vault._parts.database.writing() as connection:
        connection.execute(text("truncate vault_meta"))
        connection.execute(text("insert into vault_meta select * from old_vault_meta"))
    with pytest.raises(UnavailableError, match=r"in epoch 1 and .* in epoch 2"):
        postgres_place.open()


def test_a_vault_restored_whole_destroys_again_who_was_erased_since(either, ada: str, ben: str, tmp_path: Path) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        vault.remember("ats", "candidate", "17", ada)
        of_ada, of_ben = seal(vault, ada), seal(vault, ben)
    restored = _backup(either, tmp_path)
    with either.open() as vault:
        vault.destroy([ada])
    restored()
    with either.open() as vault:
        assert opens(vault, ada, of_ada), "the backup must really bring the key back"
        mended = vault.reconcile(erased=[ada], known={ada, ben})
        assert mended.destroyed == (ada,)
        assert not opens(vault, ada, of_ada)
        assert opens(vault, ben, of_ben)
        assert vault.suppressed("ats", "candidate", "17")
        assert vault.reconcile(erased=[ada], known={ada, ben}) == ((), ())


def _backup(place, aside: Path) -> Callable[[], None]:
    """Back up database and epoch file together; answer with what puts both back."""
    kept = aside / "kept"
    kept.mkdir()
    names = ["vault.epoch"] if place.url else ["vault.db", "vault.epoch"]
    for name in names:
        shutil.copy(place.folder / name, kept / name)
    tables = ("vault_meta", "vault_key", "vault_outside_id", "vault_suppression", "vault_destroyed")
    if place.url:
        with place.open() as vault, vault._parts.database.writing() as connection:
            for table in tables:
                connection.execute(text(f"create table kept_{table} as select * from {table}"))

    def restore() -> None:
        if place.url:
            with place.open() as vault, vault._parts.database.writing() as connection:
                connection.execute(text("truncate " + ", ".join(tables) + ", vault_record"))
                for table in tables:
                    connection.execute(text(f"insert into {table} select * from kept_{table}"))
        for name in names:
            shutil.copy(kept / name, place.folder / name)

    return restore


# Reconciling


def test_an_erasure_interrupted_before_the_key_was_destroyed_is_finished(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
    with either.open() as vault:  # the ledger holds candidate.erased; the vault had not heard of it
        assert vault.reconcile(erased=iter([ada]), known={ada, ben}).destroyed == (ada,)
        assert set(vault.sealers([ada, ben])) == {ben}


def test_a_key_whose_entry_was_never_appended_is_swept_after_an_hour_and_not_before(either) -> None:
    now = START
    with either.create(clock=lambda: now) as vault:
        registered, orphan, waiting = person(), person(), person()
        vault.new_keys([registered, orphan])
        vault.remember("ats", "candidate", "17", orphan)
        now = START + timedelta(minutes=59)
        vault.new_key(waiting)
        assert vault.reconcile(erased=[], known={registered}) == ((), ())
        now = START + timedelta(minutes=61)
        assert vault.reconcile(erased=[], known={registered}) == ((), (orphan,))
        assert set(vault.sealers([registered, orphan, waiting])) == {registered, waiting}
        assert vault.find("ats", "candidate", "17") is None
        assert not vault.suppressed("ats", "candidate", "17"), "nobody was erased"
        vault.new_key(orphan)  # nor is the id spent


def test_a_key_once_seen_in_use_is_never_an_orphan_again(vault: Vault, ada: str, ben: str) -> None:
    """A ledger restored from an old backup does not know its newest people: their keys must outlive that."""
    vault.new_keys([ada, ben])
    asked: list[list[str]] = []

    def known(subjects: Sequence[str]) -> set[str]:
        asked.append(sorted(subjects))
        return set(subjects)

    later = timedelta(0)
    assert vault.reconcile(erased=[], known=known, grace=later) == ((), ())
    assert vault.reconcile(erased=[], known=known, grace=later) == ((), ())
    assert asked == [sorted([ada, ben])], "the second time there is nothing to ask"
    assert vault.reconcile(erased=[], known=(), grace=later) == ((), ())
    assert set(vault.sealers([ada, ben])) == {ada, ben}


def test_the_vaults_own_keys_are_no_orphans_and_cannot_be_destroyed(vault: Vault) -> None:
    commitment = vault.import_key().commitment
    assert vault.reconcile(erased=[], known=(), grace=timedelta(0)) == ((), ())
    for own in ("import", "suppression"):
        with pytest.raises(InputError, match="own keys"):
            vault.destroy([own])
    assert vault.import_key().commitment == commitment


# What an erasure means afterwards


def test_an_erased_person_is_given_no_second_key(either, ada: str) -> None:
    with either.create() as vault:
        vault.new_key(ada)
        vault.destroy([ada])
        for asked in ([ada], [person(), ada]):
            with pytest.raises(ErasedError, match=f"the key of {ada} has been destroyed"):
                vault.new_keys(asked)
        with pytest.raises(ErasedError):
            vault.remember("ats", "candidate", "17", ada)
        with pytest.raises(ErasedError):
            vault.record_seen(SeenRecord("ats", "candidate", "17", 1, "d" * 64, person(), ada))


def test_erasing_somebody_unknown_leaves_the_epoch_and_is_remembered(place, vault: Vault, ada: str, ben: str) -> None:
    vault.new_key(ben)
    before = (place.folder / "vault.epoch").read_bytes()
    assert vault.destroy([ada]) == ()
    assert vault.destroy([]) == ()
    assert (place.folder / "vault.epoch").read_bytes() == before
    with pytest.raises(ErasedError):
        vault.new_key(ada)


def test_merged_people_are_erased_in_one_epoch(place, vault: Vault, ada: str, ben: str) -> None:
    vault.new_keys([ada, ben])
    assert set(vault.destroy([ada, ben, ada])) == {ada, ben}
    assert ":2:" in (place.folder / "vault.epoch").read_text()


def test_a_mark_stays_when_an_outside_id_goes_unless_asked_otherwise(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        vault.remember_many([OutsideId("ats", "candidate", "17", ada), OutsideId("ats", "candidate", "18", ben)])
        vault.destroy([ada])
        vault.destroy([ben], suppress=False)
        assert vault.find_many("ats", "candidate", ["17", "18"]) == {}
        assert vault.suppressed_many("ats", "candidate", ["17", "18", "19"]) == {"17"}


def test_many_erasures_one_after_another_leave_the_rest_readable(place) -> None:
    with place.create() as vault:
        people = [person() for _ in range(30)]
        vault.new_keys(people)
        boxes = {each: seal(vault, each) for each in people}
        for each in people[:25]:
            vault.destroy([each])
        assert [opens(vault, each, boxes[each]) for each in people] == [False] * 25 + [True] * 5
