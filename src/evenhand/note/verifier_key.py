"""Public keys as C2SP signed-note writes them, so that any tool for such notes can use them.

``name+hash+key``: the name of who signs, a short id, and base64 of the kind of signature and an Ed25519 key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evenhand.note.form import NoteError, base64, written
from evenhand.sentence import Sentence

ED25519: Final = 0x01
"""The kind of a log's signature: over the text of the note."""
COSIGNATURE: Final = 0x04
"""The kind of a witness's: over the time and the text (C2SP tlog-cosignature, v1)."""

_KINDS: Final = {ED25519: "a log's signature", COSIGNATURE: "a witness's cosignature"}
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_FORM: Final = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", re.ASCII)

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_EIGHTH: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL: Final = frozenset({0, 1, _P - 1, _EIGHTH, _P - _EIGHTH})
"""The y of the eight points of small order: a key that is one of them verifies signatures nobody made."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that signatures are checked with."""

    name: str
    kind: int
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a key. Raises ``NoteError`` for one that is malformed, unsafe, or of a kind that is not used here."""
        form = _FORM.fullmatch(text)
        if form is None:
            raise NoteError(
                Sentence("a key is written as name+hash+key, with a hash of eight digits 0-9, a-f and base64")
            )
        coded = base64(form[3], Sentence("the key"))
        if coded[0] not in _KINDS:
            raise NoteError(
                Sentence(
                    "the key is of kind {kind}; this program knows {kinds}",
                    kind=coded[0],
                    kinds=", ".join(map(str, _KINDS)),
                )
            )
        if len(coded) != 1 + _KEY_BYTES:
            raise NoteError(
                Sentence(
                    "an Ed25519 key has {key_bytes} bytes, this one {count}", key_bytes=_KEY_BYTES, count=len(coded) - 1
                )
            )
        made = cls(form[1], coded[0], coded[1:])
        must_be_name(made.name, Sentence("the key's name"))
        if made.key_id.hex() != form[2]:
            raise NoteError(Sentence("the key's hash is not that of its name and key; it was mistyped or changed"))
        _must_be_safe(made.public_key)
        return made

    @classmethod
    def of(cls, name: str, kind: int, private: Ed25519PrivateKey) -> VerifierKey:
        """Answer with the public half of a private key."""
        return cls(name, kind, private.public_key().public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over the name, a line feed, the kind and the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{written(bytes([self.kind]) + self.public_key)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Say whether this key made the signature over the message. RFC 8032."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def must_be_name(name: str, what: str) -> None:
    """Raise ``NoteError`` unless this may name who signs, and can be shown as it is."""
    if not name or "+" in name or not name.isprintable() or any(each.isspace() for each in name):
        raise NoteError(
            Sentence("{what} is empty, or has a space, a plus or something that cannot be shown in it", what=what)
        )


def _must_be_safe(public_key: bytes) -> None:
    """Refuse keys that are not written in the one way, or that need no private half. RFC 8032, 5.1.3."""
    y = int.from_bytes(public_key, "little") & (1 << 255) - 1
    if y >= _P:
        raise NoteError(Sentence("the key is written in another way than the usual one"))
    if y in _SMALL:
        raise NoteError(Sentence("the key is of small order: anybody can sign in its name"))
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(square, (_P - 1) // 2, _P) != 1:
        raise NoteError(Sentence("the key is no point of its curve"))
