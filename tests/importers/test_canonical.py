"""The canonical form says everything the vocabulary can say, in the outside's own names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.events.base import Event
from evenhand.events.registry import REGISTRY
from evenhand.importers.shape import ENTRIES, FILLED_IN, PERSONS, STREAMS, Shape, Takes, importable, shape_of
from sheets import ALL, DECIDED, ENTERED, OPENED, RATED, REGISTERED, Sheets


def with_body(line: dict[str, Any], **body: Any) -> dict[str, Any]:
    return line | {"body": {**line["body"], **body}}


def test_a_whole_candidacy_comes_in_and_its_entries_name_each_other(sheets: Sheets) -> None:
    done = sheets.bring(sheets.jsonl(*ALL))
    assert (done.read, done.written, done.layout) == (5, 5, "jsonl")
    entered, card = sheets.entries("stage.entered")[-1], sheets.entries("scorecard.submitted")[-1]
    decision = sheets.bodies("decision.made")[-1]
    assert decision["visit"] == entered.id
    assert decision["reasons"][0]["scorecards"] == [card.id]
    assert decision["deciders"][0] == sheets.bodies("scorecard.submitted")[-1]["author"]
    assert [each["score"] for each in sheets.bodies("scorecard.submitted")[-1]["ratings"]] == [3_250_000, 4_000_000]
    assert sheets.opened("candidate.registered")[-1]["name"] == "李博"
    assert sheets.bring(sheets.jsonl(*ALL)).entries == 0


def test_lines_of_one_candidacy_may_come_file_after_file(sheets: Sheets) -> None:
    for number, each in enumerate(ALL):
        sheets.bring(sheets.jsonl(each, name=f"{number}.jsonl"))
    decision = sheets.bodies("decision.made")[-1]
    assert decision["visit"] == sheets.entries("stage.entered")[-1].id
    assert sheets.bodies("scorecard.submitted")[-1]["standard"] == sheets.hiring.standard


def test_what_stands_in_the_ledger_may_be_named_by_its_id(sheets: Sheets) -> None:
    by_id = DECIDED | {"candidacy": {"id": sheets.hiring.candidacy}}
    sheets.bring(sheets.jsonl(with_body(by_id, visit={"id": sheets.hiring.visit}, reasons=[])))
    assert sheets.entries("decision.made")[-1].stream == sheets.hiring.candidacy
    assert sheets.bodies("decision.made")[-1]["visit"] == sheets.hiring.visit


def test_people_may_be_registered_with_their_names(sheets: Sheets) -> None:
    person = {"type": "person.registered", "body": {"person": "U-3", "kind": "staff", "name": "Ursula Example"}}
    sheets.bring(sheets.jsonl(person, *ALL))
    assert [each.get("name") for each in sheets.opened("person.registered")] == [None, "Ursula Example"]
    assert sheets.bodies("scorecard.submitted")[-1]["author"] == sheets.bodies("person.registered")[-1]["person"]


def test_answers_are_sealed_as_one_text(sheets: Sheets) -> None:
    said = {"type": "candidate.self_identified", "candidate": "C-17", "ref": "Q-1",
            "body": {"occurred_at": "2026-07-02", "answers": {"sex": "female"}}}  # fmt: skip
    sheets.bring(sheets.jsonl(REGISTERED, said))
    assert json.loads(sheets.opened("candidate.self_identified")[-1]["answers"]) == {"sex": "female"}
    assert b"female" not in sheets.log()


def test_a_requisition_may_be_opened_and_named_by_the_same_file(sheets: Sheets) -> None:
    opened = {"type": "requisition.opened", "requisition": "R-1",
              "body": {"occurred_at": "2026-07-01", "code": "ops-9", "title": "Operator", "unit": "IT",
                       "location": "Berlin", "zone": "Europe/Berlin", "headcount": 1,
                       "standard": {"code": "engineer"}, "standard_version": 1}}  # fmt: skip
    applied = with_body(OPENED, requisition="R-1")
    sheets.bring(sheets.jsonl(opened, REGISTERED, applied, ENTERED, RATED))
    assert sheets.bodies("candidacy.opened")[-1]["requisition"] == sheets.entries("requisition.opened")[-1].stream


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", ":6: not JSON from column 2 on"),
        ("[]", ":6: expected one object, such as"),
        ('{"type": "x", "type": "x"}', ":6: an object has a name twice"),
        ('{"type": NaN}', ":6: NaN and Infinity are no numbers"),
        ('{"type": 9007199254740993}', ":6: an integer is outside"),
        ('{"type": "\\ud800"}', ":6: half of a surrogate pair"),
        ("[" * 40 + "]" * 40, ":6: nested deeper than 32"),
        ({"type": "x"}, ":6: expected an object such as"),
        ({"type": "Wang Xiaoming", "body": {}}, ":6: this type is not imported"),
        ({"type": "ledger.opened", "body": {}}, ":6: this type is not imported"),
        ({"type": "person.erased", "body": {}}, ":6: this type is not imported"),
        (DECIDED | {"ref": None}, ":6: ref is missing"),
        (ENTERED | {"candidacy": "A-10", "ref": "S-2"}, ":6: stage.entered.v1: its candidacy is not in the ledger"),
        ({**ENTERED, "candidate": "C-17"}, ":6: name the stream it belongs to, and no other: candidacy"),
        (with_body(DECIDED, salary=1), ":6: salary: this type has no such field"),
        (with_body(DECIDED, outcome=1.5), ":6: outcome: expected no number with decimals"),
        (with_body(DECIDED, outcome="Wang") | {"ref": "D-5"},
         ":6: decision.made.v1: outcome: input should be 'advance', 'reject'"),
        (with_body(DECIDED, visit=7), ':6: visit: expected {"ref": "…", "kind": "…"}|what the other system calls it'),
        (with_body(DECIDED, occurred_at="soon"), ":6: occurred_at: expected a date"),
        (with_body(DECIDED, occurred_at=None) | {"ref": "D-5"},
         ":6: decision.made.v1: occurred_at is missing: when did it happen"),
        (with_body(DECIDED, rules=7), ":6: rules: this type has no such field"),
        (with_body(DECIDED, reasons="below-bar"), ":6: reasons: expected a list"),
        (with_body(OPENED, candidate="C-99") | {"candidacy": "A-7"},
         ":6: candidacy.opened.v1: it names a candidate that is not in the ledger"),
        (with_body(RATED, occurred_at={}) | {"ref": "K-2"},
         ":6: scorecard.submitted.v1: occurred_at.at: this field is missing"),
        (with_body(RATED, standard={"code": "chef"}) | {"ref": "K-2"}, ":6: there is no standard of this code"),
        (with_body(RATED, ratings=[{"criterion": "design", "score": "good"}]) | {"ref": "K-2"},
         ":6: ratings.0.score: expected a number of points"),
        (with_body(RATED, ratings=[{"criterion": "design", "evidence": 7}]) | {"ref": "K-2"},
         ":6: scorecard.submitted.v1: ratings.0.evidence: expected text"),
    ],
)  # fmt: skip
def test_a_bad_line_is_said_by_place_and_nothing_is_written(sheets: Sheets, line: object, problem: str) -> None:
    before = sheets.hiring.ledger.head()
    last = line if isinstance(line, str) else json.dumps(line)
    path = sheets.file("".join(json.dumps(each) + "\n" for each in ALL) + last + "\n", "people.jsonl")
    with pytest.raises(InputError) as refused:
        sheets.bring(path)
    assert any(each in said for said in refused.value.problems for each in problem.split("|")), refused.value.problems
    assert "Wang" not in str(refused.value)
    assert all(each.endswith("(0 of 6 records written)") for each in refused.value.problems)
    assert sheets.hiring.ledger.head() == before


def test_refused_lines_go_into_a_file_of_rejects_and_can_be_mended(sheets: Sheets) -> None:
    bad = with_body(DECIDED, outcome="maybe")
    path = sheets.file("".join(json.dumps(each) + "\n" for each in (*ALL[:4], bad)) + "{broken\n", "people.jsonl")
    done = sheets.bring(path, keep_going=True)
    assert (done.written, done.refused) == (4, 2)
    rejected = (sheets.folder / "people.rejects.jsonl").read_text("utf-8")
    first, second = map(json.loads, rejected.splitlines())
    assert first.pop("evenhand_reason")[0].startswith("decision.made.v1: outcome:")
    assert first == bad
    assert second["line"] == "{broken"
    mended = sheets.file(rejected.splitlines()[0].replace("maybe", "reject"), "mended.jsonl")
    assert sheets.bring(mended).written == 1


def test_members_that_nothing_reads_are_counted_and_not_stored(sheets: Sheets) -> None:
    done = sheets.bring(sheets.jsonl(REGISTERED | {"favourite_colour": "ultramarine"}))
    assert done.unmapped == 1
    assert b"ultramarine" not in sheets.log()


def ids(shapes: dict[str, Shape]) -> set[str]:
    found = {name for name, each in shapes.items() if each.takes in {Takes.ENTRY, Takes.PERSON, Takes.STREAM}}
    return found.union(*(ids(dict(each.fields)) for each in shapes.values() if each.fields))


@pytest.mark.parametrize("event_class", REGISTRY.current, ids=lambda each: each.TOPIC)
def test_it_is_known_of_every_field_with_an_id_what_it_names(event_class: type[Event]) -> None:
    assert ids(dict(shape_of(event_class))) <= ENTRIES.keys() | STREAMS.keys() | PERSONS
    assert not shape_of(event_class).keys() & {"type", "as", "ref", "when"}  # what a mapping says of an event itself
    if importable(event_class.TOPIC):
        assert shape_of(event_class).keys() >= FILLED_IN - {"key_commitment"}


def test_a_line_may_say_that_the_source_erased_somebody(sheets: Sheets) -> None:
    gone = {"type": "candidate.erased", "candidate": "C-17", "body": {}}
    assert sheets.bring(sheets.jsonl(*ALL, gone)).gone == 1
    assert sheets.bring(sheets.jsonl(gone), erase_anonymised=True).erased == 1
    assert sheets.bring(sheets.jsonl(*ALL)).suppressed == len(ALL)
