"""The eventsourcing library's own published cases for recorders, on both databases, with both kinds of stream id."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from eventsourcing.tests import persistence as published

from evenhand.clock import system_clock
from evenhand.store import Store
from evenhand.store.recorder import LedgerRecorder, LedgerStreamRecorder


def close(store: Store) -> None:
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(timeout=10)  # the published cases tell their reading threads to stop and do not wait for it
    store.close()


class OnSqlite:
    @pytest.fixture(autouse=True)
    def _store(self, tmp_path: Path):
        self.store = Store.create(str(tmp_path / "ledger.db"))
        yield
        close(self.store)


class OnPostgres:
    @pytest.fixture(autouse=True)
    def _store(self, postgres_url: str):
        self.store = Store.create(postgres_url)
        yield
        close(self.store)


class StreamCases(published.AggregateRecorderTestCase):
    store: Store

    def create_recorder(self) -> LedgerStreamRecorder:
        return LedgerStreamRecorder(self.store, clock=system_clock, entropy=Random(1).randbytes)


class LedgerCases(published.ApplicationRecorderTestCase[LedgerRecorder]):
    store: Store
    stream_ids: type[UUID | str] = UUID

    def create_recorder(self) -> LedgerRecorder:
        return LedgerRecorder(self.store, clock=system_clock, entropy=Random(1).randbytes, stream_ids=self.stream_ids)


class TestStreamsOnSqlite(OnSqlite, StreamCases):
    pass


class TestStreamsOnPostgres(OnPostgres, StreamCases):
    pass


class TestLedgerOnSqlite(OnSqlite, LedgerCases):
    pass


class TestLedgerOnPostgres(OnPostgres, LedgerCases):
    pass


class TestTextIdsOnSqlite(OnSqlite, LedgerCases):
    stream_ids = str

    def new_originator_id(self) -> str:
        return f"stream-{uuid4()}"


class TestTextIdsOnPostgres(OnPostgres, LedgerCases):
    stream_ids = str

    def new_originator_id(self) -> str:
        return f"stream-{uuid4()}"


del StreamCases, LedgerCases  # the cases without a database are not run
