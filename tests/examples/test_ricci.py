"""The example of Ricci v. DeStefano runs as its README says, and gives the published figures."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.cli.frame import run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ricci"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def ask(command: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(shlex.split(command)[1:])
    assert code == 0, f"{command}: {err.getvalue()}"
    out.flush()
    out.seek(0)
    return out.read()


def asked(command: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(f"{command} -f json"))
    return found


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What each command of the README prints, run in order in a copy of the folder."""
    folder = tmp_path_factory.mktemp("example") / "ricci"
    shutil.copytree(EXAMPLE, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EVENHAND_LEDGER", str(folder.parent / "ledger"))
        for name in ("EVENHAND_LANG", "LC_ALL", "LANG"):
            patch.delenv(name, raising=False)
        patch.setattr("sys.stdin", io.StringIO())
        printed: dict[str, str] = {}
        for command in COMMANDS:
            printed.setdefault(command, ask(command))
        yield printed


def test_every_step_of_the_readme_is_a_command_and_init_comes_first(said: dict[str, str]) -> None:
    assert COMMANDS[0].startswith("evenhand init ")
    assert all(command.startswith("evenhand ") for command in COMMANDS)
    assert set(said) == set(COMMANDS)


def test_no_outcome_differs_from_what_the_rule_of_the_examinations_implies(said: dict[str, str]) -> None:
    replayed = asked("evenhand replay")
    assert (replayed["decisions"], replayed["agree"], replayed["differ"]) == (118, 118, 0)
    assert (replayed["agreement"]["share"], replayed["kappa"]["kappa"]) == (1.0, 1.0)


def test_fourteen_outcomes_differ_if_the_oral_examination_counts_seventy_percent(said: dict[str, str]) -> None:
    replayed = asked("evenhand replay --standard standard-30-70.toml")
    assert (replayed["decisions"], replayed["agree"], replayed["differ"]) == (118, 104, 14)
    assert (replayed["agreement"]["share"], replayed["kappa"]["kappa"]) == (0.881, 0.761)
    assert len(replayed["flips"]) == 14
    assert {(each["implied"], each["implied_if"]) for each in replayed["flips"]} == {
        ("advance", "reject"),
        ("reject", "advance"),
    }
    assert "14 decisions would turn" in said["evenhand replay --standard standard-30-70.toml"]


def test_the_replay_finds_exactly_the_three_overrides(said: dict[str, str]) -> None:
    replayed = asked("evenhand --ledger overridden replay")
    assert (replayed["decisions"], replayed["differ"], len(replayed["list"])) == (118, 3, 3)
    with Path("candidates-overridden.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reversed_ = [n for n, row in enumerate(rows) if (Decimal(row["combined"]) >= 70) != (row["outcome"] == "pass")]
    decided = csv.DictReader(io.StringIO(ask("evenhand --ledger overridden project decision_effective -f csv")))
    order = sorted(int(row["decision"]) for row in decided)
    assert sorted(order.index(each["position"]) for each in replayed["list"]) == reversed_


def test_the_report_shows_the_published_pass_counts_and_ratios(said: dict[str, str]) -> None:
    report = said["evenhand report fairness"]
    for exam, group, figures in (
        ("captain", "White", "25 16 64.0 %"),
        ("captain", "Black", "8 3 37.5 % 0.586"),
        ("captain", "Hispanic", "8 3 37.5 % 0.586"),
        ("lieutenant", "White", "43 25 58.1 %"),
        ("lieutenant", "Black", "19 6 31.6 % 0.543"),
        ("lieutenant", "Hispanic", "15 3 20.0 % 0.344"),
    ):
        lines = [" ".join(line.split()) for line in report.splitlines() if line.startswith(exam)]
        assert any(group in line and figures in line for line in lines), (exam, group)


def test_within_each_examination_2381_pairs_are_comparable_and_none_is_an_inversion(said: dict[str, str]) -> None:
    blocks = {each["key"]: each for each in asked("evenhand report consistency")["blocks"]}
    [every] = blocks["inversions"]["rows"]
    assert (every["n"], every["comparable"], every["inversions"], every["ties"]) == (118, 2381, 0, 0)
    assert (blocks["passed_over"]["n"], blocks["ties"]["n"]) == (0, 0)


def test_the_five_nearest_in_scores_mostly_share_an_outcome_as_they_would_not_by_chance(said: dict[str, str]) -> None:
    # The consistency of Zemel et al. 2013, over both examinations; no measure here, because equal scores have no order.
    decided = list(csv.DictReader(io.StringIO(ask("evenhand project decision_effective -f csv"))))
    scores = list(csv.DictReader(io.StringIO(ask("evenhand project criterion_score -f csv"))))
    rows = {each["decision"]: at for at, each in enumerate(decided)}
    points = np.zeros((len(rows), 2))
    for each in scores:
        points[rows[each["decision"]], ("written", "oral").index(each["criterion"])] = int(each["score"])
    outcome = np.array([each["outcome"] == "advance" for each in decided], dtype=float)
    unit = (points - points.mean(axis=0)) / points.std(axis=0)
    apart = np.linalg.norm(unit[:, None] - unit[None], axis=2)
    near = np.argsort(apart, axis=1, kind="stable")[:, 1:6]

    def consistency(selected: NDArray[np.float64]) -> float:
        return 1 - float(np.abs(selected - selected[near].mean(axis=1)).mean())

    chance = np.random.default_rng(2026)
    by_chance = [consistency(chance.permutation(outcome)) for _ in range(2_000)]
    assert f"{consistency(outcome):.3f}" == "0.898"
    assert [round(float(bound), 2) for bound in np.quantile(by_chance, (0.025, 0.975))] == [0.45, 0.55]


def test_importing_the_file_again_wrote_nothing(said: dict[str, str]) -> None:
    again = asked("evenhand import candidates.csv --map mapping.toml")
    assert (again["read"], again["unchanged"], again["entries"], again["batch"]) == (118, 118, 0, None)


def test_the_ledger_verifies_and_every_entry_of_the_file_is_marked_as_imported(said: dict[str, str]) -> None:
    assert asked("evenhand verify")["ok"] is True
    entries = [json.loads(line) for line in ask("evenhand export --format ndjson").splitlines()]
    people = [each for each in entries if each["type"].startswith(("candida", "decision", "scorecard", "stage"))]
    assert len(people) == 6 * 118
    assert all(each["body"]["basis"]["kind"] == "imported" for each in people)


def test_the_scores_are_exact_and_race_is_sealed(said: dict[str, str]) -> None:
    lines = ask("evenhand export --format ndjson")
    assert '"score":89520000' in lines
    assert not re.search(r"white|hispanic", re.sub(r'"type":"screen\.adopted.*', "", lines))


def test_the_outcomes_are_computed_by_the_rule_and_the_scores_are_those_of_the_case() -> None:
    with (EXAMPLE / "candidates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 118
    for row in rows:
        combined = Decimal("0.6") * Decimal(row["written"]) + Decimal("0.4") * Decimal(row["oral"])
        assert combined == Decimal(row["combined"])
        assert (row["outcome"] == "pass") == (combined >= 70)
