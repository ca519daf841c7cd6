from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from authority import Authority, make_authority
from evenhand.checkpoint.timestamp import asked_of, request_for, stamped_digest, stamped_time
from evenhand.errors import InputError, UnavailableError
from evenhand.note.form import NoteError

TEXT = "hiring.example.com/ledger\n5\n" + "A" * 43 + "=\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "other", "stranger")


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return authority.stamp(TEXT)


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    with authority.listening() as address:
        yield address


def roots(*authorities: Authority):
    return [load_pem_x509_certificate(each.root.encode()) for each in authorities]


def test_a_stamp_tells_when_the_text_existed(authority: Authority, token: bytes) -> None:
    at = stamped_time(token, TEXT, roots(authority))
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=10)


def test_any_of_several_authorities_will_do(authority: Authority, stranger: Authority, token: bytes) -> None:
    assert stamped_time(token, TEXT, roots(stranger, authority)) == stamped_time(token, TEXT, roots(authority))


def test_a_stamp_of_another_text_is_refused(authority: Authority, token: bytes) -> None:
    with pytest.raises(NoteError, match="no time stamp of this checkpoint"):
        stamped_time(token, TEXT.replace("5", "6"), roots(authority))


def test_a_stamp_of_an_authority_that_nobody_named_is_refused(stranger: Authority, token: bytes) -> None:
    with pytest.raises(NoteError, match="no time stamp of this checkpoint"):
        stamped_time(token, TEXT, roots(stranger))


def test_the_same_text_makes_the_same_request() -> None:
    assert request_for(TEXT) == request_for(TEXT)
    assert request_for(TEXT) != request_for(TEXT + "\n")


def test_a_stamp_is_fetched_over_http(authority: Authority, address: str) -> None:
    token = asked_of(address, request_for(TEXT), TEXT)
    assert stamped_time(token, TEXT, roots(authority))


def test_an_answer_that_stamps_something_else_is_not_kept(address: str) -> None:
    with pytest.raises(UnavailableError, match="of another text"):
        asked_of(address, request_for("another"), TEXT)


def test_an_authority_that_does_not_answer_is_named_so() -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        asked_of("http://127.0.0.1:9/", request_for(TEXT), TEXT)
    with pytest.raises(InputError, match="begins with http"):
        asked_of("file:///etc/passwd", request_for(TEXT), TEXT)


@pytest.mark.parametrize("junk", [b"", b"junk", b"0\x03\x02\x01\x00", b"0" * 5000])
def test_what_is_no_stamp_is_refused(authority: Authority, junk: bytes) -> None:
    with pytest.raises(NoteError):
        stamped_digest(junk)
    with pytest.raises(NoteError):
        stamped_time(junk, TEXT, roots(authority))


@given(st.data())
def test_a_changed_stamp_is_refused_or_tells_the_same_time(
    authority: Authority, token: bytes, data: st.DataObject
) -> None:
    """Some bytes of a token are signed by nobody; changing them changes nothing that is believed."""
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + bytes([token[at] ^ data.draw(st.integers(1, 255))]) + token[at + 1 :]
    try:
        time = stamped_time(changed, TEXT, roots(authority))
    except NoteError:
        return
    assert time == stamped_time(token, TEXT, roots(authority))
