"""The ledger as an application of the eventsourcing library, whatever the process's environment says."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from eventsourcing.persistence import DataError, IntegrityError, NotSupportedError, StoredEvent, Tracking

from evenhand.clock import stepping_clock
from evenhand.events.base import Basis, Moment, Precision
from evenhand.events.candidacy import StageEntered
from evenhand.events.registry import REGISTRY
from evenhand.store.application import HiringLedger
from evenhand.store.mapper import Happening, IdentifiedEvent

STREAM = "0198a5b0-0000-7000-8000-000000000001"
NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)
SECRET = "what was said in confidence"


def entered(version: int, stage: str, entry_id: str | None = None) -> Any:
    event = StageEntered(
        occurred_at=Moment(at="2026-07-03", zone="Asia/Shanghai", precision=Precision.DAY),
        actor="0198a5b0-0000-7000-8000-000000000003",
        basis=Basis(kind="observed"),
        rules=1,
        stage=stage,
    )
    return Happening(STREAM, version, event, entry_id)


@pytest.fixture
def ledger(store):
    with HiringLedger(
        store, vocabulary=REGISTRY, clock=stepping_clock(NOON), entropy=Random(1).randbytes
    ) as application:
        yield application


def test_what_is_saved_is_read_back_and_stands_in_the_store(ledger, store):
    recordings = ledger.save(entered(1, "phone_screen"), entered(2, "on_site", "0198a5b0-0000-7000-8000-00000000000b"))
    assert [each.notification.id for each in recordings] == [1, 2]
    assert [happening.event.stage for happening in ledger.events.get(STREAM)] == ["phone_screen", "on_site"]
    entries = list(store.entries())
    assert entries[1].id == "0198a5b0-0000-7000-8000-00000000000b"
    assert entries[0].id[14] == "7"  # a made id is ordered by time
    assert entries[0].recorded_at.startswith("2026-07-03T12:00:00.00000")


def test_a_stream_is_projected_by_the_librarys_repository(ledger):
    ledger.save(entered(1, "phone_screen"), entered(2, "on_site"))
    stages = ledger.repository.get(STREAM, projector_func=lambda _start, events: [each.event.stage for each in events])
    assert stages == ["phone_screen", "on_site"]


def test_the_notification_log_is_the_ledger_in_order(ledger):
    ledger.save(*(entered(version, "phone_screen") for version in range(1, 6)))
    assert [each.id for each in ledger.notification_log.select(start=2, limit=3)] == [2, 3, 4]


def test_the_environment_changes_nothing(store, monkeypatch):
    for name in ("PERSISTENCE_MODULE", "MAPPER_TOPIC", "COMPRESSOR_TOPIC", "TRANSCODER_TOPIC", "CIPHER_TOPIC"):
        monkeypatch.setenv(name, "this")
        monkeypatch.setenv(f"HIRINGLEDGER_{name}", "this")
    monkeypatch.setenv("IS_SNAPSHOTTING_ENABLED", "y")
    monkeypatch.setenv("AGGREGATE_CACHE_MAXSIZE", "10")
    with HiringLedger(store, vocabulary=REGISTRY, clock=stepping_clock(NOON), entropy=os.urandom) as ledger:
        assert dict(ledger.env) == {}
        assert ledger.snapshots is None
        assert ledger.repository.cache is None
        ledger.save(entered(1, "phone_screen"))
        assert next(ledger.events.get(STREAM)) == entered(1, "phone_screen")


def test_a_repeated_version_is_the_librarys_own_error_without_a_payload(ledger):
    recorder = ledger.recorder
    recorder.insert_events([StoredEvent(STREAM, 1, "any.topic", SECRET.encode())])
    with pytest.raises(IntegrityError) as said:
        recorder.insert_events([StoredEvent(STREAM, 1, "any.topic", SECRET.encode())])
    assert SECRET not in str(said.value)


def test_a_repeated_id_is_the_librarys_own_error(ledger):
    first, second = (IdentifiedEvent(STREAM, version, "any.topic", b"{}", "one id") for version in (1, 2))
    ledger.recorder.insert_events([first])
    with pytest.raises(IntegrityError):
        ledger.recorder.insert_events([second])


@pytest.mark.parametrize("state", [b"\xff\xfe", b"a\0b", b" " * 70_000])
def test_a_state_that_no_line_can_hold_is_the_librarys_data_error(ledger, state):
    with pytest.raises(DataError):
        ledger.recorder.insert_events([StoredEvent(STREAM, 1, "any.topic", state)])
    assert ledger.recorder.max_notification_id() is None


def test_what_a_ledger_does_not_offer_is_said(ledger):
    for ask in (
        lambda: ledger.factory.aggregate_recorder("snapshots"),
        ledger.factory.tracking_recorder,
        ledger.factory.process_recorder,
        ledger.recorder.subscribe,
        lambda: ledger.recorder.insert_events([], tracking=Tracking("upstream", 1)),
    ):
        with pytest.raises(NotSupportedError, match="a ledger"):
            ask()
    assert ledger.factory.aggregate_recorder().select_events(STREAM) == []
