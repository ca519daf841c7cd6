"""From the command line: sign, have it witnessed and stamped, hand it on, and hold the ledger against it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from authority import make_authority
from evenhand.checkpoint.log_key import LogKey
from evenhand.note.receipt import Receipt


@pytest.fixture
def trust(cli, ledger: Path) -> Path:
    """A trust file with a witness, whose folder is made here too."""
    key = cli("evidence", "witness", "witness", "--new", "witness.example.net/w1").out.strip()
    assert cli("evidence", "trust", "--witness", key, "-o", "trust.toml").code == 0
    return ledger / "trust.toml"


def said(ran, title: str) -> str:
    return "\n".join(ran.json[title])


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_checkpoint_is_signed_witnessed_stamped_and_written_in_one_go(cli, trust: Path, tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "tsa")
    with authority.listening() as address:
        ran = cli("evidence", "checkpoint", "--trust", trust, "--witness", "witness", "--tsa", address,
                  "--to", tmp_path / "elsewhere", "-f", "json")  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.json["entries"] == 14
    assert ran.json["cosigned_by"] == ["witness.example.net/w1"]
    assert ran.json["stamped"] is True
    assert [path.name for path in sorted((tmp_path / "elsewhere").iterdir())] == [
        "000000000014.checkpoint",
        "000000000014.tsr",
    ]
    times = "\n[times]\nskew_seconds = 60\ndelay_hours = 48\nsince = 2026-11-01T00:00:00Z\n"
    trust.write_text(f'{trust.read_text()}{times}authorities = ["""{authority.root}"""]\n')
    verified = cli("verify", "--trust", trust, "--held", tmp_path / "elsewhere/000000000014.checkpoint", "-f", "json")
    assert verified.json["ok"], verified.json
    assert "checkpoints stamped: 1" in said(verified, "checked")
    assert "checkpoints kept elsewhere: 1" in said(verified, "checked")
    assert "witness" not in said(verified, "not_checked")


def test_a_witness_elsewhere_is_asked_over_files(cli, trust: Path) -> None:
    assert cli("evidence", "checkpoint", "--request", "to-witness.txt").code == 0
    answer = cli("evidence", "witness", "witness", "to-witness.txt", "--trust", trust)
    assert answer.out.startswith("— witness.example.net/w1 ")
    assert cli("evidence", "checkpoint", "--add", "-", "--trust", trust, stdin=answer.out).code == 0
    assert cli("verify", "--trust", trust).code == 0


def test_what_the_trust_file_asks_for_and_is_missing_is_a_finding(cli, trust: Path, ledger: Path) -> None:
    ran = cli("verify", "--trust", trust, "-f", "json")
    assert ran.code == 3
    assert "0 of the witnesses in the trust file cosigned the newest checkpoint" in ran.json["findings"][0]["problem"]
    shutil.rmtree(ledger / "evidence")
    ran = cli("verify", "--trust", trust, "-f", "json")
    assert ran.code == 3
    assert "there is no checkpoint" in ran.json["findings"][0]["problem"]


def test_a_ledger_without_its_checkpoint_says_what_was_not_checked(cli, ledger: Path) -> None:
    shutil.rmtree(ledger / "evidence")
    ran = cli("verify", "-f", "json")
    assert ran.code == 0
    assert "checkpoint" not in said(ran, "checked")
    assert "there is no checkpoint" in said(ran, "not_checked")


def test_a_kept_checkpoint_shows_what_was_cut_off(cli, ledger: Path, tmp_path: Path) -> None:
    shutil.copy(ledger / "evidence/000000000014.checkpoint", tmp_path / "held.checkpoint")
    cli("record", "candidate.registered")
    assert cli("verify", "--held", tmp_path / "held.checkpoint").code == 0
    shutil.copy(tmp_path / "held.checkpoint", tmp_path / "other.checkpoint")
    ran = cli("verify", "--held", tmp_path / "gone.checkpoint")
    assert (ran.code, ran.problems) == (4, [f"{tmp_path}/gone.checkpoint: cannot be read: no such file or directory"])
    changed = (tmp_path / "held.checkpoint").read_text().replace("\n14\n", "\n15\n")
    (tmp_path / "other.checkpoint").write_text(changed)
    ran = cli("verify", "--held", tmp_path / "other.checkpoint", "-f", "json")
    assert ran.code == 3
    assert "other.checkpoint: the signature in the name of" in ran.json["findings"][0]["problem"]


def test_a_receipt_is_held_against_the_ledger(cli, ledger: Path) -> None:
    assert cli("evidence", "receipt", "8", "-o", "8.receipt").code == 0
    ran = cli("verify", "--receipt", "8.receipt", "-f", "json")
    assert ran.code == 0
    assert "receipts: 1" in said(ran, "checked")
    (ledger / "8.receipt").write_text((ledger / "8.receipt").read_text().replace("\n8\n", "\n9\n"))
    assert cli("verify", "--receipt", "8.receipt").code == 3


def test_a_copy_that_says_something_else_stops_the_next_checkpoint(cli, ledger: Path, tmp_path: Path) -> None:
    """Whoever changes the ledger and its evidence together is stopped by the copies that were made before."""
    shutil.copytree(ledger, tmp_path / "old")
    assert cli("evidence", "checkpoint", "--to", tmp_path / "copies").code == 0
    cli("record", "candidate.registered")
    assert cli("evidence", "checkpoint", "--to", tmp_path / "copies").code == 0
    before = contents(tmp_path / "copies")
    put_back = ("--ledger", tmp_path / "old")
    ran = cli(*put_back, "evidence", "checkpoint", "--to", tmp_path / "copies")
    assert ran.code == 3
    assert "a checkpoint of 15 entries was signed before, and there are 14" in ran.err
    cli(*put_back, "record", "candidate.registered")
    assert cli(*put_back, "evidence", "checkpoint").code == 0
    ran = cli(*put_back, "evidence", "checkpoint", "--to", tmp_path / "copies")
    assert ran.code == 3
    assert "are not those that were signed before" in ran.err
    assert contents(tmp_path / "copies") == before


def test_a_witness_that_saw_more_stops_the_signing(cli, trust: Path, ledger: Path, tmp_path: Path) -> None:
    shutil.copytree(ledger, tmp_path / "old")
    cli("record", "candidate.registered")
    assert cli("evidence", "checkpoint", "--trust", trust, "--witness", "witness").code == 0
    ran = cli("--ledger", tmp_path / "old", "evidence", "checkpoint", "--trust", trust, "--witness", ledger / "witness")
    assert ran.code == 3
    assert "entries were cut off, or an old copy was put back; sign nothing" in ran.err
    assert [each.name for each in (tmp_path / "old/evidence").iterdir()] == ["000000000014.checkpoint"]


def test_signatures_that_nobody_looked_at_are_not_called_cosignatures(cli, trust: Path) -> None:
    assert (
        cli("evidence", "checkpoint", "--trust", trust, "--witness", "witness", "-f", "json").json["not_checked"] == []
    )
    ran = cli("evidence", "checkpoint", "-f", "json")
    assert (ran.json["cosigned_by"], ran.json["not_checked"]) == ([], ["witness.example.net/w1"])
    assert "also signed by witness.example.net/w1, which was not checked" in cli("evidence", "checkpoint").out


def test_a_file_that_stamps_nothing_is_not_called_a_stamp(cli, ledger: Path) -> None:
    (ledger / "evidence/000000000014.tsr").write_bytes(b"")
    assert cli("evidence", "checkpoint", "-f", "json").json["stamped"] is False


def test_a_stamp_can_be_fetched_by_hand(cli, ledger: Path, tmp_path: Path) -> None:
    assert cli("evidence", "checkpoint", "--tsa-request", "ask.tsq").code == 0
    (ledger / "evidence/000000000014.tsr").write_bytes(
        make_authority(tmp_path / "tsa").answer((ledger / "ask.tsq").read_bytes())
    )
    assert cli("evidence", "checkpoint", "-f", "json").json["stamped"] is True


def test_the_ledgers_own_file_was_not_kept_elsewhere(cli, ledger: Path) -> None:
    ran = cli("verify", "--held", "evidence/000000000014.checkpoint")
    assert (ran.code, "give the copy that was kept elsewhere" in ran.err) == (4, True)


def test_what_lies_about_in_the_folder_keeps_nobody_from_verifying(cli, ledger: Path) -> None:
    (ledger / "evidence/._000000000014.checkpoint").write_bytes(b"left by a finder")
    assert cli("verify").code == 0
    (ledger / "evidence/000000000015.checkpoint").symlink_to(ledger / "gone")
    ran = cli("verify", "-f", "json")
    assert ran.code == 3
    assert ran.json["findings"][0]["problem"].startswith("000000000015.checkpoint: ")


def test_a_key_that_was_given_up_is_named_under_what_was_not_checked(cli, ledger: Path) -> None:
    assert cli("evidence", "receipt", "8", "-o", "old.receipt").code == 0
    old = (ledger / "log.key").read_text()
    assert cli("evidence", "trust", "-o", "before.toml").code == 0
    assert cli("evidence", "rotate", "--compromised").code == 0
    assert cli("evidence", "trust", "-o", "after.toml").code == 0
    ran = cli("verify", "--trust", "after.toml", "--receipt", "old.receipt", "-f", "json")
    assert ran.code == 0, ran.json
    assert "the key that was given up in entry 15 is genuine" in said(ran, "not_checked")
    ran = cli("verify", "--trust", "before.toml", "-f", "json")
    assert ran.code == 3
    assert "names other keys of its own" in ran.json["findings"][0]["problem"]
    forged = Receipt("example.com/small", 15, bytes(32), "2026-07-03T09:12:44.120391Z")
    stolen = LogKey("example.com/small", bytes.fromhex(old))
    (ledger / "forged.receipt").write_text(str(stolen.signed(str(forged))))
    ran = cli("verify", "--receipt", "forged.receipt", "-f", "json")
    assert "forged.receipt: it is signed with a key that was not the log's" in ran.json["findings"][0]["problem"]


def test_two_copies_are_compared_line_by_line(cli, ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other"
    shutil.copytree(ledger, copy)
    assert cli("evidence", "compare", ".", copy).out == "the same: 14 entries\n"
    cli("record", "candidate.registered")
    ran = cli("evidence", "compare", copy / "ledger.db", ".", "-f", "json")
    assert (ran.code, ran.json["relation"], ran.json["differs_at"]) == (0, "second_extends_first", None)
    assert ". extends" in cli("evidence", "compare", ".", copy).out
    cli("--ledger", copy, "record", "candidate.registered")
    ran = cli("evidence", "compare", ".", copy, "-f", "json")
    assert (ran.code, ran.json["relation"], ran.json["differs_at"]) == (3, "fork", 15)
    assert cli("evidence", "compare", ".", copy).out == "a fork: they differ from entry 15 on\n"
    assert cli("evidence", "compare", ".", tmp_path / "nothing").code == 4


def test_what_is_no_copy_of_the_ledger_is_not_called_a_fork(cli, ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("one\ntwo\n")
    (tmp_path / "empty.ndjson").write_text("")
    (tmp_path / "holed.ndjson").write_text('{"position":1,"body":{"origin":"example.com/small"}}\n{"position":3,\n')
    assert cli("--ledger", tmp_path / "other", "init", "--origin", "example.com/other", "--zone", "UTC").code == 0
    for other, problem in (
        ("text.txt", "text.txt:1: this is no line of a ledger"),
        ("empty.ndjson", "has no entries"),
        ("holed.ndjson", "holed.ndjson:2: this is no line of a ledger, or not the next one"),
        ("other", "two ledgers of different names"),
    ):
        ran = cli("evidence", "compare", tmp_path / other, tmp_path / other if other == "holed.ndjson" else ".")
        assert (ran.code, problem in ran.err) == (4, True), ran.err


def test_a_bundle_is_compared_with_the_ledger_it_came_from(cli, ledger: Path, tmp_path: Path) -> None:
    assert cli("evidence", "bundle", tmp_path / "bundle", "--prove", "8").code == 0
    assert cli("evidence", "compare", ".", tmp_path / "bundle").out == "the same: 14 entries\n"
    assert (tmp_path / "bundle/proofs/8.tlog-proof").read_text() == cli("evidence", "prove", "8").out
    manifest = json.loads((tmp_path / "bundle/manifest.json").read_text())
    assert (manifest["entries"], manifest["checkpoints"], manifest["inclusion_proofs"]) == (14, 1, 1)
    ran = cli("evidence", "bundle", tmp_path / "bundle")
    assert (ran.code, ran.problems) == (4, [f"{tmp_path}/bundle is not empty; choose a new folder for the bundle"])


def test_a_bundle_carries_receipts_under_their_positions(cli, ledger: Path, tmp_path: Path) -> None:
    assert cli("evidence", "receipt", "8", "-o", "mine.txt").code == 0
    assert cli("evidence", "bundle", tmp_path / "bundle", "--receipt", "mine.txt").code == 0
    assert (tmp_path / "bundle/receipts/8.1.receipt").read_bytes() == (ledger / "mine.txt").read_bytes()
    ran = cli("evidence", "bundle", tmp_path / "other", "--receipt", "standard.toml")
    assert (ran.code, "this is no receipt" in ran.err) == (4, True), ran.err
    assert not (tmp_path / "other").exists()


def test_the_same_ledger_makes_the_same_bundle(cli, ledger: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert cli("evidence", "bundle", tmp_path / name).code == 0
    one, two = (contents(tmp_path / name) for name in ("one", "two"))
    assert one == two


def test_a_ledger_that_contradicts_its_checkpoint_signs_nothing(cli, ledger: Path) -> None:
    with sqlite3.connect(ledger / "ledger.db") as database:
        database.execute("DROP TRIGGER entry_unchanged")
        database.execute("UPDATE entry SET body = replace(body, 'reject', 'advance') WHERE position = 9")
        database.commit()
    database.close()
    cli("record", "candidate.registered")
    assert cli("verify").code == 3
    ran = cli("evidence", "prove", "9")
    assert ran.code == 3
    assert "not the one that was signed" in ran.err


@pytest.mark.parametrize(
    ("args", "code", "problem"),
    [
        (("checkpoint", "--witness", "witness"), 2, "--trust: say whose keys count"),
        (("checkpoint", "--add", "x"), 2, "--trust: say whose keys count"),
        (("checkpoint", "--add", "x", "--request", "y"), 2, "--add: adds what came back, and does nothing else"),
        (("checkpoint", "--tsa", "http://[::1"), 6, "does not answer"),
        (("checkpoint", "--tsa", "ftp://example.com"), 4, "begins with http"),
        (("checkpoint", "--request", "r", "--since", "99"), 4, "fewer than 99"),
        (("prove", "99"), 4, "there is no entry 99"),
        (("prove", "00000000-0000-4000-8000-000000000000"), 4, "there is no entry of this id"),
        (("witness", "witness"), 2, "give either a request"),
        (("witness", "nowhere", "r", "--trust", "t"), 6, "there is no witness here"),
        (("trust", "--witness", "junk"), 4, "name+hash+key"),
        (("bundle", "out", "--trust", "gone.toml"), 4, "gone.toml: cannot be read"),
        (("bundle", "out", "--prove", "99"), 4, "there is no entry 99"),
    ],
)
def test_what_cannot_be_done_is_said(cli, ledger: Path, args: tuple[str, ...], code: int, problem: str) -> None:
    ran = cli("evidence", *args)
    assert (ran.code, problem in ran.err) == (code, True), ran.err
    assert not (ledger / "out").exists()


def test_evidence_speaks_chinese(cli, ledger: Path) -> None:
    assert "已签名" in cli("--lang", "zh", "evidence", "checkpoint").out
    shown = cli("--lang", "zh", "verify").out
    assert "已核查" in shown
    assert "个，最新的覆盖 14 条记录" in shown  # noqa: RUF001 - Chinese punctuation
    assert cli("--lang", "zh", "evidence", "compare", ".", ".").out.endswith("14 条记录\n")


def test_rotation_is_told_with_the_new_key(cli, ledger: Path) -> None:
    ran = cli("evidence", "rotate")
    assert ran.code == 0
    assert "new key example.com/small+" in ran.out
    assert cli("evidence", "checkpoint").code == 0
    assert cli("verify", "--rules").code == 0
