"""Entries stand in one order, without gaps, and what was refused has left nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evenhand.clock import stepping_clock
from evenhand.errors import InputError
from evenhand.store import RepeatedError
from evenhand.store.tables import IS_OF_PERSONS

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)
SECRET = "her name and what was said"


def test_positions_are_dense_from_one(store, draft, append):
    for size in (1, 3, 2):
        append(store, [draft() for _ in range(size)])
    assert [entry.position for entry in store.entries()] == [1, 2, 3, 4, 5, 6]
    assert store.head().position == 6


def test_what_is_read_is_what_was_written(store, draft, append):
    body = '{"text":"谢谢您 Zoë 👋 \\u0041 \\"quoted\\""}'
    written = append(store, [draft(body=body), draft(type="quote\"and'back\\slash")])
    assert list(store.entries()) == written
    assert written[0].body == body


def test_a_clock_behind_the_head_does_not_take_the_ledger_back_in_time(store, draft):
    ahead, behind = stepping_clock(NOON), stepping_clock(NOON - timedelta(days=1))
    first = store.transact(lambda _: [draft()], clock=ahead)
    second = store.transact(lambda _: [draft()], clock=behind)
    assert first[0].recorded_at == second[0].recorded_at == "2026-07-03T12:00:00.000000Z"


def test_entries_recorded_together_bear_one_time(store, draft, append):
    assert len({entry.recorded_at for entry in append(store, [draft() for _ in range(5)])}) == 1


def test_a_plan_that_raises_leaves_no_gap(store, draft, append):
    append(store, [draft()])

    def change_of_mind(_reader):
        raise LookupError

    with pytest.raises(LookupError):
        store.transact(change_of_mind, clock=stepping_clock(NOON))
    append(store, [draft()])
    assert [entry.position for entry in store.entries()] == [1, 2]


def test_an_empty_plan_writes_nothing(store):
    assert store.transact(lambda _: [], clock=stepping_clock(NOON)) == []
    assert store.head().position == 0
    assert store.head().recorded_at == ""


@pytest.mark.parametrize("repeats", ["id", "version"])
def test_a_repeated_id_or_version_is_refused_whole_and_leaves_no_gap(store, draft, append, repeats):
    standing = draft(body=f'{{"text":"{SECRET}"}}')
    append(store, [standing])
    again = standing._replace(stream="another") if repeats == "id" else standing._replace(id="another")
    with pytest.raises(RepeatedError) as refused:
        append(store, [draft(), again])
    assert SECRET not in str(refused.value)
    assert standing.stream not in str(refused.value)
    assert refused.value.__suppress_context__
    append(store, [draft()])
    assert [entry.position for entry in store.entries()] == [1, 2]


def test_a_version_repeated_within_a_batch_is_refused(store, draft, append):
    with pytest.raises(RepeatedError, match="nothing was written"):
        append(store, [draft("one"), draft("one")])
    assert store.head().position == 0


def test_a_line_that_is_too_long_is_refused_with_its_length(store, draft, append):
    append(store, [draft(body="{" + " " * 65_000 + "}")])
    with pytest.raises(InputError, match=r"new entry 2 of 2: its line has 7\d,\d{3} bytes"):
        append(store, [draft(), draft(body="{" + " " * 70_000 + "}")])
    assert store.head().position == 1


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_line_can_hold_is_refused_without_repeating_it(store, draft, append, text):
    with pytest.raises(InputError) as refused:
        append(store, [draft(body=SECRET + text)])
    assert SECRET not in str(refused.value)
    assert store.head().position == 0


def test_a_reader_sees_one_state_while_others_append(store, draft, append):
    append(store, [draft()])
    with store.reader() as reader:
        before = reader.head()
        append(store, [draft()])
        assert reader.head() == before
    assert store.head().position == 2


def test_a_walk_in_pages_passes_each_entry_once(store, draft, append):
    append(store, [draft() for _ in range(25)])
    assert [len(page) for page in store.pages(count=10)] == [10, 10, 5]
    assert [entry.position for entry in store.entries(after=3, upto=7)] == [4, 5, 6, 7]


def test_a_walk_does_not_keep_a_writer_waiting(store, draft, append):
    append(store, [draft() for _ in range(3)])
    walk = store.pages(count=2)
    next(walk)
    append(store, [draft()])
    assert [entry.position for page in walk for entry in page] == [3, 4]


def test_a_reader_finds_entries_by_id_by_type_and_after_a_version(store, draft, append):
    ones = [draft("one", version) for version in (1, 2, 3)]
    others = [draft("two", 1, type="other.fact.v1"), draft("two", 2), draft("three")]
    append(store, [*ones, *others])
    with store.reader() as reader:
        assert set(reader.by_ids([ones[1].id, others[2].id, "nothing"])) == {ones[1].id, others[2].id}
        assert [entry.id for entry in reader.after({"one": 1, "two": 0, "nothing": 0})] == [
            *(each.id for each in ones[1:]),
            *(each.id for each in others[:2]),
        ]
        assert [entry.id for entry in reader.of_type("two", {"other.fact.v1"})] == [others[0].id]
        assert reader.after({}) == []
        assert reader.by_ids([]) == {}


def test_a_reader_finds_how_streams_were_opened_and_who_names_a_person(store, draft, append):
    news = [
        draft("one", 1, type="candidacy.opened.v1", body='{"candidate":"p1"}'),
        draft("one", 2, body='{"candidate":"p1"}'),
        draft("two", 1, type="candidacy.opened.v1", body='{"candidate":"p2"}'),
        draft("p1", 2, type="candidate.erased.v1"),
        draft("p2", 2, type="candidate.merged.v1"),
    ]
    append(store, news)
    with store.reader() as reader:
        assert {stream: entry.id for stream, entry in reader.opened(["one", "two", "p1", "nothing"]).items()} == {
            "one": news[0].id,
            "two": news[2].id,
        }
        assert [entry.stream for entry in reader.naming("candidacy.opened.v1", ["p2", "p3"])] == ["two"]
        assert [entry.stream for entry in reader.of_persons()] == ["p1", "p2"]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_merges_and_erasures_are_found_without_reading_the_rest(store, around):
    plan = around(f"EXPLAIN QUERY PLAN SELECT * FROM entry WHERE {IS_OF_PERSONS} ORDER BY position")
    assert [row[3] for row in plan] == ["SCAN entry USING INDEX entry_of_persons"]


def test_a_stream_is_read_in_the_order_of_its_versions(store, draft, append):
    append(store, [draft("one", 2), draft("two"), draft("one", 1)])
    assert [entry.version for entry in store.stream("one")] == [1, 2]
    assert store.stream("nothing") == []
