"""Receipts: a log's word, given to somebody when an entry was made, on what stands at which position.

Its first line cannot be a checkpoint's: that one names a log, and no log is named so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from evenhand.clock import parse_instant
from evenhand.note.form import HASH_BYTES, NoteError, base64, lines_of, number, written
from evenhand.note.signed_note import SignedNote
from evenhand.sentence import Sentence

_HEADER: Final = "evenhand receipt v1"
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, with the signatures under it."""

    origin: str
    position: int
    leaf: bytes
    """The hash of the entry's line: SHA-256 over a zero byte and the line."""
    recorded_at: str

    @classmethod
    def parse(cls, note: SignedNote) -> Receipt:
        """Read the text of a note that should be a receipt."""
        lines = lines_of(note.text, Sentence("the receipt"))
        if not lines or lines[0] != _HEADER:
            raise NoteError(Sentence("its first line is not {header}", header=_HEADER))
        if len(lines) != len(("header", "origin", "position", "leaf", "recorded_at")):
            raise NoteError(Sentence("a receipt has five lines, this one {count}", count=len(lines)))
        _, origin, position, leaf, recorded_at = lines
        if not origin:
            raise NoteError(Sentence("the receipt names no log"))
        if not number(position, Sentence("the receipt's position")):
            raise NoteError(Sentence("the receipt's position is 0; positions begin with 1"))
        _must_be_instant(recorded_at)
        return cls(origin, int(position), base64(leaf, Sentence("the receipt's leaf"), length=HASH_BYTES), recorded_at)

    def __str__(self) -> str:
        return f"{_HEADER}\n{self.origin}\n{self.position}\n{written(self.leaf)}\n{self.recorded_at}\n"


def _must_be_instant(text: str) -> None:
    try:
        if _INSTANT.fullmatch(text):
            parse_instant(text)
            return
    except ValueError:
        pass
    raise NoteError(Sentence("the receipt's time is not an instant such as 2026-07-03T09:12:44.120391Z"))
