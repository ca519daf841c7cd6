from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from evenhand.checkpoint import judge
from evenhand.errors import InputError, TamperedError, UnavailableError
from evenhand.events.entry import line
from evenhand.ledger import stretch, verification
from evenhand.ledger.crew import perform
from evenhand.ledger.stretch import STRETCH
from evenhand.ledger.verify import Finding, Verification
from evenhand.ledger.verify import judge as judged
from evenhand.merkle.tiles import Tile, grow
from evenhand.merkle.tree import EMPTY_ROOT, Frontier, leaf_hash
from evenhand.sentence import Sentence
from evenhand.store.stored import Bounds, Shelf
from evenhand.words import translator

CHINESE = translator("zh")
Row = tuple[Any, ...]
OPENED = ("ledger.opened.v1", '{"format":1}')


@dataclass(frozen=True)
class Listed:
    """A store in memory: what verify reads, and nothing that guards it."""

    entries: tuple[Row, ...]
    tree: Frontier
    shelf: dict[tuple[int, int], bytes]
    said: int = 0
    drift: tuple[str, ...] = ()
    damaged: frozenset[int] = field(default=frozenset())
    hidden: frozenset[int] = field(default=frozenset())
    place: str = "memory"

    def bounds(self) -> Bounds:
        levels = sorted({level for level, _ in self.shelf})
        shelves = []
        for level in levels:
            found = [idx for each, idx in self.shelf if each == level]
            shelves.append(Shelf(level, min(found), max(found), len(found), len(self.shelf[level, max(found)])))
        positions = [row[0] for row in self.entries]
        latest = self.entries[-1][1] if self.entries else ""
        heads = ((self.said, latest, self.tree.to_bytes()),)
        return Bounds(heads, min(positions, default=None), max(positions, default=None), tuple(shelves))

    def rows(self, first: int, last: int) -> Iterator[Sequence[Any]]:
        found = [row for row in self.entries[max(first - 5, 0) : last + 5] if first <= row[0] <= last]
        for start in range(0, len(found), 500):
            page = found[start : start + 500]
            if self.damaged & {row[0] for row in page}:
                raise TamperedError("memory: damaged")
            yield page

    def by_stream(self, last: int) -> Iterator[Sequence[Any]]:
        yield from self._pages(sorted((row[2], row[3], row[0]) for row in self.entries if row[0] <= last))

    def by_id(self, last: int) -> Iterator[Sequence[Any]]:
        yield from self._pages(sorted((row[4], row[0]) for row in self.entries if row[0] <= last))

    def _pages(self, rows: list[Any]) -> Iterator[Sequence[Any]]:
        found = [row for row in rows if row[-1] not in self.hidden]
        yield from (found[start : start + 500] for start in range(0, len(found), 500))

    def tiles(self, level: int, first: int, count: int) -> dict[int, bytes]:
        wanted = range(first, first + count)
        return {idx: row for (each, idx), row in self.shelf.items() if each == level and idx in wanted}

    def count(self) -> int:
        return len(self.entries)

    def guards(self) -> tuple[str, ...]:
        return self.drift


def listed(entries: Sequence[Row]) -> Listed:
    """Record entries as a store does."""
    tree, tiles = grow(Frontier(), {}, [leaf_hash(line(row)) for row in entries])
    return Listed(tuple(entries), tree, {(level, idx): row for level, idx, row in tiles}, said=len(entries))


def rows(count: int) -> list[Row]:
    """Three entries a stream, four a second."""
    made: list[Row] = []
    for number in range(count):
        seconds, fraction = divmod(number, 4)
        at = f"2026-07-{1 + seconds // 86_400:02}T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        topic, body = OPENED if number == 0 else ("decision.made.v1", f'{{"n":{number}}}')
        stream = str(UUID(int=2**100 + number // 3))
        made.append(
            (number + 1, f"{at}.{fraction}00000Z", stream, number % 3 + 1, str(UUID(int=number + 1)), topic, body)
        )
    return made


def verified(stored: Listed, **options: Any) -> Verification:
    found = judged(stored, lambda jobs: map(partial(perform, stored), jobs), **options)
    assert all(CHINESE.sentence(each) != each for each in (*found.problems, *found.checked, *found.not_checked))
    return found


def defined_root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def root_of(entries: Sequence[Row]) -> str:
    return defined_root([sha256(b"\x00" + line(row)).digest() for row in entries]).hex()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH + 300])
def test_a_ledger_that_nobody_touched_verifies_and_its_root_is_named(size: int) -> None:
    entries = rows(size)
    found = verified(listed(entries))
    assert (found.ok, found.entries, found.findings) == (True, size, ())
    assert found.root == root_of(entries)


@pytest.fixture(scope="module")
def large() -> Listed:
    """Long enough for a third level of tiles."""
    return listed(rows(66_000))


def test_a_ledger_with_three_levels_of_tiles_verifies(large: Listed) -> None:
    told: list[tuple[int, int]] = []
    found = verified(large, progress=lambda done, all_of: told.append((done, all_of)))
    assert found.ok
    assert found.root == large.tree.root().hex()
    assert told[0] == (STRETCH, 66_000)
    assert told[-1] == (66_000, 66_000)


@pytest.mark.parametrize(("level", "idx"), [(0, 0), (0, 257), (1, 0), (1, 1), (2, 0)])
def test_a_tile_of_any_level_that_was_changed_is_found(large: Listed, level: int, idx: int) -> None:
    tile = large.shelf.get((level, idx), b"")
    if not tile:
        pytest.skip("this ledger does not have that tile")
    tampered = replace(large, shelf=large.shelf | {(level, idx): tile[:-1] + bytes([tile[-1] ^ 1])})
    found = verified(tampered)
    assert not found.ok
    (finding,) = found.findings
    if level:
        assert finding == (None, f"tile {idx} of level {level} does not hold the roots of the tiles below it")
    else:
        assert finding == (
            idx * 256 + len(tile) // 32,
            "its hash in the tiles was changed: its line agrees with the head row",
        )


@pytest.mark.parametrize("position", [2, 256, 257, STRETCH, STRETCH + 1, 66_000])
def test_an_entry_that_was_changed_is_named_wherever_it_stands(large: Listed, position: int) -> None:
    entries = list(large.entries)
    entries[position - 1] = (*entries[position - 1][:6], '{"n":"other"}')
    found = verified(replace(large, entries=tuple(entries)))
    assert found.findings[0] == (position, stretch.LEAF_DIFFERS)
    assert found.root == root_of(entries)
    assert found.root != large.tree.root().hex()


@pytest.mark.parametrize("position", [2, 500, STRETCH, STRETCH + 1])
def test_an_entry_that_is_missing_is_named_and_those_behind_it_are_still_compared(large: Listed, position: int) -> None:
    entries = [row for row in large.entries if row[0] != position]
    entries[60_000] = (*entries[60_000][:6], "{}")
    found = verified(replace(large, entries=tuple(entries)))
    assert found.findings[0] == (position, "it is missing")
    assert (60_002, stretch.LEAF_DIFFERS) in found.findings
    assert found.root is None


def test_a_time_that_goes_back_between_two_stretches_is_found(large: Listed) -> None:
    entries = list(large.entries)
    entries[STRETCH - 1] = (STRETCH, "2027-01-01T00:00:00.000000Z", *entries[STRETCH - 1][2:])
    found = verified(listed(entries))
    assert found.findings == ((STRETCH + 1, "recorded_at is earlier than in the entry before it"),)


@pytest.mark.parametrize("size", [0, 1, 600, STRETCH, STRETCH + 1, 65_536, 66_000])
def test_a_root_remembered_at_any_size_is_found_again(large: Listed, size: int) -> None:
    root = Frontier().extend([leaf_hash(line(row)) for row in large.entries[:size]]).root()
    held = verified(large, seen=(size, root.hex()))
    assert held.ok
    assert verification.TAIL_SINCE in held.not_checked
    assert verification.TAIL not in held.not_checked
    other = verified(large, seen=(size, sha256(b"other").hexdigest()))
    assert other.findings == ((None, f"the first {size:,} entries changed since their root was remembered"),)


def test_a_ledger_shorter_than_what_is_remembered_was_cut(large: Listed) -> None:
    found = verified(large, seen=(66_002, EMPTY_ROOT.hex()))
    (finding,) = found.findings
    assert finding.position == 66_001
    assert "missing" in finding.problem


@pytest.mark.parametrize("seen", [(-1, EMPTY_ROOT.hex()), (1, "00"), (1, EMPTY_ROOT.hex().upper())])
def test_what_is_remembered_must_be_a_size_and_a_root(large: Listed, seen: tuple[int, str]) -> None:
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        verified(large, seen=seen)


@pytest.mark.parametrize("opening", [("ledger.opened.v1", '{"format":2}'), ("ledger.opened.v2", '{"format":1}')])
def test_a_newer_format_is_refused_and_not_called_tampered(opening: tuple[str, str]) -> None:
    entries = [(*rows(1)[0][:5], *opening), *rows(3)[1:]]
    with pytest.raises(UnavailableError, match="newer format than this version"):
        verified(listed(entries))


@pytest.mark.parametrize(
    "opening",
    [
        ("decision.made.v1", '{"format":1}'),
        ("ledger.opened.v1", "{}"),
        ("ledger.opened.v1", '{"format":0}'),
        ("ledger.opened.v1", '{"format":"1"}'),
        ("ledger.opened.v1", '{"format":true}'),
        ("ledger.opened.v1", "[1]"),
        ("ledger.opened.v1", "{"),
    ],
)
def test_a_ledger_must_begin_by_being_opened(opening: tuple[str, str]) -> None:
    entries = [(*rows(1)[0][:5], *opening), *rows(3)[1:]]
    found = verified(listed(entries))
    assert (1, "it does not open a ledger of format 1, as the first entry must") in found.findings


def test_a_store_without_entries_is_not_a_ledger_that_holds() -> None:
    found = verified(listed([]))
    assert found.findings == ((1, "it does not open a ledger of format 1, as the first entry must"),)
    assert found.root == EMPTY_ROOT.hex()


def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_still_examined() -> None:
    stored = replace(listed(rows(3_000)), damaged=frozenset({2, 1_700}))
    entries = list(stored.entries)
    entries[2_000] = (*entries[2_000][:6], "{}")
    found = verified(replace(stored, entries=tuple(entries)))
    unreadable = "the database cannot read it: its bytes are damaged, or are not text"
    assert found.findings == ((2, unreadable), (1_700, unreadable), (2_001, stretch.LEAF_DIFFERS))
    assert found.root is None


def test_when_much_is_damaged_the_search_ends() -> None:
    stored = replace(listed(rows(3_000)), damaged=frozenset(range(1_000, 2_000)))
    found = verified(stored)
    assert found.findings[0].position == 1_000
    assert "were not read: too much before them is damaged" in found.findings[-1].problem


def test_an_entry_hidden_from_an_index_is_noticed_even_if_the_table_has_it() -> None:
    found = verified(replace(listed(rows(9)), hidden=frozenset({9})))
    assert found.problems[0].startswith("the index on stream and version holds other entries than the table")
    assert found.problems[1].startswith("the index on id holds other entries than the table")


def test_guards_that_were_taken_away_are_findings() -> None:
    found = verified(replace(listed(rows(3)), drift=("trigger entry_kept is missing",)))
    assert found.problems[0].startswith("trigger entry_kept is missing: what should stop accidents was taken away")


def test_a_list_of_findings_ends_somewhere() -> None:
    stored = listed(rows(400))
    found = verified(replace(stored, entries=tuple((*row[:6], '{"n":0}') for row in stored.entries)))
    positions = [finding.position for finding in found.findings]
    assert positions[:100] == [1, *range(1, 100)]
    assert found.findings[-1].problem.endswith("more are not listed")
    assert len(found.findings) == 102


def test_bodies_are_held_against_their_classes_when_asked() -> None:
    stored = listed(rows(4))
    found = verified(stored, against_classes=True)
    assert verification.CLASSES not in found.not_checked
    assert Finding(2, "decision.made.v1: n: this type has no such field") in found.findings
    assert verified(stored).ok
    assert verification.CLASSES in verified(stored).not_checked


def test_types_of_a_later_version_are_no_tampering_but_are_said() -> None:
    entries = rows(4)
    entries[3] = (*entries[3][:5], "robot.consulted.v1", "{}")
    found = verified(listed(entries))
    assert found.ok
    assert Sentence(verification.UNKNOWN, count=1) in found.not_checked


def test_what_no_reading_of_the_file_can_show_is_said_every_time() -> None:
    found = verified(listed(rows(4)))
    always = (
        verification.TAIL,
        judge.NO_CHECKPOINT,
        judge.NO_WITNESS,
        judge.NO_TIMES,
        verification.RULES,
        *verification.ALWAYS,
    )
    assert [each for each in found.not_checked if each != verification.CLASSES] == list(always)
    assert all(count == 1 for count in Counter(map(str, found.not_checked)).values())


def test_the_first_problem_says_what_to_do() -> None:
    entries = rows(4)
    found = verified(replace(listed(entries), entries=(*entries[:2], *entries[3:])))
    with pytest.raises(TamperedError, match=r"entry 3: it is missing; append nothing, keep the file as it is"):
        found.must_hold()
    verified(listed(entries)).must_hold()


Damage = Callable[[list[Row]], list[Row]]


@pytest.mark.parametrize("odd", ["x", 1.5, None, b"\x00", 0, -1])
@pytest.mark.parametrize("column", range(1, 7))
def test_whatever_a_column_holds_verify_names_the_entry_and_does_not_fall(column: int, odd: Any) -> None:
    stored = listed(rows(6))
    entries = list(stored.entries)
    entries[3] = (*entries[3][:column], odd, *entries[3][column + 1 :])

    class Unsorted(Listed):
        def _pages(self, rows: list[Any]) -> Iterator[Sequence[Any]]:
            yield rows

        def by_stream(self, last: int) -> Iterator[Sequence[Any]]:
            return self._pages([(row[2], row[3], row[0]) for row in self.entries[:last]])

        def by_id(self, last: int) -> Iterator[Sequence[Any]]:
            return self._pages([(row[4], row[0]) for row in self.entries[:last]])

    found = verified(Unsorted(tuple(entries), stored.tree, stored.shelf, 6))
    assert not found.ok
    assert found.findings[0].position == 4


def test_rows_behind_the_head_and_before_the_first_position_are_named() -> None:
    stored = listed(rows(5))
    extra = ((0, *stored.entries[1][1:4], str(UUID(int=99)), *stored.entries[1][5:]),)
    found = verified(replace(stored, entries=extra + stored.entries))
    assert found.findings[0] == (0, "it stands before the first position, which is 1")
    behind = ((10**15, *stored.entries[4][1:3], 9, str(UUID(int=98)), *stored.entries[4][5:]),)
    found = verified(replace(stored, entries=stored.entries + behind))
    assert found.findings[0].position == 10**15
    assert "behind the end that the head row names" in found.findings[0].problem


def test_a_head_row_that_is_missing_or_broken_is_named_and_entries_are_still_compared() -> None:
    stored = listed(rows(5))

    class Headless(Listed):
        heads: tuple[Any, ...] = ()

        def bounds(self) -> Bounds:
            return super().bounds()._replace(heads=self.heads)

    class Broken(Headless):
        heads = ((5, "", b"short"),)

    entries = (*stored.entries[:4], (*stored.entries[4][:6], "{}"))
    for kind, said in ((Headless, "there are 0 head rows"), (Broken, "the head row does not hold the tree")):
        found = verified(kind(entries, stored.tree, stored.shelf, 5))
        assert found.findings[0] == (5, stretch.LEAF_DIFFERS)
        assert said in found.findings[1].problem


def test_tiles_that_are_missing_or_too_many_are_named(large: Listed) -> None:
    missing = {key: tile for key, tile in large.shelf.items() if key != (0, 3)}
    found = verified(replace(large, shelf=missing))
    assert found.findings[0] == (769, "no hash stands for it: its tile, or the tile's end, is missing")
    more = large.shelf | {(3, 0): bytes(32)}
    found = verified(replace(large, shelf=more))
    assert found.findings == ((None, "there are tiles of levels that a ledger of 66,000 entries does not have"),)
    longer = large.shelf | {(0, 3): large.shelf[0, 3] + bytes(32)}
    found = verified(replace(large, shelf=longer))
    assert found.findings == ((None, "tile 3 of level 0 holds more than 256 hashes"),)


def test_a_tile_is_what_its_name_says() -> None:
    assert Tile._fields == ("level", "idx", "hashes")
