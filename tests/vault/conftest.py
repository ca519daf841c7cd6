"""A vault in a folder of its own, on SQLite and, where a server can be had, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from evenhand.vault import Vault

USUAL: dict[str, Any] = {"entropy": os.urandom, "environment": {}}


class Place:
    """Where a vault lies: what a test needs to make it, open it again, and look at its bytes."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.url = url

    def create(self, **more: Any) -> Vault:
        return Vault.create(self.url, self.folder, **(USUAL | more))

    def open(self, **more: Any) -> Vault:
        return Vault.open(self.url, self.folder, **(USUAL | more))

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
def postgres_place(postgres_url: str, tmp_path: Path) -> Place:
    return Place(tmp_path / "ledger", postgres_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Place:
    """The same promise on both databases."""
    place: Place = request.getfixturevalue("place" if request.param == "sqlite" else "postgres_place")
    return place


def person() -> str:
    return str(uuid4())


@pytest.fixture
def ada() -> str:
    return person()


@pytest.fixture
def ben() -> str:
    return person()
