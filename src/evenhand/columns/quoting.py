"""Write names and values into SQL that is made here. Nothing that comes from a ledger passes through this."""

from __future__ import annotations

from collections.abc import Iterable

BAD_FORM = "a body does not have the form of its type"
"""What DuckDB is told to say; the reader then looks for the entry and says which of its fields it is."""


def quoted(name: str) -> str:
    """Quote an identifier: some fields bear words of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int) -> str:
    """Write a text, a whole number or a truth value as SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def one_of(value: str, codes: Iterable[str]) -> str:
    """Let a code through that is known, or none at all; any other stops the reading."""
    known = ", ".join(literal(each) for each in codes)
    return f"CASE WHEN {value} IN ({known}) THEN {value} WHEN {value} IS NOT NULL THEN error({literal(BAD_FORM)}) END"


def whole(holder: str, member: str) -> str:
    """Let a part be absent altogether, but not without this member: ``from_json`` makes a part of nulls of anything."""
    return f"CASE WHEN {holder} IS NOT NULL THEN coalesce({member}, error({literal(BAD_FORM)})) END"
