from __future__ import annotations

import pytest

from by_hand import report
from evenhand.render.blocks import Report


@pytest.fixture
def sample() -> Report:
    return report()
