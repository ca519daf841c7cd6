"""A small ledger, made once and copied for each test, and the command line run inside this process."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from evenhand import Draft, Ledger
from evenhand.cli.frame import run
from evenhand.clock import stepping_clock
from evenhand.events.ids import new_id
from evenhand.ledger.evidence import Evidence

STANDARD = """
code = "pm"
names = { en = "Product manager", zh = "产品经理" }
scale = { minimum = 0, maximum = 5 }
why = "what the post needs"

[[criteria]]
criterion = "craft"
names = { en = "Craft" }
need = "required"
weight = 1
why = "the job is this"

[[stages]]
stage = "onsite"
names = { en = "On site" }
kind = "scored"
advance_bar = 3
reject_bar = 2.5
minimum_scorecards = 1

[[reason_codes]]
code = "below_bar"
names = { en = "Below the bar" }
party = "employer"
needs_criterion = true
"""
POLICY = """
code = "fair"
names = { en = "Fair" }
why = "people are told in time"

[[deadlines]]
deadline = "tell"
clock_from = "decision"
until = "outcome_told"
amount = 5
unit = "days"
"""
SCREEN = """
citation = "29 CFR 1607.4D"
cited_on = 2026-01-01
"""
REQUISITION = """
code = "pm-2"
title = "Product manager"
unit = "Product"
location = "Shanghai"
zone = "Asia/Shanghai"
headcount = 1
standard = "pm"
"""

LETTER = """Dear Sam,
thank you for the hour you spent with us. We have decided not to go on with your application: the plan named no way
back if the release goes wrong, which is our criterion craft.
"""


class Ran(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def problems(self) -> list[str]:
        return [line.removeprefix("evenhand: ") for line in self.err.splitlines()]


Cli = Callable[..., Ran]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    def invoke(*args: object, stdin: str | bytes = "", **environ: str) -> Ran:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        with monkeypatch.context() as patch:
            streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            for name, value in environ.items():
                patch.setenv(name, value)
            code = run([str(each) for each in args])
            for stream in streams.values():
                stream.flush()
            out, err = (stream.buffer.getvalue().decode() for stream in streams.values())
        return Ran(code, out, err)

    return invoke


@pytest.fixture(autouse=True)
def _quiet_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep this machine's settings, language and folder out of the tests."""
    for name in (
        "EVENHAND_LEDGER",
        "EVENHAND_LANG",
        "EVENHAND_FORMAT",
        "EVENHAND_DEBUG",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the ledger of 14 entries that the examples in the helps speak of."""
    folder = tmp_path_factory.mktemp("cli") / "ledger"
    _build(folder)
    texts = {"standard.toml": STANDARD.replace("= 2.5", "= 2"), "policy.toml": POLICY.replace("= 5", "= 3")}
    texts |= {"screen.toml": SCREEN.replace("4D", "4C"), "requisition.toml": REQUISITION}
    texts |= {f"{name}.txt": "said in confidence\n" for name in ("lesson", "action", "matter")}
    texts["letter.txt"] = LETTER
    texts["events.ndjson"] = '{"type": "candidate.registered", "body": {"name": "王小明"}}\n'
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def ledger(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the small ledger, and stand in its folder."""
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    monkeypatch.chdir(folder)
    return folder


def _build(folder: Path) -> None:
    from evenhand.events.ledger import ScreenAdopted
    from evenhand.events.points import body_from_toml
    from evenhand.events.policy import PolicyAdopted
    from evenhand.events.standard import StandardAdopted

    random = Random(7)
    clock = stepping_clock(datetime(2025, 3, 3, 9, tzinfo=UTC), timedelta(minutes=1))
    standard, policy, requisition, candidate, other, candidacy, visit, card, actor = (
        new_id(1_740_000_000_000, random.randbytes) for _ in range(9)
    )
    kinds = ((StandardAdopted, STANDARD), (PolicyAdopted, POLICY), (ScreenAdopted, SCREEN))
    adopted, policies, screen = (body_from_toml(kind, text, "test") for kind, text in kinds)
    bound = {"standard": standard, "standard_version": 1}
    with Ledger.create(
        folder, origin="example.com/small", zone="Asia/Shanghai", actor=actor, clock=clock, entropy=random.randbytes
    ) as made:
        own = made.opening.stream
        post = {"code": "pm-1", "title": "PM", "unit": "Product", "location": "Shanghai", "zone": "Asia/Shanghai"}
        rated = {"visit": visit, "author": actor, "ratings": [{"criterion": "craft", "score": 2_000_000}], **bound}
        decided = {"visit": visit, "outcome": "reject", "automation": "none", "deciders": [actor], **bound}
        reasons = [{"code": "below_bar", "criteria": ["craft"]}]
        made.append(
            [
                Draft("person.registered.v1", own, {"person": actor, "kind": "staff", "name": "Anna"}),
                Draft("standard.adopted.v1", standard, {**adopted, "standard_version": 1}),
                Draft("requisition.opened.v1", requisition, {**post, "headcount": 1, **bound}),
                Draft("candidate.registered.v1", candidate, {"name": "王小明", "contact": "x\x1b[31m@example.com"}),
                Draft(
                    "candidacy.opened.v1",
                    candidacy,
                    {"candidate": candidate, "requisition": requisition, "route": "external"},
                ),
                Draft("stage.entered.v1", candidacy, {"stage": "onsite"}, visit),
                Draft("scorecard.submitted.v1", candidacy, rated, card),
                Draft("decision.made.v1", candidacy, {**decided, "reasons": reasons, "rationale": "too thin"}),
                Draft("policy.adopted.v1", policy, {**policies, "policy_version": 1}),
                Draft("screen.adopted.v1", own, {**screen, "screen_version": 1}),
                Draft(
                    "action.agreed.v1",
                    requisition,
                    {"owner": actor, "due": "2025-04-01", "zone": "Asia/Shanghai", "text": "train"},
                ),
                Draft("candidate.registered.v1", other, {"name": "Li"}),
                Draft("hold.placed.v1", own, {"subjects": [other], "matter": "a claim"}),
            ]
        )
        Evidence(made).checkpoint()
