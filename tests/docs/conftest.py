from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from authority import make_authority
from docs.blocks import Reader
from postgres import programs


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo ledger, built once for all workers of this run; to be copied, not touched."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "docs-demo"
    with (shared / "docs-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _build(folder)
            (folder / "built").touch()
    return folder


def _build(folder: Path) -> None:
    from evenhand.columns.facts import open_facts
    from evenhand.demo.build import build

    build(folder)
    open_facts(f"sqlite:///{folder}/ledger.db", folder).close()


@pytest.fixture
def reader(tmp_path: Path, request: pytest.FixtureRequest) -> Reader:
    """Somebody who is about to follow the page of this test."""
    needed: dict[str, str] = request.getfixturevalue("needed")
    ledger = tmp_path / "ledger"
    given: dict[str, str] = {}
    if "lang" in needed:
        given["EVENHAND_LANG"] = needed["lang"]
    if needed.get("ledger") == "demo":
        shutil.copytree(request.getfixturevalue("demo"), ledger)
    if needed.get("ledger") == "postgresql":
        given |= _databases(request.getfixturevalue("postgres_server"))
    if needed.get("authority") == "local":
        given |= request.getfixturevalue("authority")
    return Reader.at(tmp_path / "work", ledger, needed.get("files"), given)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A time-stamping authority: its address in ``TSA``, its root certificate's file in ``AUTHORITY``."""
    made = make_authority(tmp_path_factory.mktemp("authority") / "tsa")
    root = made.folder / "root.pem"
    root.write_text(made.root)
    with made.listening() as address:
        yield {"TSA": address, "AUTHORITY": str(root)}


def _databases(server: str) -> dict[str, str]:
    """Make what the page about PostgreSQL finds made, and lend it the server's own client."""
    with psycopg.connect(server % "postgres", autocommit=True) as connection:
        for name in ("hiring", "hiring_keys"):
            connection.execute(f"CREATE DATABASE {name}")
    path = f"{programs()}{os.pathsep}{os.environ['PATH']}"
    return {"STORE": server % "hiring", "VAULT": server % "hiring_keys", "PATH": path}
