"""Logs for tests: trees of made-up leaves, checkpoints of any of their sizes, and forks of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.checkpoint.trust import Trust, template
from evenhand.merkle.proofs import consistency_spans, hashes_of
from evenhand.merkle.tiles import grow
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.proof_file import ConsistencyFile
from evenhand.note.signed_note import SignedNote, sign
from evenhand.note.verifier_key import ED25519, VerifierKey

ORIGIN = "hiring.example.com/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(b"log" + bytes(29))
PUBLIC = VerifierKey.of(ORIGIN, ED25519, KEY)


@dataclass(frozen=True)
class Log:
    """A log of ``size`` entries, told from others by the entries after ``alike``."""

    size: int
    alike: int = 0
    name: str = ""

    def leaves(self, size: int) -> list[bytes]:
        return [leaf_hash(f"{n} {self.name if n >= self.alike else ''}".encode()) for n in range(size)]

    def head(self, size: int | None = None) -> TreeHead:
        size = self.size if size is None else size
        return TreeHead(ORIGIN, size, Frontier().extend(self.leaves(size)).root())

    def checkpoint(self, size: int | None = None, *, key: Ed25519PrivateKey = KEY) -> Checkpoint:
        text = str(self.head(size))
        return Checkpoint.of(SignedNote(text, (sign(text, ORIGIN, key),)))

    def request(self, since: int, size: int | None = None) -> bytes:
        checkpoint = self.checkpoint(size)
        tiles = {(each.level, each.idx): each.hashes for each in grow(Frontier(), {}, self.leaves(self.size)).tiles}
        hashes = hashes_of(
            consistency_spans(since, checkpoint.head.size) if since else (), lambda level, idx: tiles[level, idx]
        )
        return str(ConsistencyFile(since, hashes, checkpoint)).encode()


def trusted(*witnesses: VerifierKey, extra: str = "") -> Trust:
    text = template(ORIGIN, [str(PUBLIC)], [str(each) for each in witnesses])
    return Trust.parse((text + extra).encode(), "trust.toml")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
