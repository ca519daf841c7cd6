"""CSV as spreadsheets write it comes in through a mapping; what is not mapped stays outside."""

from __future__ import annotations

import tracemalloc

import pytest

from evenhand.errors import InputError
from evenhand.importers import reading
from sheets import ADA, BO, HEADER, Sheets

TEXT = ",".join(HEADER) + "\n" + ",".join(BO.values()) + "\n"


def test_a_row_becomes_the_events_its_mapping_says(sheets: Sheets) -> None:
    before = sheets.counts()
    done = sheets.bring(sheets.csv(ADA, BO))
    assert (done.read, done.written, done.refused, done.nothing) == (2, 2, 0, 0)
    assert sheets.counts() - before == {
        "import.begun": 1, "import.finished": 1, "person.registered": 2, "candidate.registered": 2,
        "candidacy.opened": 2, "stage.entered": 2, "scorecard.submitted": 2, "decision.made": 2, "notice.given": 2,
    }  # fmt: skip
    [ada, bo] = sheets.bodies("decision.made")
    assert ada["occurred_at"] == {"at": "2026-07-10T17:05:12+02:00", "zone": "Europe/Berlin", "precision": "instant"}
    assert len(ada["deciders"]) == 2
    assert ada["reasons"] == []
    assert bo["reasons"] == [{"code": "below-bar", "criteria": ["design"], "scorecards": []}]
    [_, card, other] = sheets.bodies("scorecard.submitted")
    assert [each.get("score") for each in card["ratings"]] == [4_500_000, 3_000_000]
    assert [each.get("score") for each in other["ratings"]] == [2_250_000]
    assert (card["standard"], card["standard_version"]) == (sheets.hiring.standard, 1)


def test_entries_of_a_row_name_each_other(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    entered = sheets.entries("stage.entered")[-1]
    decided = sheets.entries("decision.made")[-1]
    assert sheets.bodies("scorecard.submitted")[-1]["visit"] == entered.id
    assert sheets.bodies("decision.made")[-1]["visit"] == entered.id
    assert sheets.bodies("notice.given")[-1]["decision"] == decided.id
    assert sheets.bodies("candidacy.opened")[-1]["requisition"] == sheets.hiring.requisition


def test_what_has_no_date_did_not_happen(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA | {"interviewed": "", "decided": "", "told": ""}))
    counts = sheets.counts()
    assert (counts["decision.made"], counts["notice.given"], counts["stage.entered"]) == (0, 0, 1)


def test_columns_that_nothing_maps_are_counted_and_not_stored(sheets: Sheets) -> None:
    done = sheets.bring(sheets.csv(ADA | {"shoe size": "thirty-eight"}, BO))
    assert (done.unmapped, done.unmapped_columns) == (1, ("shoe size",))
    assert sheets.bodies("import.finished")[0]["counts"]["unmapped"] == 1
    files = [each for each in (sheets.folder / "ledger").rglob("*") if each.is_file()]
    assert not [each for each in files if b"thirty-eight" in each.read_bytes()]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.replace(",", "\t").encode(), "utf-8"),
        (TEXT.replace(";", "|").replace(",", ";").encode(), "utf-8"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "gbk", "tabs", "semicolons", "crlf"],
)
def test_a_name_survives_encoding_and_delimiter(sheets: Sheets, content: bytes, encoding: str) -> None:
    if b";" in content and b"|" in content:
        sheets.map(sheets.mapping.read_text("utf-8").replace('split = ";"', 'split = "|"'))
    done = sheets.bring(sheets.file(content))
    assert done.encoding == encoding
    assert sheets.opened("candidate.registered")[-1]["name"] == "李博"


def test_western_text_in_an_old_code_page_is_refused_not_guessed(sheets: Sheets) -> None:
    content = ",".join(HEADER) + "\n" + ",".join((ADA | {"name": "Jürgen Müller"}).values()) + "\n"
    path = sheets.file(content.encode("cp1252"))
    with pytest.raises(InputError, match=r'save it as UTF-8, or name its encoding .* encoding = "cp1252"'):
        sheets.bring(path)
    sheets.map('encoding = "cp1252"\n' + sheets.mapping.read_text("utf-8"))
    sheets.bring(path)
    assert sheets.opened("candidate.registered")[-1]["name"] == "Jürgen Müller"


def test_line_breaks_and_quotes_within_a_cell_are_kept_and_lines_still_counted(sheets: Sheets) -> None:
    path = sheets.csv(ADA | {"comment": 'first\nsecond, "quoted"'}, BO | {"decided": "yesterday"})
    with pytest.raises(InputError, match=r"people\.csv:4: decided: expected a date"):
        sheets.bring(path)
    sheets.bring(sheets.csv(ADA | {"comment": 'first\nsecond, "quoted"'}))
    assert sheets.opened("scorecard.submitted")[-1]["comment"] == 'first\nsecond, "quoted"'


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2", '=HYPERLINK("http://x")'])
def test_a_cell_that_looks_like_a_formula_is_text(sheets: Sheets, cell: str) -> None:
    sheets.bring(sheets.csv(ADA | {"comment": cell}))
    assert sheets.opened("scorecard.submitted")[-1]["comment"] == cell


def test_rows_without_anything_are_passed_over(sheets: Sheets) -> None:
    path = sheets.file(sheets.csv(ADA).read_text("utf-8") + ",,,\n\n" + "," * 15 + "\n")
    assert sheets.bring(path).read == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", r":1: there is no header"),
        ("a,b\n1,2\n", r":1: there is no column applied, which .*mapping\.toml reads"),
        (TEXT.replace("person,", "person,person,", 1), r"two columns person|2: the row has 16 cells"),
        (TEXT + "p-3,eng-1\n", r":3: the row has 2 cells, and the header has 16 \(0 of 2 rows written\)"),
        (TEXT + 'p-3,"eng-1\n', r":3: from here on it is not CSV"),
        (TEXT + 'p-3,"eng"-1\n', r":3: from here on it is not CSV"),
    ],
)
def test_what_is_not_the_table_it_should_be_is_refused(sheets: Sheets, content: str, problem: str) -> None:
    before = sheets.hiring.ledger.head()
    with pytest.raises(InputError, match=problem):
        sheets.bring(sheets.file(content))
    assert sheets.hiring.ledger.head() == before


def test_a_hundred_columns_are_no_trouble(sheets: Sheets) -> None:
    more = {f"column {number}": "x" for number in range(100)}
    done = sheets.bring(sheets.csv(ADA | more, header=[*HEADER, *more]))
    assert done.unmapped == 101


def test_a_decimal_comma_and_dotted_dates_are_read_as_the_mapping_says(sheets: Sheets) -> None:
    text = sheets.mapping.read_text("utf-8")
    sheets.map('decimal = ","\nformats = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]\n' + text)
    dates = {"applied": "2.7.2026", "interviewed": "9.7.2026 10:30", "decided": "10.7.2026", "told": "11.7.2026"}
    sheets.bring(sheets.csv(ADA | dates | {"design": "4,25"}))
    card = sheets.bodies("scorecard.submitted")[-1]
    assert card["ratings"][0]["score"] == 4_250_000
    assert card["occurred_at"] == {"at": "2026-07-09T10:30+02:00", "zone": "Europe/Berlin", "precision": "minute"}


def test_a_requisition_is_opened_by_the_mapping_once(sheets: Sheets) -> None:
    sheets.map(
        sheets.mapping.read_text("utf-8")
        + """
[[requisition]]
code = "ops-1"
title = "Operator"
unit = "IT"
location = "Berlin"
zone = "Europe/Berlin"
headcount = 2
standard = "engineer"
standard_version = 1
occurred_at = 2026-01-05
"""
    )
    done = sheets.bring(sheets.csv(ADA | {"job": "ops-1"}))
    assert done.types["requisition.opened.v1"] == 1
    opened = sheets.bodies("requisition.opened")[-1]
    assert (opened["code"], opened["basis"]["kind"]) == ("ops-1", "imported")
    again = sheets.bring(sheets.csv(ADA | {"job": "ops-1"}, BO | {"job": "ops-1"}))
    assert "requisition.opened.v1" not in again.types
    assert sheets.bodies("scorecard.submitted")[-1]["standard"] == sheets.hiring.standard


def test_a_larger_file_takes_no_more_memory(sheets: Sheets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 250)
    monkeypatch.setattr("evenhand.vault.outside._MARKS_KEPT", 250)
    monkeypatch.setattr("evenhand.importers.pipeline._OBJECTS", 700)
    peaks: list[int] = []
    for rows in (150, 150, 750):  # the first time fills what is made once
        path = sheets.csv(*(ADA | {"person": f"p-{rows}-{n}", "comment": "x" * 400} for n in range(rows)))
        tracemalloc.start()
        sheets.bring(path, dry_run=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.5 * peaks[1]


def test_whoever_watches_is_told_how_many_rows_are_read_and_about_how_many_there_are(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_TOLD", 1)
    told: list[tuple[str, int, int | None]] = []
    sheets.bring(sheets.csv(ADA, BO), progress=lambda *each: told.append(each))
    assert told[:2] == [("reading", 1, 2), ("reading", 2, 2)]
    assert told[-1] == ("writing", 2, 2)
