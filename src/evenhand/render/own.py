"""Show a projection as a table, as a ledger's own report may ask."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import cast

import duckdb

from evenhand.errors import InputError
from evenhand.models.rows import plain
from evenhand.render.blocks import Cell
from evenhand.render.counts import shortened
from evenhand.render.declare import BlockDeclared
from evenhand.render.making import Making, Rows
from evenhand.sentence import Sentence

_EXACT = 10**6


def table_rows(declared: BlockDeclared, making: Making) -> Rows:
    """Read the declared columns of one projection, in the declared order, up to the limit."""
    table, columns = declared.table or "", [column.key for column in declared.column]
    chosen = ", ".join(f'"{name}"' for name in columns)
    # The rest of the columns decides between rows that the declared order leaves equal.
    order = ", ".join(f'"{name}"' for name in dict.fromkeys((*declared.order, *columns)))
    try:
        n = making.rows(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name the declaration's pattern allows
        found = making.rows(
            f'SELECT {chosen} FROM "{table}" ORDER BY {order} LIMIT {declared.limit:d}'  # noqa: S608 - the same
        )
    except duckdb.BinderException:
        raise InputError(
            Sentence(
                "block {key}: the projection {table} lacks a column that the report names; compare the "
                "columns in report.toml with the header of the projection",
                key=declared.key,
                table=table,
            )
        ) from None
    counted = int(str(n[0][0]))
    words = making.words
    notes = shortened(making, len(found), counted)
    of = declared.of.said(making.lang) if declared.of is not None else words.text("rows")
    return Rows(tuple(tuple(map(cell, row)) for row in found), counted, of, notes=notes)


def cell(value: object) -> Cell:
    """Turn a value of DuckDB into a cell; a list of whole numbers stays one, any other nesting becomes text."""
    shown: object = plain(value) if not isinstance(value, Decimal) else value
    match shown:
        case bool():
            return "true" if shown else "false"
        case float() if isfinite(shown):
            return Fraction(round(shown * _EXACT), _EXACT)
        case None | str() | int() | Decimal():
            return shown
        case list():
            items = cast("list[object]", shown)
            whole = tuple(each for each in items if type(each) is int)
            return whole if len(whole) == len(items) else ", ".join(str(cell(each) or "") for each in items)
        case _:
            return str(shown)
