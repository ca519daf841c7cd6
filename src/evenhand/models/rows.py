"""Rows as a file can hold them: UUIDs and times as text, structs as dicts, lists as lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, cast
from uuid import UUID

from evenhand.clock import instant_text


class Rows(NamedTuple):
    """A result: the names of its columns and what each row holds."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """Answer with a dict for each row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def plain(value: Any) -> Any:
    """Turn a value of DuckDB's into one that JSON and CSV know; an instant is UTC with six digits."""
    write = _WRITERS.get(cast("type[object]", type(value)))
    if write:
        return write(value)
    held: Any = value
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in held.items()}
    return [plain(each) for each in held] if isinstance(value, list | tuple) else held


def _instant(value: datetime) -> str:
    return instant_text(value.replace(tzinfo=UTC) if value.tzinfo is None else value)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_WRITERS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        UUID: str,
        datetime: _instant,
        date: date.isoformat,
        timedelta: lambda value: value / timedelta(seconds=1),
        Decimal: _number,
        bytes: bytes.hex,
    }
)
