"""Whatever is in a file, the answer is an import or a refusal in words, and a refused file leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.errors import EvenhandError
from sheets import ADA, ALL, HEADER, Sheets, open_sheets, quoted

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


def offer(sheets: Sheets, content: bytes, name: str, **options: bool) -> None:
    ledger = sheets.hiring.ledger
    before = ledger.head()
    (sheets.folder / f"{name.partition('.')[0]}.rejects.{name.partition('.')[2]}").unlink(missing_ok=True)
    problems: tuple[str, ...] | None = None
    try:
        sheets.bring(sheets.file(content, name), **options)
    except EvenhandError as refused:
        problems = refused.problems
    assert problems is None or (all(problems) and problems and ledger.head() == before)


FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)


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
