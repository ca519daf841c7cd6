"""What all parsers of this room share: one error, whole lines, canonical numbers and base64."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from typing import Final

from evenhand.sentence import Sentence

HASH_BYTES: Final = 32
MOST_SIZE: Final = 2**63 - 1
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class NoteError(ValueError):
    """The text is not what it should be: the message says where and in what way, and repeats nothing of it."""


def number(text: str, what: str) -> int:
    """Read a whole number from 0 written in one way only: no sign, no leading zero, no other digits."""
    if not _DECIMAL.fullmatch(text) or int(text) > MOST_SIZE:
        raise NoteError(
            Sentence("{what} is not a whole number from 0 in plain digits without a leading zero", what=what)
        )
    return int(text)


def base64(text: str, what: str, *, length: int | None = None) -> bytes:
    """Read standard base64 written in one way only; ``length`` in bytes, if only one is right."""
    try:
        found = b64decode(text, validate=True)
    except (Error, ValueError):
        raise NoteError(Sentence("{what} is not base64", what=what)) from None
    if b64encode(found).decode() != text:
        raise NoteError(Sentence("{what} is base64 written in another way than the usual one", what=what))
    if length is not None and len(found) != length:
        raise NoteError(
            Sentence(
                "{what} has {count} bytes where there should be {length}", what=what, count=len(found), length=length
            )
        )
    return found


def written(value: bytes) -> str:
    """Write bytes as standard base64."""
    return b64encode(value).decode()


def lines_of(text: str, what: str) -> list[str]:
    """Cut a text into its lines, each of which must end in a line feed."""
    *lines, rest = text.split("\n")
    if rest:
        raise NoteError(Sentence("{what} does not end in a line feed", what=what))
    return lines


def hash_lines(lines: list[str], what: str) -> tuple[bytes, ...]:
    """Read one hash a line."""
    return tuple(
        base64(line, Sentence("hash {turn} of {what}", turn=turn, what=what), length=HASH_BYTES)
        for turn, line in enumerate(lines, 1)
    )
