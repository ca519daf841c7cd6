"""What cannot be opened says why, where, and what to do; no driver's own words come through."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from evenhand.errors import InputError, TamperedError, UnavailableError
from evenhand.store import Store, file_url
from evenhand.store import sqlite as sqlite_room
from evenhand.store import trouble as trouble_room


@pytest.fixture
def path(tmp_path: Path, draft, append) -> Path:
    """A ledger of 2,000 entries in one file, closed."""
    made = tmp_path / "ledger.db"
    with Store.create(str(made)) as store:
        append(store, [draft() for _ in range(2_000)])
    return made


def as_nobody(action, *, expected: type[Exception]) -> str:
    """Do it as an unprivileged user, because root may write everywhere; answer with what was said."""
    if os.geteuid() != 0:
        with pytest.raises(expected) as said:
            action()
        return str(said.value)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            action()
        except expected as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def test_nothing_there(tmp_path: Path):
    with pytest.raises(UnavailableError, match=r"ledger\.db: there is no ledger here; make one with: evenhand init"):
        Store.open(str(tmp_path / "ledger.db"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("content", [b"", b"Dear candidate, " * 500, b"SQLite format 4\0" + bytes(8_000)])
def test_something_else_than_a_ledger(tmp_path: Path, content, read_only):
    (tmp_path / "ledger.db").write_bytes(content)
    with pytest.raises(UnavailableError, match="this is not a ledger"):
        Store.open(str(tmp_path / "ledger.db"), read_only=read_only)
    assert (tmp_path / "ledger.db").read_bytes() == content


def test_a_folder_is_not_a_ledger(tmp_path: Path):
    with pytest.raises(UnavailableError, match="this is not a ledger"):
        Store.open(str(tmp_path))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE guest (name)",
        "CREATE TABLE meta (name, value); CREATE TABLE entry (position)",
        "CREATE TABLE meta (name, value); INSERT INTO meta VALUES ('format', '1')",
        "CREATE TABLE meta (name, value); INSERT INTO meta VALUES ('format', '1'); CREATE VIEW entry AS SELECT 1 AS x",
        "CREATE TABLE meta (title)",
    ],
)
def test_a_database_of_something_else_is_not_a_ledger(tmp_path: Path, statement):
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.executescript(statement)
    connection.close()
    for read_only in (False, True):
        with pytest.raises(UnavailableError, match="this is not a ledger"):
            Store.open(str(tmp_path / "ledger.db"), read_only=read_only)


def test_a_ledger_of_a_newer_format(store, around):
    around("UPDATE meta SET value = '2' WHERE name = 'format'")
    with pytest.raises(UnavailableError, match=r"its tables have format 2, .* knows up to 1; update evenhand"):
        Store.open(store.url)


def test_a_second_creation_is_refused_and_changes_nothing(store, draft, append):
    append(store, [draft()])
    with pytest.raises(UnavailableError, match="a ledger stands here already"):
        Store.create(store.url)
    assert store.head().position == 1
    assert store.guards() == ()


def test_of_many_who_make_one_at_once_one_succeeds(store_url):
    together = threading.Barrier(4)
    made: list[Store] = []
    said: list[str] = []

    def make() -> None:
        together.wait()
        try:
            made.append(Store.create(store_url))
        except UnavailableError as error:
            said.append(str(error))

    makers = [threading.Thread(target=make) for _ in range(4)]
    for each in makers:
        each.start()
    for each in makers:
        each.join()
    assert len(made) == 1
    assert all("a ledger stands here already" in each for each in said)
    assert made[0].guards() == ()
    made[0].close()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_short(path: Path, share, read_only):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(TamperedError, match="damaged or cut short; do not append"):
        Store.open(str(path), read_only=read_only)


def test_a_page_that_was_overwritten_is_damage_when_it_is_read(path: Path):
    whole = bytearray(path.read_bytes())
    whole[20 * 4096 : 120 * 4096] = os.urandom(100 * 4096)
    path.write_bytes(whole)
    with Store.open(str(path), read_only=True) as store, pytest.raises(TamperedError, match="damaged"):
        list(store.entries())


def test_text_that_is_not_utf8_is_damage_and_is_not_repeated(path: Path):
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER entry_unchanged")
    connection.execute("UPDATE entry SET body = CAST(x'7b22c3282220736563726574' AS TEXT) WHERE position = 5")
    connection.commit()
    connection.close()
    with Store.open(str(path)) as store, pytest.raises(TamperedError) as said:
        list(store.entries())
    assert "secret" not in str(said.value)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are a matter of POSIX")
def test_a_file_that_may_only_be_read(path: Path, tmp_path: Path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    said = as_nobody(lambda: Store.open(str(path)), expected=UnavailableError)
    assert "it can be read but not written" in said
    assert "for reading only" in said

    def read():
        with Store.open(str(path), read_only=True) as store:
            raise LookupError(len(list(store.entries())))

    assert as_nobody(read, expected=LookupError) == "2000"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are a matter of POSIX")
def test_a_folder_that_may_not_be_written_to_takes_no_ledger(tmp_path: Path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    tmp_path.chmod(0o555)
    said = as_nobody(lambda: Store.create(str(tmp_path / "ledger.db")), expected=UnavailableError)
    assert "cannot be created: permission denied; choose a folder that you may write to" in said


def test_a_new_file_can_be_read_by_its_owner_only(tmp_path: Path):
    with Store.create(str(tmp_path / "ledger.db")):
        assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


def test_a_file_that_another_program_keeps_to_itself(path: Path, monkeypatch):
    for room in (sqlite_room, trouble_room):
        monkeypatch.setattr(room, "WAIT_SECONDS", 0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(UnavailableError, match="locked by another process"):
        Store.open(str(path))
    other.close()


def test_a_store_opened_for_reading_takes_no_entry(path: Path, draft, append):
    with Store.open(str(path), read_only=True) as store:
        with pytest.raises(UnavailableError, match="opened for reading only"):
            append(store, [draft()])
        assert store.head().position == 2_000


@pytest.mark.parametrize("name", ["a b.db", "50%41.db", "what?.db", "#1.db", "名.db", "it's.db"])
def test_a_path_may_have_any_characters(tmp_path: Path, draft, append, name):
    with Store.create(file_url(tmp_path / name)) as store:
        append(store, [draft()])
    assert [each.name for each in tmp_path.iterdir()] == [name]
    with Store.open(str(tmp_path / name)) as store:
        assert store.head().position == 1
    with Store.open(file_url(tmp_path / name), read_only=True) as store:
        assert store.head().position == 1


@pytest.mark.parametrize("url", ["mysql://host/db", "postgresql://host:port/db"])
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(InputError, match="address"):
        Store.open(url)


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path):
    with pytest.raises(UnavailableError) as said:
        Store.open(f"postgresql://someone:secret@/db?host={tmp_path}")
    assert "someone" in str(said.value)
    assert "secret" not in str(said.value)
    assert "check that it is there" in str(said.value)


def test_a_database_that_is_not_there_is_no_ledger(postgres_server):
    with pytest.raises(UnavailableError, match=r"cannot be opened|no ledger here"):
        Store.open(postgres_server % "nowhere")


def test_an_empty_postgres_database_is_not_a_ledger(postgres_url):
    with pytest.raises(UnavailableError, match="this is not a ledger"):
        Store.open(postgres_url)


def test_a_postgres_database_of_another_encoding_is_refused(postgres_server):
    with psycopg.connect(postgres_server % "postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    with pytest.raises(UnavailableError, match="does not keep text as UTF-8"):
        Store.create(postgres_server % "latin")


def test_a_reader_without_the_right_to_write_is_told_so_on_postgres(postgres_url, draft, append):
    with Store.create(postgres_url) as store:
        append(store, [draft()])
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE only_reads LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reads")
    with Store.open(postgres_url.replace("evenhand@", "only_reads@")) as store:
        assert [entry.position for entry in store.entries()] == [1]
        with pytest.raises(UnavailableError, match="it can be read but not written"):
            append(store, [draft()])


def test_a_ledger_may_live_in_a_schema_of_its_own(postgres_url, draft, append):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA one")
        connection.execute("CREATE SCHEMA two")
    addresses = [f"{postgres_url}&options=-csearch_path%3D{name}" for name in ("one", "two")]
    for number, address in enumerate(addresses, 1):
        with Store.create(address) as store:
            append(store, [draft() for _ in range(number)])
    for number, address in enumerate(addresses, 1):
        with Store.open(address) as store:
            assert store.head().position == number
            assert store.guards() == ()
