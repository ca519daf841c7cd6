"""Read the blocks of a report, for tests.

from reading import block, records
"""

from __future__ import annotations

from typing import Any

from evenhand.render.blocks import Report, Table


def block(report: Report, key: str) -> Any:
    """Find a block by its key."""
    return next(each for each in report.blocks if each.key == key)


def records(table: Table) -> list[dict[str, Any]]:
    """Read a table's rows as dicts by column."""
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]
