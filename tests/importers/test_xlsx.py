"""A spreadsheet comes in as its cells are shown; what would be lost without a word is refused."""

from __future__ import annotations

import io
import stat
import struct
import time
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from evenhand.errors import InputError
from evenhand.importers.cell import read_cell
from evenhand.importers.record import Dated, Number
from evenhand.importers.sheet import Sheet
from evenhand.importers.workbook import Shows, Workbook, shows
from sheets import ADA, BO, HEADER, Sheets
from workbooks import BUILT_IN, CHINESE, CLOCK, MAIN, MINUTES, SECONDS, Cell, cells, workbook

JULY_3 = 46206.0


def row(person: dict[str, str], **changed: Cell) -> list[Cell]:
    return [changed.get(name, person[name]) for name in HEADER]


def book(*rows: list[Cell], **options: object) -> bytes:
    return workbook(cells(list(HEADER), *rows), **options)  # type: ignore[arg-type]  # options of workbook


def read(path: Path, *, name: str | None = None, header: int = 1) -> list[dict[str, str]]:
    sheet = Sheet(path, name, header=header, read=frozenset("abc"))
    return [record.value for record in sheet.records()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def test_a_spreadsheet_becomes_what_the_same_rows_in_csv_become(sheets: Sheets) -> None:
    done = sheets.bring(
        sheets.file(book(row(ADA, design=4.5, care=3.0), row(BO)), "people.xlsx"), mapping=sheets.mapping
    )
    assert (done.layout, done.encoding, done.read, done.written) == ("xlsx", "xlsx", 2, 2)
    assert sheets.opened("candidate.registered")[-1]["name"] == "李博"
    assert sheets.bring(sheets.csv(ADA | {"care": "3"}, BO)).entries == 0  # the same records


def test_a_cell_that_is_a_date_is_one_whatever_forms_the_mapping_gives(sheets: Sheets) -> None:
    sheets.map('formats = ["%d.%m.%Y"]\ndecimal = ","\n' + sheets.mapping.read_text("utf-8"))
    told = (JULY_3 + 8, CHINESE)
    moments = {"applied": (JULY_3, CHINESE), "interviewed": (JULY_3 + 6.4375, MINUTES)}
    last = row(ADA, design=4.5, care="3,5", decided=(JULY_3 + 7.712638888888889, SECONDS), told=told, **moments)
    sheets.bring(sheets.file(book(last), "people.xlsx"), mapping=sheets.mapping)
    assert sheets.bodies("candidacy.opened")[-1]["occurred_at"] == {
        "at": "2026-07-03", "zone": "Europe/Berlin", "precision": "day",
    }  # fmt: skip
    assert sheets.bodies("stage.entered")[-1]["occurred_at"]["at"] == "2026-07-09T10:30+02:00"
    assert sheets.bodies("decision.made")[-1]["occurred_at"] == {
        "at": "2026-07-10T17:06:12+02:00", "zone": "Europe/Berlin", "precision": "instant",
    }  # fmt: skip
    scores = [each["score"] for each in sheets.bodies("scorecard.submitted")[-1]["ratings"]]
    assert scores == [4_500_000, 3_500_000]


@pytest.mark.parametrize(
    ("stored", "style", "since_1904", "text"),
    [
        ("46206", CHINESE, False, Dated("2026-07-03")),
        ("46206.75", BUILT_IN, False, Dated("2026-07-03")),
        ("46206.75", MINUTES, False, Dated("2026-07-03 18:00")),
        ("46206.7500115741", SECONDS, False, Dated("2026-07-03 18:00:01")),
        ("44744", CHINESE, True, Dated("2026-07-03")),
        ("59", CHINESE, False, Dated("1900-02-28")),
        ("61", CHINESE, False, Dated("1900-03-01")),
        ("0.385416666666667", CLOCK, False, "09:15"),
        ("46206", 0, False, Number("46206")),
        ("0.1", 0, False, Number("0.1")),
        ("0.30000000000000004", 0, False, Number("0.3")),
        ("1E3", 0, False, Number("1000")),
        ("13800138000", 0, False, Number("13800138000")),
    ],
)
def test_a_number_is_what_its_format_shows(stored: str, style: int, text: str, *, since_1904: bool) -> None:
    shown = [Shows.NUMBER, Shows.DAY, Shows.SECOND, Shows.MINUTE, Shows.DAY, Shows.CLOCK]
    found = read_cell(Workbook({}, shown, since_1904, ()), "n", style, stored, formula=False)
    assert (found, type(found)) == (text, type(text))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ('yyyy"年"m"月"d"日"', Shows.DAY),
        ("[$-804]yyyy/m/d;@", Shows.DAY),
        (r"yyyy\-mm\-dd\ hh:mm", Shows.MINUTE),
        ('yyyy"年"m"月"d"日" h"时"mm"分"ss"秒"', Shows.SECOND),
        ("h:mm AM/PM", Shows.CLOCK),
        ("mmm", Shows.DAY),
        ("General", Shows.NUMBER),
        ("0.00", Shows.NUMBER),
        ('#,##0"days"', Shows.NUMBER),
        ("[h]:mm", Shows.NUMBER),
        ("@", Shows.NUMBER),
    ],
)
def test_a_format_shows_a_date_or_a_number(code: str, what: Shows) -> None:
    assert shows(code) is what


def test_shared_texts_are_read_without_what_is_written_above_them(path: Path) -> None:
    shared = (
        f"<sst {MAIN}><si><t>a</t></si><si><r><t>李</t></r><r><t xml:space='preserve'>博 </t></r>"
        "<rPh sb='0' eb='1'><t>lǐ</t></rPh></si><si><t>x_x000D_y</t></si></sst>"
    )
    shown = "".join(f'<c t="s"><v>{number}</v></c>' for number in (1,)) + '<c r="C2" t="s"><v>2</v></c>'
    sheet = cells(["a", "b", "c"]).replace("</sheetData>", f'<row r="2">{shown}</row></sheetData>')
    path.write_bytes(workbook(sheet, replaced={"xl/sharedStrings.xml": shared}))
    assert read(path) == [{"a": "李博", "b": "", "c": "x\ry"}]


def test_a_formula_counts_by_its_saved_result_and_is_never_worked_out(path: Path) -> None:
    saved = (
        "<c><f>1+1</f><v>2</v></c>",
        '<c t="str"><f>A1&amp;"x"</f><v>=HYPERLINK("x")</v></c>',
        '<c t="b"><v>1</v></c>',
    )
    path.write_bytes(workbook(cells(["a", "b", "c"], list(saved))))
    assert read(path) == [{"a": "2", "b": '=HYPERLINK("x")', "c": "true"}]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("<c><f>TODAY()</f></c>", "decided: the cell is a formula whose result is not in the file"),
        ("<c><f>TODAY()</f><v></v></c>", "decided: the cell is a formula whose result is not in the file"),
        ('<c t="e"><f>A1</f><v>#REF!</v></c>', "decided: the cell shows an error such as #REF!"),
        ('<c s="1"><v>-3</v></c>', "decided: the cell is shown as a date, and there is no such date"),
        ('<c s="1"><v>60</v></c>', "decided: the cell is shown as a date, and there is no such date"),
        ('<c t="s"><v>7</v></c>', "decided: the cell is damaged"),
        ("<c><v>nan</v></c>", "decided: the cell is damaged"),
        ("46206", "decided: expected a date"),
    ],
)
def test_a_cell_that_would_be_lost_without_a_word_is_refused(sheets: Sheets, cell: str, problem: str) -> None:
    file = sheets.file(book(row(ADA), row(BO, decided=cell)), "people.xlsx")
    with pytest.raises(InputError) as refused:
        sheets.bring(file, mapping=sheets.mapping)
    assert refused.value.problems[0].startswith(f"{file}:3: {problem}")


def test_an_error_in_a_column_that_nothing_reads_stops_nothing(sheets: Sheets) -> None:
    changed = {"shoe size": '<c t="e"><v>#N/A</v></c>'}
    file = sheets.file(book([changed.get(name, ADA[name]) for name in HEADER]), "people.xlsx")
    assert sheets.bring(file, mapping=sheets.mapping).written == 1


def test_cells_merged_over_rows_are_refused_and_a_merged_title_is_not(sheets: Sheets) -> None:
    titled: list[list[Cell]] = [["候选人一览"], list(HEADER), row(ADA)]
    sheets.map("header = 2\n" + sheets.mapping.read_text("utf-8"))
    title = '<mergeCells><mergeCell ref="A1:P1"/></mergeCells>'
    file = sheets.file(workbook(cells(*titled, after=title)), "people.xlsx")
    assert sheets.bring(file, mapping=sheets.mapping).written == 1
    over = '<mergeCells><mergeCell ref="A1:P1"/><mergeCell ref="A3:A4"/></mergeCells>'
    file = sheets.file(workbook(cells(*titled, row(BO), after=over)), "people.xlsx")
    with pytest.raises(InputError, match="merged over several rows"):
        sheets.bring(file, mapping=sheets.mapping, keep_going=True)


def test_one_of_several_sheets_is_named_and_hidden_ones_do_not_count(sheets: Sheets) -> None:
    both = workbook(cells(["notes"]), cells(list(HEADER), row(ADA)), names=("说明", "候选人"))
    file = sheets.file(both, "people.xlsx")
    with pytest.raises(InputError, match='say with sheet in the mapping which one is meant: "说明", "候选人"'):
        sheets.bring(file, mapping=sheets.mapping)
    sheets.map('sheet = "候选人"\n' + sheets.mapping.read_text("utf-8"))
    assert sheets.bring(file, mapping=sheets.mapping).written == 1
    sheets.map(sheets.mapping.read_text("utf-8").replace("候选人", "人"))
    with pytest.raises(InputError, match="there is no sheet of the mapping's name that is shown"):
        sheets.bring(file, mapping=sheets.mapping)


def test_rejects_are_a_spreadsheet_that_can_be_mended_and_imported(sheets: Sheets) -> None:
    bad = row(BO, decided="soon", applied=(JULY_3, CHINESE), interviewed=(JULY_3 + 6.4375, MINUTES), design=2.25)
    bad[HEADER.index("comment")] = "=1+1 &amp; _x0041_"
    done = sheets.bring(sheets.file(book(row(ADA), bad), "people.xlsx"), mapping=sheets.mapping, keep_going=True)
    assert (done.written, done.refused, done.rejects) == (1, 1, str(sheets.folder / "people.rejects.xlsx"))
    rejects = sheets.folder / "people.rejects.xlsx"
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    [record] = Sheet(rejects, None, header=1, read=()).records()
    assert record.value["evenhand_reason"].startswith("decided: expected a date")
    assert type(record.value["applied"]) is Dated
    assert (record.value["interviewed"], record.value["design"]) == ("2026-07-09 10:30", "2.25")
    assert record.value["comment"] == "=1+1 & A"
    mended = sheets.file(mend(rejects.read_bytes(), "soon", "2026-07-12"), "mended.xlsx")
    again = sheets.bring(mended, mapping=sheets.mapping)
    assert (again.written, again.unmapped_columns) == (1, ("shoe size",))


def mend(packed: bytes, old: str, new: str) -> bytes:
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return changed.getvalue()


# What no spreadsheet program writes


def test_a_part_that_swells_is_refused_before_it_is_unpacked(path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as file, file.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(64):
            part.write(b" " * (1 << 20))
    began = time.process_time()
    with pytest.raises(InputError, match="it would grow far beyond its size when unpacked"):
        read(path)
    assert time.process_time() - began < 1


def test_a_part_that_is_said_to_lie_before_the_file_begins_is_refused(path: Path) -> None:
    packed = bytearray(book(row(ADA)))
    end = packed.rindex(b"PK\x05\x06")
    (offset,) = struct.unpack_from("<I", packed, end + 16)
    struct.pack_into("<I", packed, end + 16, offset + 1_616)  # of the table of contents: all offsets count from it
    path.write_bytes(packed)
    with pytest.raises(InputError, match="the spreadsheet is damaged"):
        read(path)


def test_a_part_that_lies_about_its_size_is_refused(path: Path) -> None:
    packed = bytearray(book(row(ADA)))
    place = packed.rindex(b"PK\x01\x02")
    struct.pack_into("<I", packed, place + 24, 10)
    path.write_bytes(packed)
    with pytest.raises(InputError, match="the spreadsheet is damaged"):
        read(path)


def test_parts_that_lie_over_one_another_are_refused(path: Path) -> None:
    packed = bytearray(book(row(ADA)))
    first = packed.index(b"PK\x01\x02")
    second = packed.index(b"PK\x01\x02", first + 4)
    struct.pack_into("<I", packed, second + 42, 0)
    path.write_bytes(packed)
    with pytest.raises(InputError, match="its parts lie over one another"):
        read(path)


def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    path.write_bytes(book(row(ADA)))
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(path, "a") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError, match="two of one name"):
        read(path)


def test_entities_are_not_expanded_and_other_files_not_read(path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>' + cells(
        ["a", "b", "c"], ["&a;", "&b;", ""]
    )
    path.write_bytes(workbook(bomb))
    with pytest.raises(InputError, match="declares a document type"):
        read(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not an .xlsx spreadsheet"),
        (b"a,b\n1,2\n", "not an .xlsx spreadsheet"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "an old or a protected spreadsheet"),
        (book(row(ADA))[:-40], "not an .xlsx spreadsheet"),
        (workbook(cells(["a"]), replaced={"xl/workbook.xml": None}), "damaged"),
        (workbook(cells(["a"]), replaced={"_rels/.rels": "<Relationships/>"}), "not an .xlsx spreadsheet"),
        (workbook("<worksheet>"), "damaged"),
        (workbook(cells(["", ""])), "there is no header"),
        (workbook(cells(["a"]).replace("<row", '<row r="9"></row><row')), "rows are not in order"),
        (workbook(cells(["<c r='B1'/>", "<c r='A1'/>"])), "cells of a row are not in order"),
    ],
    ids=["empty", "csv", "xls", "cut", "no workbook", "no document", "no xml", "no header", "rows", "cells"],
)
def test_what_is_no_spreadsheet_is_refused_in_words(path: Path, content: bytes, problem: str) -> None:
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read(path)


def test_a_part_packed_in_another_way_is_refused(path: Path) -> None:
    with ZipFile(path, "w", ZIP_BZIP2) as file:
        file.writestr("_rels/.rels", "<Relationships/>")
    with pytest.raises(InputError, match="packed in another way"):
        read(path)
