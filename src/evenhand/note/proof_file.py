"""Proofs that can be sent as a file, each with the checkpoint that it leads to.

``InclusionFile`` is C2SP tlog-proof: an entry stands in the log. ``ConsistencyFile`` is what C2SP tlog-witness sends to
a witness: the log only grew since an older size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evenhand.note.checkpoint import Checkpoint
from evenhand.note.form import NoteError, base64, hash_lines, number, written
from evenhand.sentence import Sentence

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MOST_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class InclusionFile:
    """An entry's place, the hashes from it to the root, and the checkpoint with that root."""

    extra: bytes | None
    """The entry's line, for who has no copy of the log; worth nothing until its hash was proven."""
    index: int
    """From 0: one less than the entry's position."""
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, given: bytes | str) -> InclusionFile:
        """Read the file."""
        lines, checkpoint = _parts(given)
        if not lines or lines.pop(0) != _HEADER:
            raise NoteError(Sentence("its first line is not {header}", header=_HEADER))
        extra = base64(lines.pop(0)[len("extra ") :], "extra") if lines and lines[0].startswith("extra ") else None
        index = _counted(lines, "index")
        return cls(extra, index, hash_lines(lines, Sentence("the proof")), checkpoint)

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {written(self.extra)}"]
        return _joined([_HEADER, *extra, f"index {self.index}", *map(written, self.hashes)], self.checkpoint)


@dataclass(frozen=True, slots=True)
class ConsistencyFile:
    """An older size, the hashes that show what was added since, and the newer checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, given: bytes | str) -> ConsistencyFile:
        """Read the file."""
        lines, checkpoint = _parts(given)
        return cls(_counted(lines, "old"), hash_lines(lines, Sentence("the proof")), checkpoint)

    def __str__(self) -> str:
        return _joined([f"old {self.old}", *map(written, self.hashes)], self.checkpoint)


def _parts(given: bytes | str) -> tuple[list[str], Checkpoint]:
    """Cut at the first blank line: above it the proof, below it a checkpoint."""
    try:
        text = given if isinstance(given, str) else given.decode()
    except UnicodeDecodeError:
        raise NoteError(Sentence("it is not UTF-8")) from None
    above, blank, below = text.partition("\n\n")
    if not blank:
        raise NoteError(Sentence("there is no blank line between the proof and a checkpoint"))
    lines = above.split("\n")
    if len(lines) > _MOST_HASHES + len((_HEADER, "extra", "index")):
        raise NoteError(Sentence("a proof has at most {most} hashes", most=_MOST_HASHES))
    return lines, Checkpoint.parse(below)


def _counted(lines: list[str], word: str) -> int:
    line = lines.pop(0) if lines else ""
    if not line.startswith(f"{word} "):
        raise NoteError(Sentence("there is no line that begins with {word}, where one should stand", word=word))
    return number(line[len(word) + 1 :], word)


def _joined(above: list[str], checkpoint: Checkpoint) -> str:
    return "\n".join(above) + "\n\n" + str(checkpoint)
