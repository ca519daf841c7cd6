"""The demo command makes a ledger where it was asked to, verifies it, and says what is in it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from demo_once import untouched
from evenhand.cli.frame import run
from evenhand.demo import tour
from evenhand.demo.build import Demo, Say


@pytest.fixture
def built(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a copy of the demo that this run has built already: building is tested beside this file."""

    def copied(folder: Path, *, say: Say) -> Demo:
        shutil.copytree(untouched(demo), folder)
        say(1, 1)
        return demo._replace(folder=folder)

    monkeypatch.setattr(tour, "build", copied)


def test_the_demo_is_made_in_its_folder_verified_and_reported(
    built: None, demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tryout"
    assert run(["demo", str(folder), "-f", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["entries"], said["as_of"], len(said["planted"])) == (demo.position, demo.as_of, len(demo.found))
    assert all(Path(each).stat().st_size for each in said["reports"])
    integrity = (folder / "output" / "integrity.en.md").read_text(encoding="utf-8")
    assert f"the newest of {demo.position:,} entries; the entries are those that were signed" in integrity
    with sqlite3.connect(folder / "ledger.db") as database:
        columns = [row[1] for row in database.execute("pragma table_info(entry)")]
    database.close()
    assert columns == ["position", "recorded_at", "stream", "version", "id", "type", "body"]


def test_a_folder_that_holds_anything_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(["demo", str(tmp_path)]) == 6
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
