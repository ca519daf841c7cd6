"""A sheet of a small company, its mapping, and a ledger to bring it into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets import Sheets, open_sheets


@pytest.fixture
def sheets(tmp_path: Path) -> Iterator[Sheets]:
    made = open_sheets(tmp_path)
    yield made
    made.hiring.ledger.close()
