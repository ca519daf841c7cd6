"""What is printed survives a terminal that knows fewer signs than were recorded, and files are UTF-8 all the same."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from evenhand.demo.build import Demo

AS_OF = "@2026-07-01T00:00:00Z"
OWN = """
title = { en = "\\u2713 \\u2212 \\U0001F44B", zh = "\\u2713 \\u2212 \\U0001F44B 谁走了" }
question = { en = "Who?", zh = "谁" }
[[block]]
key = "left"
table = "withdrawal"
title = { en = "Left", zh = "离开" }
[[block.column]]
key = "kind"
label = { en = "Kind", zh = "类别" }
"""


def on_a_terminal(encoding: str, *arguments: str) -> tuple[int, bytes]:
    """Run the program on a terminal of an encoding; answer with its status and everything it printed there."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "NO_COLOR": "1"}
    program = [sys.executable, "-m", "evenhand", *arguments]
    process = subprocess.Popen(program, stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    printed = b""
    with suppress(OSError):  # the terminal is gone once the program is
        while some := os.read(ours, 65_536):
            printed += some
    os.close(ours)
    return process.wait(timeout=300), printed


@pytest.mark.parametrize("form", ["table", "md", "json", "csv"])
def test_every_format_reaches_a_gbk_terminal_in_chinese(demo: Demo, form: str) -> None:
    status, printed = on_a_terminal(
        "gbk", "--ledger", str(demo.folder), "report", "latency", "--as-of", AS_OF, "--lang", "zh", "-f", form
    )
    shown = printed.decode("gbk")
    assert status == 0, shown
    assert "账本" in shown or "告知时效" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_an_error_in_chinese_survives_any_terminal(tmp_path: Path, encoding: str) -> None:
    status, printed = on_a_terminal(encoding, "--ledger", str(tmp_path), "--lang", "zh", "log")
    shown = printed.decode(encoding)
    assert status == 6
    assert ("这里没有账本" in shown) == (encoding == "gbk")
    assert "evenhand init" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_signs_that_a_terminal_lacks_are_shown_as_code_points(demo: Demo, tmp_path: Path, encoding: str) -> None:
    from shutil import copytree

    from demo_once import untouched

    folder = tmp_path / "ledger"
    copytree(untouched(demo), folder)
    (folder / "reports" / "own").mkdir(parents=True)
    (folder / "reports" / "own" / "report.toml").write_text(OWN, encoding="utf-8")
    status, printed = on_a_terminal(
        encoding, "--ledger", str(folder), "report", "own", "--as-of", AS_OF, "--lang", "zh"
    )
    shown = printed.decode(encoding)
    assert status == 0, shown
    assert "\\u2713" in shown
    assert "\\U0001f44b" in shown
    assert ("谁走了" in shown) == (encoding == "gbk")


@pytest.mark.parametrize("form", ["md", "json", "csv", "html"])
def test_what_goes_into_a_file_is_utf_8_whatever_the_terminal_knows(demo: Demo, form: str) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "gbk"}
    arguments = ("--ledger", str(demo.folder), "report", "latency", "--as-of", AS_OF, "--lang", "zh", "-f", form)
    program = [sys.executable, "-m", "evenhand", *arguments]
    done = subprocess.run(program, env=environ, capture_output=True, check=True)
    shown = done.stdout.decode("utf-8")
    assert "账本" in shown or "告知时效" in shown
