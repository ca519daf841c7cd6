"""Read a page as somebody who follows it does: which files to write, what to run, what it is said to print.

A page says in a comment what it needs: ``<!-- test: ledger=demo files=examples/ricci -->``. A block whose fence names a
file is that file. In a console block a line that begins with ``$`` is a command, and what stands below it is what it
prints; ``…`` stands for anything. ``<!-- exit: 1 -->`` before a block says how its last command ends.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(
    r"(?:<!-- exit: (?P<exit>\d+) -->\n+)?^```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_FOR_A_SHELL = re.compile(r"^(?!evenhand )|[|<>$&;`*\\\n]")
_CUT = "-- until here --"
_NEEDS = re.compile(r"<!-- test:(?P<needs>[^>]*) -->")


class Block(NamedTuple):
    """One fenced block of a page."""

    kind: str
    name: str | None
    text: str
    exit: int
    line: int


class Command(NamedTuple):
    """One command of a console block, and what it is said to print; nothing said if empty."""

    text: str
    shown: str
    exit: int
    line: int


def blocks(page: Path) -> tuple[Block, ...]:
    text = page.read_text(encoding="utf-8")
    return tuple(
        Block(
            found["kind"], found["name"], found["text"], int(found["exit"] or 0), text.count("\n", 0, found.start()) + 1
        )
        for found in _FENCE.finditer(text)
    )


def needs(page: Path) -> dict[str, str]:
    """What a page says it needs."""
    found = _NEEDS.search(page.read_text(encoding="utf-8"))
    return dict(each.split("=", 1) for each in found["needs"].split()) if found else {}


def commands(block: Block) -> Iterator[Command]:
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"line {block.line}: a console block begins with a command"
    for number, part in enumerate(parts[1:], 2):
        lines = part.splitlines()
        length = next(at for at, each in enumerate(lines, 1) if not each.endswith("\\"))
        shown = "\n".join(lines[length:]).strip()
        yield Command("\n".join(lines[:length]), shown, block.exit if number == len(parts) else 0, block.line)


def prints(shown: str, said: str) -> bool:
    """Say whether what was printed is what the page shows."""
    pattern = ".*?".join(map(re.escape, map(_plain, shown.split("…"))))
    return re.fullmatch(pattern, _plain(said), re.DOTALL) is not None


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


class Reader:
    """Somebody at a shell with a ledger named by ``EVENHAND_LEDGER``, in a folder of their own."""

    def __init__(self, folder: Path, ledger: Path, given: Mapping[str, str]) -> None:
        self.folder = folder
        ours = ("EVENHAND_", "LC_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | dict(given)
        programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self._environ = kept | {"PATH": programs, "LANG": "C.UTF-8", "TZ": "UTC", "EVENHAND_LEDGER": str(ledger)}

    def follow(self, page: Path) -> list[str]:
        """Do what a page says from top to bottom; answer with what came out otherwise."""
        problems: list[str] = []
        for block in blocks(page):
            if block.name:
                (self.folder / block.name).write_text(block.text, encoding="utf-8")
            elif block.kind == "console":
                problems += [problem for each in commands(block) if (problem := self._run(each))]
        return problems

    def _run(self, command: Command) -> str | None:
        run = self._in_shell if _FOR_A_SHELL.search(command.text) else self._in_process
        status, said = run(command.text)
        where = f"block at line {command.line}: $ {command.text}"
        if status != command.exit:
            return f"{where}\nleft with {status}, expected {command.exit}:\n{said}"
        if command.shown and not prints(command.shown, said):
            return f"{where}\nprinted:\n{said}\nexpected:\n{command.shown}"
        return None

    def _in_shell(self, text: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout.decode().strip()

    def _in_process(self, text: str) -> tuple[int, str]:
        """Run the program's own entry point: starting a process for each command would take most of the time."""
        from evenhand.cli.frame import run

        said = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
        with (
            chdir(self.folder),
            patch.dict(os.environ, self._environ, clear=True),
            patch("sys.stdin", StringIO()),
            redirect_stdout(said),
            redirect_stderr(said),
        ):
            status = run(shlex.split(text)[1:])
        return status, said.buffer.getvalue().decode().strip()

    def run_python(self, text: str) -> str:
        """Run a script with warnings as errors; answer with what it prints."""
        script = self.folder / "page.py"
        script.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "error", script],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def check_python(self, page: Path) -> None:
        """Run the Python of a page as one script; a text block says what has been printed since the one before."""
        script, shown = "", []
        for block in blocks(page):
            if block.kind == "python":
                script += block.text
            elif block.kind == "text":
                script += f"print({_CUT!r})\n"
                shown.append(block.text.strip())
        said = [each.strip() for each in self.run_python(script).split(_CUT)]
        wrong = [
            f"printed:\n{mine}\nexpected:\n{theirs}"
            for theirs, mine in zip(shown, said, strict=False)
            if not prints(theirs, mine)
        ]
        assert not wrong, "\n\n".join(wrong)

    @classmethod
    def at(cls, folder: Path, ledger: Path, files: str | None, given: Mapping[str, str]) -> Reader:
        """Sit down in a new folder, with a copy of the files that the page needs."""
        if files:
            shutil.copytree(ROOT / files, folder)
        else:
            folder.mkdir()
        return cls(folder, ledger, given)
