"""The rule stands once in Python, for one decision, and once in SQL, for millions: they must say the same."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from build import facts_of, uid
from evenhand.events.candidacy import KnockoutAnswer
from evenhand.events.registry import REGISTRY
from evenhand.events.standard import StandardAdopted
from evenhand.models import catalogue, run
from evenhand.standard.decide import Scored, decide, stage_of

MOST = 10**12
"""The largest score and weight there is, in micro-points."""
CRITERIA = ("a", "b", "c", "d", "e")
QUESTIONS = ("p", "q", "r")
AUTHORS = tuple(uid(f"author {n}") for n in range(4))
Body = dict[str, Any]


def standard_body(chance: Random) -> Body:
    """A standard whose bars and floors are small multiples of a unit, so that sums often meet a bar exactly."""
    unit = chance.choice((1, 3, 1_000_000, MOST // 5))
    names = {"en": "a name"}
    criteria = []
    for code in chance.sample(CRITERIA, chance.randint(1, 5)):
        need = chance.choice(("required", "optional", "optional", "informational"))
        each: Body = {"criterion": code, "names": names, "need": need, "why": "because"}
        if need != "informational":
            each["weight"] = chance.choice((0, 1, 2, 3, 7, MOST))
            if chance.random() < 0.3:
                each["floor"] = chance.randint(0, 4) * unit
        criteria.append(each)
    low = chance.randint(0, 5) * unit
    scored = {
        "stage": "scored",
        "names": names,
        "kind": "scored",
        "criteria": [each["criterion"] for each in criteria if chance.random() < 0.5],
        "reject_bar": low,
        "advance_bar": min(low + chance.choice((0, 0, 1, unit, 2 * unit)), MOST),
        "minimum_scorecards": chance.randint(1, 3),
    }
    questions = [
        {"question": each, "names": names, "required": chance.random() < 0.7}
        for each in chance.sample(QUESTIONS, chance.randint(1, 3))
    ]
    stages = [
        scored,
        {"stage": "knockout", "names": names, "kind": "knockout", "questions": questions},
        {"stage": "unscored", "names": names, "kind": "unscored"},
    ]
    return {
        "standard_version": 1,
        "code": "standard",
        "names": names,
        "criteria": criteria,
        "scale": {"minimum": 0, "maximum": MOST},
        "stages": stages,
        "reason_codes": [{"code": "r", "names": names, "party": "employer", "needs_criterion": False}],
        "why": "because",
        "unit": unit,
    }


def score(chance: Random, unit: int) -> int:
    """A multiple of the unit, or now and then one more, so that means have to be rounded."""
    return min(chance.randint(0, 5) * unit + chance.choice((0, 0, 0, 1)), MOST)


def ratings(chance: Random, unit: int) -> list[Body]:
    return [
        {
            "criterion": code,
            **({"score": score(chance, unit)} if chance.random() < 0.8 else {}),
        }
        for code in chance.sample(CRITERIA, chance.randint(1, 5))
    ]


def cases(chance: Random, number: int, decisions: int) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
    """One standard, its requisition and many decisions under it; and what Python says of each, by its entry's id."""
    body = standard_body(chance)
    unit = body.pop("unit")
    key = f"{number}"
    standard, requisition, candidacy = uid(f"s{key}"), uid(f"r{key}"), uid(f"c{key}")
    bound = {"standard": standard, "standard_version": 1}
    post = {"code": "r", "title": "t", "unit": "u", "location": "l", "zone": "UTC", "headcount": 1}
    opened = {"candidate": uid("p"), "requisition": requisition, "route": "external"}
    made: list[tuple[Any, ...]] = [
        ("standard.adopted", standard, body),
        ("requisition.opened", requisition, {**bound, **post}),
        ("candidacy.opened", candidacy, opened),
    ]
    adopted = StandardAdopted.model_validate_json(_whole(body))
    said: dict[str, str] = {}
    for n in range(decisions):
        stage = chance.choice(("scored", "scored", "scored", "scored", "knockout", "unscored"))
        visit, decision = uid(f"v{key} {n}"), uid(f"d{key} {n}")
        made.append(("stage.entered", candidacy, {"stage": stage}, {"id": visit}))
        cards = []
        for author in chance.sample(AUTHORS, chance.randint(0, 4)):
            given = ratings(chance, unit)
            card = {"visit": visit, "author": author, **bound, "ratings": given}
            made.append(("scorecard.submitted", candidacy, card))
            cards.append(Scored(author, {each["criterion"]: each.get("score") for each in given}))
        answers = [{"question": each, "met": chance.random() < 0.8} for each in QUESTIONS if chance.random() < 0.8]
        decided = {"visit": visit, "outcome": "advance", "automation": "none", "knockout_answers": answers}
        made.append(("decision.made", candidacy, decided, {"id": decision}))
        found = stage_of(adopted, stage)
        assert found is not None
        said[decision] = decide(adopted, found, cards, [KnockoutAnswer.model_validate(each) for each in answers]).value
    return made, said


def _whole(body: Body) -> str:
    envelope = {
        "occurred_at": {"at": "2026-01-01", "zone": "UTC", "precision": "day"},
        "actor": uid("actor"),
        "basis": {"kind": "observed"},
        "rules": 1,
    }
    return json.dumps({**envelope, **body})


@pytest.mark.parametrize("seed", range(3))
def test_sql_decides_thousands_of_cases_as_python_decides_each(seed: int) -> None:
    chance = Random(f"rule {seed}")
    made: list[tuple[Any, ...]] = []
    said: dict[str, str] = {}
    for number in range(60):
        more, answers = cases(chance, number, 40)
        made += more
        said |= answers
    connection = facts_of(made, zone="UTC")
    run(connection, ("replay",), catalogue(custom=False))
    rows = connection.execute("SELECT CAST(decision_id AS VARCHAR), implied FROM replay").fetchall()
    assert dict(rows) == said
    assert set(said.values()) == {"advance", "reject", "discretion", "insufficient", "unscored"}


def test_the_vocabulary_has_no_second_version_of_a_standard_yet() -> None:
    assert REGISTRY.newest("standard.adopted.v1") == "standard.adopted.v1"  # else the rule must be looked at again


def test_a_what_if_standard_takes_the_place_of_every_version_and_of_no_other_standard() -> None:
    chance = Random("what if")
    made: list[tuple[Any, ...]] = []
    for number in range(2):
        more, _ = cases(chance, number, 30)
        made += more
    for each in made:
        if each[0] == "standard.adopted":
            each[2]["code"] = "mine" if each[1] == uid("s0") else "theirs"
    connection = facts_of(made, zone="UTC")
    connection.execute("INSERT INTO what_if_standard SELECT * FROM standard_adopted WHERE code = 'mine'")
    connection.execute(
        "UPDATE what_if_standard SET stages = list_transform(stages, lambda s: struct_update(s, kind := 'unscored'))"
    )
    run(connection, ("replay",), catalogue(custom=False))
    rows = connection.execute(
        "SELECT a.code, r.class, count(*) FROM replay r JOIN standard_adopted a ON a.position = r.standard_entry "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert rows == [("mine", "unscored", 30), ("theirs", "no_standard", 30)]
