"""Tiles: the hashes of the tree in rows of 256, so that a proof reads a few rows and an append touches the last ones.

The layout is C2SP tlog-tiles: level 0 holds the leaf hashes, each hash of level k is the root of a complete tile of
level k - 1, that is of 256 ** k leaves. A tile that is not full is partial: it only ever grows at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from evenhand.merkle.tree import HASH_BYTES, Frontier, parents
from evenhand.sentence import Sentence

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES


class Tile(NamedTuple):
    """One row of hashes: the hashes ``idx * 256`` onward of its level."""

    level: int
    idx: int
    hashes: bytes


class TileShape(NamedTuple):
    """Where a tile stands and how many hashes it holds, 1 to 256."""

    level: int
    idx: int
    width: int


class Growth(NamedTuple):
    """What an append changes: the frontier, and each tile that is new or longer than before."""

    frontier: Frontier
    tiles: tuple[Tile, ...]


def tile_counts(size: int) -> tuple[int, ...]:
    """Count the hashes at each tile level of a tree of ``size`` leaves, level 0 first, up to the last that has any."""
    counts: list[int] = []
    while size:
        counts.append(size)
        size >>= TILE_HEIGHT
    return tuple(counts)


def partial_tiles(size: int) -> tuple[TileShape, ...]:
    """Name the tiles that are not full in a tree of ``size`` leaves: at most one a level, the last one."""
    return tuple(
        TileShape(level, count // TILE_WIDTH, count % TILE_WIDTH)
        for level, count in enumerate(tile_counts(size))
        if count % TILE_WIDTH
    )


def grow(frontier: Frontier, partial: Mapping[int, bytes], leaves: Sequence[bytes]) -> Growth:
    """Append leaf hashes to a tree whose partial tiles are given by level (those that ``partial_tiles`` names).

    Raises ``ValueError`` when a partial tile does not have the length that the tree's size asks for.
    """
    longer, heights = frontier.completed(leaves)
    tiles: list[Tile] = []
    for level, added in enumerate(heights[::TILE_HEIGHT]):
        index, width = divmod(frontier.size >> TILE_HEIGHT * level, TILE_WIDTH)
        held = partial.get(level, b"") if width else b""
        if len(held) != width * HASH_BYTES:
            raise ValueError(
                Sentence(
                    "tile {index} of level {level} holds {count} bytes, not {width}",
                    index=index,
                    level=level,
                    count=len(held),
                    width=width * HASH_BYTES,
                )
            )
        tiles += _cut(level, index, held + b"".join(added))
    return Growth(longer, tuple(tiles))


def _cut(level: int, index: int, hashes: bytes) -> list[Tile]:
    """Cut a run of hashes that begins at the start of tile ``index`` into tiles."""
    starts = range(0, len(hashes), TILE_BYTES)
    return [Tile(level, index + turn, hashes[start : start + TILE_BYTES]) for turn, start in enumerate(starts)]


def tile_root(hashes: bytes) -> bytes:
    """Compute the root of a complete tile. Raises ``ValueError`` for a partial one."""
    if len(hashes) != TILE_BYTES:
        raise ValueError(
            Sentence(
                "a complete tile has {tile_bytes} bytes, this one {count}", tile_bytes=TILE_BYTES, count=len(hashes)
            )
        )
    nodes = [hashes[start : start + HASH_BYTES] for start in range(0, TILE_BYTES, HASH_BYTES)]
    while len(nodes) > 1:
        nodes = parents(nodes)
    return nodes[0]
