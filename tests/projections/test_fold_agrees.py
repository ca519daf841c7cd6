"""On random histories every projection gives, row by row, what a plain fold over the log gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from build import facts_from
from evenhand.models import catalogue, run
from projections.fold import PARTS, fold
from projections.histories import history

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_projection_agrees_with_a_plain_fold_over_the_log(seed: int) -> None:
    entries = history(seed)
    chance = Random(f"as of {seed}")
    position = len(entries) if chance.random() < 0.4 else chance.randint(len(entries) // 2, len(entries))
    recorded = datetime.fromisoformat(entries[position - 1].recorded_at)
    instant = recorded + timedelta(seconds=chance.randint(0, 60 * 86_400))
    expected = fold(entries, position, instant)
    projections = catalogue(custom=False)
    with facts_from(entries, position=position, instant=instant, zone="UTC") as facts:
        run(facts.connection, tuple(PARTS), projections)
        for name in PARTS:
            found = _rows(facts.connection, name)
            for row in found:
                assert set(row) == set(projections[name].columns)
            assert _sorted(found) == _sorted(expected[name]), f"{name} differs on history {seed}"


def test_the_fold_covers_every_built_in_projection() -> None:
    assert set(PARTS) == set(catalogue(custom=False))


def test_the_histories_show_every_finding_and_every_class_of_replay() -> None:
    codes: set[str] = set()
    classes: set[str] = set()
    states: set[str] = set()
    for seed in SEEDS:
        entries = history(seed)
        made = fold(entries, len(entries), datetime.fromisoformat(entries[-1].recorded_at) + timedelta(days=40))
        codes |= {row["code"] for row in made["finding"]}
        classes |= {row["class"] for row in made["replay"]}
        states |= {row["state"] for row in made["candidacy"]}
    assert classes == {"no_standard", "unscored", "insufficient", "capacity", "discretion", "agree", "differ"}
    assert len(states) == 12
    from projections.fold_findings import PRINCIPLES

    assert codes == {code for each in PRINCIPLES.values() for code in each.split()}


def _rows(connection: Any, name: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f'SELECT * FROM temp.main."{name}"')
    columns = [each[0] for each in cursor.description]
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _sorted(rows: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    return sorted((sorted(row.items()) for row in rows), key=repr)
