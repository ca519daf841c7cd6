from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = sorted(ROOT.glob("requirements*.txt"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := re.match(r"([a-z0-9._-]+)==([^ ;]+)", line))}


def run_venv(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "scripts" / "venv.sh"), str(folder / "venv")],
        env={"PATH": os.environ["PATH"]} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def stand_in(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_no_pin_names_an_address_or_a_place_on_somebody_s_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|trusted-host| @ |file:|/(home|root|tmp|opt|work)/", text)


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_package_is_pinned_with_its_hashes(path: Path) -> None:
    # One logical line a package; its continuation lines hold the hashes.
    text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_the_pin_files_agree_with_one_another() -> None:
    whole = pinned("requirements-dev.txt")
    for name in ("requirements.txt", "requirements-build.txt"):
        assert pinned(name).items() <= whole.items(), f"{name}: run `make pins`"


def test_what_the_package_declares_is_pinned() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.split(r"[^A-Za-z0-9._-]", wanted)[0] for wanted in declared["project"]["dependencies"]]
    assert set(names) <= set(pinned("requirements.txt"))
    tools = [wanted for wanted in declared["dependency-groups"]["dev"] if isinstance(wanted, str)]
    assert {re.split(r"[^A-Za-z0-9._-]", wanted)[0] for wanted in tools} <= set(pinned("requirements-dev.txt"))
    assert "hatchling" in pinned("requirements-build.txt")


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_command_people_are_told_to_run_exists(path: str) -> None:
    file = ROOT / path
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    told = re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, re.MULTILINE)
    assert set(told) <= TARGETS


def test_make_says_what_can_be_made_when_asked_for_nothing() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    said = set(re.findall(r"make (\w+)", done.stdout))
    assert {"demo", "test", "lint", "bench", "fuzz", "words", "pins", "clean"} <= said <= TARGETS


def test_a_python_that_is_too_old_is_named_with_what_to_do(tmp_path: Path) -> None:
    old = stand_in(tmp_path / "python", 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    done = run_venv(tmp_path, PYTHON=str(old))
    assert done.returncode == 1
    assert f"Python 3.11 or newer is needed; found here: {old}, Python 3.9.2" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_without_ensurepip_is_said_to_be_so(tmp_path: Path) -> None:
    script = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo python3.12-venv ;; esac'
    bare = stand_in(tmp_path / "python", script)
    stand_in(tmp_path / "id", "echo 1000")  # not root, so nothing is installed
    done = run_venv(tmp_path, PYTHON=str(bare), PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert f"{bare} comes without ensurepip" in done.stderr
    assert "apt-get install python3.12-venv" in done.stderr


def test_an_environment_made_with_an_older_python_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    kept = stand_in(tmp_path / "venv" / "bin" / "python", "exit 1")
    done = run_venv(tmp_path)
    assert done.returncode == 1
    assert "remove that folder and try again" in done.stderr
    assert kept.read_text(encoding="utf-8").endswith("exit 1\n")


def test_the_licence_is_apache_2_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
