"""Recorded times are held between the trusted times of the checkpoints around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.checkpoint.times import Between, Timed, hold_against
from evenhand.checkpoint.trust import Times
from evenhand.clock import instant_text

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Minutes:
    """A ledger of entries recorded so many minutes after the start."""

    def __init__(self, *minutes: float) -> None:
        self._minutes = minutes

    @property
    def size(self) -> int:
        return len(self._minutes)

    def recorded_at(self, position: int) -> str | None:
        return instant_text(at(self._minutes[position - 1]))


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def times(*, skew: float = 1, delay: float = 60, since: datetime | None = None) -> Times:
    return Times((), timedelta(minutes=skew), timedelta(minutes=delay), since)


def stamped(size: int, minutes: float) -> Timed:
    return Timed(size, at(minutes), None)


def held(ledger: Minutes, *timed: Timed, asked: Times | None = None) -> Between:
    return hold_against(asked or times(), timed, ledger)


def named(found: Between) -> list[int | None]:
    return [each.position for each in found.findings]


def test_times_between_those_of_the_checkpoints_are_right() -> None:
    assert held(Minutes(0, 10, 20, 30, 40), stamped(2, 12), stamped(4, 31)) == Between((), 4)


def test_a_back_dated_entry_is_named() -> None:
    found = held(Minutes(0, 5, 6, 30), stamped(2, 12), stamped(4, 31))
    assert named(found) == [3]
    assert "earlier than 2026-07-01T12:12:00Z, when a checkpoint without it was stamped" in found.findings[0].problem


def test_a_time_in_the_future_is_named() -> None:
    found = held(Minutes(0, 20), stamped(2, 12))
    assert named(found) == [2]
    assert "later than 2026-07-01T12:12:00Z" in found.findings[0].problem


def test_clocks_may_disagree_by_the_skew_and_no_more() -> None:
    assert named(held(Minutes(0, 13, 11), stamped(2, 12), stamped(3, 14))) == []
    assert named(held(Minutes(0, 13.1, 11), stamped(2, 12), stamped(3, 14))) == [2]
    assert named(held(Minutes(0, 13, 10.9), stamped(2, 12), stamped(3, 14))) == [3]


def test_a_history_that_is_covered_too_late_is_named() -> None:
    found = held(Minutes(0, 5, 100), stamped(3, 101))
    assert named(found) == [1]
    assert "more than 1 hours after it" in found.findings[0].problem


def test_a_tail_that_went_on_for_too_long_is_named() -> None:
    found = held(Minutes(0, 5, 10, 75), stamped(2, 6))
    assert named(found) == [3]
    assert found.covered == 2
    assert named(held(Minutes(0, 5, 10, 70), stamped(2, 6))) == []


def test_a_back_dated_tail_is_named() -> None:
    assert named(held(Minutes(0, 5, 2), stamped(2, 6))) == [3]


def test_a_ledger_without_any_trusted_time_is_held_to_the_delay_too() -> None:
    assert named(held(Minutes(0, 61))) == [1]
    assert held(Minutes(0, 59)) == Between((), 0)


def test_entries_from_before_anybody_made_checkpoints_are_not_held_to_the_delay() -> None:
    since = times(since=at(90))
    assert named(held(Minutes(0, 30, 95, 100), stamped(4, 101), asked=since)) == []
    assert named(held(Minutes(0, 30, 95, 200), stamped(4, 201), asked=since)) == [3]
    assert named(held(Minutes(0, 30), stamped(2, 500), asked=since)) == []


def test_a_cosignature_bounds_from_above_and_not_from_below() -> None:
    late = Timed(2, None, at(50))
    assert named(held(Minutes(0, 5, 20, 30), late, stamped(4, 31))) == []
    assert named(held(Minutes(0, 55), late)) == [2]


def test_the_earlier_of_stamp_and_cosignature_bounds_from_above() -> None:
    assert named(held(Minutes(0, 20), Timed(2, at(40), at(15)))) == [2]


def test_a_checkpoint_of_the_same_size_or_of_a_cut_ledger_bounds_nothing_more() -> None:
    assert held(Minutes(0, 5), stamped(2, 6), stamped(2, 7), stamped(9, 8)) == Between((), 2)


def test_times_that_cannot_be_read_are_left_to_the_hashing() -> None:
    class Unreadable(Minutes):
        def recorded_at(self, position: int) -> str | None:
            return None if position == 2 else "junk"

    hold_against(times(since=at(0)), [stamped(2, 6)], Unreadable(0, 1, 2))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.data())
def test_honest_times_are_never_blamed(gaps: list[int], data: st.DataObject) -> None:
    minutes = [sum(gaps[: turn + 1]) for turn in range(len(gaps))]
    sizes = sorted(data.draw(st.sets(st.integers(1, len(gaps)), max_size=6)))
    timed = [stamped(size, minutes[size - 1]) for size in sizes]
    assert named(held(Minutes(*minutes), *timed, asked=times(delay=60 * 50))) == []


@pytest.mark.parametrize("moved", range(1, 10))
def test_any_entry_moved_behind_the_next_stamp_is_noticed(moved: int) -> None:
    minutes = [10 * turn for turn in range(10)]
    timed = [stamped(turn + 1, each) for turn, each in enumerate(minutes)]
    minutes[moved - 1] += 5
    assert named(held(Minutes(*minutes), *timed)) == [moved]
