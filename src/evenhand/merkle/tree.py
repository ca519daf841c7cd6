"""RFC 6962 hashing, and the frontier: all that is needed to append to a tree and to know its root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from evenhand.sentence import Sentence

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """Hash one entry's line. RFC 6962, 2.1."""
    return sha256(b"\x00" + line).digest()


def leaf_hashes(lines: Iterable[bytes]) -> list[bytes]:
    """Hash many lines."""
    return [sha256(b"\x00" + line).digest() for line in lines]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent. RFC 6962, 2.1."""
    return sha256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours in pairs; a last one without a neighbour is left out."""
    pairs = iter(nodes)
    return [sha256(b"\x01%b%b" % pair).digest() for pair in zip(pairs, pairs, strict=False)]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the complete subtrees of a tree, widest first: one for each 1 bit of its size.

    Invariant: ``len(hashes)`` is the number of 1 bits in ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(
                Sentence(
                    "a tree of {size} leaves does not have a frontier of {count} hashes",
                    size=self.size,
                    count=len(self.hashes),
                )
            )
        if any(len(one) != HASH_BYTES for one in self.hashes):
            raise ValueError(Sentence("each hash of a frontier has {hash_bytes} bytes", hash_bytes=HASH_BYTES))

    def extend(self, leaves: Sequence[bytes]) -> Frontier:
        """Append leaf hashes."""
        return self.completed(leaves)[0]

    def completed(self, leaves: Sequence[bytes]) -> tuple[Frontier, tuple[tuple[bytes, ...], ...]]:
        """Append leaf hashes; also answer which subtrees they completed, by height, from the leaves (height 0) up."""
        older = list(self.hashes)
        edge: list[bytes] = []
        heights: list[tuple[bytes, ...]] = []
        nodes = tuple(leaves)
        while nodes:
            heights.append(nodes)
            if self.size >> len(heights) - 1 & 1:
                nodes = (older.pop(), *nodes)
            if len(nodes) % 2:
                edge.append(nodes[-1])
            nodes = tuple(parents(nodes))
        return Frontier(self.size + len(leaves), (*older, *reversed(edge))), tuple(heights)

    def root(self) -> bytes:
        """Compute the root of the tree. RFC 6962, 2.1."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Write the hashes one after the other; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Frontier:
        """Read what ``to_bytes`` wrote. Raises ``ValueError`` when the length does not fit the size."""
        cut = range(0, len(stored), HASH_BYTES)
        return cls(size, tuple(stored[start : start + HASH_BYTES] for start in cut))
