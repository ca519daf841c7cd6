"""Whatever is in a file, the answer is an import or a refusal in words, and a refused file leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import EvenhandError
from fuzzing import FUZZ
from sheets import ADA, ALL, HEADER, Sheets, open_sheets, quoted
from workbooks import cells, workbook

SPREADSHEET = workbook(cells([*HEADER], [*ADA.values()]))
PIECES = (
    "<row>", "</row>", '<row r="3">', '<c r="A3">', '<c t="s">', '<c s="9">', '<c t="e">', "</c>", "<v>", "</v>",
    "<f>", "</f>", "<is>", "</is>", "<t>", "</t>", "<rPh>", "</rPh>", "<si>", "</si>", '<mergeCell ref="A2:A9"/>',
    "1e400", "-1", "46206", "x", "&#2;", "&lt;", "<!DOCTYPE x>", '<numFmt numFmtId="7" formatCode="[h"/>',
    "<cellXfs>", '<xf numFmtId="7"/>', "<v/>", "<x/>",
)  # fmt: skip

CELLS = st.one_of(
    st.sampled_from(sorted(set(ADA.values()) | {"", "2026-07-32", "1e5", "=1+1", "true", "0.1", "p-1;p-2"})),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)), max_size=4)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["C-17", "A-9", "S-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheets]:
    made = open_sheets(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.hiring.ledger.close()


def offer(sheets: Sheets, content: bytes, name: str, **options: Any) -> None:
    ledger = sheets.hiring.ledger
    before = ledger.head()
    (sheets.folder / f"{name.partition('.')[0]}.rejects.{name.partition('.')[2]}").unlink(missing_ok=True)
    problems: tuple[str, ...] | None = None
    try:
        sheets.bring(sheets.file(content, name), **options)
    except EvenhandError as refused:
        problems = refused.problems
    assert problems is None or (all(problems) and problems and ledger.head() == before)


@FUZZ
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-16", "gb18030"]), keep_going=st.booleans())
def test_any_cells_are_imported_or_refused(
    sheets: Sheets, rows: list[list[str]], encoding: str, *, keep_going: bool
) -> None:
    text = "".join(",".join(map(quoted, row)) + "\r\n" for row in [list(HEADER), *rows])
    offer(sheets, text.encode(encoding, "replace"), "cells.csv", keep_going=keep_going)


@FUZZ
@given(content=st.binary(max_size=300), header=st.booleans())
def test_any_bytes_are_imported_or_refused(sheets: Sheets, content: bytes, *, header: bool) -> None:
    offer(sheets, (",".join(HEADER).encode() + b"\n" if header else b"") + content, "bytes.csv")
    offer(sheets, content, "bytes.jsonl")
    offer(sheets, content, "bytes.xlsx", mapping=sheets.mapping)
    offer(sheets, content, "bytes.json", mapping=sheets.mapping)


@FUZZ
@given(data=st.data())
def test_a_spreadsheet_with_any_byte_changed_is_imported_or_refused(sheets: Sheets, data: st.DataObject) -> None:
    content = bytearray(SPREADSHEET)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    offer(sheets, bytes(content), "changed.xlsx", mapping=sheets.mapping, keep_going=data.draw(st.booleans()))


@FUZZ
@given(data=st.data())
def test_a_spreadsheet_with_any_text_for_a_part_is_imported_or_refused(sheets: Sheets, data: st.DataObject) -> None:
    xml = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    sheet, styles = data.draw(xml), data.draw(xml)
    parts = {
        "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst>{data.draw(xml)}</sst>",
    }
    content = workbook(cells([*HEADER], [*ADA.values()], after=sheet), replaced=parts)
    offer(sheets, content, "parts.xlsx", mapping=sheets.mapping, keep_going=data.draw(st.booleans()))


@FUZZ
@given(value=st.lists(JSON, max_size=3), keep_going=st.booleans())
def test_any_nested_json_is_imported_or_refused(sheets: Sheets, value: list[Any], *, keep_going: bool) -> None:
    people = [ADA | {"applied": each} if number % 2 else each for number, each in enumerate(value)]
    text = json.dumps(people, ensure_ascii=False).encode("utf-8", "replace")
    offer(sheets, text, "nested.json", mapping=sheets.mapping, keep_going=keep_going)


@FUZZ
@given(data=st.data(), keep_going=st.booleans())
def test_any_json_is_imported_or_refused(sheets: Sheets, data: st.DataObject, *, keep_going: bool) -> None:
    lines = []
    for line in ALL:
        changed = json.loads(json.dumps(line))
        target = data.draw(st.sampled_from([changed, changed["body"]]))
        target[data.draw(st.sampled_from([*target, "ref", "kind", "reasons", "deciders"]))] = data.draw(JSON)
        lines.append(json.dumps(changed, ensure_ascii=data.draw(st.booleans())))
    offer(sheets, "\n".join(lines).encode("utf-8", "replace"), "objects.jsonl", keep_going=keep_going)
