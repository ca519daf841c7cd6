"""Text that somebody else wrote reads the tables, and reaches nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from evenhand.columns.facts import Facts, open_facts
from evenhand.columns.sandbox import connect, single_select
from evenhand.errors import InputError
from evenhand.store import Store

PASSWORDS = "/etc/passwd"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """Facts of an empty ledger, kept in a file."""
    folder = tmp_path_factory.mktemp("ledger")
    Store.create(str(folder / "ledger.db")).close()
    with open_facts(str(folder / "ledger.db"), folder) as opened:
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select 1; select 2",
        "copy (select 1) to '/tmp/out.csv'",
        "copy entry from '/etc/passwd'",
        "attach '/tmp/other.duckdb' as other",
        "detach facts",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "set enable_external_access = true",
        "reset lock_configuration",
        "call pragma_version()",
        "create table mine as select 1",
        "insert into as_of values (1, now())",
        "update as_of set position = 0",
        "delete from as_of",
        "drop view entry",
        "export database '/tmp/out'",
        "import database '/tmp/out'",
        "explain analyze select 1",
        "begin",
        "checkpoint",
        "vacuum",
        "prepare p as select 1",
        "execute p",
        "use facts",
        "select from where",
        "create or replace macro now() as 1",
    ],
)
def test_anything_but_one_select_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        single_select(text)


@pytest.mark.parametrize("text", ["select 1", "with a as (select 1 as x) select x from a", "from entry", "values (1);"])
def test_one_select_passes(text: str) -> None:
    assert single_select(text)


@pytest.mark.parametrize(
    "text",
    [
        f"select * from read_csv('{PASSWORDS}')",
        f"select * from read_text('{PASSWORDS}')",
        f"select * from read_blob('{PASSWORDS}')",
        f"select * from '{PASSWORDS}'",
        "select * from read_parquet('https://example.com/x.parquet')",
        "select * from glob('/*')",
        f"select * from read_json('{PASSWORDS}')",
        "select * from sniff_csv('/etc/passwd')",
        "select getenv('HOME')",
        "select * from secret_of_the_program",
    ],
)
def test_a_select_reaches_no_file_no_network_and_no_variable(facts: Facts, text: str) -> None:
    secret_of_the_program = {"a": [1]}
    with pytest.raises(duckdb.Error):
        facts.connection.execute(text).fetchall()
    assert secret_of_the_program


def test_a_select_reaches_no_other_file_of_the_ledger(filled: Any) -> None:
    (filled.folder / "vault.key").write_text("secret", encoding="utf-8")
    with filled.facts() as facts:
        for name in ("vault.key", "ledger.db", "../" + filled.folder.name + "/vault.key"):
            with pytest.raises(duckdb.PermissionException):
                facts.connection.execute(f"select * from read_text('{filled.folder / name}')").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET temp_directory = '/tmp/spilled'",
        "SET memory_limit = '1TB'",
        "SET autoinstall_known_extensions = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET extension_directory = '/tmp'",
        "INSTALL httpfs",
        "ATTACH '/tmp/other.duckdb' AS other",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "EXPORT DATABASE '/tmp/out'",
        "INSERT INTO facts.log.stream VALUES (1, uuid(), 'policy')",
    ],
)
def test_even_past_the_check_no_statement_opens_a_door(facts: Facts, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        facts.connection.execute(statement)


def test_the_doors_are_closed_before_the_facts_file_is_touched(filled: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("4711", encoding="utf-8")
    filled.facts().close()
    with duckdb.connect(str(filled.folder / "facts.duckdb")) as planted:
        reading = f"SELECT content AS zone, 1 AS position FROM read_text('{secret}')"
        planted.execute("DROP TABLE log.ledger_opened")
        planted.execute(f"CREATE VIEW log.ledger_opened AS {reading}")
    with filled.facts(check=False) as facts:
        assert facts.zone != "4711"
    assert filled.said == ["facts.duckdb has tables that are not its own; making it again"]


def test_nothing_is_spilled_and_memory_has_a_bound() -> None:
    connection = connect()
    names = ("temp_directory", "memory_limit", "lock_configuration", "enable_external_access")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    assert connection.execute(f"SELECT {asked}").fetchall() == [("", "3.7 GiB", True, False)]
    connection.close()
