from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.checkpoint.folder import Paper
from evenhand.errors import InputError
from evenhand.ledger.bundle import bundle
from evenhand.ledger.evidence import Evidence
from hiring import Hiring


def test_receipts_are_counted_whatever_their_files_are_called(hiring: Hiring, tmp_path: Path) -> None:
    Evidence(hiring.ledger).checkpoint()
    receipt = str(Evidence(hiring.ledger).receipt(2)).encode()
    manifest = bundle(hiring.ledger, tmp_path / "bundle", receipts=[Paper("of-may.txt", receipt)])
    assert manifest["receipts"] == 1


def test_of_two_receipts_of_one_name_none_is_lost(hiring: Hiring, tmp_path: Path) -> None:
    evidence = Evidence(hiring.ledger)
    both = [Paper("mine.txt", str(evidence.receipt(position)).encode()) for position in (2, 3)]
    assert bundle(hiring.ledger, tmp_path / "bundle", receipts=both)["receipts"] == 2
    assert {path.read_bytes() for path in (tmp_path / "bundle/receipts").iterdir()} == {each.content for each in both}


def test_what_is_no_receipt_makes_no_bundle(hiring: Hiring, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"r\.receipt: there is no text"):
        bundle(hiring.ledger, tmp_path / "bundle", receipts=[Paper("r.receipt", b"one")])
    assert not (tmp_path / "bundle").exists()
