"""Write tables as CSV (RFC 4180), fit for a spreadsheet.

One table is one header row and its rows. A report is several: each block is a section with a header of its own, whose
first column is called ``block`` and holds the block's key; an empty line stands between sections, the stamp comes
first. Text that a spreadsheet would take for a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage
return, or their full-width forms) is guarded by an apostrophe, and only then; numbers are never touched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from evenhand.render import stamp as stamps
from evenhand.render.blocks import Beside, Block, Cell, Chart, Findings, Missing, Report, Table, Text, Under, Verdict
from evenhand.render.cells import under
from evenhand.render.escape import spreadsheet
from evenhand.words import translator

Section = tuple[str, tuple[str, ...], Iterable[Sequence[Cell]]]


def render(report: Report) -> str:
    """Write every block as a section, the stamp first."""
    words = translator(report.stamp.lang)
    sections: list[Section] = [("stamp", ("name", "value"), stamps.lines(report.stamp, words))]
    sections.extend(_section(block) for block in report.blocks)
    written = [rows(("block", *keys), ((key, *row) for row in body)) for key, keys, body in sections]
    return "\r\n".join(written)


def rows(keys: Sequence[str], body: Iterable[Sequence[Any]]) -> str:
    """Write one table: a header row of keys, then its rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([spreadsheet(key) for key in keys])
    writer.writerows([_cell(cell) for cell in row] for row in body)
    return out.getvalue()


def _section(block: Block) -> Section:
    match block:
        case Table():
            return block.key, tuple(column.key for column in block.columns), block.rows
        case Chart():
            points: Iterator[Sequence[Cell]] = (
                (series.key, along, up) for series in block.series for along, up in series.points
            )
            return block.key, ("series", "along", "up"), points
        case Text():
            return block.key, ("text",), ((paragraph,) for paragraph in block.paragraphs)
        case Verdict():
            return (
                block.key,
                ("word", "sentence", "n", "method"),
                ((block.word, block.sentence, block.n, block.method),),
            )
        case Findings():
            return (
                block.key,
                ("code", "sentence", "positions"),
                ((item.code, item.sentence, item.positions) for item in block.items),
            )


def _cell(cell: object) -> str | int | Decimal:
    # A report's cells are its own, a query's may be anything that DuckDB has: a double, a time of day.
    if cell is None or isinstance(cell, Missing):
        return ""
    if isinstance(cell, str):
        return spreadsheet(cell)
    if isinstance(cell, tuple):
        return " ".join(map(str, cast("tuple[object, ...]", cell)))
    if isinstance(cell, Fraction | Beside):
        raise TypeError("a number of a block was not rounded before it was written")
    if isinstance(cell, Under):
        return under(cell)
    return cell if isinstance(cell, int | Decimal) else spreadsheet(str(cell))
