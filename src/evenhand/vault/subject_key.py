"""The key of one subject, and what it can do: seal, open, and make keyed digests.

A subject is one person (a candidate, a member of staff, somebody referred) or a stream whose texts name no person. The
id of the key is the id of its subject, so that a box says whose it is and nothing else has to.
"""

from __future__ import annotations

import hmac
from typing import NoReturn, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from evenhand.errors import TamperedError
from evenhand.sentence import Sentence
from evenhand.vault.boxes import NONCE_BYTES, pad, payload, place, unpad, url_text

KEY_BYTES = 32


def derive(key: bytes, purpose: str) -> bytes:
    """Derive a key for one purpose with HKDF-SHA-256 (RFC 5869), no salt: ``key`` is uniformly random already."""
    return _expanded(_extracted(key), purpose)


def _extracted(key: bytes) -> HMAC:
    """Take the first step of HKDF, which several purposes share."""
    return HMAC(hmac.digest(bytes(KEY_BYTES), key, "sha256"), SHA256())


def _expanded(extracted: HMAC, purpose: str) -> bytes:
    """Take the second step, whose first block is as long as a key."""
    return _digest(extracted, purpose.encode() + b"\x01")


def _digest(keyed: HMAC, data: bytes) -> bytes:
    """Digest under a key that was taken in before: taking it in costs twice what a short text does."""
    begun = keyed.copy()
    begun.update(data)
    return begun.finalize()


@final
class SubjectKey:
    """Three keys derived from a subject's 256 bits: one seals, one makes digests, one is published as commitment.

    It lives in memory only: it cannot be pickled, and shows nothing when printed.
    """

    __slots__ = ("_cipher", "_mac", "_prefix", "commitment", "subject")

    def __init__(self, subject: str, key: bytes) -> None:
        self.subject = subject
        extracted = _extracted(key)
        self.commitment = _expanded(extracted, f"evenhand:1:commitment:{subject}").hex()
        """64 hexadecimal digits, recorded in the clear: AES-GCM alone does not commit to its key."""
        self._cipher = AESGCM(_expanded(extracted, f"evenhand:1:seal:{subject}"))
        self._mac = HMAC(_expanded(extracted, f"evenhand:1:mac:{subject}"), SHA256())
        self._prefix = f"seal:1:{subject}:"

    def seal(self, text: str, aad: bytes, nonce: bytes) -> str:
        """Seal ``text`` for the place that ``aad`` names; ``nonce`` is 12 fresh random bytes.

        Refuses a text that is longer than 32,764 bytes of UTF-8.
        """
        if len(nonce) != NONCE_BYTES:
            raise ValueError(
                Sentence("a nonce has {nonce_bytes} bytes, not {count}", nonce_bytes=NONCE_BYTES, count=len(nonce))
            )
        return self._prefix + url_text(nonce + self._cipher.encrypt(nonce, pad(text), aad))

    def open(self, box: str, aad: bytes) -> str:
        """Open a box in the place that ``aad`` names; refuse it if it was altered, moved, or sealed by another key."""
        content = payload(box[len(self._prefix) :]) if box.startswith(self._prefix) else None
        if content is None:
            raise TamperedError(
                Sentence(
                    "{place} is not a box of its subject, whole and as written; compare with a copy made before",
                    place=place(aad),
                )
            )
        try:
            padded = self._cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], aad)
        except InvalidTag:
            raise TamperedError(
                Sentence(
                    "{place} does not open: it was altered, moved from another place or sealed under another "
                    "key; compare with a copy made before",
                    place=place(aad),
                )
            ) from None
        text = unpad(padded)
        if text is None:
            raise TamperedError(
                Sentence("{place} was sealed by other means than this format's; ask who wrote it", place=place(aad))
            )
        return text

    def mac(self, data: bytes) -> bytes:
        """Make a keyed digest (HMAC-SHA-256) that dies with the key: nobody can guess the data by trying."""
        return _digest(self._mac, data)

    def __repr__(self) -> str:
        return f"SubjectKey({self.subject!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a subject's key stays in memory; it is never pickled or copied")
