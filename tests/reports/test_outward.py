"""A report that goes out, read by somebody who solves for what is hidden in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from random import Random
from typing import Any

import pytest

from attacker import Attacker, Name
from build import uid
from evenhand import render
from evenhand.measures.selection import ERASED, UNKNOWN
from evenhand.render.making import Options

FIVE = 5
GROUPS = {"race": ("w", "b", "h"), "sex": ("m", "f")}
MISSING = (UNKNOWN, ERASED)
STAGES = ("exam", "chat")
PLACES = (*STAGES, "(end)")
OUTCOMES = {"reject": "not", "advance": "selected"}
SEX = {
    "code": "sex", "names": {"en": "Sex"}, "reference": "m",
    "values": [{"code": code, "names": {"en": code}} for code in GROUPS["sex"]],
}  # fmt: skip

Rows = list[dict[str, Any]]


def hire(world: Any, *, seed: int) -> None:
    """Let some dozens apply, some of whom say little of themselves, and one of whom is erased."""
    chance = Random(seed)
    race = next(each for each in reversed(world.events) if each[0] == "screen.adopted")[2]["attributes"][0]
    family = {"code": "yearly", "attributes": ["race", "sex"], "intersections": seed % 2 == 0}
    world.screen(attributes=[race, SEX], families=[family])
    world.post("captain")
    weights = {"race": chance.choice([(60, 30, 8), (50, 40, 30), (80, 12, 5)]), "sex": (50, 45)}
    silent = chance.choice([0, 2, 12])
    for each in range(chance.randint(70, 110)):
        name = f"c{each}"
        said = {
            code: chance.choices(GROUPS[code], weights[code])[0] for code in GROUPS if chance.randrange(100) >= silent
        }
        world.candidate(name, "captain", **said)
        if said and chance.randrange(60) < seed % 3:
            world.answers[uid(f"person {name}")] = None
        for stage, share in zip(STAGES, (0.5, 0.4), strict=True):
            outcome = "advance" if chance.random() < share else "reject"
            decision = world.decide(name, outcome, 70 if outcome == "advance" else 60, stage=stage)
            if chance.random() < 0.8:
                world.tell(name, decision, "2026-02-12T09:00:00Z")
            if outcome == "reject":
                break
        else:
            if chance.random() < 0.7:
                world.say("candidate.hired", name, "2026-03-02T09:00:00Z")


def few_at_one_stage(world: Any, *, hired: bool) -> None:
    """Let three of a group be turned down at the second stage, and nothing else be small."""
    race = next(each for each in reversed(world.events) if each[0] == "screen.adopted")[2]["attributes"][0]
    world.screen(attributes=[race, SEX])
    world.post("captain")
    for group, n, left in (("w", 60, 15), ("b", 40, 10), ("h", 30, 3)):
        for each in range(n):
            name = f"{group}{each}"
            world.candidate(name, "captain", race=group, sex="mf"[each % 2])
            world.decide(name, "advance" if each < n // 2 else "reject", 70 if each < n // 2 else 60)
            if each < n // 2:
                world.decide(name, "reject" if each < left else "advance", 0, stage="chat")
                if hired and each >= left:
                    world.say("candidate.hired", name, "2026-03-02T09:00:00Z")


WORLDS = {
    **{f"some dozens, {seed}": partial(hire, seed=seed) for seed in range(5)},
    "few at one stage": partial(few_at_one_stage, hired=False),
    "few at one stage, some hired": partial(few_at_one_stage, hired=True),
}


def tables(report: Any) -> Mapping[str, Any]:
    return {each["key"]: each for each in json.loads(render.write(report, "json"))["blocks"]}


def people() -> Iterator[tuple[str, str]]:
    """List what somebody can be by race and sex; who is erased is so by both."""
    yield from product((*GROUPS["race"], UNKNOWN), (*GROUPS["sex"], UNKNOWN))
    yield ERASED, ERASED


def everything_adds_up(attacker: Attacker) -> None:
    """Tell the attacker how the tables hang together."""
    for place in PLACES:
        for kind in ("selected", "not"):
            for at, code in enumerate(GROUPS):
                for group in (*GROUPS[code], *MISSING):
                    mine = [(place, each, kind) for each in people() if each[at] == group]
                    attacker.adds_up(mine, (place, code, group, kind))
    for code, groups in GROUPS.items():
        for group in (*groups, *MISSING):
            for place in PLACES:
                attacker.adds_up(
                    [(place, code, group, kind) for kind in ("selected", "not")], (place, code, group, "n")
                )
            for outcome, kind in OUTCOMES.items():
                cell = (outcome, code, group)
                attacker.adds_up([(stage, code, group, kind) for stage in STAGES], (*cell, "n"))
                attacker.adds_up([(*cell, "told"), (*cell, "untold")], (*cell, "n"))
            attacker.adds_up([("reject", code, group, "n")], ("reasons", code, group, "n"))
            attacker.adds_up(
                [("reject", code, group, "n")], ("(end)", code, group, "not")
            )  # who is turned down has ended
            attacker.adds_up(
                [("reasons", code, group, "given"), ("reasons", code, group, "not")], ("reasons", code, group, "n")
            )


def read_groups(attacker: Attacker, rows: Rows, place: str, code: str, columns: tuple[str, ...]) -> None:
    """Read the rows of one attribute at one place: a group that has none has nobody, one that is named somebody."""
    found = {row["group"]: row for row in rows}
    if "suppressed" in found:
        return
    for group in (*GROUPS[code], *MISSING):
        row = found.get(group, dict.fromkeys(columns, 0))
        for column in columns:
            if row[column] != "hidden":
                attacker.reads((place, code, group, column), row[column])
            elif column == "n":
                attacker.exists((place, code, group, "n"), 1)


def read_rates(attacker: Attacker, rates: Rows, place: str) -> None:
    here = [row for row in rates if row["stage"] == place]
    [everybody] = [row for row in here if row["group"] == "(all)"]
    attacker.adds_up([(place, each, "selected") for each in people()], everybody["selected"])
    attacker.adds_up([(place, each, "not") for each in people()], everybody["n"] - everybody["selected"])
    for code in GROUPS:
        read_groups(attacker, [row for row in here if row["attribute"] == code], place, code, ("n", "selected"))
    for row in here:
        if row["attribute"] == "race+sex" and "+" in row["group"] and row["n"] != "hidden":
            cell: Name = (place, tuple(row["group"].split("+")))
            attacker.reads((*cell, "selected"), row["selected"])
            attacker.reads((*cell, "not"), row["n"] - row["selected"])


def read_shares(attacker: Attacker, printed: Mapping[str, Any]) -> None:
    for outcome, code in product(OUTCOMES, GROUPS):
        waits = [row for row in printed["waits"]["rows"] if (row["outcome"], row["attribute"]) == (outcome, code)]
        read_groups(attacker, waits, outcome, code, ("n", "told"))
    for code in GROUPS:
        reasons = [row for row in printed["shares"]["rows"] if (row["what"], row["attribute"]) == ("reasons", code)]
        read_groups(attacker, reasons, "reasons", code, ("n", "given"))


def read_sums(attacker: Attacker, printed: Mapping[str, Any]) -> None:
    """Read what the tables say they left out, and how many they are about."""
    sums: list[tuple[list[Name], Any]] = []
    places = {row["stage"] for row in printed["rates"]["rows"]}
    known = list(product(GROUPS, MISSING))  # those behind were not decided on, and are told apart by no group
    for (code, group), out in zip(known, printed["ratios"]["left_out"][: len(known)], strict=True):
        sums.append(([(place, code, group, "n") for place in places], out["n"]))
    for key, column, groups in (("differ_at_all", "n", GROUPS), ("missing", "unknown", dict.fromkeys(GROUPS, MISSING))):
        for row in printed[key]["rows"]:
            code = row["attribute"]
            if code in GROUPS:
                sums.append(([(row["stage"], code, group, "n") for group in groups[code]], row[column]))
    unknown = printed["waits_tested"]["left_out"][0]["n"]
    sums.append(([(*cell, "n") for cell in product(OUTCOMES, GROUPS, MISSING)], unknown))
    for parts, n in sums:
        if n != "hidden":
            attacker.adds_up(parts, n)


def small_numbers(inside: Mapping[str, Any]) -> Iterator[Name]:
    """Name every small number of a group that the report for the house shows."""
    for key, where, counted in (
        ("rates", "stage", "selected"),
        ("waits", "outcome", "told"),
        ("shares", "what", "given"),
    ):
        for row in inside[key]["rows"]:
            if row["attribute"] not in GROUPS or row[where] == "feedback":
                continue
            rest = {"told": "untold"}.get(counted, "not")
            for column, n in (("n", row["n"]), (counted, row[counted]), (rest, row["n"] - row[counted])):
                if 0 < n < FIVE:
                    yield row[where], row["attribute"], row["group"], column
        for row in inside[key]["rows"]:
            if row["attribute"] == "race+sex" and "+" in row["group"]:
                for column, n in (("selected", row["selected"]), ("not", row["n"] - row["selected"])):
                    if 0 < n < FIVE:
                        yield row[where], tuple(row["group"].split("+")), column


@pytest.mark.parametrize("what", WORLDS)
def test_whoever_solves_for_the_hidden_numbers_learns_of_none_that_it_is_small(
    world: Any, opened: Any, what: str
) -> None:
    WORLDS[what](world)
    facts = opened(world)
    outside, inside = (
        tables(render.build("fairness", facts, answers=world.answers, options=Options(outward=outward)))
        for outward in (True, False)
    )
    attacker = Attacker()
    everything_adds_up(attacker)
    for place in {row["stage"] for row in outside["rates"]["rows"]}:
        read_rates(attacker, outside["rates"]["rows"], place)
    read_shares(attacker, outside)
    read_sums(attacker, outside)
    small = list(dict.fromkeys(small_numbers(inside)))
    assert small
    assert [name for name in small if attacker.learns(name, FIVE)] == []
    assert any("hidden" not in row.values() for row in outside["rates"]["rows"] if row["attribute"])


@pytest.mark.parametrize(
    ("lang", "warning"), [("en", "Give only one of them to the same reader"), ("zh", "请只向同一读者提供其中一份")]
)
@pytest.mark.parametrize("name", ["fairness", "worksheet", "consistency"])
def test_a_report_that_goes_out_says_that_others_of_the_same_day_undo_it(
    world: Any, opened: Any, name: str, lang: str, warning: str
) -> None:
    world.fare("captain", {"w": (60, 36), "b": (40, 20)})
    profile = "nyc-ll144" if name == "worksheet" else None
    for outward in (True, False):
        options = Options(profile=profile, outward=outward)
        report = render.build(name, opened(world), answers=world.answers, options=options, lang=lang)
        assert (warning in render.write(report, "md")) == outward


NAMES = {"race": {"w": "White", "b": "Black", "h": "Hispanic"}, "sex": {"m": "m", "f": "f"}}
TALLIES = ("n", "selected", "not")


def sheet_adds_up(attacker: Attacker, stage: str) -> None:
    """Tell the attacker how the tables of one stage hang together; who is erased is unknown by both."""
    everyone = list(product((*GROUPS["race"], UNKNOWN), (*GROUPS["sex"], UNKNOWN)))
    for each in everyone:
        attacker.adds_up([(stage, each, "selected"), (stage, each, "not")], (stage, each, "n"))
    for at, code in enumerate(GROUPS):
        for group, kind in product((*GROUPS[code], UNKNOWN), TALLIES):
            attacker.adds_up(
                [(stage, each, kind) for each in everyone if each[at] == group], (stage, code, group, kind)
            )
    for kind in TALLIES:
        attacker.adds_up([(stage, each, kind) for each in everyone if UNKNOWN in each], (stage, "both", UNKNOWN, kind))


def read_sheet(attacker: Attacker, printed: Mapping[str, Any], stage: str) -> None:
    for code, groups in NAMES.items():
        rows = {row[code]: row for row in printed[code]["rows"] if row["place"] == stage}
        if "hidden" in rows:
            continue
        for group, name in groups.items():
            row = rows.get(name, {"n": 0, "counted": 0})
            if row["n"] == "hidden":
                attacker.exists((stage, code, group, "n"), 1)
            else:
                attacker.reads((stage, code, group, "n"), row["n"])
                attacker.reads((stage, code, group, "selected"), row["counted"])
    both = [row for row in printed["both"]["rows"] if row["place"] == stage]
    cells = {(row["race"], row["sex"]): row for row in both}
    for race, sex in product(GROUPS["race"], GROUPS["sex"]):
        row = cells.get((NAMES["race"][race], NAMES["sex"][sex]), {"n": 0, "counted": 0})
        if both and all(each["n"] != "hidden" for each in both):
            attacker.reads((stage, (race, sex), "n"), row["n"])
            attacker.reads((stage, (race, sex), "selected"), row["counted"])


def read_missing(attacker: Attacker, printed: Mapping[str, Any], everybody: Mapping[str, tuple[int, int]]) -> None:
    """Read how many are unknown, and what each table says it is about and leaves out."""
    for row in printed["unknown"]["rows"]:
        for code in (*GROUPS, "both"):
            if row[f"by_{code}"] != "hidden":
                attacker.reads((row["place"], code, UNKNOWN, "n"), row[f"by_{code}"])
    stages = [row["place"] for row in printed["unknown"]["rows"]]
    for code in (*GROUPS, "both"):
        [out] = printed[code]["left_out"]
        if out["n"] != "hidden":
            attacker.adds_up([(stage, code, UNKNOWN, "n") for stage in stages], out["n"])
        else:
            assert printed[code]["n"] == sum(everybody[stage][0] for stage in stages)


@pytest.mark.parametrize("what", WORLDS)
def test_whoever_solves_for_the_hidden_numbers_of_a_worksheet_that_goes_out_learns_of_none_that_it_is_small(
    world: Any, opened: Any, what: str
) -> None:
    WORLDS[what](world)
    facts = opened(world)
    outside, inside = (
        tables(
            render.build(
                "worksheet", facts, answers=world.answers, options=Options(profile="nyc-ll144", outward=outward)
            )
        )
        for outward in (True, False)
    )
    rates = tables(render.build("fairness", facts, answers=world.answers))["rates"]["rows"]
    everybody = {row["stage"]: (row["n"], row["selected"]) for row in rates if row["group"] == "(all)"}
    attacker, small = Attacker(), list[Name]()
    for stage in [row["place"] for row in inside["unknown"]["rows"]]:
        sheet_adds_up(attacker, stage)
        attacker.adds_up([(stage, "sex", group, "n") for group in (*GROUPS["sex"], UNKNOWN)], everybody[stage][0])
        attacker.adds_up(
            [(stage, "sex", group, "selected") for group in (*GROUPS["sex"], UNKNOWN)], everybody[stage][1]
        )
        read_sheet(attacker, outside, stage)
        for row in rates:
            group = UNKNOWN if row["group"] in MISSING else row["group"]
            counts = (row["n"], row["selected"], row["n"] - row["selected"])
            small += [
                (stage, row["attribute"], group, kind)
                for kind, n in zip(TALLIES, counts, strict=True)
                if row["stage"] == stage and row["attribute"] in GROUPS and row["group"] != ERASED and 0 < n < FIVE
            ]
    read_missing(attacker, outside, everybody)
    assert small
    assert [name for name in small if attacker.learns(name, FIVE)] == []
    assert any(row["n"] != "hidden" for row in outside["sex"]["rows"])
