"""The demo, built once for the whole run, whichever process asks first; nobody may change it.

def test_something(demo: Demo) -> None: ...       # the fixture is in tests/conftest.py

Who wants one to change copies ``untouched(demo)``: files come and go beside a ledger that other tests have open.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from evenhand.demo.build import Demo, Found, build

_PATIENCE = 300.0


def built_once(factory: pytest.TempPathFactory) -> Demo:
    """Build the demo, or wait until another worker of this run has."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "the-demo"
    done = shared / "done.json"
    try:
        shared.mkdir()
    except FileExistsError:
        _wait_for(done)
    else:
        made = build(shared / "ledger")
        shutil.copytree(made.folder, untouched(made))
        unfinished = shared / "unfinished.json"
        unfinished.write_text(json.dumps([made.position, made.instant, made.candidacies, made.found]), encoding="utf-8")
        unfinished.rename(done)
    position, instant, candidacies, found = json.loads(done.read_text(encoding="utf-8"))
    return Demo(shared / "ledger", position, instant, candidacies, tuple(Found(*each) for each in found))


def untouched(demo: Demo) -> Path:
    """Answer with a copy of the demo that nobody opens."""
    return demo.folder.with_name("untouched")


def _wait_for(done: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not done.exists():
        if time.monotonic() > end:
            pytest.fail("the worker that builds the demo has not finished; look at its error")
        time.sleep(0.2)
