"""Nested JSON comes in by the paths of its members; an array may become an event for each element."""

from __future__ import annotations

import json
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.importers.nested import Array, laid_out
from evenhand.importers.record import Number
from sheets import Sheets

MAPPING = """
system = "nested"
zone = "Europe/Berlin"

[row]
candidate = { column = "person.id" }
candidacy = { column = "id" }
requisition = "eng-1"

[[event]]
type = "candidate.registered"
occurred_at = { column = "createdAt", format = "epoch-ms" }
name = { column = "person.name" }

[[event]]
type = "candidacy.opened"
occurred_at = { column = "createdAt", format = "epoch-ms" }
route = { column = "tags[]", values = { "referred" = "referral" }, otherwise = "external" }

[[event]]
type = "stage.entered"
as = "stage"
each = "changes"
ref = { columns = ["id", ".#"] }
occurred_at = { column = ".at" }
stage = { column = ".to", values = { "s-1" = "onsite" } }

[[event]]
type = "decision.made"
occurred_at = { column = "archived.at" }
visit = { event = "stage", columns = ["id", "last"] }
outcome = { column = "archived.outcome" }
reasons = [{ code = "below-bar", criteria = { column = "archived.criteria[].name" } }]
deciders = { column = "archived.by[]" }
automation = "none"
"""

ADA: dict[str, Any] = {
    "id": "o-1",
    "createdAt": 1_782_988_200_000,
    "person": {"id": "c-1", "name": "Ada Example", "emails": ["ada@example.com", "a@example.org"]},
    "tags": ["referred"],
    "changes": [{"to": "s-1", "at": "2026-07-03", "by": "u-1"}, {"to": "s-1", "at": "2026-07-04", "by": "u-1"}],
    "last": 2,
    "archived": {
        "at": "2026-07-06T09:00:00Z",
        "outcome": "reject",
        "criteria": [{"name": "design"}, {"name": "care"}],
        "by": ["u-1", "u-2"],
    },
}
BO = ADA | {"id": "o-2", "person": {"id": "c-2"}, "tags": ["walked in"], "changes": [], "archived": None}


@pytest.fixture
def mapped(sheets: Sheets) -> Sheets:
    sheets.map(MAPPING)
    return sheets


def bring(sheets: Sheets, value: Any, name: str = "people.json", **options: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return sheets.bring(sheets.file(text, name), mapping=sheets.mapping, **options)


def test_members_are_named_by_their_path_and_an_array_becomes_an_event_each(mapped: Sheets) -> None:
    done = bring(mapped, [ADA, BO])
    assert (done.layout, done.read, done.written, done.unmapped) == ("json", 2, 2, 4)  # two mails, twice who moved
    [*_, first, second] = mapped.entries("stage.entered")
    assert first.stream == second.stream
    decision = mapped.bodies("decision.made")[-1]
    assert decision["visit"] == second.id
    assert decision["reasons"][0]["criteria"] == ["design", "care"]
    assert len(decision["deciders"]) == 2
    opened = mapped.bodies("candidacy.opened")
    assert [each["route"] for each in opened[-2:]] == ["referral", "external"]
    assert opened[-2]["occurred_at"] == {
        "at": "2026-07-02T12:30:00+02:00", "zone": "Europe/Berlin", "precision": "instant",
    }  # fmt: skip


def test_lines_with_a_mapping_and_an_array_are_the_same_records(mapped: Sheets) -> None:
    bring(mapped, [ADA, BO])
    lines = "".join(json.dumps(each) + "\n" for each in (BO, ADA))
    assert bring(mapped, lines, "people.jsonl").entries == 0
    within = {"next": None, "data": {"people": [ADA, BO]}}
    mapped.map('records = "data.people"\n' + MAPPING)
    assert bring(mapped, within).entries == 0


def test_a_path_that_no_record_has_is_said(mapped: Sheets) -> None:
    mapped.map(MAPPING.replace('"person.name"', '"person.nmae"'))
    assert bring(mapped, [ADA], dry_run=True).absent_columns == ("person.nmae",)
    mapped.map(MAPPING.replace('"person.name"', '"person.nmae"').replace('".at"', '".when"'))
    with pytest.raises(InputError, match=r"read by the mapping, and in no record: changes\[\]\.when, person\.nmae"):
        bring(mapped, [ADA], dry_run=True)  # no stage is entered, and the decision names one
    mapped.map(MAPPING)
    assert bring(mapped, [ADA]).absent_columns == ()


def test_what_may_hold_several_and_does_is_refused_where_one_is_expected(mapped: Sheets) -> None:
    with pytest.raises(InputError, match=r"tags\[\] holds several here, and one is expected"):
        bring(mapped, [ADA | {"tags": ["a", "b"]}])


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "expected an array of objects"),
        ("{}", "expected an array of objects"),
        ("[{}", r":1: from here on it is not JSON: the array has no end"),
        ("[{}] x", r"from here on it is not JSON"),
        ('[{"a": 1, "a": 2}]', "an object has a name twice"),
        ('[{"a": NaN}]', "NaN and Infinity are no numbers"),
        ('[\n{},\n{"a": }]', r":3: from here on it is not JSON"),
        ("[[]]", "expected an object"),
        ("[" * 100_000, "nested"),
        ('[{"a": "\\ud800"}]', "half of a surrogate pair"),
        ('[{"person.id": "x", "person": {"id": "y"}}]', "two of its members have one path"),
    ],
)
def test_what_is_not_the_json_it_should_be_is_refused(mapped: Sheets, value: str, problem: str) -> None:
    before = mapped.hiring.ledger.head()
    with pytest.raises(InputError, match=problem):
        bring(mapped, value)
    assert mapped.hiring.ledger.head() == before


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("[]", "there is no array at data.people"),
        ('{"data": {"people": {}}}', "there is no array at data.people"),
        ('{"data": ', "not JSON from column"),
        ('{"data": {"people": [1]}}', r"people\.json:data\.people\.0: expected an object"),
    ],
)
def test_an_array_that_is_not_where_the_mapping_says_is_refused(mapped: Sheets, value: str, problem: str) -> None:
    mapped.map('records = "data.people"\n' + MAPPING)
    with pytest.raises(InputError, match=problem):
        bring(mapped, value)


@pytest.mark.parametrize("within", [None, "data.people"])
def test_rejects_are_nested_as_they_were_and_can_be_imported(mapped: Sheets, within: str | None) -> None:
    bad = BO | {"changes": [{"to": "s-1", "at": "soon"}], "score": 0.1}
    if within:
        mapped.map(f'records = "{within}"\n' + MAPPING)
    done = bring(mapped, {"data": {"people": [ADA, bad]}} if within else [ADA, bad], keep_going=True)
    assert (done.written, done.refused) == (1, 1)
    rejects = mapped.folder / "people.rejects.json"
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    text = rejects.read_text("utf-8")
    found = json.loads(text)
    [record] = found["data"]["people"] if within else found
    assert record.pop("evenhand_reason")[0].startswith(".at: expected a date")
    assert record == bad
    again = bring(mapped, text.replace('"soon"', '"2026-07-03"'), "mended.json")
    assert (again.written, again.unmapped) == (1, 1)


def test_a_member_that_is_no_text_keeps_what_it_is() -> None:
    row = laid_out({"a": {"b": [True, None, {"c": 1}], "d": "x "}, "e": [[1]]}, ())
    assert row == {
        "a.b.0": "true", "a.b.2.c": "1", "a.b[]": ["true"], "a.b[].c": ["1"], "a.d": "x",
        "e.0.0": "1", "e.0[]": ["1"], "e[].0": ["1"],
    }  # fmt: skip
    assert type(row["a.b.2.c"]) is Number


def test_an_array_is_read_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("w") as file:
        file.write("[" + json.dumps(ADA))
        for number in range(5_000):
            file.write(",\n" + json.dumps(ADA | {"id": number}))
        file.write("]")
    tracemalloc.start()
    assert sum(1 for _ in Array(path, "utf-8", path.stat().st_size, None).records()) == 5_001
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('each = "changes"', ""), "stage: reads .#, a column of an element; say with each of which array"),
        (('each = "changes"', "each = 7"), "stage: each: names the array"),
        (('type = "candidacy.opened"', 'type = "candidacy.opened"\neach = "changes"'), "nothing of an element is read"),
        (('zone = "Europe/Berlin"', "records = 7"), "records: is text in quotes"),
        (('zone = "Europe/Berlin"', "header = 0"), "header: is the number of the row"),
        (('zone = "Europe/Berlin"', '[[join]]\nfile = "x.csv"'), "join 1: key: is missing"),
    ],
)
def test_a_wrong_array_in_a_mapping_is_refused(mapped: Sheets, change: tuple[str, str], problem: str) -> None:
    assert change[0] in MAPPING
    mapped.map(MAPPING.replace(*change))
    with pytest.raises(InputError) as refused:
        bring(mapped, [ADA])
    assert any(problem in each for each in refused.value.problems), refused.value.problems
