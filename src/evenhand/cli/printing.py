"""Print rows as a table, Markdown, JSON or CSV; what came out of the ledger is made harmless on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from evenhand.cli.run import Run
from evenhand.render.escape import line, unsafe
from evenhand.sentence import Sentence

FORMS = ("table", "md", "json", "csv")


class Grid(NamedTuple):
    """Rows under columns; ``labels`` are the columns' names for people, ``right`` those that hold numbers."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    right: frozenset[str] = frozenset()


def dumped(value: Any, *, indent: int | None = 2) -> str:
    """Write JSON with Chinese as it is, and what could turn or break a line of a terminal escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=str)
    if text.isascii():
        return text + "\n"
    return "".join(f"\\u{ord(each):04x}" if each != "\n" and unsafe(each) else each for each in text) + "\n"


def show(run: Run, form: str, name: str, grid: Grid) -> None:
    """Print a grid; in JSON it is one object with the rows under ``name``. A cell may be a sentence."""
    if form not in {"json", "csv"}:
        grid = grid._replace(rows=[tuple(_said(run, cell) for cell in row) for row in grid.rows])
    match form:
        case "json":
            run.write(dumped({name: [dict(zip(grid.keys, row, strict=True)) for row in grid.rows]}))
        case "csv":
            from evenhand.render.csv_rows import rows  # noqa: PLC0415 - only for this format

            run.write(rows(grid.keys, ([_csv(cell) for cell in row] for row in grid.rows)))
        case "md":
            run.write(_markdown(grid))
        case _:
            run.write(_table(grid))


def _said(run: Run, cell: Any) -> Any:
    return run.words.sentence(cell) if isinstance(cell, Sentence) else cell


def _csv(cell: Any) -> Any:
    if isinstance(cell, list):
        return " ".join(str(each) for each in cell)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - cells of any kind
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else _truth(cell)


def text_of(cell: Any) -> str:
    """Write one cell for people."""
    if cell is None:
        return "-"
    if isinstance(cell, list):
        return ", ".join(text_of(each) for each in cell) or "-"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - the same
    if isinstance(cell, dict):
        return line(json.dumps(cell, ensure_ascii=False))
    return line(str(_truth(cell)))


def _truth(cell: Any) -> Any:
    return {True: "true", False: "false"}[cell] if isinstance(cell, bool) else cell


def _table(grid: Grid) -> str:
    from rich.cells import cell_len  # noqa: PLC0415 - only for this format

    lines = [grid.labels, *(tuple(text_of(cell) for cell in row) for row in grid.rows)]
    widths = [max(cell_len(row[at]) for row in lines) for at in range(len(grid.keys))]

    def padded(row: tuple[str, ...]) -> str:
        cells: list[str] = []
        for key, text, width in zip(grid.keys, row, widths, strict=True):
            room = " " * (width - cell_len(text))
            cells.append(room + text if key in grid.right else text + room)
        return "  ".join(cells).rstrip()

    head, *body = lines
    return "\n".join([padded(head), "  ".join("-" * width for width in widths), *map(padded, body)]) + "\n"


def _markdown(grid: Grid) -> str:
    from evenhand.render.escape import markdown  # noqa: PLC0415 - only for this format

    head = "| " + " | ".join(map(markdown, grid.labels)) + " |"
    rule = "|" + "|".join(" ---: " if key in grid.right else " --- " for key in grid.keys) + "|"
    body = ["| " + " | ".join(markdown(text_of(cell)) for cell in row) + " |" for row in grid.rows]
    return "\n".join([head, rule, *body]) + "\n"


def each_line(cells: Iterable[str]) -> str:
    """Write text of several lines with each made harmless."""
    return "".join(line(cell) + "\n" for cell in cells)
