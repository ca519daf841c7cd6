from __future__ import annotations

import json
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.merkle.proofs import (
    ProofError,
    consistency_spans,
    hashes_of,
    inclusion_spans,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from evenhand.merkle.tiles import grow
from evenhand.merkle.tree import EMPTY_ROOT, HASH_BYTES, Frontier, leaf_hash, node_hash

VECTORS = Path(__file__).resolve().parents[3] / "shared/vectors/transparency-dev-merkle/testdata"

DUMMY_ROOTS = "sizes-are-equal-one-and-proof-is-empty.json"
"""Wants success for roots of 12 bytes, where a root has 32: the one vector that is answered otherwise."""

MOST = 300


# RFC 6962, 2.1 to 2.1.2, written down as it stands there: slow, and easy to compare with the text.


@cache
def leaf(index: int) -> bytes:
    return leaf_hash(b"%d" % index)


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


@cache
def mth(first: int, end: int) -> bytes:
    if end - first == 0:
        return EMPTY_ROOT
    if end - first == 1:
        return leaf(first)
    middle = first + split(end - first)
    return node_hash(mth(first, middle), mth(middle, end))


def path(m: int, first: int, end: int) -> list[bytes]:
    if end - first == 1:
        return []
    k = split(end - first)
    if m < k:
        return [*path(m, first, first + k), mth(first + k, end)]
    return [*path(m - k, first + k, end), mth(first, first + k)]


def subproof(m: int, first: int, end: int, *, complete: bool) -> list[bytes]:
    if m == end - first:
        return [] if complete else [mth(first, end)]
    k = split(end - first)
    if m <= k:
        return [*subproof(m, first, first + k, complete=complete), mth(first + k, end)]
    return [*subproof(m - k, first + k, end, complete=False), mth(first, first + k)]


def tiles_of(size: int) -> dict[tuple[int, int], bytes]:
    return {(tile.level, tile.idx): tile.hashes for tile in grow(Frontier(), {}, [leaf(n) for n in range(size)]).tiles}


TILES = tiles_of(MOST)


def read(level: int, idx: int) -> bytes:
    return TILES[level, idx]


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_inclusion_proof_is_the_one_rfc_6962_defines_and_verifies(size: int) -> None:
    root = mth(0, size)
    assert root_at(size, read) == root
    for index in range(size):
        proof = hashes_of(inclusion_spans(index, size), read)
        assert list(proof) == path(index, 0, size)
        verify_inclusion(leaf(index), index, size, proof, root)


@pytest.mark.parametrize("new", range(1, MOST + 1))
def test_every_consistency_proof_is_the_one_rfc_6962_defines_and_verifies(new: int) -> None:
    for old in range(1, new + 1):
        proof = hashes_of(consistency_spans(old, new), read)
        assert list(proof) == subproof(old, 0, new, complete=True)
        verify_consistency(old, new, mth(0, old), mth(0, new), proof)


@given(st.data())
def test_a_proof_is_made_from_the_tiles_of_any_later_tree(data: st.DataObject) -> None:
    later = data.draw(st.integers(1, 700))
    new = data.draw(st.integers(1, later))
    old = data.draw(st.integers(1, new))
    tiles = tiles_of(later)
    proof = hashes_of(consistency_spans(old, new), lambda level, idx: tiles[level, idx])
    verify_consistency(old, new, mth(0, old), mth(0, new), proof)


def test_a_proof_over_a_million_entries_reads_a_handful_of_tiles() -> None:
    asked: set[tuple[int, int]] = set()

    def counted(level: int, idx: int) -> bytes:
        asked.add((level, idx))
        return bytes(HASH_BYTES) * 256

    proof = hashes_of(inclusion_spans(654_321, 1_000_000), counted)
    assert len(proof) == 20
    assert len(asked) <= 8


@pytest.mark.parametrize("size", [1, 2, 7, 8, 100, 257])
def test_a_proof_with_any_byte_changed_is_refused(size: int) -> None:
    index, old = size // 3, (size + 1) // 2
    inclusion, consistency = path(index, 0, size), subproof(old, 0, size, complete=True)
    root, old_root = mth(0, size), mth(0, old)
    for changed in all_changed(inclusion):
        with pytest.raises(ProofError):
            verify_inclusion(leaf(index), index, size, changed, root)
    for changed in all_changed(consistency):
        with pytest.raises(ProofError):
            verify_consistency(old, size, old_root, root, changed)
    for (changed_root,) in all_changed([root]):
        with pytest.raises(ProofError):
            verify_inclusion(leaf(index), index, size, inclusion, changed_root)
        with pytest.raises(ProofError):
            verify_consistency(old, size, old_root, changed_root, consistency)


@pytest.mark.parametrize("size", [2, 7, 8, 100])
def test_a_proof_with_a_hash_more_or_fewer_or_elsewhere_is_refused(size: int) -> None:
    proof = path(0, 0, size)
    others = [proof[1:], proof[:-1], [*proof, proof[0]], [proof[0], *proof], *([proof[::-1]] if size > 2 else [])]
    for other in others:
        with pytest.raises(ProofError):
            verify_inclusion(leaf(0), 0, size, other, mth(0, size))


def test_no_proof_begins_with_an_empty_tree_or_shows_a_tree_growing_smaller() -> None:
    for old, new in ((0, 0), (0, 5), (-1, 5), (6, 5)):
        with pytest.raises(ProofError, match="can be shown to begin with"):
            verify_consistency(old, new, EMPTY_ROOT, mth(0, 5), [])


def test_a_leaf_outside_the_tree_is_refused() -> None:
    for index in (-1, 5, 6):
        with pytest.raises(ProofError, match="has no leaf"):
            verify_inclusion(leaf(0), index, 5, [], mth(0, 5))


def test_a_tile_that_is_too_short_makes_no_proof() -> None:
    with pytest.raises(ValueError, match="tile 0 of level 0 does not hold"):
        root_at(5, lambda *_: b"".join(leaf(n) for n in range(4)))


def all_changed(hashes: list[bytes]) -> list[list[bytes]]:
    return [
        [*hashes[:at], one[:place] + bytes([one[place] ^ 0x40]) + one[place + 1 :], *hashes[at + 1 :]]
        for at, one in enumerate(hashes)
        for place in range(HASH_BYTES)
    ]


def vectors(kind: str) -> list[Path]:
    return sorted((VECTORS / kind).rglob("*.json"))


def decoded(text: str | None) -> bytes:
    return b64decode(text or "")


def accepted(given: dict[str, Any]) -> bool:
    proof = [decoded(each) for each in given["proof"] or ()]
    try:
        if "leafIdx" in given:
            leaf_hashed, root = decoded(given["leafHash"]), decoded(given["root"])
            verify_inclusion(leaf_hashed, given["leafIdx"], given["treeSize"], proof, root)
        else:
            old_root, new_root = decoded(given["root1"]), decoded(given["root2"])
            verify_consistency(given["size1"], given["size2"], old_root, new_root, proof)
    except ProofError:
        return False
    return True


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the public vectors are not beside this checkout")
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_all_public_vectors_agree_but_the_one_with_roots_that_are_none(kind: str) -> None:
    paths = vectors(kind)
    assert len(paths) == 98
    cases = {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    differ = [path.name for path, given in cases.items() if accepted(given) == given["wantErr"]]
    assert differ == ([DUMMY_ROOTS] if kind == "consistency" else [])
