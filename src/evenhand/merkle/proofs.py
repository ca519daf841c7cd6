"""Proofs: that an entry stands in a tree, and that one tree begins with another. RFC 6962, 2.1.1 and 2.1.2.

A proof is a list of hashes. Which parts of the tree they stand for follows from the sizes alone, so a maker asks for
those parts (``inclusion_spans``, ``consistency_spans``) and a verifier folds the same way. A root does not commit to
the size of its tree: whoever verifies takes the size from a signed checkpoint, never from whoever hands over the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from evenhand.merkle.tiles import TILE_HEIGHT, TILE_WIDTH
from evenhand.merkle.tree import HASH_BYTES, Frontier, node_hash, parents
from evenhand.sentence import Sentence

Proof = tuple[bytes, ...]
ReadTile = Callable[[int, int], bytes]
"""Answers with the hashes of a tile, given its level and index: at least as many as the tree asked about has there."""


class ProofError(ValueError):
    """The proof does not show what it should: the message says in what way."""


class Span(NamedTuple):
    """The leaves ``first`` to ``end - 1``; as the tree over them stands in every larger tree."""

    first: int
    end: int


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """Name the subtrees beside the path from leaf ``index`` (from 0) to the root, the leaf's neighbour first."""
    if not 0 <= index < size:
        raise ValueError(Sentence("a tree of {size} leaves has no leaf {index}", size=size, index=index))
    spans: list[Span] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(first, middle))
            first = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """Name the subtrees that show how a tree of ``old`` leaves grew to ``new``; none where the sizes are equal."""
    if not 0 < old <= new:
        raise ValueError(Sentence("no tree of {new} leaves can be shown to begin with one of {old}", new=new, old=old))
    spans: list[Span] = []
    first, end = 0, new
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(first, middle))
            first = middle
    if first:
        spans.append(Span(first, end))
    return tuple(reversed(spans))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ``ProofError`` unless leaf ``index`` of the tree of ``size`` leaves with this root is ``leaf``."""
    _must_be_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofError(Sentence("a tree of {size} leaves has no leaf {index}", size=size, index=index))
    spans = inclusion_spans(index, size)
    _must_have(len(spans), proof)
    found = leaf
    for span, beside in zip(spans, proof, strict=True):
        found = node_hash(beside, found) if span.end <= index else node_hash(found, beside)
    if found != root:
        raise ProofError(Sentence("the proof leads to another root"))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ``ProofError`` unless the tree of ``new`` leaves begins with the ``old`` leaves of the other root."""
    _must_be_hashes(old_root, new_root, *proof)
    if not 0 < old <= new:
        raise ProofError(Sentence("no tree of {new} leaves can be shown to begin with one of {old}", new=new, old=old))
    spans = consistency_spans(old, new)
    _must_have(len(spans), proof)
    steps = list(zip(spans, proof, strict=True))
    # The first step is the old tree's last complete subtree, unless that is the whole old tree, whose root is known.
    before = after = steps.pop(0)[1] if steps and steps[0][0].first < old else old_root
    for span, beside in steps:
        if span.first >= old:
            after = node_hash(after, beside)
        else:
            before, after = node_hash(beside, before), node_hash(beside, after)
    if before != old_root:
        raise ProofError(Sentence("the proof leads to another old root"))
    if after != new_root:
        raise ProofError(Sentence("the proof leads to another new root"))


def hashes_of(spans: Sequence[Span], read: ReadTile) -> Proof:
    """Compute the root over each span from tiles: one or two tiles a level, whatever the size of the tree."""
    return tuple(Frontier(span.end - span.first, tuple(_peaks(span, read))).root() for span in spans)


def root_at(size: int, read: ReadTile) -> bytes:
    """Compute the root of the tree over the first ``size`` leaves from tiles."""
    return Frontier(size, tuple(_peaks(Span(0, size), read))).root()


def _split(size: int) -> int:
    """Answer with the largest power of two below ``size``, where RFC 6962 splits a tree."""
    return 1 << (size - 1).bit_length() - 1


def _peaks(span: Span, read: ReadTile) -> Iterator[bytes]:
    """Yield the roots of the complete subtrees of a span, widest first, as a frontier has them."""
    first = span.first
    while first < span.end:
        height = (span.end - first).bit_length() - 1
        yield _complete(height, first >> height, read)
        first += 1 << height


def _complete(height: int, index: int, read: ReadTile) -> bytes:
    """Compute the root of one complete subtree: ``index`` counts the subtrees of its height from the left."""
    level, above = divmod(height, TILE_HEIGHT)
    tile, place = divmod(index << above, TILE_WIDTH)
    held = read(level, tile)
    starts = range(place * HASH_BYTES, (place + (1 << above)) * HASH_BYTES, HASH_BYTES)
    nodes = [held[start : start + HASH_BYTES] for start in starts]
    if len(nodes[-1]) != HASH_BYTES:
        raise ValueError(
            Sentence(
                "tile {tile} of level {level} does not hold as many hashes as the tree has there",
                tile=tile,
                level=level,
            )
        )
    while len(nodes) > 1:
        nodes = parents(nodes)
    return nodes[0]


def _must_be_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(Sentence("each hash has {hash_bytes} bytes", hash_bytes=HASH_BYTES))


def _must_have(wanted: int, proof: Sequence[bytes]) -> None:
    if len(proof) != wanted:
        raise ProofError(
            Sentence("a proof between these sizes has {wanted} hashes, not {count}", wanted=wanted, count=len(proof))
        )
