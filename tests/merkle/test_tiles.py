from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.merkle.tiles import TILE_WIDTH, Growth, grow, partial_tiles, tile_counts, tile_root
from evenhand.merkle.tree import Frontier, leaf_hash

Shelf = dict[tuple[int, int], bytes]


def synthetic(count: int) -> list[bytes]:
    """Stand-ins for leaf hashes: the tree does not care where 32 bytes come from."""
    return [number.to_bytes(32, "big") for number in range(count)]


def put(shelf: Shelf, frontier: Frontier, hashes: list[bytes]) -> Frontier:
    """Append as a store does: load the partial tiles, write what comes back, never shorten a row."""
    partial = {shape.level: shelf[shape.level, shape.idx] for shape in partial_tiles(frontier.size)}
    grown = grow(frontier, partial, hashes)
    for level, index, row in grown.tiles:
        assert row.startswith(shelf.get((level, index), b""))
        assert row != shelf.get((level, index))
        shelf[level, index] = row
    return grown.frontier


def defined_tiles(hashes: list[bytes]) -> Shelf:
    """The layout as tlog-tiles words it: each entry above level 0 is the root of 256 entries below."""
    shelf: Shelf = {}
    level, row = 0, hashes
    while row:
        for index in range(0, len(row), TILE_WIDTH):
            shelf[level, index // TILE_WIDTH] = b"".join(row[index : index + TILE_WIDTH])
        full = range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)
        row = [Frontier().extend(row[start : start + TILE_WIDTH]).root() for start in full]
        level += 1
    return shelf


@settings(max_examples=40)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_tiles_grow_the_same_however_appends_are_batched(batches: list[int]) -> None:
    hashes = synthetic(sum(batches))
    shelf: Shelf = {}
    frontier, done = Frontier(), 0
    for batch in batches:
        frontier = put(shelf, frontier, hashes[done : done + batch])
        done += batch
    assert shelf == defined_tiles(hashes)
    assert frontier == Frontier().extend(hashes)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513])
def test_one_at_a_time_crosses_the_edge_of_a_tile(size: int) -> None:
    hashes = synthetic(size)
    shelf: Shelf = {}
    frontier = Frontier()
    for one in hashes:
        frontier = put(shelf, frontier, [one])
    assert shelf == defined_tiles(hashes)


def test_the_third_level_begins_at_65536_leaves() -> None:
    hashes = synthetic(65_536 + 300)
    shelf: Shelf = {}
    frontier = put(shelf, Frontier(), hashes[:65_530])
    assert (2, 0) not in shelf
    for one in hashes[65_530:65_536]:
        frontier = put(shelf, frontier, [one])
    assert shelf[2, 0] == Frontier().extend(hashes[:65_536]).root()
    frontier = put(shelf, frontier, hashes[65_536:])
    assert shelf == defined_tiles(hashes)
    assert frontier == Frontier().extend(hashes)


def test_a_complete_tile_has_the_root_of_its_subtree() -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(256)]
    assert tile_root(b"".join(hashes)) == Frontier().extend(hashes).root()


@pytest.mark.parametrize("count", [0, 1, 255, 257])
def test_a_partial_tile_has_no_root(count: int) -> None:
    with pytest.raises(ValueError, match="complete tile"):
        tile_root(bytes(32 * count))


def test_the_partial_tiles_of_a_size_are_named() -> None:
    assert partial_tiles(0) == ()
    assert partial_tiles(256) == ((1, 0, 1),)
    assert partial_tiles(257) == ((0, 1, 1), (1, 0, 1))
    assert partial_tiles(65_536) == ((2, 0, 1),)
    assert tile_counts(65_537) == (65_537, 256, 1)


@pytest.mark.parametrize("held", [{}, {0: b""}, {0: bytes(31)}, {0: bytes(64)}])
def test_a_partial_tile_of_the_wrong_length_is_refused(held: dict[int, bytes]) -> None:
    one = Frontier().extend(synthetic(1))
    with pytest.raises(ValueError, match="tile 0 of level 0 holds"):
        grow(one, held, synthetic(1))


def test_appending_nothing_changes_nothing() -> None:
    one = Frontier().extend(synthetic(1))
    assert grow(one, {0: synthetic(1)[0]}, []) == Growth(one, ())
