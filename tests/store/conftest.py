"""A store on each database, a way around it, and entries to put in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest

from evenhand.clock import stepping_clock
from evenhand.events.entry import Entry
from evenhand.store import NewEntry, Store

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, on SQLite and on PostgreSQL in turn."""
    with Store.create(store_url) as made:
        yield made


@pytest.fixture
def draft() -> Callable[..., NewEntry]:
    """Make a new entry; what is not given is different each time."""
    numbers = count(1)

    def make(stream: str | None = None, version: int = 1, **parts: Any) -> NewEntry:
        number = next(numbers)
        made = NewEntry(
            stream or str(UUID(int=number)),
            version,
            str(UUID(int=2**64 + number)),
            "fact.stated.v1",
            f'{{"n":{number}}}',
        )
        return made._replace(**parts)

    return make


@pytest.fixture
def append() -> Callable[[Store, Sequence[NewEntry]], list[Entry]]:
    """Append entries whatever the store says, one microsecond after those before."""
    clock = stepping_clock(START)
    return lambda store, news: store.transact(lambda _reader: news, clock=clock)


@pytest.fixture
def around(store_url: str) -> Callable[[str], list[Any]]:
    """Run SQL past the store, as a person with a database client would, and answer with the rows."""

    def run(statement: str) -> list[Any]:
        if store_url.startswith("postgresql"):
            with psycopg.connect(store_url) as server:
                cursor = server.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(store_url)
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()

    return run
