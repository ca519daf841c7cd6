"""A file to cheat with, and a ledger with all its evidence to cheat with, on each database."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from attacks.scene import Scene, fill, on_postgres, on_sqlite
from attacks.world import World, build
from bundle.agreeing import agree
from evenhand.clock import stepping_clock
from evenhand.errors import TamperedError, UnavailableError
from evenhand.store import NewEntry, Store

ENTRIES = 600
"""Enough for three tiles of hashes and one above them."""


def _only(made: NewEntry, _reader: object) -> list[NewEntry]:
    return [made]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 600 entries, four a stream, that nobody touched."""
    path = tmp_path_factory.mktemp("whole") / "ledger.db"
    clock = stepping_clock(datetime(2026, 1, 5, 9, tzinfo=UTC), timedelta(seconds=61))
    with Store.create(str(path)) as store:
        for number in range(ENTRIES):
            opening = number == 0
            made = NewEntry(
                str(UUID(int=2**100 + number // 4)),
                number % 4 + 1,
                str(UUID(int=2**90 + number)),
                "ledger.opened.v1" if opening else "decision.made.v1",
                '{"format":1}' if opening else f'{{"outcome":"reject","n":{number:04}}}'.replace(":0", ":1"),
            )
            store.transact(partial(_only, made), clock=clock)
    return path


@pytest.fixture
def ledger(whole: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to cheat with. Whatever was done to it, the program in a bundle says of it what ``verify`` says."""
    yield Path(shutil.copy(whole, tmp_path / "ledger.db"))
    with suppress(TamperedError, UnavailableError, sqlite3.DatabaseError):  # no bundle can be made of it
        agree(tmp_path)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A ledger with checkpoints, cosignatures, stamps and receipts, that nobody touched."""
    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def scenes_url(postgres_server: str) -> str:
    """The address of a database for one scene after the other: making one costs more than filling it."""
    with psycopg.connect(postgres_server % "postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE scenes")
    return postgres_server % "scenes"


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Scene:
    """A copy of the world to cheat with, on each database in turn."""
    if request.param == "sqlite":
        return on_sqlite(world, tmp_path)
    callspec = getattr(request.node, "callspec", None)
    case = callspec.params.get("case") if callspec else None
    if getattr(case, "only_sqlite", False):
        pytest.skip("a column of a server holds text and nothing else")
    url: str = request.getfixturevalue("scenes_url")
    fill(url, world)
    return on_postgres(world, tmp_path, url)
