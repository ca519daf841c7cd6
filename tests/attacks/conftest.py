from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from evenhand.clock import stepping_clock
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
def ledger(whole: Path, tmp_path: Path) -> Path:
    """A copy to cheat with."""
    return Path(shutil.copy(whole, tmp_path / "ledger.db"))
