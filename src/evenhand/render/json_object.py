"""Write a report as one JSON object: ``report``, ``title``, ``stamp``, ``blocks``."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import cast

from evenhand.errors import InputError
from evenhand.render.blocks import Block, Chart, Column, Findings, Missing, NotShown, Report, Row, Table, Under
from evenhand.render.escape import unsafe
from evenhand.render.rounding import half_up
from evenhand.render.stamp import Stamp, Verified
from evenhand.sentence import Sentence

Value = int | float | str | bool | None | list["Value"] | dict[str, "Value"]


def render(report: Report) -> str:
    """Write the object; a row is an object of its own, by column key. Codes stay codes here."""
    return dumped(report_object(report)) + "\n"


def report_object(report: Report) -> dict[str, Value]:
    """Name the report, and say its stamp and its blocks."""
    return {
        "report": report.name,
        "title": report.title,
        "stamp": stamp_object(report.stamp),
        "blocks": [block_object(block) for block in report.blocks],
    }


def dumped(value: Value) -> str:
    """Write JSON with Chinese as it is, and what could turn or break a line of a terminal escaped."""
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    except ValueError:
        raise InputError(
            Sentence("a number is infinite or none at all, which JSON cannot say; choose another format")
        ) from None
    return "".join(f"\\u{ord(each):04x}" if each != "\n" and unsafe(each) else each for each in text)


def stamp_object(stamp: Stamp) -> dict[str, Value]:
    """Name everything the report was made from."""
    share = stamp.imported_share
    return {
        "report": {"name": stamp.report.name, "digest": stamp.report.digest},
        "lang": stamp.lang,
        "origin": stamp.origin,
        "position": stamp.position,
        "root": stamp.root,
        "checked": stamp.checked,
        "as_of": {"position": stamp.position, "instant": stamp.instant},
        "period": None if stamp.period_from is None else {"from": stamp.period_from, "to": stamp.period_to},
        "zone": stamp.zone,
        "projections": {each.name: each.digest for each in stamp.projections},
        "custom": list(stamp.custom),
        "versions": dict(stamp.versions),
        "boxes": {
            name: NotShown.HIDDEN if n is None else n
            for name, n in (("opened", stamp.boxes_opened), ("gone", stamp.boxes_gone))
        },
        "asked": list(stamp.asked),
        "resampling": stamp.resampled._asdict() if stamp.resampled else None,
        "imported": {
            "entries": stamp.imported,
            "share": None if share is None else float(half_up(share, 3)),
            "unfinished": stamp.unfinished,
        },
        **({"verified": _verified(stamp.verified)} if stamp.verified else {}),
    }


def _verified(found: Verified) -> dict[str, Value]:
    return {
        "entries": found.entries,
        "root": found.root,
        "findings": found.findings,
        "outcome": found.outcome,
        "trust": found.trust,
        "papers": [{"name": each.name, "digest": each.digest} for each in found.papers],
    }


def block_object(block: Block) -> dict[str, Value]:
    """Write one block with its kind; every field of the block is there."""
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return _chart(block)
    whole: dict[str, Value] = {"block": type(block).__name__.lower()}
    for field in fields(block):
        if isinstance(block, Findings) and field.name == "items":
            whole["items"] = [
                {"code": item.code, "sentence": item.sentence, "positions": list(item.positions)}
                for item in block.items
            ]
        else:
            whole[field.name] = _plain(getattr(block, field.name))
    return whole


def _table(table: Table) -> dict[str, Value]:
    keys = [column.key for column in table.columns]
    return {
        "block": "table",
        "key": table.key,
        "title": table.title,
        "columns": [_column(column) for column in table.columns],
        "rows": [_row(keys, row) for row in table.rows],
        "n": table.n,
        "of": table.of,
        "left_out": [{"n": each.n, "why": each.why} for each in table.left_out],
        "notes": list(table.notes),
    }


def _row(keys: list[str], row: Row) -> dict[str, Value]:
    """Write a row; ``less_than`` names the cells whose value is less than the number that stands there."""
    whole: dict[str, Value] = dict(zip(keys, map(_plain, row), strict=True))
    under: list[Value] = [key for key, cell in zip(keys, row, strict=True) if isinstance(cell, Under)]
    if under:
        whole["less_than"] = under
    return whole


def _chart(chart: Chart) -> dict[str, Value]:
    return {
        "block": "chart",
        "key": chart.key,
        "title": chart.title,
        "along": chart.along,
        "up": chart.up,
        "series": [
            {"key": one.key, "label": one.label, "points": [[along, _plain(up)] for along, up in one.points]}
            for one in chart.series
        ],
        "marks": [{"at": _plain(mark.at), "label": mark.label, "of": mark.of} for mark in chart.marks],
        "n": chart.n,
        "of": chart.of,
        "left_out": [{"n": each.n, "why": each.why} for each in chart.left_out],
        "notes": list(chart.notes),
    }


def _column(column: Column) -> dict[str, Value]:
    whole: dict[str, Value] = {"key": column.key, "label": column.label, "kind": column.kind.value}
    if column.values:
        whole["values"] = dict(column.values)
    if column.absent is not None:
        whole["absent"] = column.absent
    return whole


def _plain(value: object) -> Value:
    if isinstance(value, Missing):
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, int | str):
        return value
    raise TypeError("a number of a block was not rounded before it was written")
