"""Write a public key as C2SP signed-note does, so that any tool for such notes can use it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

_ED25519 = b"\x01"


def verifier_key(name: str, public_key: bytes) -> str:
    """Write an Ed25519 public key (32 bytes) under ``name``: name, key id in hexadecimal, base64 of type and key.

    The key id is the first four bytes of SHA-256 over the name, a line feed, the type and the key (C2SP signed-note).
    """
    key = _ED25519 + public_key
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(key).decode()}"
