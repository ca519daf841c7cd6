"""A ledger of one candidacy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring import Hiring, open_hiring


@pytest.fixture
def hiring(tmp_path: Path) -> Iterator[Hiring]:
    made = open_hiring(tmp_path / "ledger")
    yield made
    made.ledger.close()
