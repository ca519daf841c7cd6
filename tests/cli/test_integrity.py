"""``report integrity`` at the command line: what it is held against, and how it ends."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Cli

CHECKPOINT = "evidence/000000000014.checkpoint"


def cheat(ledger: Path, *statements: str) -> None:
    """Change the ledger's file as whoever can write it may, and see that bytes did change."""
    path = ledger / "ledger.db"
    before = path.read_bytes()
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    for each in statements:
        assert connection.execute(each).rowcount
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert path.read_bytes() != before


def test_a_sound_ledger_is_reported_with_exit_0(cli: Cli, ledger: Path) -> None:
    ran = cli("report", "integrity", "-f", "json")
    assert ran.code == 0
    assert ran.json["blocks"][0]["word"] == "as_recorded"
    assert [each["name"] for each in ran.json["stamp"]["verified"]["papers"]] == [CHECKPOINT]
    assert (ledger / CHECKPOINT).is_file()


def test_what_was_kept_elsewhere_is_held_against_the_ledger(cli: Cli, ledger: Path) -> None:
    shutil.copy(ledger / CHECKPOINT, "kept.checkpoint")
    cli("evidence", "trust", "--out", "trust.toml")
    cli("evidence", "receipt", 8, "--out", "eight.receipt")
    given = ("--held", "kept.checkpoint", "--trust", "trust.toml", "--receipt", "eight.receipt")
    ran = cli("report", "integrity", *given, "-f", "json")
    stamp = ran.json["stamp"]["verified"]
    assert [each["name"] for each in stamp["papers"]] == [CHECKPOINT, "held/kept.checkpoint", "receipt/eight.receipt"]
    assert len(stamp["trust"]) == 64
    assert "receipts: 1" in ran.out
    assert ran.code == 0


def test_a_changed_entry_is_said_first_and_the_command_ends_with_3(cli: Cli, ledger: Path) -> None:
    cheat(ledger, "UPDATE entry SET body = replace(body, '\"reject\"', '\"advance\"') WHERE body LIKE '%\"reject\"%'")
    ran = cli("report", "integrity", "-f", "md")
    assert ran.code == 3
    assert ran.out.index("Something in the ledger is not as it was recorded") < ran.out.index("What was checked")
    assert "## Keys destroyed, as recorded" in ran.out
    assert "the ledger does not verify" in ran.err


@pytest.mark.parametrize(
    ("statement", "readable"),
    [
        ("DELETE FROM entry WHERE position = 9", 8),
        ("UPDATE entry SET type = 'decision.unmade.v1' WHERE position = 9", 8),
        ("UPDATE entry SET body = '{}' WHERE position = 9", 8),
        ("DELETE FROM tile", 0),
    ],
)
def test_a_ledger_that_cannot_be_read_to_its_end_is_reported_up_to_the_damage(
    cli: Cli, ledger: Path, statement: str, readable: int
) -> None:
    cheat(ledger, statement, *(["DELETE FROM entry WHERE position = 14"] if "tile" in statement else []))
    ran = cli("report", "integrity", "-f", "json", "--as-of", "14@2026-07-01T00:00:00Z")
    assert ran.code == 3
    assert ran.json["blocks"][0]["word"] == "not_as_recorded"
    assert ran.json["stamp"]["position"] == readable


def test_a_ledger_that_does_not_verify_is_not_written_to(cli: Cli, ledger: Path) -> None:
    cheat(ledger, "UPDATE entry SET recorded_at = replace(recorded_at, '2025', '2024') WHERE position = 9")
    before = (ledger / "ledger.db").read_bytes()
    assert cli("report", "integrity", "--issue").code == 3
    assert (ledger / "ledger.db").read_bytes() == before


@pytest.mark.parametrize(
    "command",
    [
        ("report", "latency", "--from-log"),
        ("report", "latency", "--issue"),
        ("check", "--from-log"),
        ("sql", "select count(*) from entry", "--from-log"),
        ("project", "candidacy", "--from-log"),
    ],
)
def test_nothing_is_made_from_a_log_whose_entries_are_not_those_recorded(
    cli: Cli, ledger: Path, command: tuple[str, ...]
) -> None:
    cheat(ledger, "UPDATE entry SET body = replace(body, '\"reject\"', '\"advance\"') WHERE body LIKE '%\"reject\"%'")
    before = (ledger / "ledger.db").read_bytes()
    ran = cli(*command)
    assert (ran.code, ran.out) == (3, "")
    assert "append nothing, keep the file as it is" in ran.err
    assert (ledger / "ledger.db").read_bytes() == before


def test_a_sound_report_can_be_issued(cli: Cli, ledger: Path) -> None:
    assert ledger.is_dir()
    ran = cli("report", "integrity", "--issue")
    assert (ran.code, ran.problems[-1]) == (0, "issued as entry 15")


def test_papers_are_refused_by_a_report_that_does_not_verify(cli: Cli, ledger: Path) -> None:
    assert ledger.is_dir()
    ran = cli("report", "latency", "--held", CHECKPOINT)
    assert ran.code == 2
    assert "for a report that verifies the ledger, such as integrity" in ran.err


def test_a_damaged_checkpoint_is_a_finding_of_the_report(cli: Cli, ledger: Path) -> None:
    path = ledger / CHECKPOINT
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n14\n", "\n13\n"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    ran = cli("report", "integrity", "-f", "json", "--exit-code")
    assert ran.code == 3
    assert any("000000000014.checkpoint" in each["sentence"] for each in ran.json["blocks"][1]["items"])


def test_a_ledger_that_may_only_be_read_is_reported_on(cli: Cli, ledger: Path) -> None:
    for each in ledger.iterdir():
        if each.is_file():
            each.chmod(0o400)
    assert cli("report", "integrity", "-f", "json").code == 0
