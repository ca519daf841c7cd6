"""Time stamps of RFC 3161 over the text of a checkpoint: an authority's word that it existed at a time.

A token can be changed in bytes that nobody signed, so its bytes identify nothing; what counts is the time in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.request import Request, urlopen

from evenhand.errors import InputError, UnavailableError
from evenhand.note.form import NoteError
from evenhand.sentence import Sentence

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

_TIMEOUT_SECONDS: Final = 30
_MOST_BYTES: Final = 1_000_000
_SHA256: Final = "2.16.840.1.101.3.4.2.1"


def request_for(text: str) -> bytes:
    """Make what is sent to an authority: a SHA-256 of the text, and nothing random: an older stamp is as good."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - only where stamps are

    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()


def asked_of(url: str, request: bytes, text: str) -> bytes:
    """Send a request to an authority over HTTP; answer with its token, if it stamps this text.

    Raises ``UnavailableError`` if it does not answer, or answers with something else.
    """
    if not re.match("https?://", url):
        raise InputError(Sentence("the authority's address begins with http:// or https://"))
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        asked = Request(url, data=request, headers=headers)  # noqa: S310 - its scheme was looked at
        with urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - the same
            content: bytes = answer.read(_MOST_BYTES)
    except (HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise UnavailableError(
            Sentence("the time-stamping authority does not answer: {reason}; try again later", reason=reason)
        ) from None
    try:
        stamped_digest(content, must_be=text)
    except NoteError as wrong:
        raise UnavailableError(
            Sentence("the time-stamping authority's answer is of no use: {wrong}", wrong=wrong)
        ) from None
    return content


def stamped_digest(token: bytes, *, must_be: str | None = None) -> bytes:
    """Answer with the SHA-256 that a token stamps, without believing it. Raises ``NoteError`` for what is no token."""
    found = _decoded(token)
    try:
        imprint = found.tst_info.message_imprint  # which is decoded only now
        algorithm, digest = imprint.hash_algorithm.dotted_string, bytes(imprint.message)
    except ValueError:
        raise NoteError(Sentence("what the time stamp says cannot be read")) from None
    if algorithm != _SHA256:
        raise NoteError(Sentence("the time stamp is not over a SHA-256"))
    if must_be is not None and digest != hashlib.sha256(must_be.encode()).digest():
        raise NoteError(Sentence("the time stamp is of another text"))
    return digest


def stamped_time(token: bytes, text: str, authorities: Sequence[Certificate]) -> datetime:
    """Answer with the time at which one of these authorities stamped the text. Raises ``NoteError`` if none did."""
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 - only where stamps are

    found = _decoded(token)
    builder = VerifierBuilder()
    for each in dict.fromkeys(authorities):
        builder = builder.add_root_certificate(each)
    try:
        builder.build().verify_message(found, text.encode())
        time = found.tst_info.gen_time
    except (VerificationError, ValueError):
        raise NoteError(
            Sentence("it is no time stamp of this checkpoint by an authority that the trust file names")
        ) from None
    return time.astimezone(UTC)


def _decoded(token: bytes) -> TimeStampResponse:
    from rfc3161_client import PKIStatus, decode_timestamp_response  # noqa: PLC0415 - only where stamps are

    try:
        found = decode_timestamp_response(token)
        granted = found.status == PKIStatus.GRANTED.value
    except ValueError:
        raise NoteError(Sentence("it is no answer of a time-stamping authority")) from None
    if not granted:
        raise NoteError(Sentence("the authority did not stamp it"))
    return found
