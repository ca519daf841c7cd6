"""The mappings for Lever, Ashby and Feishu run as their README says, and bend nothing."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.frame import run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "trackers"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def ask(command: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(shlex.split(command)[1:])
    assert code == (1 if " check" in command else 0), f"{command}: {err.getvalue()}"
    out.flush()
    out.seek(0)
    return out.read()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What each command of the README prints, run in order in a copy of the folder."""
    folder = tmp_path_factory.mktemp("example") / "trackers"
    shutil.copytree(EXAMPLE, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EVENHAND_LEDGER", str(folder.parent / "ledger"))
        for name in ("EVENHAND_LANG", "LC_ALL", "LANG"):
            patch.delenv(name, raising=False)
        patch.setattr("sys.stdin", io.StringIO())
        yield {command: ask(command) for command in COMMANDS}


def entries(system: str, kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in ask("evenhand export --format ndjson").splitlines()]
    mine = [each for each in lines if each["body"].get("source", {}).get("system") == system]
    return [each for each in mine if each["type"].rpartition(".v")[0] == kind]


@pytest.mark.parametrize(("system", "rejected", "withdrawn"), [("lever", 1, 1), ("ashby", 1, 1), ("feishu", 1, 1)])
def test_an_end_on_the_candidates_side_is_a_withdrawal(
    said: dict[str, str], system: str, rejected: int, withdrawn: int
) -> None:
    assert said
    decisions = entries(system, "decision.made")
    assert [each["body"]["outcome"] for each in decisions] == ["reject"] * rejected
    assert all(each["body"]["reasons"][0]["code"] == "skills" and not each["body"]["deciders"] for each in decisions)
    assert [each["body"]["reason_code"] for each in entries(system, "candidacy.withdrawn")] == ["candidate"] * withdrawn


@pytest.mark.parametrize("file", ["lever/opportunities.json", "ashby/applications.json", "feishu/applications.json"])
def test_every_path_that_a_mapping_reads_is_there_and_the_same_file_adds_nothing(
    said: dict[str, str], file: str
) -> None:
    assert said
    again = json.loads(ask(f"evenhand import {file} --map {Path(file).parent}/mapping.toml -f json"))
    assert (again["entries"], again["absent_columns"], again["unjoined"]) == (0, [], 0)


def test_a_path_that_goes_back_keeps_every_visit_and_is_found(said: dict[str, str]) -> None:
    visits = entries("lever", "stage.entered")
    first = [each["body"]["stage"] for each in visits if each["stream"] == visits[0]["stream"]]
    assert first == ["offer", "onsite", "screen", "offer", "onsite"]
    codes = {each["code"] for each in json.loads(said["evenhand check -f json"])["findings"]}
    assert {"decider_unknown", "stage_gone_back"} <= codes


def test_hired_is_no_rejection_and_an_archive_stamped_twice_is_one(said: dict[str, str]) -> None:
    assert said
    assert len(entries("lever", "candidate.hired")) == 1
    assert len(entries("lever", "decision.made")) == 1


def test_a_decision_names_the_visit_that_it_ended(said: dict[str, str]) -> None:
    assert said
    for system in ("lever", "ashby", "feishu"):
        [decision] = entries(system, "decision.made")
        visits = [each for each in entries(system, "stage.entered") if each["stream"] == decision["stream"]]
        assert decision["body"]["visit"] == visits[-1]["id"]


def test_feedback_is_a_scorecard_of_its_visit(said: dict[str, str]) -> None:
    assert said
    [card] = entries("ashby", "scorecard.submitted")
    assert card["body"]["ratings"] == [{"criterion": "overall", "score": 2_000_000}]


def test_an_end_that_does_not_say_whose_it_is_becomes_nothing(said: dict[str, str]) -> None:
    assert said
    ended = [*entries("feishu", "decision.made"), *entries("feishu", "candidacy.withdrawn")]
    assert len(ended) == 2  # of three that ended
