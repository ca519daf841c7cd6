from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LETTER = (
    "Dear Ms Wang,\nthank you for the hour you spent with us. We have decided not to go on with your application: the "
    "plan named no way back if the release goes wrong, which is part of craft.\n"
)
YOUNG = LETTER + "Most of us are in their twenties.\n"
ZH = "王女士，您好！感谢您来面试。我们决定不再推进您的申请：方案里没有写发布出错时怎样退回，这属于表达清晰。\n"


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def unmet(ran) -> list[str]:
    return [each["check"] for text in ran.json["texts"] for each in text["checks"] if each["state"] == "unmet"]


def state(ran, check: str) -> Any:
    return next(each["state"] for each in ran.json["texts"][0]["checks"] if each["check"] == check)


def test_a_text_that_meets_all_checks_leaves_with_0_and_says_how_many(cli) -> None:
    ran = cli("check", "text", write("letter.txt", LETTER), "--outcome", "reject")
    assert ran.code == 0
    assert "letter.txt: met 12 of the 12 checks that apply, by lexicon" in ran.out
    assert "not whether a text is kind or lawful" in ran.out
    assert "good" not in ran.out


def test_a_check_that_is_not_met_is_shown_with_its_place_and_leaves_with_1(cli) -> None:
    ran = cli("check", "text", write("letter.txt", YOUNG), "-f", "json")
    assert ran.code == 1
    assert unmet(ran) == ["protected_mention"]
    [hit] = ran.json["texts"][0]["checks"][0]["hits"]
    assert hit["found"] == "in their twenties"
    assert YOUNG[hit["start"] : hit["end"]] == hit["found"]
    assert "3:16" in cli("check", "text", "letter.txt").out


def test_a_text_is_read_from_standard_input(cli) -> None:
    assert unmet(cli("check", "text", "-", "-f", "json", stdin=YOUNG)) == ["protected_mention"]


def test_a_chinese_text_is_checked_in_chinese_and_told_in_the_language_asked_for(cli) -> None:
    write("z.txt", ZH + "您年龄偏大。\n")
    assert cli("check", "text", "z.txt", "-f", "json").json["texts"][0]["language"] == "zh"
    assert "z.txt：所适用的 12 项检查中满足 10 项" in cli("--lang", "zh", "check", "text", "z.txt").out
    assert "发送前确认" in cli("--lang", "zh", "check", "text", "z.txt").out
    assert "met " in cli("check", "text", "z.txt").out


def test_every_format_says_the_same_checks(cli) -> None:
    write("letter.txt", YOUNG)
    assert r"| protected\_mention |" in cli("check", "text", "letter.txt", "-f", "md").out
    rows = cli("check", "text", "letter.txt", "-f", "csv").out.splitlines()
    assert rows[0].startswith("text,check,state,")
    assert len(rows) == 19
    assert "letter.txt,protected_mention,unmet," in rows[1]


def test_segments_are_checked_as_they_will_be_recorded(cli) -> None:
    segments = [
        {"kind": "improvement", "criterion": "craft", "text": "The plan named no way back if the release goes wrong."},
        {"kind": "suggestion", "text": "You could write the way back first."},
    ]
    write("f.json", json.dumps({"type": "feedback.given", "stream": "6", "body": {"segments": segments}}))
    ran = cli("check", "text", "f.json", "-f", "json")
    assert unmet(ran) == ["strength_first"]
    write("b.json", json.dumps({"segments": segments}))
    assert unmet(cli("check", "text", "b.json", "-f", "json")) == ["strength_first"]


def test_an_array_is_many_texts_and_a_template_in_braces_is_one(cli) -> None:
    write("a.json", json.dumps([{"about": "status", "text": text} for text in (LETTER, YOUNG)], indent=1))
    assert len(cli("check", "text", "a.json", "-f", "json").json["texts"]) == 2
    for begin in ("{name}, ", "{{name}}, ", "[Name], "):
        assert unmet(cli("check", "text", write("t", begin + LETTER[14:]), "-f", "json")) == [
            "salutation",
            "no_placeholder",
        ]


def test_many_texts_are_checked_at_once(cli) -> None:
    lines = [json.dumps({"about": "status", "text": text}) for text in (LETTER, YOUNG)]
    ran = cli("check", "text", write("many.ndjson", "\n".join(lines)), "-f", "json")
    assert [each["place"] for each in ran.json["texts"]] == ["many.ndjson:1", "many.ndjson:2"]
    assert unmet(ran) == ["protected_mention"]


def test_the_ledger_is_asked_for_name_outcome_and_criteria(cli, ledger: Path) -> None:
    write("letter.txt", LETTER.replace("Ms Wang", "王小明"))
    ran = cli("check", "text", "letter.txt", "--stream", "6", "-f", "json")
    assert state(ran, "right_name") == "met"
    write("letter.txt", LETTER.replace("Ms Wang", "李小明"))
    ran = cli("check", "text", "letter.txt", "--stream", "6", "-f", "json")
    assert unmet(ran) == ["right_name"]
    write("other.txt", "Dear 王小明,\nthank you. Congratulations, you are through to the next round.")
    assert "outcome_plain" in unmet(cli("check", "text", "other.txt", "--stream", "6", "-f", "json"))


def test_what_is_said_on_the_command_line_goes_before_the_ledger(cli, ledger: Path) -> None:
    write("letter.txt", LETTER)
    ran = cli("check", "text", "letter.txt", "--stream", "6", "--name-from", "-", "-f", "json", stdin="Anna Wang\n")
    assert state(ran, "right_name") == "met"


def test_checking_a_text_records_nothing(cli, ledger: Path) -> None:
    write("letter.txt", YOUNG)
    cli("check", "text", "letter.txt", "--stream", "6")
    assert cli("verify", "-f", "json").json["entries"] == 14


def test_a_standard_in_a_file_gives_its_criteria(cli, ledger: Path) -> None:
    feedback = "Dear Sam,\nthank you. You found the bug. We hoped to see a shorter letter; try ten lines."
    write("f.txt", feedback)
    args = ("check", "text", "f.txt", "--kind", "feedback", "-f", "json")
    assert state(cli(*args), "criterion_named") == "not_applicable"
    assert state(cli(*args, "--standard", "standard.toml"), "criterion_named") == "unmet"
    write("f.txt", feedback.replace("shorter", "shorter (craft)"))
    assert state(cli(*args, "--standard", "standard.toml"), "criterion_named") == "met"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Guten Tag, wir melden uns.", "this seems to be neither"),
        (" \n", "there is nothing in it"),
        ('{"body": 3}', "is not a JSON object"),
        ('{"body": {"about": "status"}}', "it has no text and no segments"),
        ('{"type": "stage.entered", "body": {"text": "x"}}', "its type has no text that is checked"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(cli, text: str, problem: str) -> None:
    ran = cli("check", "text", write("x", text))
    assert ran.code == 4
    assert problem in ran.err
    assert "melden" not in ran.err


def test_a_choice_that_is_none_is_a_slip_of_usage(cli) -> None:
    write("letter.txt", LETTER)
    for option in ("--kind", "--about", "--outcome", "--channel", "--language"):
        assert cli("check", "text", "letter.txt", option, "nonsense").code == 2
    assert cli("check", "--code", "action_overdue", "text", "letter.txt").code == 2


def test_a_ledger_that_is_not_there_is_said_and_the_rest_is_checked(cli) -> None:
    ran = cli("check", "text", write("letter.txt", YOUNG), "--stream", "6", "-f", "json")
    assert unmet(ran) == ["protected_mention"]
    assert "what a ledger would know of the candidacy is left out" in ran.err


def test_checking_a_text_loads_no_database_of_facts() -> None:
    code = (
        "import sys; from evenhand.cli.frame import run; run(['check', 'text', 'l.txt']); "
        "sys.exit(bool({'duckdb', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    write("l.txt", LETTER)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stdout


def test_the_opening_of_the_name_is_noted_in_the_vault(cli, ledger: Path) -> None:
    from evenhand import Ledger

    cli("check", "text", write("letter.txt", LETTER), "--stream", "6")
    with Ledger.open(ledger) as opened:
        assert [each for each in opened.vault.openings() if "check text" in str(each)] != []


def test_explain_knows_every_check_in_both_languages(cli) -> None:
    from evenhand.texts.checks import CHECKS

    for each in CHECKS:
        ran = cli("explain", each.id)
        assert ran.code == 0
        assert ran.out == f"{each.id} (check of a text): {each.says}\n"
        assert "文本检查" in cli("--lang", "zh", "explain", each.id).out
