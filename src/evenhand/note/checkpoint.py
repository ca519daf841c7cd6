"""Checkpoints: a log's word on how long it is and which tree its entries make. C2SP tlog-checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.note.form import HASH_BYTES, NoteError, base64, lines_of, number, written
from evenhand.note.signed_note import SignedNote
from evenhand.sentence import Sentence


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says: the text that is signed."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Read the text: origin, size and root, a line each, and nothing else."""
        lines = lines_of(text, Sentence("the checkpoint"))
        if len(lines) != len(("origin", "size", "root")):
            raise NoteError(Sentence("a checkpoint has three lines, this one {count}", count=len(lines)))
        origin, size, root = lines
        if not origin:
            raise NoteError(Sentence("the checkpoint names no log"))
        return cls(
            origin,
            number(size, Sentence("the checkpoint's size")),
            base64(root, Sentence("the root"), length=HASH_BYTES),
        )

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{written(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head with the signatures under it."""

    head: TreeHead
    note: SignedNote

    @classmethod
    def parse(cls, given: bytes | str) -> Checkpoint:
        """Read a checkpoint; nothing is said about whose signatures they are."""
        return cls.of(SignedNote.parse(given))

    @classmethod
    def of(cls, note: SignedNote) -> Checkpoint:
        """Read the text of a note that should be a checkpoint."""
        return cls(TreeHead.parse(note.text), note)

    def __str__(self) -> str:
        return str(self.note)
