"""The same blocks in every format: same numbers, nothing hostile, same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evenhand.errors import InputError
from evenhand.render import blocks, csv_rows, json_object, markdown, terminal
from evenhand.render.escape import line, spreadsheet, unsafe
from evenhand.render.escape import markdown as escaped
from evenhand.render.rounding import beside, chance, half_up, rounded

FORMATS = {
    "terminal": terminal.render,
    "markdown": markdown.render,
    "json": json_object.render,
    "csv": csv_rows.render,
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_bytes(sample: blocks.Report, name: str) -> None:
    assert FORMATS[name](sample) == FORMATS[name](sample)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_drives_a_terminal_or_turns_a_line_comes_through(sample: blocks.Report, name: str) -> None:
    shown = FORMATS[name](sample)
    assert not [each for each in shown if unsafe(each) and each not in "\r\n"]
    assert "\\u001b" in shown.replace("\\\\u", "\\u")
    assert "\\u202e" in shown.replace("\\\\u", "\\u")


@pytest.mark.parametrize("name", ["terminal", "markdown"])
def test_the_printed_digits_are_the_same_everywhere(sample: blocks.Report, name: str) -> None:
    shown = FORMATS[name](sample)
    for said in ("64.0 %", "33.3 %", "0.586", "0.063", "12,000", "four-fifths screen: below", "reference"):
        assert said in shown, said


def test_json_is_one_object_with_report_stamp_and_blocks(sample: blocks.Report) -> None:
    whole = json.loads(json_object.render(sample))
    assert (whole["report"], [block["block"] for block in whole["blocks"]]) == (
        "sample",
        ["text", "table", "chart", "verdict", "findings", "findings"],
    )
    assert whole["stamp"]["as_of"] == {"position": 8, "instant": "2026-07-01T00:00:00.000000Z"}
    assert whole["stamp"]["imported"] == {"entries": 2, "share": 0.25, "unfinished": 0}
    first = whole["blocks"][1]["rows"][0]
    assert first == {"group": "=1+1", "screen": "below", "n": 12000, "rate": 0.64, "ratio": 0.586, "entries": [4, 7]}
    assert whole["blocks"][2]["series"][0]["points"] == [[0, 1.0], [7, 0.333]]


def test_csv_has_a_section_a_block_and_guards_formulas_only(sample: blocks.Report) -> None:
    rows = list(csv.reader(io.StringIO(csv_rows.render(sample), newline="")))
    heads = [row for row in rows if row and row[0] == "block"]
    assert heads[1] == ["block", "text"]
    assert heads[2] == ["block", "group", "screen", "n", "rate", "ratio", "entries"]
    assert next(row for row in rows if row[:1] == ["rates"]) == [
        "rates",
        "'=1+1",
        "below",
        "12000",
        "0.640",
        "0.586",
        "4 7",
    ]
    assert rows[0] == ["block", "name", "value"]


def test_one_table_of_csv_is_a_header_and_its_rows() -> None:
    written = csv_rows.rows(("name", "n"), [("-5", -5), ("@x", None), ("ok\nso", Decimal("0.500")), ("\t=1", 1)])
    assert written == "name,n\r\n'-5,-5\r\n'@x,\r\n\"ok\nso\",0.500\r\n'\t=1,1\r\n"


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "\tx", "\rx", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]
)
def test_a_cell_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert spreadsheet(text) == "'" + text


def test_json_refuses_in_words_what_it_cannot_say() -> None:
    with pytest.raises(InputError, match="JSON cannot say"):
        json_object.dumped({"x": float("nan")})


def test_a_querys_own_kinds_of_values_can_stand_in_csv() -> None:
    assert csv_rows.rows(("x",), [(0.5,), (time(10, 30),), (float("nan"),)]) == "x\r\n0.5\r\n10:30:00\r\nnan\r\n"


@pytest.mark.parametrize("text", ["", "a=1", " =1", "'x", "1-2", "女", "#"])
def test_any_other_cell_is_left_alone(text: str) -> None:
    assert spreadsheet(text) == text


@given(st.text())
def test_no_text_puts_anything_unsafe_on_a_line(text: str) -> None:
    for written in (line(text), escaped(text)):
        assert not any(unsafe(each) for each in written)
        assert "\n" not in written


@given(st.text())
def test_no_text_can_open_markup_in_a_table_cell(text: str) -> None:
    bare = escaped(text).replace("\\\\", "")
    for mark in "|<`*[":
        assert bare.count(mark) == bare.count("\\" + mark)


def test_a_terminal_table_keeps_to_its_width(sample: blocks.Report) -> None:
    shown = terminal.render(sample, width=70)
    assert max(cell_len(row) for row in shown.splitlines()) <= 70


@pytest.mark.parametrize("width", [40, 60, 80, 100, 130, 160])
@pytest.mark.parametrize("rows", [2, 12])
def test_no_width_loses_a_cell_or_a_number_of_a_table(sample: blocks.Report, width: int, rows: int) -> None:
    columns = tuple(blocks.Column(f"c{at}", f"Heading {at}", blocks.Kind.COUNT) for at in range(9))
    cells = tuple(tuple(1000 * row + 100 * at for at in range(9)) for row in range(rows))
    table = blocks.Table(
        "t", "T", (*columns, blocks.Column("x", "Text")), tuple((*row, "wordy 女 text") for row in cells), 1, "x"
    )
    shown = terminal.render(replace(sample, blocks=(table,)), width=width)
    assert max(cell_len(row) for row in shown.splitlines()) <= width
    assert all(str(cell) in shown for row in cells for cell in row if cell < 10_000)
    assert shown.count("wordy") == rows


def test_colour_is_only_written_when_asked_for(sample: blocks.Report) -> None:
    assert "\x1b" not in terminal.render(sample)
    assert "\x1b[" in terminal.render(sample, colour=True)


def test_a_stream_that_is_no_terminal_gets_plain_text_of_a_fixed_width() -> None:
    assert terminal.look(io.StringIO(), {}) == (terminal.PLAIN_WIDTH, False, False)


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_color_and_a_dumb_terminal_are_honoured() -> None:
    assert terminal.look(_Screen(), {"TERM": "xterm"})[1]
    assert not terminal.look(_Screen(), {"TERM": "xterm", "NO_COLOR": "1"})[1]
    assert not terminal.look(_Screen(), {"TERM": "dumb"})[1]


@given(st.fractions(), st.integers(0, 6))
def test_rounding_is_to_the_nearest_and_halves_go_away_from_zero(value: Fraction, digits: int) -> None:
    off = abs(Fraction(half_up(value, digits)) - value)
    assert off <= Fraction(1, 2 * 10**digits)
    assert Fraction(half_up(-value, digits)) == -Fraction(half_up(value, digits))


@pytest.mark.parametrize(
    ("value", "bar", "printed"),
    [
        (Fraction(7996, 10_000), Fraction(4, 5), "0.7996"),
        (Fraction(80_004, 100_000), Fraction(4, 5), "0.80004"),
        (Fraction(4, 5), Fraction(4, 5), "0.800"),
        (Fraction(794, 1000), Fraction(4, 5), "0.794"),
        (Fraction(2, 3), Fraction(2, 3), "0.667"),
        (Fraction(6668, 10_000), Fraction(2, 3), "0.667"),
        (Fraction(6665, 10_000), Fraction(2, 3), "0.6665"),
    ],
)
def test_a_figure_is_printed_on_the_side_of_the_bar_on_which_it_is_judged(
    value: Fraction, bar: Fraction, printed: str
) -> None:
    assert str(beside(value, bar, 3)) == printed


@given(st.fractions(0, 2, max_denominator=10**6), st.fractions(0, 1, max_denominator=50))
def test_whatever_the_figure_it_lies_below_a_bar_as_printed_if_and_only_if_it_does(
    value: Fraction, bar: Fraction
) -> None:
    if abs(value - bar) >= Fraction(1, 10**11):
        made = Fraction(beside(value, bar, 3))
        assert (made < bar, made > bar) == (value < bar, value > bar)


def test_a_p_is_never_nought_and_never_on_the_other_side_of_alpha() -> None:
    alpha = Fraction(5, 100)
    assert str(chance(Fraction(50_004, 10**6), alpha=alpha)) == "0.050004"
    assert str(chance(Fraction(5, 100), alpha=alpha)) == "0.0500"
    for small in (Fraction(0), Fraction(4, 10**5), Fraction(1, 10**20)):
        made = chance(small, alpha=alpha)
        assert isinstance(made, blocks.Under)
        assert Fraction(made) == Fraction(1, 10**4)
    assert not isinstance(chance(Fraction(1, 10**4)), blocks.Under)


def test_a_block_with_a_fraction_left_is_never_written() -> None:
    bare = blocks.Table("t", "T", (blocks.Column("x", "x", blocks.Kind.RATIO),), ((Fraction(1, 3),),), 1, "things")
    with pytest.raises(TypeError, match="not rounded"):
        json_object.block_object(bare)
    assert json_object.block_object(rounded(bare))["rows"] == [{"x": 0.333}]


def test_a_table_whose_row_lacks_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell a column"):
        blocks.Table("t", "T", (blocks.Column("x", "x"),), (("a", "b"),), 1, "things")


def test_who_was_left_out_is_said_with_every_table(sample: blocks.Report) -> None:
    for render in (terminal.render, markdown.render):
        shown = render(sample)
        assert "n = 12008 decisions; left out: 3 withdrew before a decision" in shown
        assert "n = 4 decisions; nobody left out" in shown
