"""Each kind of correction takes effect in the effective tables; what was recorded stays in the others."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from build import facts_of, uid

DECISION = ("decision.made", uid("c"), {
    "visit": uid("v"), "outcome": "reject", "automation": "none", "reasons": [{"code": "experience"}],
}, {"id": uid("d"), "at": "2026-07-01T10:00:00+08:00", "zone": "Asia/Shanghai"})  # fmt: skip
OTHER = ("stage.entered", uid("other"), {"stage": "cv"})


def corrected(kind: str, target: str = "d", by: str = "k", **fields: Any) -> tuple[Any, ...]:
    body = {"target": uid(target), "kind": kind, "fields": fields}
    return ("entry.corrected", uid("c"), body, {"id": uid(by)})


def both(*plain: tuple[Any, ...], columns: str) -> tuple[list[Any], list[Any]]:
    """The decision as recorded and as corrected."""
    connection = facts_of([OTHER, DECISION, *plain])
    found = [
        connection.execute(f"SELECT {columns}, corrected_by FROM {name} ORDER BY position").fetchall()
        for name in ("decision_made", "decision_made_effective")
    ]
    connection.close()
    return found[0], found[1]


def test_a_corrected_time_replaces_all_of_the_time() -> None:
    moment = {"at": "2026-06-30", "zone": "Europe/Berlin", "precision": "day"}
    recorded, effective = both(corrected("time", occurred_at=moment), columns="columns('occurred_.*')")
    first = datetime(2026, 7, 1, 2)  # noqa: DTZ001 - UTC, as the tables keep it
    assert recorded == [(first, first, "instant", "Asia/Shanghai", date(2026, 7, 1), 3)]
    start, end = datetime(2026, 6, 29, 22), datetime(2026, 6, 30, 21, 59, 59, 999_999)  # noqa: DTZ001 - UTC
    assert effective == [(start, end, "day", "Europe/Berlin", date(2026, 6, 30), 3)]


def test_a_corrected_actor_replaces_the_actor() -> None:
    recorded, effective = both(corrected("actor", actor=uid("her")), columns="CAST(actor AS VARCHAR)")
    assert recorded == [(uid("actor"), 3)]
    assert effective == [(uid("her"), 3)]


def test_corrected_reasons_replace_the_reasons() -> None:
    reasons = [{"code": "communication", "criteria": []}]
    recorded, effective = both(corrected("reason_mapping", reasons=reasons), columns="reasons[1].code, len(reasons)")
    assert recorded == [("experience", 1, 3)]
    assert effective == [("communication", 1, 3)]


def test_a_duplicate_is_gone() -> None:
    recorded, effective = both(corrected("duplicate"), columns="outcome")
    assert recorded == [("reject", 3)]
    assert effective == []


def test_an_entry_of_the_wrong_candidacy_moves_to_the_right_one() -> None:
    recorded, effective = both(corrected("wrong_candidacy", candidacy=uid("other")), columns="stream_key")
    assert recorded == [(2, 3)]
    assert effective == [(1, 3)]


def test_of_two_corrections_of_one_kind_the_later_holds_and_kinds_add_up() -> None:
    _, effective = both(
        corrected("actor", by="k1", actor=uid("her")),
        corrected("wrong_candidacy", by="k2", candidacy=uid("other")),
        corrected("actor", by="k3", actor=uid("him")),
        columns="stream_key, CAST(actor AS VARCHAR)",
    )
    assert effective == [(1, uid("him"), 5)]


def test_a_correction_that_was_itself_a_mistake_is_taken_back() -> None:
    recorded, effective = both(
        corrected("duplicate", by="k1"), corrected("duplicate", target="k1", by="k2"), columns="outcome"
    )
    assert recorded == effective == [("reject", None)]


def test_taking_back_can_be_taken_back() -> None:
    _, effective = both(
        corrected("duplicate", by="k1"),
        corrected("duplicate", target="k1", by="k2"),
        corrected("duplicate", target="k2", by="k3"),
        columns="outcome",
    )
    assert effective == []


def test_the_outcome_cannot_be_corrected_and_stays() -> None:
    moment = {"at": "2026-06-30", "zone": "Europe/Berlin", "precision": "day"}
    _, effective = both(corrected("time", occurred_at=moment), columns="outcome, automation, CAST(visit AS VARCHAR)")
    assert effective == [("reject", "none", uid("v"), 3)]


def test_the_columns_are_the_same_whether_anything_was_corrected_or_not() -> None:
    def columns(*plain: tuple[Any, ...]) -> list[Any]:
        connection = facts_of([OTHER, DECISION, *plain])
        found = [
            connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {name})").fetchall()
            for name in ("decision_made", "decision_made_effective")
        ]
        connection.close()
        return found

    assert columns() == columns(corrected("duplicate"))
