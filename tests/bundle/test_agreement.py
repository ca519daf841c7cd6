"""The program in a bundle and ``evenhand verify`` say the same of the same ledger, whatever was done to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bundle.agreeing import agree, standalone, verified
from bundle.conftest import Sent
from cheating import cheat

OTHER = "ffffffff-0000-4000-8000-000000000000"


def test_a_bundle_that_nobody_touched_is_ok_and_says_what_was_checked(whole: Sent) -> None:
    status, said = standalone(whole.bundle, "--trust", whole.trust, "--held", whole.held)
    assert (status, said["ok"], said["findings"]) == (0, True, [])
    found = verified(whole.ledger, trust=whole.trust, held=[whole.held])
    assert (said["entries"], said["root"]) == (found.entries, found.root)
    for layer in ("lines", "manifest", "checkpoints", "receipts", "proofs", "witnesses"):
        assert any(each.startswith(layer) for each in said["checked"]), layer


def test_both_agree_on_a_ledger_that_nobody_touched(sent: Sent) -> None:
    assert agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])["ok"]
    assert agree(sent.ledger)["ok"]


# Entries changed behind the ledger's back, every hash made again; under a checkpoint, behind the newest, and in between


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '\"rules\":1', '\"rules\":2')",
        "body = body || ' '",
        "body = replace(body, '{', '{ ')",
        'body = replace(body, \'"rules":1\', \'"rules":1,"rules":1\')',
        'body = replace(body, \'"rules":1\', \'"rules":1,"rule\\u0073":1\')',
        "body = replace(body, '\"rules\":1', '\"rules\":1.0')",
        "body = replace(body, '\"rules\":1', '\"rules\":1e0')",
        "body = replace(body, '\"rules\":1', '\"rules\":-0')",
        "body = replace(body, '\"rules\":1', '\"rules\":NaN')",
        "body = replace(body, '\"rules\":1', '\"rules\":-Infinity')",
        "body = replace(body, '\"rules\":1', '\"rules\":9007199254740992')",
        "body = replace(body, '\"rules\":1', '\"rules\":-9007199254740991')",
        "body = replace(body, '\"rules\":1', '\"rules\":01')",
        'body = replace(body, \'"rules":1\', \'"rules":"\\ud800"\')',
        'body = replace(body, \'"rules":1\', \'"rules":"\\ud83d\\ude00"\')',
        "body = replace(body, '\"rules\":1', '\"rules\":' || char(13) || '1')",
        "body = replace(body, '\"rules\":1', '\"rules\":' || char(9) || '1')",
        "body = replace(body, '\"rules\":1', '\"rules\":\"' || char(1) || '\"')",
        f"body = replace(body, '\"rules\":1', '\"rules\":{'[' * 31}1{']' * 31}')",
        f"body = replace(body, '\"rules\":1', '\"rules\":{'[' * 32}1{']' * 32}')",
        f"body = replace(body, '\"rules\":1', '\"rules\":{'[' * 30_000}1{']' * 30_000}')",
        "body = replace(body, '\"rules\":1', '\"rules\":\"' || printf('%.*c', 70000, 'x') || '\"')",
        "body = '{}'",
        "body = '[]'",
        "body = ''",
        "body = '{\"a\":1}{}'",
        'body = \'{},"type":"offer.extended.v1","body":{}\'',
        "type = 'offer.extended.v1'",
        "type = 'Offer'",
        "type = 'offer.extended.v0'",
        "recorded_at = '2020-01-01T00:00:00.000000Z'",
        "recorded_at = '2031-01-01T00:00:00.000000Z'",
        "recorded_at = '2026-02-30T00:00:00.000000Z'",
        "recorded_at = '2026-07-01T24:00:00.000000Z'",
        "recorded_at = replace(recorded_at, 'Z', '+00:00')",
        "recorded_at = replace(recorded_at, '.', ',')",
        f"stream = '{OTHER}'",
        f"id = '{OTHER}'",
        f"id = '{OTHER.upper()}'",
        "version = version + 70",
        "version = 9007199254740992",
    ],
)
@pytest.mark.parametrize("position", [5, 13, 16])
def test_both_agree_on_an_entry_that_was_changed(sent: Sent, change: str, position: int) -> None:
    cheat(sent.ledger / "ledger.db", f"UPDATE entry SET {change} WHERE position = {position}", rehash=True)
    agree(sent.ledger)
    agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])


@pytest.mark.parametrize("rehash", [True, False])
@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM entry WHERE position = 5"],
        ["DELETE FROM entry WHERE position = 1"],
        ["DELETE FROM entry WHERE position > 10"],
        ["DELETE FROM entry WHERE position > 14"],
        ["DELETE FROM entry WHERE position > 15"],
        ["UPDATE entry SET position = 99 WHERE position = 16"],
        [
            "DELETE FROM entry WHERE position = 5",
            "UPDATE entry SET position = -position WHERE position > 5",
            "UPDATE entry SET position = -position - 1 WHERE position < 0",
        ],
        [
            "UPDATE entry SET position = -1 WHERE position = 15",
            "UPDATE entry SET position = 15 WHERE position = 16",
            "UPDATE entry SET position = 16 WHERE position = -1",
        ],
        [f"INSERT INTO entry SELECT 17, recorded_at, '{OTHER}', 1, '{OTHER}', type, body FROM entry WHERE position=16"],
        ["UPDATE entry SET body = replace(body, 'example.com/hiring', 'example.com/other') WHERE position = 1"],
        ["UPDATE entry SET body = replace(body, '\"format\":1', '\"format\":true') WHERE position = 1"],
        ["UPDATE entry SET body = replace(body, '+', '-') WHERE position = 1"],
        ["UPDATE entry SET body = replace(body, 'hiring+', 'hiring-') WHERE position = 12"],
        ["UPDATE entry SET type = 'lesson.recorded.v1' WHERE position = 12"],
    ],
    ids=lambda statements: statements[0][:60] if isinstance(statements, list) else None,
)
def test_both_agree_on_entries_removed_added_or_moved(sent: Sent, statements: list[str], *, rehash: bool) -> None:
    cheat(sent.ledger / "ledger.db", *statements, rehash=rehash)
    agree(sent.ledger)
    agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])


# Papers changed: checkpoints, cosignatures, receipts, the trust file


def lost_cosignature(text: str) -> str:
    return "".join(each for each in text.splitlines(keepends=True) if "witness" not in each)


def false_cosignature(text: str) -> str:
    return text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:]


PAPERS = {
    "cut": lambda text: text[:-1],
    "stray line": lambda text: text + "stray\n",
    "signature twice": lambda text: text + text.splitlines()[-1] + "\n",
    "blank after a signature": lambda text: text[:-1] + " \n",
    "false cosignature": false_cosignature,
    "no signature": lambda text: text.partition("— ")[0],
    "other root": lambda text: text.replace("\n", "\nA", 2).replace("\nA", "\n", 1),
    "size with a zero": lambda text: text.replace("\n1", "\n01", 1),
    "other size": lambda text: re.sub(r"\n1(\d)\n", r"\n2\1\n", text, count=1),
    "other origin": lambda text: text.replace("example.com", "example.org"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "empty": lambda text: text[:0],
    "not text": lambda text: "\x00" + text,
    "longer text": lambda text: text.replace("\n\n", "\nmore\n\n", 1),
}


@pytest.mark.parametrize("change", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("which", ["newest", "held", "receipt"])
def test_both_agree_on_a_paper_that_was_changed(sent: Sent, which: str, change) -> None:
    change_paper(getattr(sent, which), change)
    agree(sent.ledger, held=[sent.held], receipts=[sent.receipt])
    agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])


def change_paper(path: Path, change) -> None:
    before = path.read_bytes()
    path.write_bytes(change(before.decode()).encode())
    assert path.read_bytes() != before


@pytest.mark.parametrize("which", ["newest", "held"])
def test_both_agree_on_a_cosignature_that_was_taken_away(sent: Sent, which: str) -> None:
    change_paper(getattr(sent, which), lost_cosignature)
    said = agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])
    assert said["ok"] == (which == "held")  # only the newest must be cosigned


def test_both_agree_on_checkpoints_that_were_deleted(sent: Sent) -> None:
    for each in sorted((sent.ledger / "evidence").glob("*"), reverse=True):
        each.unlink()
        agree(sent.ledger)
        agree(sent.ledger, trust=sent.trust)
    agree(sent.ledger, trust=sent.trust, held=[sent.held])


def test_both_agree_on_a_checkpoint_signed_with_the_key_of_another_time(sent: Sent) -> None:
    from evenhand.checkpoint.log_key import LogKey, read_key
    from evenhand.note.checkpoint import Checkpoint

    secret = read_key(sent.ledger / "log.key")
    assert secret is not None
    for path in sorted((sent.ledger / "evidence").glob("*.checkpoint")):
        head = Checkpoint.parse(path.read_bytes()).head
        path.write_text(str(LogKey(head.origin, secret).signed(str(head))), encoding="utf-8")
        agree(sent.ledger)
        agree(sent.ledger, trust=sent.trust)


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ('origin = "example.com/hiring"', 'origin = "example.com/other"'),
        ("quorum = 1", "quorum = 0"),
        ('  "example.com/hiring', '  # "'),
    ],
)
def test_both_agree_under_another_trust_file(sent: Sent, find: str, put: str) -> None:
    text = sent.trust.read_text(encoding="utf-8")
    assert find in text
    sent.trust.write_text(text.replace(find, put, 1), encoding="utf-8")
    agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])
