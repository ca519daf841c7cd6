"""Write a report for a terminal: with colour and to its width there, plain and wide anywhere else."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from evenhand.render import stamp as stamps
from evenhand.render.blocks import NUMBERS, Block, Chart, Column, Findings, Kind, Report, Table, Text, Verdict
from evenhand.render.cells import cell_text, counted, judged_by
from evenhand.render.chart import as_table
from evenhand.render.escape import line
from evenhand.words import Translate, translator

PLAIN_WIDTH = 160
_NARROWEST = 40
_GAP = 2  # between columns
_LONG_WORD = 12
_FEW = 3
_UNBROKEN = NUMBERS | {Kind.DAY, Kind.INSTANT}


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
        console.print(_block(block, words, grid, console.width))
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


def _block(block: Block, words: Translate, grid: box.Box, width: int) -> RenderableType:
    match block:
        case Text():
            return _notes(block.paragraphs)
        case Table():
            said = counted(block.n, block.of, block.left_out, words)
            notes = _notes((said, *block.notes), style="dim")
            return Group(_table(block, words.lang, grid, width), notes) if block.rows else notes
        case Chart():
            return _block(as_table(block, words), words, grid, width)
        case Verdict():
            said = judged_by(block, words)
            return Group(RichText(line(block.sentence)), _notes((said, *block.notes), style="dim"))
        case Findings():
            return _findings(block)


def _table(table: Table, lang: str, grid: box.Box, width: int) -> RenderableType:
    """Lay a table out in rows; a short one that is too wide on its side; one that still does not fit as cards."""
    cells = [
        [line(cell_text(cell, column, lang)) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    labels = [line(column.label) for column in table.columns]
    numeric = [column.kind in NUMBERS for column in table.columns]
    whole = [max(map(cell_len, each)) for each in zip(labels, *cells, strict=True)]
    room = width - _GAP * len(labels)
    if sum(whole) > room and len(cells) <= _FEW:
        turned = [list(each) for each in zip(labels, *cells, strict=True)]
        sides = [max(map(cell_len, row)) for row in (labels, *cells)]
        if sum(sides) + _GAP * len(sides) <= width:
            return _grid(turned[0], turned[1:], [False, *[True] * len(cells)], sides, grid)
    least = [_least(column, label, each) for column, label, *each in zip(table.columns, labels, *cells, strict=True)]
    if sum(least) <= room:
        return _grid(labels, cells, numeric, _narrowed(whole, least, room), grid)
    return Group(*(_card([[label, row[at]] for at, label in enumerate(labels)]) for row in cells))


def _narrowed(whole: list[int], least: list[int], room: int) -> list[int]:
    """Take from the column that can spare most until all columns fit."""
    widths = list(whole)
    while sum(widths) > room:
        spare = max(range(len(widths)), key=lambda at: (widths[at] - least[at], at))
        widths[spare] -= 1
    return widths


def _least(column: Column, label: str, cells: list[str]) -> int:
    """Say how narrow a column may become: a number or a day is never broken, a word only when it is long."""
    words = max((cell_len(word) for word in label.split()), default=1)
    if column.kind in _UNBROKEN:
        return max([words, *map(cell_len, cells)])
    longest = max((cell_len(word) for cell in cells for word in cell.split()), default=1)
    return min(max(words, longest), _LONG_WORD)


def _grid(
    labels: list[str], cells: list[list[str]], numeric: list[bool], widths: list[int], grid: box.Box
) -> RichTable:
    drawn = RichTable(box=grid, pad_edge=False, show_edge=False, header_style="", padding=(0, 1, 0, 0))
    for label, right, width in zip(labels, numeric, widths, strict=True):
        drawn.add_column(
            RichText(label, style="bold"), justify="right" if right else "left", overflow="fold", width=width
        )
    for row in cells:
        drawn.add_row(*map(RichText, row))
    return drawn


def _card(rows: list[list[str]]) -> RichTable:
    drawn = RichTable.grid(padding=(0, 2, 0, 0))
    drawn.add_column(style="bold", overflow="fold")
    drawn.add_column(overflow="fold")
    for label, cell in rows:
        drawn.add_row(RichText(label), RichText(cell))
    drawn.add_row()
    return drawn


def _findings(block: Findings) -> RenderableType:
    if not block.items:
        return _notes((block.none, *block.notes))
    items = (
        f"- {item.sentence} [{'; '.join(filter(None, (item.code, ', '.join(map(str, item.positions)))))}]"
        for item in block.items
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
