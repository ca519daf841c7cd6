"""The facts of the demo, cut where only the planted findings appear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evenhand.clock import parse_instant
from evenhand.columns.facts import Facts, open_facts
from evenhand.demo.build import Demo
from evenhand.ledger.ledger import STORE_FILE
from evenhand.store.store import file_url


@pytest.fixture(scope="session")
def facts(demo: Demo) -> Iterator[Facts]:
    as_of = (demo.position, parse_instant(demo.instant))
    with open_facts(file_url(demo.folder / STORE_FILE), demo.folder, as_of=as_of) as opened:
        yield opened
