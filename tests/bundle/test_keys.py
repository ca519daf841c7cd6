"""The program in a bundle and ``evenhand verify`` agree on whose keys count, and for what."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle.agreeing import agree, line_of, rows_of
from bundle.conftest import Sent
from cheating import cheat
from evenhand.checkpoint.log_key import LogKey, read_key
from evenhand.checkpoint.trust import Trust, template
from evenhand.merkle.tree import leaf_hash
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import SignedNote
from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey
from hiring import seeded

ORIGIN = "example.com/hiring"
ID = "ffffffff-0000-4000-8000-000000000000"
GIVEN_UP = "whether what was signed with the key that was given up in entry 17 is genuine: somebody else may hold it"


def a_key(name: str = ORIGIN, kind: int = ED25519) -> str:
    return str(VerifierKey.of(name, kind, Ed25519PrivateKey.from_private_bytes(seeded(20)(32))))


def record_key(sent: Sent, named: str, *, compromised: bool = False) -> None:
    """Record, as entry 17, that a key follows; whoever writes the database needs nobody's leave."""
    stream, version = rows_of(sent.ledger)[11][2].decode(), len(rows_of_stream(sent))
    body = f"'{{\"compromised\":{str(compromised).lower()}{named}}}'"
    row = f"17, recorded_at, '{stream}', {version + 1}, '{ID}', 'log_key.rotated.v1', {body}"
    cheat(sent.ledger / "ledger.db", f"INSERT INTO entry SELECT {row} FROM entry WHERE position = 16", rehash=True)


def rows_of_stream(sent: Sent) -> list[object]:
    rows = rows_of(sent.ledger)
    return [row for row in rows if row[2] == rows[11][2]]


def trusting(sent: Sent, *more: str, backwards: bool = False, without: int = 0) -> Path:
    """Write a trust file with the keys that the ledger used, and more."""
    trust = Trust.read(sent.trust)
    keys = [*map(str, trust.log_keys[without:]), *more]
    written = template(ORIGIN, keys[::-1] if backwards else keys, [str(each) for each in trust.witnesses])
    path = sent.base / "other.toml"
    path.write_text(written, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("more", "given"),
    [((), {"backwards": True}), ((), {"without": 1}), ((a_key(),), {})],
    ids=["order", "less", "more"],
)
def test_a_trust_file_must_name_the_ledgers_own_keys_in_order(sent: Sent, more: tuple[str, ...], given) -> None:
    said = agree(sent.ledger, trust=trusting(sent, *more, **given), held=[sent.held], receipts=[sent.receipt])
    assert [(each["file"], each["entry"]) for each in said["findings"]] == [("trust.toml", None)]


def test_a_key_that_was_recorded_without_its_owner_is_missed_by_the_trust_file(sent: Sent) -> None:
    record_key(sent, f',"log_key":"{a_key()}"')
    assert agree(sent.ledger)["ok"]
    assert not agree(sent.ledger, trust=sent.trust)["ok"]
    assert agree(sent.ledger, trust=trusting(sent, a_key()))["ok"]


@pytest.mark.parametrize(
    "named",
    [
        ',"log_key":"nonsense"',
        f',"log_key":"{a_key()[:-1]}"',
        f',"log_key":"{a_key("example.com/other")}"',
        f',"log_key":"{a_key(kind=COSIGNATURE)}"',
        ',"log_key":17',
    ],
    ids=["nonsense", "cut", "of another log", "of a witness", "a number"],
)
def test_a_recorded_key_that_is_none_is_named_and_the_others_count(sent: Sent, named: str) -> None:
    record_key(sent, named)
    for trust in (None, sent.trust):
        said = agree(sent.ledger, trust=trust, held=[sent.held], receipts=[sent.receipt])
        assert [(each["file"], each["entry"]) for each in said["findings"]] == [("entries.ndjson", 17)]


@pytest.mark.parametrize("named", [',"log_key":null', ""], ids=["null", "none"])
def test_an_entry_that_names_no_key_leaves_the_others_as_they_are(sent: Sent, named: str) -> None:
    record_key(sent, named)
    assert agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])["ok"]


def test_a_key_that_was_given_up_leaves_open_what_it_signed(sent: Sent) -> None:
    assert GIVEN_UP not in agree(sent.ledger)["not_checked"]
    record_key(sent, f',"log_key":"{a_key()}"', compromised=True)
    assert GIVEN_UP in agree(sent.ledger)["not_checked"]
    assert GIVEN_UP in agree(sent.ledger, trust=trusting(sent, a_key()))["not_checked"]


def test_a_receipt_counts_under_the_key_of_its_position_and_any_later_one(sent: Sent) -> None:
    first, second = (read_key(sent.base / "first.key"), read_key(sent.ledger / "log.key"))
    assert first is not None
    assert second is not None
    text = Receipt.parse(SignedNote.parse(sent.receipt.read_bytes()))
    early = sent.base / "early.receipt"
    for trust in (None, sent.trust):
        sent.receipt.write_text(str(LogKey(ORIGIN, second).signed(str(text))), encoding="utf-8")
        early.write_text(str(LogKey(ORIGIN, second).signed(early_text(sent))), encoding="utf-8")
        assert agree(sent.ledger, trust=trust, receipts=[sent.receipt, early])["ok"]
        sent.receipt.write_text(str(LogKey(ORIGIN, first).signed(str(text))), encoding="utf-8")
        said = agree(sent.ledger, trust=trust, receipts=[sent.receipt, early])
        assert [each["file"] for each in said["findings"]] == ["receipts/last.receipt"]
        early.write_text(str(LogKey(ORIGIN, first).signed(early_text(sent))), encoding="utf-8")
        assert len(agree(sent.ledger, trust=trust, receipts=[sent.receipt, early])["findings"]) == 1


def early_text(sent: Sent) -> str:
    row = rows_of(sent.ledger)[4]
    return str(Receipt(ORIGIN, 5, leaf_hash(line_of(row)), row[1].decode()))


def test_names_that_cannot_be_shown_are_refused_by_both(sent: Sent) -> None:
    for name in ("a\u202eb", "a\u200bb", "a\ue000b", "a\u2028b", "a\u00a0b", "a\x7fb"):
        before = sent.newest.read_text(encoding="utf-8")
        sent.newest.write_text(f"{before}— {name} AAAAAAAA\n", encoding="utf-8")
        said = agree(sent.ledger, trust=sent.trust)
        assert not said["ok"], name
        sent.newest.write_text(f"{before}— plain AAAAAAAA\n", encoding="utf-8")
        assert agree(sent.ledger, trust=sent.trust)["ok"]
        sent.newest.write_text(before, encoding="utf-8")
