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


def test_two_receipts_of_one_name_are_refused_and_none_is_lost(hiring: Hiring, tmp_path: Path) -> None:
    both = [Paper("r.receipt", b"one"), Paper("r.receipt", b"two")]
    with pytest.raises(InputError, match="same file name"):
        bundle(hiring.ledger, tmp_path / "bundle", receipts=both)
    assert not (tmp_path / "bundle").exists()
