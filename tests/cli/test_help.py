from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.frame import root
from evenhand.cli.table import COMMANDS
from evenhand.events.registry import REGISTRY

CONTEXT: Any = None
NOT_RUN_HERE = {"demo": "it builds two years of hiring; its room tests it", "import": "its room tests it"}
EXPECTED = {("erase",): 0, ("check",): 1}
"""Commands whose example ends otherwise than with 0."""


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command of the help by its words; of ``record`` only the group, its types are derived."""
    top = root()
    for name in top.list_commands(CONTEXT):
        command = top.get_command(CONTEXT, name)
        yield (name,), command
        if name != "record":
            for inner in getattr(command, "commands", {}):
                yield (name, inner), command.commands[inner]


ALL = list(commands())
NAMES = [" ".join(words) for words, _ in ALL]


def examples(command: Any) -> list[str]:
    return re.findall(r"^\$ (evenhand .*)$", command.help or "", re.MULTILINE)


@pytest.mark.parametrize(("words", "command"), ALL, ids=NAMES)
def test_the_first_sentence_of_a_help_is_short(words, command) -> None:
    first = command.help.split("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 45
    assert first[0].isupper()


@pytest.mark.parametrize("name", [name for name in NAMES if " " not in name])
def test_the_roots_help_says_of_a_command_what_its_own_help_says_first(name: str) -> None:
    assert COMMANDS[name].says == root().get_command(CONTEXT, name).help.split("\n")[0]


@pytest.mark.parametrize(("words", "command"), ALL, ids=NAMES)
def test_a_help_has_one_example_and_a_command_says_how_it_exits(words, command) -> None:
    assert len(examples(command)) == 1
    if not hasattr(command, "commands") and words != ("config", "path"):
        assert "Exit status:" in command.help


@pytest.mark.parametrize(("words", "command"), ALL, ids=NAMES)
def test_the_example_of_a_help_runs_as_it_stands(words, command, cli, ledger: Path) -> None:
    if words[0] in NOT_RUN_HERE:
        pytest.skip(NOT_RUN_HERE[words[0]])
    [example] = examples(command)
    ran = cli(*shlex.split(example)[1:])
    assert ran.code == EXPECTED.get(words, 0), ran.err


@pytest.mark.parametrize(("words", "command"), ALL, ids=NAMES)
def test_the_help_of_a_command_needs_no_ledger(words, command, cli) -> None:
    ran = cli(*words, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: evenhand {' '.join(words)}")
    assert ran.err == ""


def test_the_roots_help_says_once_what_is_in_which_language(cli) -> None:
    said = " ".join(cli("--help").out.split())
    assert said.count("Help is in English;") == 1
    assert "in English or Chinese (--lang zh)" in said


def test_the_root_lists_every_command_of_the_table_that_is_there(cli) -> None:
    shown = cli("--help").out
    assert [name for name in NAMES if " " not in name and not re.search(rf"^  {name}  ", shown, re.MULTILINE)] == []


@pytest.mark.parametrize("event_class", REGISTRY.current, ids=lambda each: each.TOPIC)
def test_every_type_of_event_has_a_subcommand_whose_options_are_its_fields(event_class, cli) -> None:
    name = event_class.TOPIC.rpartition(".v")[0]
    shown = cli("record", name, "--help").out
    missing = [
        field
        for field in event_class.model_fields
        if field not in {"basis", "rules", "source", "key_commitment"}
        and f"--{OWN_NAMES.get(field, field).replace('_', '-')}" not in shown
    ]
    assert [each for each in missing if f"-{each.replace('_', '-')}" not in shown] == []


OWN_NAMES = {"occurred_at": "occurred", "causation_id": "causation"}


def test_a_slip_in_a_commands_name_is_answered_with_what_may_have_been_meant(cli) -> None:
    assert cli("verfy").problems == ["there is no such command; did you mean verify?; see: evenhand --help"]
    assert "did you mean decision.made?" in cli("record", "decison.made").err
    assert cli("record", "decison.made").code == 2


def test_the_small_ledger_is_not_touched_by_the_tests(small: Path, tmp_path: Path, cli) -> None:
    copy = tmp_path / "here"
    shutil.copytree(small, copy)
    assert cli("--ledger", copy, "verify", "-f", "json").json["entries"] == 14
