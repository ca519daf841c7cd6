"""The box: a text sealed so that it opens in one place only, and shows neither its content nor its length.

A box is ``seal:1:<key id>:<payload>``. The payload is nonce, ciphertext and tag in base64url without padding, in the
one spelling that encoding gives. Under AES-256-GCM lies a padded text: its length in UTF-8 bytes as four bytes, big
end first, the bytes, then zeros up to one of five sizes. What ties the box to its place is the associated data.

Nothing here reads a file, a clock or a source of randomness.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, b2a_base64
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from evenhand.errors import InputError, TamperedError
from evenhand.sentence import Sentence

PADDED_SIZES = (256, 1_024, 4_096, 16_384, 32_768)
"""A reader of the ledger learns of a text only which of these it fits in."""
LENGTH_BYTES = 4
LARGEST_TEXT_BYTES = PADDED_SIZES[-1] - LENGTH_BYTES
NONCE_BYTES = 12
TAG_BYTES = 16

_FORM = re.compile(r"seal:1:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):[A-Za-z0-9_-]+", re.ASCII)
_PAYLOAD_SIZES = frozenset(NONCE_BYTES + size + TAG_BYTES for size in PADDED_SIZES)
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_LARGEST_URL_TEXT = 4 * -(-max(_PAYLOAD_SIZES) // 3)


def associated_data(origin: str, entry_id: str, topic: str, path: str) -> bytes:
    """Write where a box belongs: ledger, entry, type with version, and field (RFC 6901), as a compact JSON array.

    The path is the one the field was written under; an upcaster that renames the field keeps it.
    """
    try:
        return to_json([origin, entry_id, topic, path])
    except PydanticSerializationError:
        raise InputError(Sentence("the place of a sealed value holds a lone surrogate; write it in UTF-8")) from None


def place(data: bytes) -> str:
    """Say in words where a box with this associated data belongs; it names an entry and a path, never content."""
    parts: list[Any] = json.loads(data)
    return Sentence(
        "the sealed value at {path} of entry {entry} ({type})", path=parts[3], entry=parts[1], type=parts[2]
    )


def key_id(box: str) -> str:
    """Read from a box whose key it was sealed under."""
    if found := _FORM.fullmatch(box):
        return found[1]
    raise TamperedError(
        Sentence(
            "a sealed value has not the form seal:1:<key id>:<base64url>; verify the ledger, and "
            "compare it with a copy made before"
        )
    )


def pad(text: str) -> bytes:
    """Lay a text out with its length in front and zeros behind, up to the next size."""
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise InputError(Sentence("a text to seal holds a lone surrogate; write it in UTF-8")) from None
    size = _padded_size(LENGTH_BYTES + len(content))
    if size is None:
        raise InputError(
            Sentence(
                "a text to seal has {count} bytes of UTF-8; at most {most} can be sealed: "
                "shorten it, or keep the document elsewhere and seal where it is",
                count=len(content),
                most=LARGEST_TEXT_BYTES,
            )
        )
    return (len(content).to_bytes(LENGTH_BYTES) + content).ljust(size, b"\0")


def unpad(padded: bytes) -> str | None:
    """Take the text out of its padding; ``None`` if the layout is not one that ``pad`` makes."""
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES])
    if _padded_size(end) != len(padded) or padded[end:].strip(b"\0"):
        return None
    try:
        return padded[LENGTH_BYTES:end].decode()
    except UnicodeDecodeError:
        return None


def _padded_size(needed: int) -> int | None:
    for size in PADDED_SIZES:
        if needed <= size:
            return size
    return None


def url_text(payload: bytes) -> str:
    """Write bytes in base64url without padding."""
    return b2a_base64(payload, newline=False).replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=").decode()


def payload(text: str) -> bytes | None:
    """Read a box's payload; ``None`` if it has no box's size or is not in the one spelling ``url_text`` gives."""
    decoded = from_url_text(text)
    return decoded if decoded is not None and len(decoded) in _PAYLOAD_SIZES else None


def from_url_text(text: str) -> bytes | None:
    """Read base64url without padding, strictly; ``None`` if it is anything else or longer than any box."""
    if len(text) > _LARGEST_URL_TEXT or not text.isascii():
        return None
    try:
        decoded = a2b_base64(text.encode().translate(_FROM_URL) + b"=" * (-len(text) % 4))
    except ValueError:
        return None
    return decoded if url_text(decoded) == text else None  # two spellings of one box would be two entries of one text
