"""The threat model says what the attack suite found, row for row; nothing else stands in its tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attacks.cases import CONTROL, ELSEWHERE, GROUPS, Case
from attacks.scene import LAYERS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "threat-model.md"
HEADS = {
    "file": "file alone",
    "beside": "checkpoints beside",
    "receipt": "receipt",
    "held": "held checkpoint",
    "witness": "witness",
    "time": "trusted time",
}


def row(case: Case) -> str:
    return f"| {case.what} | {' | '.join('seen' if layer in case.seen else '-' for layer in LAYERS)} |"


def papers(cases: tuple[Case, ...]) -> str:
    head = f"| what is done | {' | '.join(HEADS[layer] for layer in LAYERS)} |"
    return "\n".join([head, "|---|" + ":-:|" * len(LAYERS), *map(row, cases)])


SECTIONS = {
    **{f"### {group}": papers(cases) for group, cases in GROUPS.items()},
    "### The control: nothing is wrong": papers((CONTROL,)),
    "## What verify does not look at": "\n".join(
        [
            "| what is done | what gives it away |",
            "|---|---|",
            *(f"| {each.what} | {each.shown} |" for each in ELSEWHERE),
        ]
    ),
}


def sections() -> dict[str, str]:
    """Answer with the table of each section that has one; all its rows, as they stand in the page."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = line if line.startswith("#") else heading
        if line.startswith("|"):
            found.setdefault(heading, []).append(line)
    return {heading: "\n".join(rows) for heading, rows in found.items()}


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_table_of_the_threat_model_says_what_the_attacks_showed(heading: str) -> None:
    assert sections().get(heading) == SECTIONS[heading], f"write in the page, under {heading}:\n{SECTIONS[heading]}"


def test_the_threat_model_claims_no_attack_that_is_not_tried() -> None:
    others = {heading: rows for heading, rows in sections().items() if heading not in SECTIONS}
    assert [heading for heading, rows in others.items() if re.search(r"\| (seen|-) \|", rows)] == []
