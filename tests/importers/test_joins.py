"""Smaller files are joined to the larger one by a key; they are looked up in memory and never lie on disk."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from evenhand.errors import InputError
from sheets import Sheets
from workbooks import Cell, cells, workbook

MAPPING = """
system = "joined"
zone = "Europe/Berlin"

[[join]]
file = "people.csv"
as = "who"
key = "person"
on = "person"

[[join]]
file = "cards.csv"
as = "cards"
key = "application"
on = "id"
many = true

[row]
candidate = { column = "person" }
candidacy = { column = "id" }
requisition = "eng-1"

[[event]]
type = "candidate.registered"
occurred_at = { column = "applied" }
name = { column = "who.name" }

[[event]]
type = "candidacy.opened"
occurred_at = { column = "applied" }
route = "external"

[[event]]
type = "stage.entered"
occurred_at = { column = "applied" }
stage = "onsite"

[[event]]
type = "scorecard.submitted"
each = "cards"
ref = { columns = ["id", ".author"] }
occurred_at = { column = ".on" }
visit = { event = "stage.entered" }
author = { column = ".author" }
ratings = [{ criterion = "design", score = { column = ".design" } }]
"""
APPLICATIONS = "id,person,applied\na-1,p-1,2026-07-02\na-2,p-2,2026-07-03\n"
PEOPLE = "person,name,shoe size\np-1,Ada Example,38\np-2,李博,\np-9,Nobody Asked,\n"
CARDS = "application,author,design,on\na-1,u-1,4.5,2026-07-09\na-1,u-2,3,2026-07-09\n"


@pytest.fixture
def joined(sheets: Sheets) -> Sheets:
    sheets.map(MAPPING)
    sheets.file(PEOPLE, "people.csv")
    sheets.file(CARDS, "cards.csv")
    sheets.file(APPLICATIONS, "applications.csv")
    return sheets


def test_one_row_is_looked_up_and_several_become_an_event_each(joined: Sheets) -> None:
    done = joined.bring(joined.folder / "applications.csv")
    assert (done.read, done.written, done.unmapped_columns) == (2, 2, ("who.shoe size",))
    assert [each["name"] for each in joined.opened("candidate.registered")[-2:]] == ["Ada Example", "李博"]
    scores = [each["ratings"][0]["score"] for each in joined.bodies("scorecard.submitted")[-2:]]
    assert scores == [4_500_000, 3_000_000]
    assert joined.bring(joined.folder / "applications.csv").entries == 0


def test_a_joined_file_may_be_of_another_form(joined: Sheets) -> None:
    lines: list[list[Cell]] = [[*line.split(",")] for line in PEOPLE.splitlines()]
    joined.file(workbook(cells(*lines)), "people.xlsx")
    joined.file(json.dumps([*csv.DictReader(CARDS.splitlines())]), "cards.json")
    joined.map(MAPPING.replace("people.csv", "people.xlsx").replace("cards.csv", "cards.json"))
    joined.bring(joined.folder / "applications.csv")
    assert len(joined.entries("scorecard.submitted")) == 1 + 2  # one was there before
    assert joined.opened("candidate.registered")[-1]["name"] == "李博"


def test_members_of_an_array_are_looked_up_too(joined: Sheets) -> None:
    stages = '[[join]]\nfile = "stages.csv"\nas = "stage"\nkey = "id"\non = "moves[].to"\n[row]'
    text = MAPPING.replace("[row]", stages).partition('[[event]]\ntype = "stage.entered"')[0]
    event = '[[event]]\ntype = "stage.entered"\neach = "moves"\nref = { columns = ["id", ".#"] }\n'
    event += 'occurred_at = { column = ".at" }\nstage = { column = ".stage.text", values = { "Here" = "onsite" } }\n'
    joined.map(text.replace('on = "id"\nmany = true', 'on = "id"') + event)
    joined.file("application,x\na-1,\n", "cards.csv")
    joined.file("id,text\ns-1,Here\n", "stages.csv")
    person = {"id": "a-1", "person": "p-1", "applied": "2026-07-02", "moves": [{"to": "s-1", "at": "2026-07-03"}]}
    done = joined.bring(joined.file(json.dumps([person]), "applications.json"), mapping=joined.mapping)
    assert (done.types["stage.entered.v1"], done.unmapped) == (1, 0)
    person["moves"] = [{"to": "s-2", "at": "2026-07-03"}]
    with pytest.raises(InputError, match=r"moves\[\]\.to: no row of stages\.csv has this id"):
        joined.bring(joined.file(json.dumps([person]), "applications.json"), mapping=joined.mapping)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("applications.csv", APPLICATIONS.replace("p-2", "p-3"), r"applications\.csv:3: person: no row of people\.csv"),
        ("people.csv", PEOPLE + "p-1,Again,\n", r"people\.csv:5: another row before has the same person; say many"),
        ("people.csv", PEOPLE + "p-3\n", r"people\.csv:5: the row has 1 cells"),
        ("people.csv", PEOPLE.replace("name", "nom"), r"people\.csv:1: there is no column name, which"),
        ("cards.csv", CARDS.replace("application,", "app,"), r"cards\.csv:1: there is no column application"),
    ],
)
def test_what_cannot_be_joined_is_refused(joined: Sheets, name: str, content: str, problem: str) -> None:
    joined.file(content, name)
    before = joined.hiring.ledger.head()
    with pytest.raises(InputError, match=problem):
        joined.bring(joined.folder / "applications.csv")
    assert joined.hiring.ledger.head() == before


def test_a_joined_file_lies_beside_the_other_and_may_not_be_missing(joined: Sheets) -> None:
    joined.map(MAPPING.replace('"people.csv"', '"../people.csv"'))
    with pytest.raises(InputError, match="file is a name without a folder"):
        joined.bring(joined.folder / "applications.csv")
    joined.map(MAPPING.replace('"people.csv"', '"persons.csv"'))
    with pytest.raises(InputError, match=r"persons\.csv: cannot be read: no such file"):
        joined.bring(joined.folder / "applications.csv")


def test_rows_of_nobody_are_counted(joined: Sheets) -> None:
    joined.file(CARDS + "a-7,u-1,4,2026-07-09\n", "cards.csv")
    done = joined.bring(joined.folder / "applications.csv")
    assert done.unjoined == 1


def test_a_changed_joined_file_is_another_import(joined: Sheets) -> None:
    joined.bring(joined.folder / "applications.csv")
    joined.file(CARDS + "a-2,u-1,4,2026-07-10\n", "cards.csv")
    assert joined.bring(joined.folder / "applications.csv").types == {"scorecard.submitted.v1": 1}
    assert len({each["source_digest"] for each in joined.bodies("import.begun")}) == 2


def test_of_a_joined_file_that_changes_while_it_is_read_nothing_is_written(joined: Sheets) -> None:
    cards: Path = joined.folder / "cards.csv"

    def meddle(name: str, _done: int, _total: int | None) -> None:
        if name == "reading":
            cards.write_bytes(cards.read_bytes() + b"\n")

    before = joined.hiring.ledger.head()
    with pytest.raises(InputError, match="the file changed while it was read; nothing was written"):
        joined.bring(joined.folder / "applications.csv", progress=meddle)
    assert joined.hiring.ledger.head() == before


def test_rejects_of_a_joined_file_have_its_own_columns_alone(joined: Sheets) -> None:
    joined.file(APPLICATIONS.replace("p-2", "p-3"), "applications.csv")
    done = joined.bring(joined.folder / "applications.csv", keep_going=True)
    assert (done.written, done.refused) == (1, 1)
    rejects = (joined.folder / "applications.rejects.csv").read_text("utf-8").splitlines()
    assert rejects == [
        "evenhand_reason,id,person,applied",
        "person: no row of people.csv has this person,a-2,p-3,2026-07-03",
    ]
