from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "evenhand"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}
PURE = ("calendar", "events", "merkle", "note", "rules", "standard", "texts")


def rooms() -> set[str]:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return folders | {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}


def test_no_room_imports_one_above_it_or_beside_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
            *("--no-logo", "--cache-dir", str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_place_among_the_layers() -> None:
    layers = CONTRACTS["rooms"]["layers"]
    placed = {room.strip(" ()") for layer in layers for room in layer.split("|")}
    assert CONTRACTS["rooms"]["exhaustive"] is True
    assert rooms() <= placed


def test_every_pure_room_is_held_to_touch_nothing_outside() -> None:
    held = {name.removeprefix("evenhand.") for name in CONTRACTS["pure"]["source_modules"]}
    assert held == rooms() & set(PURE), "list the room under the contract `pure` in pyproject.toml"


def test_no_module_bears_the_name_of_a_shelf_or_a_name_that_says_nothing() -> None:
    shelves = {"projections", "reports"}
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "handler"}
    found = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py") if path.stem in shelves | empty}
    assert found == set()
