from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

UNKNOWN = "01900000-0000-7000-8000-00000000dead"
SECRET = "王小明 is ill"


def entries(cli: Any) -> Any:
    return cli("verify", "-f", "json").json["entries"]


def refused(cli: Any, ledger: Path, code: int, *args: object, stdin: str | bytes = "") -> Any:
    """Run a command that must be refused; answer with its problems. Nothing may have been written."""
    before = (ledger / "ledger.db").read_bytes()
    ran = cli(*args, stdin=stdin)
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert "Traceback" not in ran.err
    assert entries(cli) == 14
    assert (ledger / "ledger.db").read_bytes() == before
    return ran.problems


def event(topic: str = "stage.entered", stream: str = "6", **body: Any) -> str:
    return json.dumps({"type": topic, "stream": stream, "body": body}, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("--stage", "onsite", "--json", '{"colour": "red"}'), "stage.entered.v1: colour: this type has no such field"),
        (("--json", '{"stage": 3}'), "stage.entered.v1: stage: input should be a valid string"),
        ((), "stage.entered.v1: stage: this field is missing"),
        (("--stage", "On Site"), "stage.entered.v1: stage: string should match pattern"),
        (("--stage", "lunch"), None),
        (("--stage", "onsite", "--json", '{"stage": 1.5}'), "--json: a number is not an integer: floats are refused"),
        (("--json", '{"stage": "cv", "stage": "onsite"}'), "--json: an object has a name twice"),
        (("--json", '{"stage": "cv"'), "--json: not JSON from line 1, column 15 on"),
        (("--json", "[]"), "expected a JSON object"),
        (("--json", '{"stage": -0}'), "--json: a number is -0; write 0"),
        (("--json", '{"stage": 9007199254740993}'), "--json: an integer is outside ±(2^53 - 1)"),
        (("--json", '{"stage": NaN}'), "--json: a number is not an integer"),
        (("--json", '{"stage": "\\ud800"}'), "--json: half of a surrogate pair"),
        (("--json", "[" * 100_000), "--json: "),
        (("--stage", "onsite", "--occurred", "2026-02-30"), "--occurred: there is no such time; expected a date"),
        (("--stage", "onsite", "--occurred", "2026-07-03T25:00"), "--occurred: there is no such time"),
        (("--stage", "onsite", "--occurred", "yesterday"), "--occurred: expected a date such as 2026-07-03"),
        (
            ("--stage", "onsite", "--occurred", "2026-03-29T02:30", "--zone", "Europe/Berlin"),
            "--occurred: the clocks of this zone were put forward over this time",
        ),
        (
            ("--stage", "onsite", "--occurred", "2026-10-25T02:30", "--zone", "Europe/Berlin"),
            "--occurred: the clocks of this zone showed this time twice; give it with its offset",
        ),
        (("--stage", "onsite", "--actor", "Anna"), "--actor: actor: expected an id"),
        (("--stage", "onsite", "--id", "17"), None),
    ],
    ids=lambda each: " ".join(each)[:40] if isinstance(each, tuple) else "",
)
def test_a_wrong_field_is_named_and_nothing_is_written(args, problem, cli, ledger: Path) -> None:
    code = 5 if "lunch" in args else 4
    found = refused(cli, ledger, code, "record", "stage.entered", "--stream", "6", *args)
    assert len(found) == 1
    if problem is not None:
        assert problem in found[0]


def test_every_problem_of_a_draft_is_said_at_once(cli, ledger: Path) -> None:
    found = refused(
        cli, ledger, 4, "record", "decision.made", "--visit", "99", "--until", "2026-13-01", "--standard-version", "one"
    )
    assert [each.split(":")[0] for each in found] == ["--visit", "--standard-version", "--until"]


def test_an_unknown_stream_is_refused_by_the_rules(cli, ledger: Path) -> None:
    found = refused(cli, ledger, 5, "record", "stage.entered", "--stream", UNKNOWN, "--stage", "onsite")
    assert found == ["stage.entered.v1: its stream has not been opened; record the entry that opens it first"]
    found = refused(cli, ledger, 4, "record", "stage.entered", "--stream", "nobody", "--stage", "onsite")
    assert found[0].startswith("the stream is not in this ledger: expected its id")
    found = refused(cli, ledger, 4, "record", "stage.entered", "--stage", "onsite")
    assert found == ["stage.entered.v1: which candidacy? give --stream"]


def test_a_second_final_decision_is_refused_with_the_remedy(cli, ledger: Path) -> None:
    args = ("--visit", "7", "--outcome", "reject", "--automation", "none", "--reason", "below_bar:craft")
    found = refused(cli, ledger, 5, "record", "decision.made", *args)
    assert len(found) == 1
    assert found[0].startswith("decision.made.v1: this visit has a final decision already; record decision.overturned")


def test_many_events_are_refused_together_each_with_file_and_line(cli, ledger: Path) -> None:
    lines = [
        event(stage="onsite"),
        event(stage="onsite", colour="red"),
        "\n",
        event(stage=3),
        event("stage.left", stage="onsite"),
    ]
    (ledger / "many.ndjson").write_text("".join(lines))
    found = refused(cli, ledger, 4, "record", "--from", "many.ndjson")
    assert found == ["many.ndjson:5: there is no such type of event; see: evenhand record --help"]
    (ledger / "many.ndjson").write_text("".join(lines[:-1]))
    found = refused(cli, ledger, 4, "record", "--from", "many.ndjson")
    assert found == [
        "many.ndjson:2: stage.entered.v1: colour: this type has no such field",
        "many.ndjson:4: stage.entered.v1: stage: input should be a valid string",
    ]


def test_one_refused_event_keeps_all_others_out(cli, ledger: Path) -> None:
    text = event(stage="onsite") + event(stage="lunch")
    found = refused(cli, ledger, 5, "record", "--from", "-", stdin=text)
    assert len(found) == 1
    assert found[0].startswith("standard input:2: stage.entered.v1: stage is not a stage of version 1 of pm")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "standard input: there is nothing in it; expected one JSON object a line"),
        (b"\n \n", "standard input: there is nothing in it; expected one JSON object a line"),
        (b"\xff\xfe", "standard input: not UTF-8 from byte 1 on; write it again as UTF-8"),
        (b'{"type": "stage.entered", "stream": "6", "body": {"stage": "a", "stage": "b"}}', "has a name twice"),
        (b'{"type": "stage.entered", "stream": "6", "body": {"stage": 0.5}}', "floats are refused"),
        (b'{"type": "stage.entered", "stream": "6", "bod": {}}', 'standard input: expected an object with "type"'),
        (b'{"type": 3, "stream": "6", "body": {}}', 'standard input: "type" is not text'),
        (b'"stage.entered"', "standard input: expected a JSON object"),
        (b'[{"type": "stage.entered", "stream": "6", "body": []}]', "standard input[0]: expected a JSON object"),
        (b"{" * 50_000, "standard input: "),
    ],
)
def test_a_file_of_the_wrong_form_is_refused_with_the_place(text, problem, cli, ledger: Path) -> None:
    found = refused(cli, ledger, 4, "record", "--from", "-", stdin=text)
    assert len(found) == 1
    assert problem in found[0]


def test_a_file_that_is_not_there_is_named(cli, ledger: Path) -> None:
    assert refused(cli, ledger, 4, "record", "--from", "no.ndjson") == [
        "no.ndjson: cannot be read: no such file or directory"
    ]
    assert refused(cli, ledger, 4, "standard", "adopt", "no.toml") == [
        "no.toml: cannot be read: no such file or directory"
    ]


def test_a_line_longer_than_a_line_may_be_is_refused_with_its_length(cli, ledger: Path) -> None:
    participants = [f"01900000-0000-7000-8000-{number:012x}" for number in range(2_000)]
    body: dict[str, Any] = {
        "period_from": "2026-01-01",
        "period_to": "2026-02-01",
        "zone": "UTC",
        "participants": participants,
    }
    found = refused(cli, ledger, 4, "record", "--from", "-", stdin=event("retrospective.opened", UNKNOWN, **body))
    assert len(found) == 1
    assert re.search(r"the line has [\d,]+ bytes; at most 65,535 are allowed", found[0])
    assert participants[0] not in found[0]


def test_a_sealed_text_longer_than_a_box_holds_is_refused(cli, ledger: Path) -> None:
    (ledger / "long.txt").write_text("语" * 20_000, encoding="utf-8")
    args = ("lesson", "record", "--stream", "pm-1", "--direction", "fell_short", "--area", "deciding")
    found = refused(cli, ledger, 4, *args, "--text-from", "long.txt")
    assert len(found) == 1
    assert "语" not in found[0]


def test_what_is_sealed_is_never_taken_from_an_argument(cli, ledger: Path) -> None:
    found = refused(cli, ledger, 2, "record", "candidate.registered", "--json", json.dumps({"name": SECRET}))
    assert found == ["--json: name is sealed, and an argument can be seen by others; give it in a file, with --from"]
    assert refused(cli, ledger, 2, "record", "candidate.registered", "--name", SECRET)[0].startswith("no such option")


def test_no_message_repeats_a_value_that_was_given(cli, ledger: Path) -> None:
    said = [
        *refused(cli, ledger, 4, "record", "stage.entered", "--stream", "6", "--stage", SECRET),
        *refused(cli, ledger, 4, "record", "--from", "-", stdin=event(stage=SECRET)),
        *refused(cli, ledger, 4, "record", "stage.entered", "--stream", SECRET, "--stage", "onsite"),
        *refused(cli, ledger, 4, "record", "stage.entered", "--stream", "6", "--occurred", SECRET),
        *refused(cli, ledger, 4, "record", "scorecard.submitted", "--visit", "7", "--rating", f"craft={SECRET}"),
    ]
    assert [each for each in said if "王小明" in each] == []


def test_two_options_cannot_both_read_standard_input(cli, ledger: Path) -> None:
    found = refused(cli, ledger, 2, "record", "candidate.registered", "--name-from", "-", "--contact-from", "-")
    assert found == ["--name-from and --contact-from cannot both read standard input; give one of them a file"]


def test_a_standard_of_the_wrong_form_is_refused_with_the_place(cli, ledger: Path) -> None:
    whole = (ledger / "standard.toml").read_text()
    for wrong, problem in (
        (whole.replace("= 3\n", "= three\n"), "standard.toml: is not TOML: "),
        (whole.replace("advance_bar = 3", "advance_bar = -3"), "standard.toml: /stages/0/advance_bar: expected points"),
        (
            whole.replace("weight = 1", "weight = 0.0000001"),
            "standard.toml: /criteria/0/weight: points have at most six",
        ),
        (
            whole.replace("weight", "wait"),
            "standard.toml: standard.adopted.v1: criteria.0.wait: this type has no such field",
        ),
    ):
        (ledger / "standard.toml").write_text(wrong)
        assert problem in refused(cli, ledger, 4, "standard", "adopt", "standard.toml")[0]


def test_points_and_micro_points_are_not_taken_for_each_other(cli, ledger: Path) -> None:
    body: dict[str, Any] = {"visit": "x", "ratings": [{"criterion": "craft", "score": 3.5}]}
    text = event("scorecard.submitted", **body)
    assert "--points" in refused(cli, ledger, 4, "record", "--from", "-", stdin=text)[0]
    wrong = event("stage.entered", stage=3.5)
    assert "decimals" in refused(cli, ledger, 4, "record", "--points", "--from", "-", stdin=wrong)[0]
