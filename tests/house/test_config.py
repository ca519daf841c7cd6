from __future__ import annotations

import stat
from pathlib import Path

import pytest

from evenhand.config import FILE, NAMES, Settings, decide, hide_password, write_config
from evenhand.errors import InputError, UnavailableError

PERSON = "0198c0de-0000-7000-8000-000000000001"


def decided(folder: Path, flags: dict[str, str | None] | None = None, **environ: str) -> Settings:
    return decide({"ledger": str(folder)} | (flags or {}), environ)


def filed(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_a_flag_goes_before_the_environment_the_environment_before_the_file(tmp_path: Path) -> None:
    path = filed(tmp_path, 'lang = "zh"\nformat = "csv"\nzone = "Asia/Shanghai"\n')
    settings = decided(tmp_path, {"lang": "en"}, EVENHAND_LANG="zh", EVENHAND_FORMAT="json")
    assert (settings.lang, settings.format, settings.zone) == ("en", "json", "Asia/Shanghai")
    assert settings.decided_by["lang"] == "--lang"
    assert settings.decided_by["format"] == "EVENHAND_FORMAT"
    assert settings.decided_by["zone"] == str(path)
    assert settings.decided_by["actor"] == "default"


def test_without_a_word_from_anybody_the_ledger_is_here_and_speaks_english() -> None:
    settings = decide({}, {})
    assert (settings.ledger, settings.lang, settings.format) == (Path(), "en", "table")
    assert (settings.store, settings.vault, settings.actor, settings.zone) == (None, None, None, None)
    assert set(settings.decided_by.values()) == {"default"}


def test_an_empty_variable_was_not_given(tmp_path: Path) -> None:
    assert decided(tmp_path, EVENHAND_LANG="").decided_by["lang"] == "default"


def test_the_ledger_may_be_named_by_the_environment(tmp_path: Path) -> None:
    filed(tmp_path, 'format = "md"\n')
    settings = decide({"ledger": None}, {"EVENHAND_LEDGER": str(tmp_path)})
    assert (settings.ledger, settings.format) == (tmp_path, "md")


@pytest.mark.parametrize(
    ("environ", "lang", "decider"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh", "LANG"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "de_DE"}, "zh", "LC_ALL"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en", "default"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh", "LANG": "en_US"}, "zh", "LC_MESSAGES"),
        ({"LANG": "de_DE.UTF-8"}, "en", "default"),
    ],
)
def test_the_language_follows_the_machine_s(environ: dict[str, str], lang: str, decider: str) -> None:
    settings = decide({}, environ)
    assert (settings.lang, settings.decided_by["lang"]) == (lang, decider)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('langauge = "zh"', '"langauge" is not a setting here; expected store, vault, actor, lang, zone, format'),
        ('ledger = "."', '"ledger" is not a setting here (the file stands in the folder it would name)'),
        ("lang = 1", "lang is a number; expected one of en, zh, in quotes"),
        ("lang = true", "lang is true or false; expected"),
        ('lang = ["zh"]', "lang is a list; expected"),
        ("[lang]", "lang is a table; expected"),
        ("zone = 2026-07-03", "zone is a date or a time; expected"),
        ('lang = "fr"', "lang is not one of en, zh"),
        ('zone = "Mars/Olympus"', "zone is not an IANA time zone such as Europe/Berlin"),
        ('zone = "../../etc/passwd"', "zone is not an IANA time zone"),
        ('zone = "Europe"', "zone is not an IANA time zone"),
        ('actor = "Alice"', "actor is not the id of a registered person"),
        (f'actor = "{PERSON.upper()}"', "actor is not the id of a registered person"),
        ('store = "mysql://here/it"', "store is not an address such as postgresql:///hiring"),
        ('format = ""', "format is not one of table"),
        ("lang = zh", "invalid value"),
        ("lang", "expected '='"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = filed(tmp_path, text + "\n")
    with pytest.raises(InputError) as refused:
        decided(tmp_path)
    (problem,) = refused.value.problems
    assert problem.startswith(f"{path}: ")
    assert said in problem


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    filed(tmp_path, 'lang = 1\ncolour = "red"\n')
    with pytest.raises(InputError) as refused:
        decided(tmp_path, {"format": "pdff"}, EVENHAND_ACTOR="me")
    assert len(refused.value.problems) == 4
    assert "EVENHAND_ACTOR is not the id of a registered person, a UUID in lower case" in refused.value.problems
    assert any(problem.startswith("--format is not one of table") for problem in refused.value.problems)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'lang = "\xff"\n')
    with pytest.raises(InputError, match="not UTF-8"):
        decided(tmp_path)


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(UnavailableError, match="cannot be read: is a directory"):
        decided(tmp_path)


def test_no_problem_repeats_the_value_it_refuses(tmp_path: Path) -> None:
    filed(tmp_path, 'store = "mysql://user:hunter2@host/db"\n')
    with pytest.raises(InputError) as refused:
        decided(tmp_path, EVENHAND_VAULT="hunter2")
    assert "hunter2" not in str(refused.value)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    settings = decided(
        tmp_path,
        EVENHAND_STORE="postgresql://user:hunter2@host/db",
        EVENHAND_VAULT="postgresql:///db?user=me&password=hunter2",
    )
    shown = {setting.name: setting for setting in settings.shown()}
    assert tuple(shown) == NAMES
    assert shown["store"].value == "postgresql://user:***@host/db"
    assert shown["vault"].value == "postgresql:///db?user=me&password=***"
    assert shown["actor"] == ("actor", None, "default")


@pytest.mark.parametrize(
    "plain", ["/srv/ledger", "postgresql:///hiring", "postgresql://host:5432/db?application=a@b", "table"]
)
def test_what_holds_no_password_is_shown_as_it_is(plain: str) -> None:
    assert hide_password(plain) == plain


def test_a_variable_nobody_reads_is_named_and_the_vault_s_key_is_not(tmp_path: Path) -> None:
    settings = decided(tmp_path, EVENHAND_LAGN="zh", EVENHAND_VAULT_KEY="secret", PATH="/bin")
    assert settings.stray == ("EVENHAND_LAGN",)
    assert "secret" not in repr(settings)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    values = {
        "store": "postgresql://user:p\"a\\s's\u00e9@host/db",
        "actor": PERSON,
        "lang": "zh",
        "zone": "Asia/Shanghai",
        "format": "md",
    }
    path = write_config(tmp_path, values)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = decided(tmp_path)
    assert {name: getattr(settings, name) for name in values} == values


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = filed(tmp_path, 'lang = "zh"\n')
    with pytest.raises(InputError, match="is there already"):
        write_config(tmp_path, {"lang": "en"})
    assert path.read_text(encoding="utf-8") == 'lang = "zh"\n'


@pytest.mark.parametrize(
    "values", [{"ledger": "."}, {"colour": "red"}, {"zone": "Mars"}, {"store": "sqlite:///a\x00b"}]
)
def test_only_what_could_be_read_again_is_written(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(InputError):
        write_config(tmp_path, values)
    assert list(tmp_path.iterdir()) == []
