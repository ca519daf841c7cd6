"""A vault in a folder of its own, on SQLite and, where a server can be had, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from evenhand.vault import Vault

NO_ENVIRONMENT: dict[str, str] = {}


class Place:
    """Where a vault lies: what a test needs to make it, open it again, and look at its bytes."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.url = url

    def create(self, **more) -> Vault:
        return Vault.create(self.url, self.folder, **({"entropy": os.urandom, "environment": NO_ENVIRONMENT} | more))

    def open(self, **more) -> Vault:
        return Vault.open(self.url, self.folder, **({"entropy": os.urandom, "environment": NO_ENVIRONMENT} | more))

    def bytes(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(self.folder.iterdir()) if path.is_file())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "ledger")


@pytest.fixture
def place_at() -> type[Place]:
    """Another place than the usual one: ``place_at(folder, url)``."""
    return Place


@pytest.fixture
def vault(place: Place) -> Iterator[Vault]:
    with place.create() as made:
        yield made


@pytest.fixture
def postgres_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    server = request.getfixturevalue("postgres_url")
    name = f"vault_{uuid4().hex}"
    url = make_url(server).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield Place(tmp_path / "ledger", url.set(database=name).render_as_string(hide_password=False))
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Place:
    """The same promise on both databases."""
    return request.getfixturevalue("place" if request.param == "sqlite" else "postgres_place")


def person() -> str:
    return str(uuid4())


@pytest.fixture
def ada() -> str:
    return person()


@pytest.fixture
def ben() -> str:
    return person()
