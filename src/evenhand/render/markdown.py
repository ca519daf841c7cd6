"""Write a report as Markdown (GitHub's tables)."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.render import stamp as stamps
from evenhand.render.blocks import NUMBERS, Block, Chart, Column, Findings, Report, Table, Text, Verdict
from evenhand.render.cells import cell_text, counted, judged_by
from evenhand.render.chart import as_table
from evenhand.render.escape import markdown as escaped
from evenhand.words import Translate, translator


def render(report: Report) -> str:
    """Write the whole report, its stamp last."""
    words = translator(report.stamp.lang)
    parts = [f"# {escaped(report.title)}", escaped(report.question)]
    for block in report.blocks:
        parts.append(f"## {escaped(block.title)}")
        parts.extend(_block(block, words))
    parts.append(f"## {escaped(words.text('Made from'))}")
    labels = (Column("of", ""), Column("is", ""))
    parts.append(grid(labels, stamps.lines(report.stamp, words)))
    return "\n\n".join(parts) + "\n"


def grid(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """Write labels and cells, already in words, as one table."""
    head = "| " + " | ".join(escaped(column.label) for column in columns) + " |"
    rule = "|" + "|".join(" ---: " if column.kind in NUMBERS else " --- " for column in columns) + "|"
    body = ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows]
    return "\n".join((head, rule, *body))


def _block(block: Block, words: Translate) -> Iterator[str]:
    match block:
        case Text():
            yield from map(escaped, block.paragraphs)
        case Table():
            if block.rows:
                yield grid(block.columns, written(block, words.lang))
            yield escaped(counted(block.n, block.of, block.left_out, words))
            yield from map(escaped, block.notes)
        case Chart():
            yield from _block(as_table(block, words), words)
        case Verdict():
            yield f"**{escaped(block.sentence)}**"
            yield escaped(judged_by(block, words))
            yield from map(escaped, block.notes)
        case Findings():
            yield from _findings(block)


def _findings(block: Findings) -> Iterator[str]:
    if not block.items:
        yield escaped(block.none)
    else:
        yield "\n".join(
            f"- `{item.code}` {escaped(item.sentence)}"
            + (f" ({', '.join(map(str, item.positions))})" if item.positions else "")
            for item in block.items
        )
    yield from map(escaped, block.notes)


def written(table: Table, lang: str) -> tuple[tuple[str, ...], ...]:
    """Write every cell of a table in words."""
    return tuple(
        tuple(cell_text(cell, column, lang) for cell, column in zip(row, table.columns, strict=True))
        for row in table.rows
    )
