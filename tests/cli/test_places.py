from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

READERS = [("log",), ("export",), ("case", "6"), ("verify",), ("check",), ("project", "candidacy"), ("replay",)]
WRITERS = [("record", "stage.entered", "--stream", "6", "--stage", "onsite"), ("standard", "adopt", "standard.toml")]


def said(cli: Any, code: int, *args: object) -> Any:
    ran = cli(*args)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert "bug" not in ran.err
    return ran.err or ran.out


@pytest.mark.parametrize("command", READERS + WRITERS, ids=lambda each: each[0])
def test_a_file_that_is_no_ledger_is_said(command, cli, ledger: Path) -> None:
    (ledger / "ledger.db").write_bytes(b"not a database at all" * 100)
    assert "this is not a ledger" in said(cli, 6, *command)


@pytest.mark.parametrize("command", READERS + WRITERS, ids=lambda each: each[0])
def test_another_database_is_not_taken_for_a_ledger(command, cli, ledger: Path) -> None:
    (ledger / "ledger.db").unlink()
    with sqlite3.connect(ledger / "ledger.db") as other:
        other.execute("create table entry (position integer)")
    assert "this is not a ledger" in said(cli, 6, *command)


@pytest.mark.parametrize("command", READERS + WRITERS, ids=lambda each: each[0])
def test_a_ledger_of_a_newer_version_is_said(command, cli, ledger: Path) -> None:
    with sqlite3.connect(ledger / "ledger.db") as connection:
        connection.execute("update meta set value = '99' where name = 'format'")
    assert "update evenhand" in said(cli, 6, *command)


@pytest.mark.parametrize("command", READERS + WRITERS, ids=lambda each: each[0])
def test_a_truncated_ledger_is_said(command, cli, ledger: Path) -> None:
    whole = (ledger / "ledger.db").read_bytes()
    (ledger / "ledger.db").write_bytes(whole[: len(whole) // 2])
    ran = cli(*command)
    assert ran.code in {3, 6}, ran.err
    assert "Traceback" not in ran.err
    assert "bug" not in ran.err


def test_a_truncated_ledger_is_an_object_too_where_one_was_asked_for(cli, ledger: Path) -> None:
    whole = (ledger / "ledger.db").read_bytes()
    (ledger / "ledger.db").write_bytes(whole[: len(whole) // 2])
    ran = cli("verify", "-f", "json")
    assert ran.code == 3
    assert ran.json["ok"] is False
    assert ran.json["findings"][0]["problem"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to everything")
@pytest.mark.parametrize("command", WRITERS, ids=lambda each: each[0])
def test_a_read_only_ledger_is_said_by_who_would_write(command, cli, ledger: Path) -> None:
    (ledger / "ledger.db").chmod(0o400)
    assert "it can be read but not written" in said(cli, 6, *command)


@pytest.mark.parametrize("command", READERS + WRITERS, ids=lambda each: each[0])
def test_a_ledger_that_may_not_be_written_can_still_be_read(command, cli, ledger: Path, monkeypatch) -> None:
    allowed = os.access

    def access(path, mode, **options) -> bool:
        return mode != os.W_OK and allowed(path, mode, **options)

    monkeypatch.setattr(os, "access", access)
    before = sorted(each.name for each in ledger.iterdir())
    if command in WRITERS or command[0] == "case":
        assert "it can be read but not written" in said(cli, 6, *command)
    elif command[0] == "check":
        said(cli, 1, *command)
    else:
        said(cli, 0, *command)
    facts = {"facts.duckdb", "facts.lock"}
    assert sorted(each.name for each in ledger.iterdir() if each.name not in facts) == before


def test_a_locked_ledger_is_said(cli, ledger: Path, monkeypatch) -> None:
    holder = sqlite3.connect(ledger / "ledger.db", isolation_level=None)
    holder.execute("begin immediate")
    try:
        assert "locked by another process" in said(cli, 6, *WRITERS[0])
        assert cli("log").code == 0
    finally:
        holder.close()


def test_a_lost_vault_key_is_said(cli, ledger: Path) -> None:
    (ledger / "vault.key").unlink()
    ran = cli("case", "6")
    assert ran.code == 6
    assert "vault.key" in ran.err
    assert cli("verify").code == 0


def test_a_copy_without_its_vault_can_be_read_and_verified(cli, ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "auditor"
    copy.mkdir()
    shutil.copy(ledger / "ledger.db", copy)
    for command in (("log",), ("verify",), ("export",), ("replay",), ("report", "consistency")):
        assert cli("--ledger", copy, *command).code == 0


def test_an_entry_that_was_changed_is_found(cli, ledger: Path) -> None:
    with sqlite3.connect(ledger / "ledger.db") as connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{name}"')
        changed = connection.execute("update entry set body = replace(body, 'reject', 'advance') where position = 9")
        assert changed.rowcount == 1
    ran = cli("verify", "-f", "json")
    assert ran.code == 3
    assert {"ok": ran.json["ok"], "entries": ran.json["entries"]} == {"ok": False, "entries": 14}
    assert 9 in {each["entry"] for each in ran.json["findings"]}
    assert cli("verify").out.startswith("not ok")


def test_entries_cut_off_the_end_are_found_by_who_remembers(cli, ledger: Path) -> None:
    found = cli("verify", "-f", "json").json
    seen = f"{found['entries']}:{found['root']}"
    assert cli("verify", "--seen", seen).code == 0
    assert cli("verify", "--seen", f"15:{found['root']}").code == 3
    assert cli("verify", "--seen", f"14:{'0' * 64}").code == 3
    assert cli("verify", "--seen", "14").code == 2
