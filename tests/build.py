"""Build facts in memory from plain dicts, for tests of projections, measures and columns.

    from build import facts_of, uid

    connection = facts_of([
        ("requisition.opened", uid("r1"), {...}),                # topic (".v1" may be left out), stream, body
        ("candidacy.opened", uid("c1"), {"candidate": uid("p1"), "requisition": uid("r1"), "route": "external"}),
        ("decision.made", uid("c1"), {...}, {"at": "2026-03-01T10:00:00Z", "id": uid("d1"), "recorded_at": "..."}),
    ], position=None, instant=None, zone=None)
    connection.execute("select * from decision_made").fetchall()

What an entry does not say is filled in: ``id`` (``uid("entry 3")``), ``recorded_at`` (one second after the entry before
it, from 2026-01-01T00:00:00Z), and in the body ``occurred_at`` (from ``at``, with ``zone``, default UTC; else the time of
recording), ``actor`` (``uid("actor")``), ``basis`` observed, ``rules`` 1. A ``batch`` in the options makes it imported.
A field that is sealed is given as any text and becomes a box. Bodies are validated by their classes. Positions are
dense from 1, versions count up in each stream. ``ledger.opened`` is not written unless it is given.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import duckdb

from evenhand.clock import instant_text, parse_instant
from evenhand.columns.facts import Cut, Facts, made_in_memory
from evenhand.columns.log import ListedLog
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY, Registry, parse, serialise
from evenhand.events.sealing import places, sealed_paths

START = datetime(2026, 1, 1, tzinfo=UTC)
_NAMES = UUID("6f0c5a52-9b7e-4f2f-8d64-1f3a0c2b7e11")


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
    for position, (topic, stream, body, *rest) in enumerate(plain, 1):
        options: Mapping[str, Any] = rest[0] if rest else {}
        topic = topic if ".v" in topic else f"{topic}.v1"
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
    return made_in_memory(log, registry=registry, cut=Cut(position, at, zone, lambda: START))


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
