"""Rows as a file can hold them: UUIDs and times as text, structs as dicts, lists as lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from evenhand.clock import instant_text

_SECOND = timedelta(seconds=1)


class Rows(NamedTuple):
    """A result: the names of its columns and what each row holds."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """Answer with a dict for each row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def plain(value: Any) -> Any:
    """Turn a value of DuckDB's into one that JSON and CSV know; an instant is UTC with six digits."""
    match value:
        case UUID():
            return str(value)
        case datetime():
            return instant_text(value.replace(tzinfo=UTC) if value.tzinfo is None else value)
        case date():
            return value.isoformat()
        case timedelta():
            return value / _SECOND
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case bytes():
            return value.hex()
        case _:
            return value
