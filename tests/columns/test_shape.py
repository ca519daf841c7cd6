"""Each type has a table, and each field of a body is in it as it was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from build import corpus, entries_of, facts_from, facts_of, uid
from evenhand.columns.facts import Facts
from evenhand.columns.shape import table
from evenhand.columns.tables import tables, view_names
from evenhand.events.base import ENVELOPE_COLUMNS, Basis, Moment, Source
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.events.sealing import sealed_paths

ENVELOPE = (
    "position", "recorded_at", "stream_key", "version", "id", "occurred_from", "occurred_to", "occurred_precision",
    "occurred_zone", "occurred_day", "actor", "basis", "batch", "rules", "causation_id", "source_system", "source_kind",
    "source_revision",
)  # fmt: skip


def bounds(moment: Moment) -> dict[str, Any]:
    """What the columns of a moment should say, by Python's own calendar."""
    zone = ZoneInfo(moment.zone)
    if moment.precision == "day":
        day = date.fromisoformat(moment.at)
        first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        after = day + timedelta(days=1)
        last = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC) - timedelta(microseconds=1)
    else:
        first = datetime.fromisoformat(moment.at).astimezone(UTC)
        day = first.astimezone(zone).date()
        last = first
        if moment.precision == "minute":
            first = first.replace(second=0, microsecond=0)
            last = first + timedelta(seconds=59, microseconds=999_999)
    return {
        "from": first.replace(tzinfo=None),
        "to": last.replace(tzinfo=None),
        "precision": str(moment.precision),
        "zone": moment.zone,
        "day": day,
    }


def members(model: BaseModel, sealed: set[tuple[str, ...]]) -> dict[str, Any]:
    """What the columns of a body, or the members of a struct in it, should be."""
    found: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        inner = {path[1:] for path in sealed if path[0] == name}
        if () in inner:
            found[f"has_{name}"] = value is not None
        elif field.annotation in (Moment, Moment | None):
            prefix = name.removesuffix("_at")
            said = bounds(value) if value else dict.fromkeys(("from", "to", "precision", "zone", "day"))
            found |= {f"{prefix}_{part}": each for part, each in said.items()}
        elif isinstance(value, Basis):
            found |= {"basis": value.kind, "batch": value.batch}
        elif field.annotation == Source | None:
            for part in ("system", "kind", "revision"):
                found[f"source_{part}"] = getattr(value, part) if value else None
        else:
            found[f"body_{name}" if name in found or name in ENVELOPE[:5] else name] = simple(value, inner)
    return found


def simple(value: Any, sealed: set[tuple[str, ...]]) -> Any:
    if isinstance(value, BaseModel):
        return members(value, sealed)
    if isinstance(value, tuple):
        return [simple(each, {path[1:] for path in sealed}) for each in value]
    return value


def as_written(got: Any, said: Any) -> Any:
    """Bring what DuckDB answers to the form it was written in."""
    if isinstance(said, dict) and isinstance(got, dict):
        return {name: as_written(each, said.get(name)) for name, each in got.items()}
    if isinstance(said, list) and isinstance(got, list) and len(got) == len(said):
        return [as_written(*each) for each in zip(got, said, strict=True)]
    if isinstance(said, str):
        if isinstance(got, datetime):
            same = got == datetime.fromisoformat(said).astimezone(UTC).replace(tzinfo=None)
            return said if same else got
        return str(got)
    return got


@pytest.fixture(scope="module")
def whole_corpus() -> Iterator[Facts]:
    """Facts of one entry for each body of the corpus, each on a stream of its own."""
    entries = [
        Entry(at, "2026-07-04T00:00:00.000001Z", uid(f"stream {at}"), 1, uid(f"entry {at}"), topic, body)
        for at, (topic, body) in enumerate(corpus(), 1)
    ]
    with facts_from(entries) as facts:
        yield facts


@pytest.mark.parametrize("position", range(1, len(corpus()) + 1))
def test_each_field_of_each_type_stands_in_its_table_as_recorded(position: int, whole_corpus: Facts) -> None:
    topic, body = corpus()[position - 1]
    event = REGISTRY.read(topic, body)
    name = table(type(event)).name
    cursor = whole_corpus.connection.execute(f"SELECT * FROM {name} WHERE position = {position}")
    names = [each[0] for each in cursor.description or ()]
    (row,) = cursor.fetchall()
    said = members(event, set(sealed_paths(type(event))))
    got = dict(zip(names, row, strict=True))
    assert {name: as_written(got[name], each) for name, each in said.items()} == said
    envelope = (position, datetime(2026, 7, 4, microsecond=1), position, 1, uid(f"entry {position}"))  # noqa: DTZ001 - UTC
    assert [str(each) for each in row[:5]] == [str(each) for each in envelope]
    assert names == [*ENVELOPE, *(name for name in said if name not in ENVELOPE), "corrected_by"]


def test_every_type_has_a_table_and_an_effective_one() -> None:
    names = view_names(REGISTRY)
    for each in REGISTRY.current:
        name = each.TOPIC.removesuffix(".v1").replace(".", "_")
        assert {name, f"{name}_effective"} <= names
    with facts_from([]) as facts:
        shown = facts.connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'memory' AND table_schema = 'main'"
        ).fetchall()
    assert {name for (name,) in shown} == names


def test_a_view_and_its_effective_view_have_the_same_columns() -> None:
    with facts_from([]) as facts:
        for each in tables(REGISTRY):
            raw, effective = (
                facts.connection.execute(f'DESCRIBE "{name}"').fetchall()
                for name in (each.name, f"{each.name}_effective")
            )
            assert [row[:2] for row in raw] == [row[:2] for row in effective]


def test_no_table_has_a_column_twice_and_the_envelope_keeps_its_names() -> None:
    for each in tables(REGISTRY):
        names = [column.name for column in each.columns]
        assert len(names) == len(set(names))
        assert tuple(names[: len(ENVELOPE)]) == ENVELOPE
    assert "body_batch" in [column.name for column in table(REGISTRY.event_class("import.finished.v1")).columns]
    assert not {"stream", "type", "body"} & set(ENVELOPE)
    assert set(ENVELOPE_COLUMNS) - {"stream", "type", "body"} <= set(ENVELOPE)


ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC", "Asia/Kathmandu")


@st.composite
def moments(draw: st.DrawFn) -> dict[str, str]:
    day = draw(st.dates(date(1990, 1, 1), date(2037, 12, 30)))
    precision = draw(st.sampled_from(["instant", "minute", "day"]))
    zone = draw(st.sampled_from(ZONES))
    at = day.isoformat()
    if precision != "day":
        clock = draw(st.times()).replace(microsecond=0).isoformat()
        sign, hours, minutes = draw(st.sampled_from("+-")), draw(st.integers(0, 13)), draw(st.sampled_from((0, 30, 45)))
        at += f"T{clock}{sign}{hours:02}:{minutes:02}"
    elif zone == "Pacific/Apia" and day == date(2011, 12, 30):
        at = "2011-12-31"  # the day before did not happen in Samoa
    return {"at": at, "zone": zone, "precision": precision}


@settings(max_examples=10)
@given(st.lists(moments(), min_size=20, max_size=60))
def test_a_moments_bounds_are_those_of_its_zone_and_precision(said: list[dict[str, str]]) -> None:
    connection = facts_of([("stage.entered", uid("c"), {"stage": "cv", "occurred_at": each}) for each in said])
    rows = connection.execute("SELECT columns('occurred_.*') FROM stage_entered ORDER BY position").fetchall()
    connection.close()
    expected = [tuple(bounds(Moment.model_validate_json(json.dumps(each))).values()) for each in said]
    assert rows == expected


def test_a_stream_is_keyed_by_the_position_of_its_first_entry() -> None:
    plain = [
        ("requisition.closed", uid("r"), {"reason": "filled"}),
        ("stage.entered", uid("c"), {"stage": "cv"}),
        ("stage.entered", uid("c"), {"stage": "interview"}),
    ]
    with facts_from(entries_of(plain)) as facts:
        keys = facts.connection.execute("SELECT position, stream_key, version, type FROM entry").fetchall()
        streams = facts.connection.execute("SELECT stream_key, CAST(stream AS VARCHAR) FROM stream").fetchall()
    assert sorted(keys) == [
        (1, 1, 1, "requisition.closed.v1"),
        (2, 2, 1, "stage.entered.v1"),
        (3, 2, 2, "stage.entered.v1"),
    ]
    assert sorted(streams) == [(1, uid("r")), (2, uid("c"))]
