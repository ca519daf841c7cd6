"""That the authority of these tests is one: what it says, openssl and the ledger understand alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.checkpoint.timestamp import stamped_time
from evenhand.note.form import NoteError
from stamping import Authority, openssl

TEXT = "example.com/hiring\n3\nAAAA\n"
AT = datetime(2026, 7, 1, 18, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create()


def test_openssl_accepts_a_stamp_of_the_authority_that_can_stamp_at_any_time(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text(TEXT)
    (tmp_path / "root.pem").write_text(authority.pem)
    (tmp_path / "stamp.tsr").write_bytes(authority.stamp(TEXT, AT))
    openssl("ts", "-verify", "-data", "text", "-in", "stamp.tsr", "-CAfile", "root.pem", folder=tmp_path)
    assert "Jul  1 18:05:00 2026 GMT" in openssl("ts", "-reply", "-in", "stamp.tsr", "-text", folder=tmp_path)


def test_a_stamp_says_the_time_at_which_it_was_made(authority: Authority) -> None:
    assert stamped_time(authority.stamp(TEXT, AT), TEXT, [authority.root]) == AT


def test_a_stamp_that_openssl_made_is_read_like_any_other(authority: Authority, tmp_path: Path) -> None:
    token = authority.stamp_by_openssl(TEXT, tmp_path)
    assert abs(stamped_time(token, TEXT, [authority.root]) - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_stamp_of_another_text_or_another_authority_counts_for_nothing(authority: Authority) -> None:
    with pytest.raises(NoteError):
        stamped_time(authority.stamp(TEXT + "\n", AT), TEXT, [authority.root])
    with pytest.raises(NoteError):
        stamped_time(Authority.create().stamp(TEXT, AT), TEXT, [authority.root])
