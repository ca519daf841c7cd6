"""Build facts in memory from plain dicts, for tests of projections, measures and columns.

    from build import facts_of, uid

    connection = facts_of([
        ("requisition.opened", uid("r1"), {...}),                # topic (".v1" may be left out), stream, body
        ("candidacy.opened", uid("c1"), {"candidate": uid("p1"), "requisition": uid("r1"), "route": "external"}),
        ("decision.made", uid("c1"), {...}, {"at": "2026-03-01T10:00:00Z", "id": uid("d1"), "recorded_at": "..."}),
    ], position=None, instant=None, zone=None)
    connection.execute("select * from decision_made").fetchall()

What an entry does not say is filled in: ``id`` (``uid("entry 3")``), ``recorded_at`` (a second later than the last,
from 2026-01-01T00:00:00Z), and in the body ``occurred_at`` (from ``at`` in ``zone``; by default when it was recorded,
UTC), ``actor`` (``uid("actor")``), ``basis`` observed, ``rules`` 1. A ``batch`` in the options makes it imported. A
field that is sealed is given as any text and becomes a box. Bodies are validated by their classes. Positions are
dense from 1, versions count up in each stream. ``ledger.opened`` is not written unless it is given.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import duckdb

from evenhand.clock import instant_text, parse_instant
from evenhand.columns.facts import Cut, Facts, facts_of_log
from evenhand.columns.log import STAGE, Mark
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY, Registry, parse, serialise
from evenhand.events.sealing import places, sealed_paths
from evenhand.store import NewEntry

START = datetime(2026, 1, 1, tzinfo=UTC)
_NAMES = UUID("6f0c5a52-9b7e-4f2f-8d64-1f3a0c2b7e11")


class ListedLog:
    """Entries in memory; the root is not computed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    def head(self) -> Mark:
        return Mark(self._entries[-1].position, self._entries[-1].recorded_at, "") if self._entries else Mark(0, "", "")

    def root_at(self, position: int) -> str:
        return "" if position <= len(self._entries) else "none"

    def recorded_at(self, position: int) -> str:
        return self._entries[position - 1].recorded_at

    def stage(self, connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
        columns = zip(*self._entries[after:upto], strict=True)
        fields = zip(Entry._fields, ("BIGINT", "VARCHAR", "VARCHAR", "BIGINT", *["VARCHAR"] * 3), strict=True)
        unnested = ", ".join(f"unnest(CAST(${at} AS {kind}[])) AS {name}" for at, (name, kind) in enumerate(fields, 1))
        connection.execute(
            STAGE.replace("FROM arriving", f"FROM (SELECT {unnested})"), [list(each) for each in columns]
        )


def uid(name: str) -> str:
    """Answer with a UUID that stands for a name, always the same."""
    return str(uuid5(_NAMES, name))


def box(text: str) -> str:
    """Make what looks like a sealed value."""
    return f"seal:1:{uid('key')}:{base64.urlsafe_b64encode(text.encode()).decode().rstrip('=') or 'A'}"


def entries_of(plain: Iterable[tuple[Any, ...]], *, registry: Registry = REGISTRY) -> list[Entry]:
    """Make whole entries from tuples of topic, stream, body and, if need be, options."""
    made: list[Entry] = []
    versions: dict[str, int] = {}
    recorded = START - timedelta(seconds=1)
    for position, (name, stream, body, *rest) in enumerate(plain, 1):
        options: Mapping[str, Any] = rest[0] if rest else {}
        topic = name if ".v" in name else f"{name}.v1"
        given = options.get("recorded_at")
        recorded = parse_instant(given) if given else recorded + timedelta(seconds=1)
        versions[stream] = versions.get(stream, 0) + 1
        made.append(
            Entry(
                position,
                instant_text(recorded),
                stream,
                versions[stream],
                options.get("id") or uid(f"entry {position}"),
                topic,
                _body(registry, topic, body, options, instant_text(recorded)),
            )
        )
    return made


def facts_from(
    entries: Iterable[Entry],
    *,
    position: int | None = None,
    instant: datetime | str | None = None,
    zone: str | None = None,
    registry: Registry = REGISTRY,
) -> Facts:
    """Make facts in memory from whole entries; close them, or use them in a ``with``."""
    at = parse_instant(instant) if isinstance(instant, str) else instant
    log = ListedLog(list(entries))
    return facts_of_log(log, registry=registry, cut=Cut(position, at, zone, lambda: START))


def facts_of(plain: Iterable[tuple[Any, ...]], **options: Any) -> duckdb.DuckDBPyConnection:
    """Make facts in memory from tuples of topic, stream, body and, if need be, options; answer the connection."""
    return facts_from(entries_of(plain), **options).connection


def _body(registry: Registry, topic: str, body: Mapping[str, Any], options: Mapping[str, Any], recorded: str) -> str:
    at = options.get("at", recorded)
    precision = "day" if len(at) == len("2026-01-01") else options.get("precision", "instant")
    batch = options.get("batch")
    whole: dict[str, Any] = {
        "occurred_at": {"at": at, "zone": options.get("zone", "UTC"), "precision": precision},
        "actor": uid("actor"),
        "basis": {"kind": "imported", "batch": batch} if batch else {"kind": "observed"},
        "rules": 1,
        **body,
    }
    event_class = registry.event_class(topic)
    for path in sealed_paths(event_class):
        for holder, name, _ in list(places(path, whole)):
            if not holder[name].startswith("seal:1:"):
                holder[name] = box(holder[name])
    return serialise(parse(event_class, json.dumps(whole)))


CORPUS = Path(__file__).parent / "corpus" / "v1"


def corpus() -> list[tuple[str, str]]:
    """Answer with every topic and each body that the corpus has of it."""
    return [
        (f"{path.stem}.v1", body)
        for path in sorted(CORPUS.glob("*.ndjson"))
        for body in path.read_text(encoding="utf-8").splitlines()
    ]


FEW = ("ledger.opened.v1", "candidacy.opened.v1", "stage.entered.v1", "decision.made.v1", "entry.corrected.v1")


def some_entries(count: int, seed: int = 1, *, topics: Collection[str] = ()) -> list[NewEntry]:
    """Take bodies of the corpus in any order, on a few streams: all of them, if there are enough entries."""
    chance = Random(seed)
    bodies = [each for each in corpus() if not topics or each[0] in topics]
    chance.shuffle(bodies)
    versions: dict[str, int] = {}
    made: list[NewEntry] = []
    for number in range(count):
        topic, body = bodies[number % len(bodies)]
        stream = uid(f"stream {chance.randrange(count // 5 + 1)} of {seed}")
        versions[stream] = versions.get(stream, 0) + 1
        made.append(NewEntry(stream, versions[stream], uid(f"entry {number} of {seed}"), topic, body))
    return made
