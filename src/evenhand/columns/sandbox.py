"""Connections that can reach nothing but their tables, and the one statement that may be run on them.

A projection or a query that somebody else wrote runs only after the doors are closed: no file, no network, no
extension, no spill to disk, and no setting that could open them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import duckdb

from evenhand.errors import InputError

MEMORY_LIMIT = "4GB"
"""What the tables and a query may take; there is no spilling, because what is spilled stays on the disk."""


def connect() -> duckdb.DuckDBPyConnection:
    """Open a connection in memory that loads no extension, spills nothing and sees no variable of the program."""
    return duckdb.connect(
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


def close_doors(connection: duckdb.DuckDBPyConnection) -> None:
    """Cut the connection off from everything outside; it cannot be undone."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def reader_of_names() -> Iterator[Callable[[str], frozenset[str]]]:
    """Lend a function that answers with the names of the tables a query reads, as the query writes them.

    It asks a connection that has no tables, because another would answer with what its views stand on. What a query
    defines itself is not among the names.
    """
    with closing(connect()) as nothing:
        yield lambda select: frozenset(
            name.split(" AS ")[0] for name in nothing.get_table_names(select, qualified=True)
        )


def single_select(text: str) -> str:
    """Answer with the text of a query if it is one SELECT; ``InputError`` otherwise."""
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error:
        raise InputError("this is not SQL that DuckDB can read; write one SELECT") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError("only one SELECT is run here, and nothing that changes or reaches anything")
    return statements[0].query.strip().rstrip(";")
