"""The head's tree and the stored tiles are those of the stored lines, however the entries came in."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from evenhand.errors import TamperedError
from evenhand.events.entry import line
from evenhand.merkle.tree import EMPTY_ROOT
from evenhand.store import NewEntry, Store


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_tiles(leaves: list[bytes]) -> list[list[bytes]]:
    levels = []
    while leaves:
        levels.append([b"".join(leaves[start : start + 256]) for start in range(0, len(leaves), 256)])
        leaves = [naive_root(leaves[start : start + 256]) for start in range(0, len(leaves) - 255, 256)]
    return levels


def hashed(store: Store) -> list[bytes]:
    return [sha256(b"\x00" + line(entry)).digest() for entry in store.entries()]


def stored_tiles(store: Store, levels: int) -> list[list[bytes]]:
    return [store.tiles(level, 0, 1_000) for level in range(levels)]


def test_an_empty_store_has_the_empty_tree(store):
    assert store.head().frontier.root() == EMPTY_ROOT
    assert store.tiles(0, 0, 10) == []


@pytest.mark.parametrize(
    "sizes", [[1] * 9, [255, 1, 1], [256, 256], [257, 255, 1], [1, 511, 2], [1000, 1, 300], [3, 5, 7, 11, 600]], ids=str
)
def test_tree_and_tiles_are_those_of_the_stored_lines(store, draft, append, sizes):
    for size in sizes:
        append(store, [draft() for _ in range(size)])
    leaves = hashed(store)
    expected = naive_tiles(leaves)
    assert store.head().frontier.root() == naive_root(leaves)
    assert stored_tiles(store, len(expected)) == expected


def test_a_third_level_of_tiles_is_that_of_the_stored_lines(tmp_path: Path, append):
    with Store.create(str(tmp_path / "ledger.db")) as store:
        for start in range(0, 70_000, 7_000):
            append(store, [NewEntry(f"s{n}", 1, f"i{n}", "fact.stated.v1", "{}") for n in range(start, start + 7_000)])
        leaves = hashed(store)
        assert store.head().frontier.root() == naive_root(leaves)
        assert stored_tiles(store, 3) == naive_tiles(leaves)


def test_some_tiles_of_a_level_are_read_from_where_they_are_asked_for(store, draft, append):
    append(store, [draft() for _ in range(600)])
    every = store.tiles(0, 0, 9)
    assert [len(tile) for tile in every] == [256 * 32, 256 * 32, 88 * 32]
    assert store.tiles(0, 1, 1) == every[1:2]
    assert store.tiles(0, 3, 5) == []


def test_an_append_after_the_last_tile_was_cut_is_refused(store, draft, append, around):
    append(store, [draft() for _ in range(3)])
    drop_guards(around, on_postgres=store.url.startswith("postgresql"))
    around("UPDATE tile SET hashes = substr(hashes, 1, 64)")
    with pytest.raises(TamperedError, match="run: evenhand verify"):
        append(store, [draft()])
    assert store.head().position == 3


def test_a_missing_tile_before_others_is_said(store, draft, append, around):
    append(store, [draft() for _ in range(600)])
    drop_guards(around, on_postgres=store.url.startswith("postgresql"))
    around("DELETE FROM tile WHERE level = 0 AND idx = 1")
    with pytest.raises(TamperedError, match="a tile of level 0 is missing"):
        store.tiles(0, 0, 3)


@pytest.mark.parametrize("tree", ["", "00"])
def test_a_head_row_without_its_tree_is_said(store, draft, append, around, tree):
    append(store, [draft()])
    blob = f"'\\x{tree}'" if store.url.startswith("postgresql") else f"x'{tree}'"
    around(f"UPDATE head SET frontier = {blob}")
    with pytest.raises(TamperedError, match="does not hold the tree of the entries it counts"):
        store.head()


def drop_guards(around, *, on_postgres: bool) -> None:
    for name in ("tile_grows", "tile_kept"):
        around(f"DROP TRIGGER {name} ON tile" if on_postgres else f"DROP TRIGGER {name}")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", ["frontier = 'text'", "frontier = 7", "position = 'one'", "frontier = zeroblob(64)"])
def test_a_head_row_with_values_of_another_kind_is_said(store, draft, append, around, change):
    append(store, [draft()])
    around(f"UPDATE head SET {change}")
    with pytest.raises(TamperedError, match="the head row does not hold the tree"):
        store.head()
    with pytest.raises(TamperedError, match="run: evenhand verify"):
        append(store, [draft()])


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_tile_with_text_in_it_is_said(store, draft, append, around):
    append(store, [draft()])
    drop_guards(around, on_postgres=False)
    around("UPDATE tile SET hashes = 'text'")
    with pytest.raises(TamperedError, match="tile 0 of level 0 holds 4 bytes, not 32"):
        append(store, [draft()])
