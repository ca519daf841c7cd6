"""Write names and values into SQL that is made here. Nothing that comes from a ledger passes through this."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Quote an identifier: some fields bear words of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int) -> str:
    """Write a text, a whole number or a truth value as SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
