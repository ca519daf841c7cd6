"""A drafted mapping says what it could not guess, and never guesses what could mean two things."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from evenhand.errors import InputError
from evenhand.importers.suggesting import Suggestion, suggest
from evenhand.words import translator
from sheets import Sheets

PEOPLE = """Candidate ID,Name,Job,Source,Applied on,Result,Interviewer,Decided on,Told on,Told by,Shoe size
C-1,Robin Example,eng-1,Referral,2026-07-02,Passed,anna,2026-07-09,2026-07-10,Email,38
C-2,Kim Sample,eng-1,Website,2026-07-03,Rejected,ben,2026-07-09,2026-07-10,Phone,
"""


def drafted(folder: Path, content: str) -> Suggestion:
    path = folder / "people.csv"
    path.write_text(content, encoding="utf-8")
    return suggest(path, "Europe/Berlin")


def test_a_draft_whose_gaps_are_filled_imports_the_file(sheets: Sheets) -> None:
    text = drafted(sheets.folder, PEOPLE).text
    assert text.count('"?"') == 2  # the requisition's code and the stage's
    sheets.map(text.replace('"eng-1" = "?"', '"eng-1" = "eng-1"').replace('stage = "?"', 'stage = "onsite"'))
    done = sheets.bring(sheets.folder / "people.csv")
    assert (done.written, done.unmapped_columns) == (2, ("Shoe size",))
    assert [each["outcome"] for each in sheets.bodies("decision.made")] == ["advance", "reject"]
    assert [each["route"] for each in sheets.bodies("candidacy.opened")[-2:]] == ["referral", "external"]


def test_a_draft_as_it_stands_imports_nothing(sheets: Sheets) -> None:
    sheets.map(drafted(sheets.folder, PEOPLE).text)
    before = sheets.hiring.ledger.head()
    with pytest.raises(InputError, match="there is no requisition of this code"):
        sheets.bring(sheets.folder / "people.csv")
    assert sheets.hiring.ledger.head() == before


def test_what_could_not_be_guessed_is_said_and_stands_in_the_draft(tmp_path: Path) -> None:
    found = drafted(tmp_path, "Name,Result,When\nRobin,meh,3/7/2026\n")
    said = {each.partition(":")[0] for each in found.open}
    assert said >= {"system", "zone", "candidate", "requisition", "Result", "deciders"}
    assert "columns that nothing maps: When" in found.open
    assert all(f"# not guessed: {each}" in found.text for each in found.open)
    chinese = translator("zh").sentence
    again = suggest(tmp_path / "people.csv", "Europe/Berlin", say=chinese)
    assert all(chinese(each) in again.text and chinese(each) != each for each in again.open)
    assert tomllib.loads(found.text)["row"]["requisition"] == "?"


def test_dates_that_could_be_two_days_are_left_to_a_person(tmp_path: Path) -> None:
    found = drafted(tmp_path, "ID,Applied\nC-1,03/07/2026\n")
    assert "formats: how Applied write dates; 3/7/2026 is never guessed" in found.open
    assert '# formats = ["%d.%m.%Y"]' in found.text


def test_free_text_is_not_repeated_in_a_draft(tmp_path: Path) -> None:
    rows = "".join(f"C-{number},Robin told us {number} things,2026-07-02\n" for number in range(40))
    assert "Robin" not in drafted(tmp_path, f"ID,Result,Applied\n{rows}").text


def test_nested_json_has_no_header_to_draft_from(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="a mapping is drafted for CSV and spreadsheets"):
        suggest(path, "UTC")
