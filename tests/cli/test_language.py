"""Whatever goes wrong is said in the reader's language, as far as it can be known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PLAIN = str.maketrans("\uff1a\uff1b\uff08\uff09", ":;()")
"""Punctuation as it stands in English, for it looks so much alike."""
HAN = re.compile(r"[\u4e00-\u9fff]")
MISUSED = (
    *(
        ("verify", "--nmae"),
        ("verify", "--sen", "3"),
        ("verify", "--seen"),
        ("verify", "extra"),
        ("verify", "--rules=3"),
    ),
    *(("log", "--limit", "x"), ("log", "--limit", "-1"), ("standard", "show"), ("standard", "nosuch"), ("nosuch",)),
    *(("verfy",), ("record", "nosuch"), ("record", "decision.mad"), ("report", "--seed", str(2**60)), ("erase",)),
    *(("verify", "--seen", "3"), ("log", "--open"), ("check", "--code", "none")),
)


def test_an_error_is_said_in_english_and_in_chinese(cli, tmp_path: Path) -> None:
    there = tmp_path / "ledger.db"
    assert cli("--ledger", tmp_path, "log").problems == [
        f"{there}: there is no ledger here; make one with: evenhand init"
    ]
    ran = cli("--ledger", tmp_path, "--lang", "zh", "log")
    assert (ran.code, ran.err.translate(PLAIN)) == (6, f"evenhand: {there}:这里没有账本;请建立:evenhand init\n")


@pytest.mark.parametrize("args", MISUSED, ids=" ".join)
def test_a_slip_on_the_command_line_is_said_in_chinese(cli, ledger: Path, args: tuple[str, ...]) -> None:
    ran = cli("--ledger", ledger, "--lang", "zh", *args)
    assert ran.code == 2
    assert HAN.search(ran.err)
    assert not re.search(r"\b(?:no such|missing|invalid|should|expected|unexpected|see:)\b", ran.err)


@pytest.mark.parametrize(
    ("args", "environ"),
    [
        (("--lang", "zh", "nosuch"), {}),
        (("--lang=zh", "nosuch"), {}),
        (("nosuch",), {"EVENHAND_LANG": "zh"}),
        (("nosuch",), {"LC_ALL": "zh_CN.UTF-8"}),
        (("--lang", "zh", "nosuch"), {"EVENHAND_LANG": "en"}),
        (("--lang", "zh", "config", "show"), {"EVENHAND_STORE": "not an address"}),
        (("config", "show"), {"EVENHAND_STORE": "not an address", "LC_ALL": "zh_CN.UTF-8"}),
    ],
)
def test_the_language_is_known_before_anything_else_is_right(
    cli, args: tuple[str, ...], environ: dict[str, str]
) -> None:
    assert HAN.search(cli(*args, **environ).err)


def test_a_language_there_is_none_of_is_refused_in_the_environments_language(cli) -> None:
    assert cli("--lang", "fr", "config", "show").problems == ["--lang is not one of en, zh"]
    assert cli("--lang", "fr", "config", "show", LC_ALL="zh_CN").problems == ["--lang 不是en, zh 之一"]


def test_the_language_of_a_ledgers_own_settings_says_its_errors(cli, ledger: Path) -> None:
    file = ledger / "evenhand.toml"
    file.write_text(file.read_text(encoding="utf-8") + 'lang = "zh"\n' if file.exists() else 'lang = "zh"\n', "utf-8")
    assert HAN.search(cli("--ledger", ledger, "nosuch").err)


def test_a_refusal_of_a_rule_and_a_field_that_does_not_fit_are_said_in_chinese(cli, ledger: Path) -> None:
    refused = cli("--lang", "zh", "erase", 13, "--ground", "request", "--yes")
    assert refused.code == 5
    assert "candidate.erased.v1:有法律保全生效;请先解除:evenhand hold release" in refused.err.translate(PLAIN)
    event = '{"type": "candidacy.withdrawn", "stream": "7", "body": {"occurred_at": 3, "more": 1}}'
    misfit = cli("--lang", "zh", "record", "--from", "-", stdin=event)
    assert misfit.code == 4
    assert "candidacy.withdrawn.v1:more:此类型没有这个字段" in misfit.err.translate(PLAIN)
    assert all(HAN.search(each) for each in misfit.problems), misfit.problems


def test_what_a_verification_finds_is_said_in_chinese_and_in_json_as_it_is(cli, ledger: Path, tmp_path: Path) -> None:
    seen = f"9000:{'0' * 64}"
    english = cli("--ledger", ledger, "verify", "--seen", seen)
    chinese = cli("--ledger", ledger, "--lang", "zh", "verify", "--seen", seen)
    assert (english.code, chinese.code) == (3, 3)
    assert "are missing: they stood here when the root was remembered; append nothing" in english.out
    assert "缺失:记下根哈希时它们还在;不要追加任何内容" in chinese.out.translate(PLAIN)
    again = cli("--ledger", ledger, "--lang", "zh", "verify", "--seen", seen, "-f", "json").json
    assert again["findings"][0]["problem"].startswith("it and all up to entry 9,000 are missing")
    assert not HAN.search(str(again))


def test_a_trigger_taken_away_is_said_in_chinese(cli, ledger: Path) -> None:
    import sqlite3

    with sqlite3.connect(ledger / "ledger.db") as database:
        database.execute("DROP TRIGGER entry_kept")
    found = cli("--ledger", ledger, "--lang", "zh", "verify").out
    assert "缺少 trigger entry_kept:防止意外的设置被移除或更改" in found.translate(PLAIN)


def test_a_bug_an_interruption_and_the_systems_reasons_are_said_in_chinese(cli, ledger: Path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("evenhand.cli.frame._invoke", fail)
        assert "这是 evenhand 的缺陷(ZeroDivisionError" in cli("--lang", "zh", "log").err.translate(PLAIN)
    missing = cli("--ledger", ledger, "--lang", "zh", "record", "--from", "no-such-file.json")
    assert missing.err.translate(PLAIN) == "evenhand: no-such-file.json:无法读取:没有这个文件或目录\n"


def test_help_is_in_english_and_says_so(cli) -> None:
    ran = cli("--lang", "zh", "--help")
    assert "Help is in English" in ran.out
    assert not HAN.search(ran.out)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("option", "expected"), [(("--period", "soon"), "2026Q2"), (("--zone", "Mars/Olympus"), "Europe/Berlin")]
)
def test_a_wrong_period_or_zone_names_the_option_and_what_was_expected(
    cli, ledger: Path, lang: str, option: tuple[str, str], expected: str
) -> None:
    ran = cli("--ledger", ledger, "--lang", lang, "report", "latency", *option)
    assert ran.code == 4
    assert option[0] in ran.err
    assert expected in ran.err
    assert bool(HAN.search(ran.err)) == (lang == "zh")


def test_the_kinds_of_streams_are_said_in_chinese(cli, ledger: Path) -> None:
    ran = cli("--ledger", ledger, "--lang", "zh", "record", "lesson.recorded", "--json", "{}")
    assert "\u590d\u76d8" in ran.err
    assert "retrospective" not in ran.err
