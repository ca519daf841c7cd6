"""A ledger on disk made of the corpus, without the rules of the ledger room: what the columns are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from build import FEW, some_entries
from evenhand.clock import stepping_clock
from evenhand.columns.facts import Facts, open_facts
from evenhand.store import NewEntry, Store

START = datetime(2026, 7, 4, tzinfo=UTC)


class Written:
    """A ledger in a folder: append to it, and open its facts."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.said: list[str] = []
        self._clock = stepping_clock(START, timedelta(seconds=1))

    def append(self, entries: Sequence[NewEntry]) -> None:
        with Store.open(self.url) as store:
            store.transact(lambda _: entries, clock=self._clock)

    def facts(self, **options: Any) -> Facts:
        return open_facts(
            self.url, self.folder, say=self.said.append, clock=lambda: START + timedelta(days=9), **options
        )


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """An empty ledger on SQLite."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    Store.create(url).close()
    return Written(tmp_path, url)


@pytest.fixture
def filled(written: Written) -> Written:
    """A ledger of 300 entries of a few types."""
    written.append(some_entries(300, topics=FEW))
    return written


Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def content() -> Callable[[Facts], Tables]:
    """Everything in the raw tables, in the order of positions."""

    def read(facts: Facts) -> Tables:
        names = facts.connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'facts' AND table_name <> 'digest'"
        ).fetchall()
        return {
            name: facts.connection.execute(f'SELECT * FROM facts.log."{name}" ORDER BY ALL').fetchall()
            for (name,) in names
        }

    return read
