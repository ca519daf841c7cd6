from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LETTER = (
    "Dear Ms Wang,\nthank you for the hour you spent with us. We have decided not to go on with your application: the "
    "plan named no way back if the release goes wrong, which is part of craft.\n"
)
YOUNG = LETTER + "Most of us are in their twenties.\n"


def body(cli, position: int, *more: str) -> Any:
    args = ("log", "--after", position - 1, "--limit", 1, "-f", "json", *more)
    return cli(*args).json["entries"][0]["body"]


def test_a_notice_is_recorded_with_its_checks(cli, ledger: Path) -> None:
    Path("letter.txt").write_text(YOUNG.replace("Ms Wang", "王小明"), encoding="utf-8")
    args = ("record", "notice.given", "--stream", 6, "--about", "outcome", "--channel", "email")
    assert cli(*args, "--text-from", "letter.txt").code == 0
    checks = body(cli, 15)["checks"]
    assert {name: value for name, value in checks.items() if name != "hits"} == {
        "lexicon": "2026.3", "applied": 11, "met": 11, "unmet": [],
    }  # fmt: skip
    hits = json.loads(body(cli, 15, "--open", "--purpose", "test")["checks"]["hits"])
    assert hits["unmet"] == ["protected_mention"]
    assert [row for row, *_ in hits["hits"]] == ["age-number"]
    assert cli("verify", "--rules").code == 0


def test_two_notices_look_alike_in_the_clear_whatever_their_sealed_checks_say(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--stream", 6, "--about", "outcome", "--channel", "email", "--text-from", "-")
    for text in (LETTER, YOUNG):
        assert cli(*args, stdin=text).code == 0
    first, second = (body(cli, each)["checks"] for each in (15, 16))
    assert len(first.pop("hits")) == len(second.pop("hits"))
    assert first == second


def test_the_ids_of_harmless_checks_that_are_not_met_stand_in_the_clear(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--stream", 6, "--about", "outcome", "--channel", "email", "--text-from", "-")
    assert cli(*args, stdin=LETTER.replace("Ms Wang", "李小明") + "You never asked. We will get back to you.").code == 0
    checks = body(cli, 15)["checks"]
    assert checks["unmet"] == ["no_absolute_words", "time_named", "right_name"]
    assert checks["applied"] - checks["met"] == 3


def test_feedback_is_recorded_with_its_checks(cli, ledger: Path) -> None:
    segments = [{"kind": "improvement", "criterion": "craft", "text": "The plan named no way back for you to take."}]
    body_ = {"channel": "email", "language": "en", "segments": segments}
    Path("f.json").write_text(json.dumps({"stream": "6", "body": body_}), encoding="utf-8")
    assert cli("record", "feedback.given", "--from", "f.json").code == 0
    assert body(cli, 15)["checks"]["unmet"] == ["suggestion_given", "strength_first"]


def test_a_follow_up_that_invites_without_consent_is_recorded_as_such(cli, ledger: Path) -> None:
    text = "Dear 王小明,\nthank you again. You are in our talent pool now."
    args = (
        "record",
        "follow_up.made",
        "--stream",
        6,
        "--kind",
        "keep_in_touch",
        "--channel",
        "email",
        "--text-from",
        "-",
    )
    assert cli(*args, stdin=text).code == 0
    assert body(cli, 15)["checks"]["unmet"] == ["honest_next_step"]
    assert cli("record", "consent.given", "--stream", 5, "--purpose", "talent_pool").code == 0
    assert cli(*args, stdin=text).code == 0
    assert body(cli, 17)["checks"]["unmet"] == []


def test_a_decision_of_the_same_batch_is_known_to_its_notice(cli, ledger: Path) -> None:
    visit = cli("log", "--after", 6, "--limit", 1, "-f", "json").json["entries"][0]["id"]
    overturned = cli("record", "decision.overturned", "--stream", 6, "--decision", 9, "--why-from", "-", stdin="again")
    assert overturned.code == 0, overturned.err
    named = "01900000-0000-7000-8000-000000000001"
    decision = {"visit": visit, "outcome": "advance", "automation": "none", "override_reason": "judged again"}
    text = "Dear 王小明,\nthank you. We have decided not to go on with your application, because the plan was short."
    notice = {"about": "outcome", "channel": "email", "decision": named, "text": text}
    stream = cli("log", "--after", 6, "--limit", 1, "-f", "json").json["entries"][0]["stream"]
    lines = [
        {"type": "decision.made", "stream": stream, "id": named, "body": decision},
        {"type": "notice.given", "stream": stream, "body": notice},
    ]
    ran = cli("record", "--from", "-", stdin="\n".join(map(json.dumps, lines)))
    assert ran.code == 0, ran.err
    assert "outcome_plain" in body(cli, 17)["checks"]["unmet"]


def test_a_notice_on_a_stream_that_is_no_candidacy_is_refused_by_the_rule_not_by_its_checks(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--about", "outcome", "--channel", "email", "--text-from", "-")
    ran = cli(*args, "--stream", "pm-1", stdin=LETTER)
    assert ran.code in {4, 5}
    assert "bug" not in ran.err


def test_fields_of_a_wrong_form_are_refused_as_before(cli, ledger: Path) -> None:
    wrongs: list[dict[str, Any]] = [
        {"decision": ["x"]},
        {"language": 3},
        {"about": {}},
        {"text": 7},
        {"occurred_at": "soon"},
    ]
    for wrong in wrongs:
        body_ = {"about": "outcome", "channel": "email", "text": LETTER, **wrong}
        line = json.dumps({"type": "notice.given", "stream": "6", "body": body_})
        ran = cli("record", "--from", "-", stdin=line)
        assert ran.code == 4, ran.err
    for segments in ("x", ["x"], [{"kind": 3, "text": "x"}], [{"kind": "strength", "text": 3}]):
        body_ = {"channel": "email", "text": LETTER, "segments": segments}
        line = json.dumps({"type": "feedback.given", "stream": "6", "body": body_})
        assert cli("record", "--from", "-", stdin=line).code == 4


def test_checks_that_were_given_are_recorded_as_they_are(cli, ledger: Path) -> None:
    given = {"lexicon": "ours-7", "applied": 3, "met": 2, "unmet": ["thanks"]}
    body_ = {"about": "status", "channel": "email", "text": LETTER, "checks": given}
    line = json.dumps({"type": "notice.given", "stream": "6", "body": body_})
    assert cli("record", "--from", "-", stdin=line).code == 0
    assert body(cli, 15)["checks"] == given


def test_a_repeated_append_is_harmless_although_the_lexicon_has_grown(cli, ledger: Path, monkeypatch) -> None:
    from dataclasses import replace

    from evenhand.cli import checking

    args = ("record", "notice.given", "--stream", 6, "--about", "status", "--channel", "email", "--text-from", "-")
    named = ("--id", "01900000-0000-7000-8000-000000000001", "--occurred", "2025-03-03T10:00", "-f", "json")
    assert cli(*args, *named, stdin=LETTER).json["entries"][0]["position"] == 15
    grown = replace(checking.lexicon("en"), version="2099.1", rows=())
    monkeypatch.setattr(checking, "lexicon", lambda _: grown)
    assert cli(*args, *named, stdin=LETTER).json["entries"][0]["position"] == 15
    assert cli(*args, *named, stdin=YOUNG).code == 5


def test_the_names_of_a_batch_are_opened_at_once(cli, ledger: Path) -> None:
    from evenhand import Ledger

    body_ = {"about": "status", "channel": "email", "text": LETTER}
    line = json.dumps({"type": "notice.given", "stream": "6", "body": body_})
    assert cli("record", "--from", "-", stdin="\n".join([line] * 5)).code == 0
    with Ledger.open(ledger) as opened:
        assert [each.how_many for each in opened.vault.openings() if each.purpose == "text checks"] == [2]


def test_a_text_in_another_language_is_recorded_without_checks(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--stream", 6, "--about", "status", "--channel", "email", "--text-from", "-")
    assert cli(*args, "--language", "de", stdin="Wir melden uns am Montag.").code == 0
    assert cli(*args, stdin="Wir melden uns am Montag.").code == 0
    assert [("checks" in body(cli, each)) for each in (15, 16)] == [False, False]


def test_a_repeated_append_of_a_checked_notice_is_harmless(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--stream", 6, "--about", "status", "--channel", "email", "--text-from", "-")
    named = ("--id", "01900000-0000-7000-8000-000000000001", "--occurred", "2025-03-03T10:00")
    for _ in range(2):
        ran = cli(*args, *named, "-f", "json", stdin=LETTER)
        assert ran.json["entries"][0]["position"] == 15


def test_a_case_says_the_hits_of_a_check_in_words_and_nothing_of_those_it_has_not(cli, ledger: Path) -> None:
    args = ("record", "notice.given", "--stream", 6, "--about", "outcome", "--channel", "email", "--text-from", "-")
    for text in (LETTER, YOUNG):
        assert cli(*args, stdin=text).code == 0
    blocks = {each["key"]: each for each in cli("case", 6, "-f", "json").json["blocks"]}
    said = [row["says"] for row in blocks["timeline"]["rows"] if row["type"] == "notice.given"]
    assert "checks.hits.unmet: protected_mention; checks.hits.hits.1: age-number, /text, " in said[-1]
    assert "checks.unmet" not in said[-1]
    assert [each for each in said if "{" in each or "[" in each] == []
