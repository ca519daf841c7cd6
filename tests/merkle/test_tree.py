from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.merkle.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash

# Leaves and roots that every certificate transparency log is tested against: transparency-dev/merkle,
# testonly/constants.go at 417fb0c314750d94e53942e9f92e79b6d35915db (Apache-2.0), the same values as in
# google/certificate-transparency's merkletree tests.
CT_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
CT_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def defined_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word: split at the largest power of two smaller than n."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(defined_root(hashes[:split]), defined_root(hashes[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_public_certificate_transparency_roots_come_out(size: int) -> None:
    hashes = [leaf_hash(bytes.fromhex(text)) for text in CT_LEAVES[:size]]
    assert Frontier().extend(hashes).root().hex() == CT_ROOTS[size]


def test_every_root_up_to_600_leaves_is_the_one_the_standard_defines() -> None:
    hashes = leaves(600)
    grown = Frontier()
    for size in range(601):
        assert grown.size == size
        assert grown.root() == defined_root(hashes[:size])
        assert Frontier().extend(hashes[:size]) == grown
        grown = grown.extend(hashes[size : size + 1])


@given(st.lists(st.integers(0, 90), max_size=12))
def test_how_appends_are_split_into_batches_does_not_change_the_tree(batches: list[int]) -> None:
    hashes = leaves(sum(batches))
    grown, done = Frontier(), 0
    for batch in batches:
        grown = grown.extend(hashes[done : done + batch])
        done += batch
    assert grown == Frontier().extend(hashes)
    assert grown.root() == defined_root(hashes)


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_append_names_exactly_the_subtrees_it_completes(before: int, added: int) -> None:
    hashes = leaves(before + added)
    _, heights = Frontier().extend(hashes[:before]).completed(hashes[before:])
    for height, nodes in enumerate(heights):
        first, last = before >> height, before + added >> height
        wide = 1 << height
        expected = [defined_root(hashes[place * wide : (place + 1) * wide]) for place in range(first, last)]
        assert list(nodes) == expected
    assert (before + added >> len(heights)) == (before >> len(heights))


def test_a_tree_without_leaves_has_the_root_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257])
def test_a_frontier_is_read_back_as_it_was_written(size: int) -> None:
    grown = Frontier().extend(leaves(size))
    assert Frontier.from_bytes(size, grown.to_bytes()) == grown


@pytest.mark.parametrize(("size", "stored"), [(0, 32), (1, 0), (3, 32), (3, 63), (4, 64), (1, 31), (-1, 0), (-1, 32)])
def test_a_stored_frontier_that_does_not_fit_its_size_is_refused(size: int, stored: int) -> None:
    with pytest.raises(ValueError, match="hash"):
        Frontier.from_bytes(size, bytes(stored))


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
