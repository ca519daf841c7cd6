"""Write a report for a terminal: with colour and to its width there, plain and wide anywhere else."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from typing import TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from evenhand.render import stamp as stamps
from evenhand.render.blocks import NUMBERS, Block, Chart, Findings, Kind, Report, Table, Text, Verdict
from evenhand.render.cells import cell_text, counted
from evenhand.render.chart import as_table
from evenhand.render.escape import line
from evenhand.words import Translate, translator

PLAIN_WIDTH = 160
_NARROWEST = 40


def render(report: Report, *, width: int = PLAIN_WIDTH, colour: bool = False, ascii_only: bool = False) -> str:
    """Write the whole report to a width, with or without colour."""
    words = translator(report.stamp.lang)
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, _NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    grid = box.ASCII if ascii_only else box.SIMPLE_HEAD
    console.print(RichText(line(report.title), style="bold"))
    console.print(RichText(line(report.question)))
    for block in report.blocks:
        console.print()
        console.print(RichText(line(block.title), style="bold"))
        console.print(_block(block, words, grid))
    console.print()
    console.print(_stamp(report, words))
    # Trailing spaces differ between widths and say nothing.
    return "\n".join(row.rstrip() for row in out.getvalue().split("\n"))


def look(stream: TextIO, environ: Mapping[str, str]) -> tuple[int, bool, bool]:
    """Say how wide to write to a stream, whether in colour, and whether in ASCII only."""
    encoding = (stream.encoding or "utf-8").lower().replace("-", "").replace("_", "")
    ascii_only = not encoding.startswith(("utf", "gb"))
    if not stream.isatty():
        return PLAIN_WIDTH, False, ascii_only
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return shutil.get_terminal_size().columns, colour, ascii_only


def _block(block: Block, words: Translate, grid: box.Box) -> RenderableType:
    match block:
        case Text():
            return _notes(block.paragraphs)
        case Table():
            said = counted(block.n, block.of, block.left_out, words)
            notes = _notes((said, *block.notes), style="dim")
            return Group(_table(block, grid), notes) if block.rows else notes
        case Chart():
            return _block(as_table(block, words), words, grid)
        case Verdict():
            said = words.text("{counted}; {method}", counted=counted(block.n, block.of, (), words), method=block.method)
            return Group(RichText(line(block.sentence)), _notes((said, *block.notes), style="dim"))
        case Findings():
            return _findings(block)


def _table(table: Table, grid: box.Box) -> RichTable:
    drawn = RichTable(box=grid, pad_edge=False, show_edge=False, header_style="", padding=(0, 1))
    for column in table.columns:
        drawn.add_column(
            RichText(line(column.label), style="bold"),
            justify="right" if column.kind in NUMBERS else "left",
            overflow="fold",
            no_wrap=column.kind in NUMBERS or column.kind in {Kind.DAY, Kind.INSTANT},
        )
    for row in table.rows:
        written = (cell_text(cell, column) for cell, column in zip(row, table.columns, strict=True))
        drawn.add_row(*(RichText(line(cell)) for cell in written))
    return drawn


def _findings(block: Findings) -> RenderableType:
    if not block.items:
        return _notes((block.none, *block.notes))
    items = (
        f"- {item.sentence} [{item.code}; {', '.join(str(each) for each in item.positions)}]" for item in block.items
    )
    return Group(_notes(tuple(items)), _notes(block.notes, style="dim"))


def _notes(sentences: tuple[str, ...], style: str = "") -> RenderableType:
    return Group(*(RichText(line(sentence), style=style) for sentence in sentences))


def _stamp(report: Report, words: Translate) -> RenderableType:
    drawn = RichTable.grid(padding=(0, 2, 0, 0))
    drawn.add_column(no_wrap=True, style="dim")
    drawn.add_column(overflow="fold", style="dim")
    for label, value in stamps.lines(report.stamp, words):
        drawn.add_row(RichText(line(label)), RichText(line(value)))
    return Group(RichText(line(words.text("Made from")), style="bold dim"), Padding(drawn, (0, 0, 0, 0)))
