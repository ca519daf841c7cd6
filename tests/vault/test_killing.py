"""Nothing is half-done after a kill -9: really killed, hundreds of times, between one line and the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KILLING = Path(__file__).parent / "killing.py"


def kills(scenario: str, stride: int, *more: str) -> tuple[int, int]:
    """Answer with how many processes were killed, and after how many of these nothing had happened."""
    done = subprocess.run(
        [sys.executable, "-W", "error", KILLING, scenario, str(stride), *more],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    killed, undone = done.stdout.split()
    return int(killed), int(undone)


def test_an_erasure_killed_before_any_line_is_finished_or_undone_by_the_next_opening() -> None:
    killed, undone = kills("destroy", 2)
    assert killed >= 200
    assert 0 < undone < killed, "some must have died before the erasure and some after"


def test_a_vault_killed_while_it_is_made_is_whole_or_can_be_made_again() -> None:
    killed, undone = kills("create", 5)
    assert killed >= 50
    assert 0 < undone < killed


def test_a_batch_of_keys_killed_while_it_is_made_is_whole_or_not_there() -> None:
    killed, undone = kills("new_keys", 5)
    assert killed >= 50
    assert 0 < undone < killed


@pytest.mark.parametrize(("scenario", "stride"), [("destroy", 13), ("create", 29)])
def test_a_vault_on_postgresql_survives_being_killed_as_well(postgres_url: str, scenario: str, stride: int) -> None:
    killed, undone = kills(scenario, stride, postgres_url)
    assert killed >= 10
    assert 0 < undone < killed
