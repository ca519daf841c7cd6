"""What several rooms' tests need: how thoroughly to look, and a database for each test that asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from demo_once import built_once
from evenhand.demo.build import Demo
from postgres import WHY_NOT, programs, server

# No deadline: a busy machine is not a defect.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("quick"), max_examples=5_000, print_blob=True)
settings.load_profile("quick")

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server for this run, or for this worker of it; the address has ``%s`` where a database's name goes."""
    found = programs()
    if found is None:
        pytest.skip(WHY_NOT)
    with server(found) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The address of a database of this test's own."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_server % "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_server % name


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where a store can be made, on each database in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo ledger, one for the whole run: look at it, and copy it to change it."""
    return built_once(tmp_path_factory)
