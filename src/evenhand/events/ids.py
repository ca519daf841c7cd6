"""Identifiers: time-ordered for what is new, derived for what an importer may meet again.

Python 3.11 has no UUIDv7. Random identifiers cost an append a third more, because they scatter the index.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Entropy = Callable[[int], bytes]
"""Answers with so many random bytes: ``os.urandom``, or a seeded generator for a synthetic ledger."""

_VERSION_7 = 7 << 76
_VERSION_8 = 8 << 76
_VARIANT = 2 << 62
_LOW = (1 << 62) - 1
_CLEAR_VERSION_AND_VARIANT = ~((0xF << 76) | (3 << 62))


def new_id(unix_ms: int, entropy: Entropy) -> str:
    """Make a UUIDv7 (RFC 9562) from milliseconds since 1970 and ten random bytes."""
    bits = (unix_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(entropy(10))
    return str(UUID(int=bits & _CLEAR_VERSION_AND_VARIANT | _VERSION_7 | _VARIANT))


def derived_id(mac: bytes, beside: str | None = None) -> str:
    """Make a UUIDv8 (RFC 9562) from the first 122 bits of a keyed digest; the same digest gives the same id.

    With ``beside``, the id of its subject, it begins with the 48 bits that one begins with, its time, and goes on with
    the first 74 of the digest: what belongs together lies together in an index, as new ids do.
    """
    if beside is None:
        bits = int.from_bytes(mac[:16]) >> 6
        high, middle, low = bits >> 74, bits >> 62 & 0xFFF, bits & _LOW
        digits = f"{high << 80 | _VERSION_8 | middle << 64 | _VARIANT | low:032x}"  # a UUID object takes longer
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    bits = int.from_bytes(mac[:10]) >> 6
    digits = f"{_VERSION_8 | bits >> 62 << 64 | _VARIANT | bits & _LOW:020x}"
    return f"{beside[:14]}{digits[:4]}-{digits[4:8]}-{digits[8:]}"
