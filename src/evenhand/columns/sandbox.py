"""Connections that can reach nothing but their tables, and the one statement that may be run on them.

The doors are closed before anything from a ledger's folder is touched, its projections and its facts file (which could
hold a view of somebody's) included: no file, no network, no extension, no spill to disk, and no setting that could open
them again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

import duckdb

from evenhand.columns.quoting import literal
from evenhand.errors import InputError
from evenhand.sentence import Sentence

MEMORY_LIMIT = "4GB"
"""What the tables and a query may take; there is no spilling, because what is spilled stays on the disk."""


_FILES = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def connect(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a connection in memory that can reach no file but a DuckDB database at ``path``; it cannot be undone."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": MEMORY_LIMIT,
        },
    )
    allowed = ", ".join(literal(f"{path}{suffix}") for suffix in _FILES) if path else ""
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def reader_of_names() -> Generator[Callable[[str], frozenset[str]]]:
    """Lend a function that answers with the names of the tables a query reads, as the query writes them.

    It asks a connection that has no tables, because another would answer with what its views stand on. What a query
    defines itself is not among the names.
    """
    with closing(connect()) as nothing:
        yield lambda select: frozenset(
            name.split(" AS ")[0].replace('"', "") for name in nothing.get_table_names(select, qualified=True)
        )


@lru_cache(maxsize=128)
def single_select(text: str) -> str:
    """Answer with the text of a query if it is one SELECT; ``InputError`` otherwise."""
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error:
        raise InputError(Sentence("this is not SQL that DuckDB can read; write one SELECT")) from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError(Sentence("only one SELECT is run here, and nothing that changes or reaches anything"))
    return statements[0].query.strip().rstrip(";")
