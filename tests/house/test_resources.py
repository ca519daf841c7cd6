from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evenhand.errors import EvenhandError
from evenhand.resources import packaged, shelf

ROOT = Path(__file__).resolve().parents[2]


def checkout(folder: Path, *shelves: str) -> Path:
    """Lay out a checkout and return the folder of its package."""
    package = folder / "src" / "evenhand"
    package.mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    for name in shelves:
        (folder / name).mkdir(parents=True)
    return package


@pytest.mark.parametrize("name", ["projections", "reports"])
def test_a_checkout_reads_the_shelf_at_its_top(name) -> None:
    assert shelf(name) == ROOT / name


def test_the_packaged_shelf_goes_before_the_checkout_s(tmp_path: Path) -> None:
    package = checkout(tmp_path, "projections", "src/evenhand/projections")
    assert shelf("projections", package=package) == package / "projections"


def test_the_checkout_s_shelf_is_found_when_none_is_packaged(tmp_path: Path) -> None:
    package = checkout(tmp_path, "reports")
    assert shelf("reports", package=package) == tmp_path / "reports"


def test_a_folder_that_happens_to_lie_there_is_not_a_shelf(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "python" / "evenhand"
    package.mkdir(parents=True)
    (tmp_path / "lib" / "reports").mkdir()
    with pytest.raises(EvenhandError):
        shelf("reports", package=package)


def test_a_missing_shelf_says_where_it_was_sought_and_what_to_do(tmp_path: Path) -> None:
    package = checkout(tmp_path)
    with pytest.raises(EvenhandError, match=r"looked in .* install evenhand again") as missing:
        shelf("projections", package=package)
    assert missing.value.exit_code == 70


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; make test installs it")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.parametrize("name", ["projections", "reports"])
def test_the_wheel_carries_every_file_of_the_shelves(wheel: zipfile.ZipFile, name: str) -> None:
    tracked = subprocess.run(["git", "ls-files", name], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    expected = {f"evenhand/{path}" for path in tracked.splitlines()}
    assert expected <= set(wheel.namelist())


def test_the_wheel_carries_the_words_the_licence_and_the_types_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {"evenhand/py.typed", "evenhand/words/zh/LC_MESSAGES/evenhand.mo"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"evenhand"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_carries_the_lexicon_of_each_language(wheel: zipfile.ZipFile) -> None:
    assert {f"evenhand/texts/lexicon/{each}.toml" for each in ("en", "zh")} <= set(wheel.namelist())


def test_a_text_that_the_package_lost_says_where_it_was_sought() -> None:
    with pytest.raises(EvenhandError, match=r"none\.toml is missing; this installation is not whole"):
        packaged("texts", "lexicon", "none.toml")


def test_an_installed_package_finds_its_own_shelves(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    for name in ("projections", "reports"):
        (tmp_path / "evenhand" / name).mkdir(exist_ok=True)  # a shelf nobody filled yet is in no wheel
    done = subprocess.run(
        [sys.executable, "-c", "from evenhand.resources import shelf; print(shelf('projections'), shelf('reports'))"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    home = tmp_path.resolve() / "evenhand"
    assert done.stdout.split() == [str(home / "projections"), str(home / "reports")]
