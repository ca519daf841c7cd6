"""However the entries come, one by one, in stretches or all at once, the tables are the same; nothing bad slips in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from build import FEW, ListedLog, corpus, entries_of, some_entries, uid
from evenhand.clock import system_clock
from evenhand.columns import sync, tables
from evenhand.columns.facts import Cut, Facts, facts_of_log
from evenhand.columns.log import Log
from evenhand.columns.sandbox import connect
from evenhand.errors import TamperedError, UnavailableError
from evenhand.events.base import Event, StreamKind
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY, Registry
from evenhand.store import Store

Content = Callable[[Facts], dict[str, list[tuple[Any, ...]]]]


def listed(count: int, seed: int = 1) -> list[Entry]:
    return [
        Entry(at, f"2026-07-04T00:00:00.{at:06}Z", each.stream, each.version, each.id, each.type, each.body)
        for at, each in enumerate(some_entries(count, seed), 1)
    ]


@contextmanager
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect()
    connection.execute("ATTACH ':memory:' AS facts")
    tables.create(connection, REGISTRY)
    yield connection
    connection.close()


def raw(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    names = ["entry", "stream", *(each.name for each in tables.tables(REGISTRY))]
    return {name: connection.execute(f'SELECT * FROM facts.log."{name}" ORDER BY ALL').fetchall() for name in names}


@pytest.mark.parametrize("seed", range(2))
def test_the_tables_are_the_same_however_the_log_was_split(seed: int) -> None:
    chance, entries = Random(seed), listed(260, seed)
    cuts = sorted(chance.sample(range(1, 260), chance.randrange(1, 4)))
    with empty() as once, empty() as often:
        log = ListedLog(entries)
        sync.bring_up(once, log, REGISTRY, head=log.head())
        for upto in (*cuts, 260):
            part = ListedLog(entries[:upto])
            sync.bring_up(often, part, REGISTRY, head=part.head(), stretch=chance.randrange(60, 200))
        assert raw(once) == raw(often)
        assert sync.digests(once) == sync.digests(often) == sync.recomputed(once, REGISTRY)


def test_what_a_sync_adds_at_the_head_is_as_if_it_had_always_been_there(written: Any, content: Content) -> None:
    chance, entries = Random(3), some_entries(400, 3, topics=FEW)
    done = 0
    while done < len(entries):
        step = chance.randrange(20, 120)
        written.append(entries[done : done + step])
        done += step
        with written.facts() as facts:
            assert facts.trusted
    with written.facts() as kept, written.facts(from_log=True) as made:
        assert content(kept) == content(made)
        assert sync.digests(kept.connection) == sync.digests(made.connection)
        assert kept.root == made.root
    assert written.said == []


KILLED = """
import sys
from pathlib import Path
from evenhand.columns import sync
from evenhand.columns.facts import open_facts
sync.bring_up.__kwdefaults__["stretch"] = 60
print("begins", flush=True)
open_facts(sys.argv[1], Path(sys.argv[2])).close()
"""


def test_a_sync_killed_at_any_moment_is_finished_by_the_next(written: Any, content: Content) -> None:
    chance = Random(11)
    for turn in range(4):
        written.append(some_entries(700, 100 + turn, topics=FEW))
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, written.url, str(written.folder)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0.05, 1.5))
            process.kill()
    with written.facts() as kept, written.facts(from_log=True) as made:
        assert kept.trusted
        assert kept.as_of.position == 2800
        assert content(kept) == content(made)
    assert written.said == []


def test_a_killed_sync_keeps_the_stretches_it_had_finished(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written.append(some_entries(500, topics=FEW))
    script = KILLED.replace(
        'print("begins", flush=True)',
        "whole = sync._add\n"
        "def add(*a, upto, **k):\n"
        "    whole(*a, upto=upto, **k)\n"
        "    if upto == 180: import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
        "sync._add = add",
    )
    assert subprocess.run([sys.executable, "-c", script, written.url, str(written.folder)], check=False).returncode < 0
    seen: list[int] = []
    whole = sync._check_arrival

    def watch(connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        seen.append(after)
        whole(connection, after, upto)

    monkeypatch.setattr(sync, "_check_arrival", watch)
    with written.facts() as facts:
        assert facts.trusted
    assert seen == [180]


class Losing(ListedLog):
    """A source that loses an entry without a word, as a cursor executed twice did."""

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        super().stage(connection, after, upto)
        connection.execute("DELETE FROM temp.main.staged WHERE position = 7")


def test_an_entry_that_does_not_arrive_is_missed() -> None:
    with pytest.raises(TamperedError, match="of the entries 1 to 20 only 19 were there"):
        made_of(Losing(listed(20)))


def made_of(log: Log, registry: Registry = REGISTRY) -> Facts:
    return facts_of_log(log, registry=registry, cut=Cut(None, None, None, system_clock))


SECRET = "geheim-4711"


def changed(topic: str, **changes: Any) -> Entry:
    """The corpus's fullest body of a topic, changed as no append would let through."""
    body = json.loads(next(body for each, body in reversed(corpus()) if each == topic))
    for path, value in changes.items():
        *steps, last = path.split("__")
        holder = body
        for step in steps:
            holder = holder[int(step) if step.isdigit() else step]
        holder[last] = value
    return Entry(1, "2026-07-04T00:00:00.000000Z", uid("s"), 1, uid("e"), topic, json.dumps(body))


@pytest.mark.parametrize(
    ("topic", "changes", "field"),
    [
        ("decision.made.v1", {"visit": SECRET}, "visit"),
        ("decision.made.v1", {"visit": None}, "visit"),
        ("decision.made.v1", {"outcome": SECRET}, "outcome"),
        ("decision.made.v1", {"reasons": {"code": SECRET}}, "reasons"),
        ("decision.made.v1", {"reasons": SECRET}, "reasons"),
        ("decision.made.v1", {"reasons__0__code": None}, "reasons.0.code"),
        ("decision.made.v1", {"reasons__0__criteria": SECRET}, "reasons.0.criteria"),
        ("decision.made.v1", {"reasons__0__scorecards": [SECRET]}, "reasons.0.scorecards.0"),
        ("decision.made.v1", {"deciders": [None]}, "deciders.0"),
        ("decision.made.v1", {"standard_version": SECRET}, "standard_version"),
        ("decision.made.v1", {"knockout_answers__0__met": SECRET}, "knockout_answers.0.met"),
        ("decision.made.v1", {"until": SECRET}, "until"),
        ("decision.made.v1", {"until": [SECRET]}, "until"),
        ("decision.made.v1", {"until": {}}, "until.at"),
        ("entry.corrected.v1", {"fields": [SECRET]}, "fields"),
        ("policy.adopted.v1", {"calendar": [SECRET]}, "calendar"),
        ("policy.adopted.v1", {"names": [SECRET]}, "names"),
        ("decision.made.v1", {"basis": [SECRET]}, "basis"),
        ("decision.made.v1", {"occurred_at": [SECRET]}, "occurred_at"),
        ("decision.made.v1", {"occurred_at": SECRET}, "occurred_at"),
        ("decision.made.v1", {"occurred_at__at": SECRET}, "occurred_at.at"),
        ("decision.made.v1", {"occurred_at__zone": SECRET}, "occurred_at.zone"),
        ("decision.made.v1", {"occurred_at__precision": SECRET}, "occurred_at.precision"),
        ("decision.made.v1", {"basis": None}, "basis"),
        ("decision.made.v1", {"source": [SECRET]}, "source"),
        ("scorecard.submitted.v1", {"ratings__0__score": SECRET}, "ratings.0.score"),
        ("entry.corrected.v1", {"fields__occurred_at": SECRET, "kind": "time"}, "fields.occurred_at"),
        ("policy.adopted.v1", {"calendar__holidays": [SECRET]}, "calendar.holidays.0"),
        ("candidate.hired.v1", {"starts": SECRET}, "starts"),
        ("ledger.opened.v1", {"created": SECRET}, "created"),
    ],
)
def test_a_value_without_the_form_of_its_column_is_named_by_entry_and_field(
    topic: str, changes: dict[str, Any], field: str
) -> None:
    entries = [*listed(6), changed(topic, **changes)._replace(position=7, recorded_at="2026-07-04T01:00:00.000000Z")]
    with pytest.raises(TamperedError) as raised:
        made_of(ListedLog(entries))
    assert f"entry 7: {topic}: {field}" in str(raised.value)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


class Dated(ListedLog):
    """A log whose last entry's time may be anything."""

    def recorded_at(self, position: int) -> str:
        return f"2026-07-04T01:00:00.{position:06}Z"


@pytest.mark.parametrize("column", ["stream", "id", "recorded_at"])
def test_an_envelope_without_its_form_is_named_by_its_entry(column: str) -> None:
    changes: dict[str, Any] = {column: SECRET}
    with pytest.raises(TamperedError, match="entry 6: its envelope") as raised:
        made_of(Dated([*listed(5), listed(6)[5]._replace(**changes)]))
    assert SECRET not in str(raised.value)


def test_a_body_that_is_no_json_is_named_by_its_entry() -> None:
    entries = [*listed(5), listed(6)[5]._replace(body=f'{{"{SECRET}"')]
    with pytest.raises(TamperedError, match="entry 6: ") as raised:
        made_of(ListedLog(entries))
    assert SECRET not in str(raised.value)


def test_a_type_of_a_newer_version_says_so() -> None:
    entries = [*listed(5), listed(6)[5]._replace(type="decision.made.v9")]
    with pytest.raises(UnavailableError, match="entry 6 has a type this version of evenhand does not know"):
        made_of(ListedLog(entries))


class ToldV1(Event):
    """The shape of an earlier release."""

    TOPIC = "notice.tried.v1"
    STREAMS = (StreamKind.CANDIDACY,)
    medium: str


class ToldV2(Event):
    """The shape of today."""

    TOPIC = "notice.tried.v2"
    STREAMS = (StreamKind.CANDIDACY,)
    channel: str
    spoken: bool


def upcast(body: dict[str, Any]) -> dict[str, Any]:
    medium = body.pop("medium")
    return body | {"channel": medium, "spoken": medium == "phone"}


def test_an_older_version_shares_the_table_of_the_newest_through_its_upcaster() -> None:
    registry = Registry([*REGISTRY.current, ToldV1, ToldV2], {"notice.tried.v1": upcast})
    plain = [
        ("notice.tried.v1", uid("c"), {"medium": "phone"}),
        ("notice.tried.v2", uid("c"), {"channel": "email", "spoken": False}),
    ]
    entries = entries_of(plain, registry=registry)
    with made_of(ListedLog([each._replace(id=uid(str(at))) for at, each in enumerate(entries)]), registry) as facts:
        rows = facts.connection.execute("SELECT position, channel, spoken FROM notice_tried ORDER BY 1").fetchall()
        types = facts.connection.execute("SELECT type FROM entry ORDER BY position").fetchall()
    assert rows == [(1, "phone", True), (2, "email", False)]
    assert types == [("notice.tried.v1",), ("notice.tried.v2",)]


def test_sealed_texts_are_not_in_the_facts(filled: Any, content: Content) -> None:
    with filled.facts() as facts:
        assert "seal:1:" not in str(content(facts))
        assert facts.connection.execute("SELECT bool_or(has_rationale) FROM decision_made").fetchall() == [(True,)]
    stored = (filled.folder / "facts.duckdb").read_bytes()
    assert b"seal:1:" in (filled.folder / "ledger.db").read_bytes() + read_if_there(filled.folder / "ledger.db-wal")
    assert b"seal:1:" not in stored
    assert b"AAECAwQFBgcICQoL" not in stored


def read_if_there(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def test_a_body_on_postgresql_reads_as_on_sqlite(written: Any, postgres_url: str, content: Content) -> None:
    entries = some_entries(250, 5)
    written.append(entries)
    other = type(written)(written.folder / "other", postgres_url)
    other.folder.mkdir()
    Store.create(postgres_url).close()
    other.append(entries[:100])
    other.facts().close()
    other.append(entries[100:])
    with written.facts() as here, other.facts() as there, other.facts(from_log=True) as made:
        assert content(there) == content(made)
        mine, theirs = content(here), content(there)
    for each in (mine, theirs):
        del each["watermark"]
    for name, rows in mine.items():
        assert [without_time(name, row) for row in rows] == [without_time(name, row) for row in theirs[name]]
    assert other.said == []


def without_time(name: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """When something was recorded depends on how the appends were cut."""
    return row if name == "stream" else (row[0], *row[2:])
