"""The tables of the facts and the views that projections see: which there are, and how corrections take effect.

The raw tables stand in ``facts.log``. What a projection reads are the views in ``main``, cut to what the ledger knew
at the as-of position. The cut is written into the views, so that DuckDB can leave out what lies behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache

import duckdb

from evenhand.columns.quoting import literal, quoted
from evenhand.columns.shape import Table, table, table_name
from evenhand.events.base import Event, StreamKind
from evenhand.events.registry import Registry
from evenhand.merkle.tree import EMPTY_ROOT

FORMAT = 1
"""Grows when the same definitions would be filled otherwise than before."""

SCHEMA = "facts.log"
_TIME = ("occurred_from", "occurred_to", "occurred_precision", "occurred_zone", "occurred_day")
_SHOWN = ("as_of", "report_zone", "entry", "stream", "what_if_standard")
_UNCORRECTED = "t.*, CAST(NULL AS BIGINT) AS corrected_by"
_ENTRY = (
    "CREATE TABLE facts.log.entry (position BIGINT NOT NULL, recorded_at TIMESTAMP NOT NULL, "
    "stream_key BIGINT NOT NULL, version BIGINT NOT NULL, id UUID NOT NULL, type VARCHAR NOT NULL)"
)
_FIXED = (
    _ENTRY,
    "CREATE TABLE facts.log.stream (stream_key BIGINT NOT NULL, stream UUID NOT NULL, kind VARCHAR)",
    "CREATE TABLE facts.log.watermark (position BIGINT NOT NULL, root VARCHAR NOT NULL, definitions VARCHAR NOT NULL)",
    "CREATE TABLE facts.log.digest (name VARCHAR NOT NULL, entries BIGINT NOT NULL, digest HUGEINT NOT NULL)",
)


@cache
def tables(registry: Registry) -> tuple[Table, ...]:
    """Derive the tables of a vocabulary: one per topic, of its newest version."""
    return tuple(table(each) for each in registry.current)


@cache
def definitions_digest(registry: Registry) -> str:
    """Digest all that decides how a log is read into tables; another digest means that they are made again."""
    parts = [str(FORMAT), duckdb.__version__, *_FIXED, *registry.topics]
    parts += [part for each in tables(registry) for part in (each.ddl(SCHEMA), each.select("staged"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def create(connection: duckdb.DuckDBPyConnection, registry: Registry) -> None:
    """Create the empty tables in the attached database ``facts``, in the transaction that is open."""
    connection.execute("DROP SCHEMA IF EXISTS facts.log CASCADE")
    connection.execute("CREATE SCHEMA facts.log")
    for statement in (*_FIXED, *(each.ddl(SCHEMA) for each in tables(registry))):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO facts.log.watermark VALUES (0, ?, ?)", [EMPTY_ROOT.hex(), definitions_digest(registry)]
    )


def view_names(registry: Registry) -> frozenset[str]:
    """Answer with the name of everything in ``main`` that a projection may read."""
    own = {each.name for each in tables(registry)}
    return frozenset({*own, *(f"{name}_effective" for name in own), *_SHOWN})


def stream_kinds(registry: Registry) -> dict[str, str]:
    """Answer which kind of stream each opening topic opens."""
    opening = (registry.event_class(topic) for topic in registry.topics)
    return {each.TOPIC: _kind(each).value for each in opening if each.OPENS}


def _kind(opening: type[Event]) -> StreamKind:
    return opening.STREAMS[0]


def show(
    connection: duckdb.DuckDBPyConnection, registry: Registry, *, position: int, instant: datetime, zone: str
) -> None:
    """Create what projections see: the views cut at ``position``, the as-of pair and the report's zone."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE main.as_of (position BIGINT NOT NULL, instant TIMESTAMP NOT NULL)")
    connection.execute("INSERT INTO main.as_of VALUES (?, ?)", [position, instant.replace(tzinfo=None)])
    connection.execute("CREATE TABLE main.report_zone (zone VARCHAR NOT NULL)")
    connection.execute("INSERT INTO main.report_zone VALUES (?)", [zone])
    connection.execute("CREATE SCHEMA in_force")
    connection.execute(_correction(position))
    corrected = _corrected(connection, position)
    views = [
        f"CREATE VIEW main.entry AS SELECT * FROM facts.log.entry WHERE position <= {position:d}",
        f"CREATE VIEW main.stream AS SELECT * FROM facts.log.stream WHERE stream_key <= {position:d}",
    ]
    for each in tables(registry):
        views += [make(each, position, corrected=each.name in corrected) for make in (_view, _effective_view)]
    connection.execute(";\n".join(views))
    connection.execute("CREATE TABLE main.what_if_standard AS FROM main.standard_adopted LIMIT 0")
    connection.execute("COMMIT")


def _corrected(connection: duckdb.DuckDBPyConnection, position: int) -> frozenset[str]:
    """Name the tables of which any entry was corrected: only their views need to look for corrections."""
    query = (
        "SELECT DISTINCT e.type FROM facts.log.entry e SEMI JOIN in_force.correction c ON c.target = e.id "
        f"WHERE e.position <= {position:d}"
    )
    return frozenset(table_name(topic) for (topic,) in connection.execute(query).fetchall())


def _view(of: Table, position: int, *, corrected: bool) -> str:
    columns = "t.*, c.corrected_by" if corrected else _UNCORRECTED
    return f"CREATE VIEW main.{quoted(of.name)} AS SELECT {columns} {_source(of, position, corrected=corrected)}"


def _effective_view(of: Table, position: int, *, corrected: bool) -> str:
    """Write the view in which corrections have taken effect; duplicates are gone."""
    name, source = quoted(of.name + "_effective"), _source(of, position, corrected=corrected)
    if not corrected:
        return f"CREATE VIEW main.{name} AS SELECT {_UNCORRECTED} {source}"
    replaced = {**{name: f"coalesce(c.{name}, t.{name})" for name in (*_TIME, "actor")}}
    replaced["stream_key"] = "coalesce(c.stream_key, t.stream_key)"
    if of.topic.startswith("decision.made."):
        replaced["reasons"] = "coalesce(c.reasons, t.reasons)"
    columns = ", ".join(
        f"{replaced.get(each.name, 't.' + quoted(each.name))} AS {quoted(each.name)}" for each in of.columns
    )
    return f"CREATE VIEW main.{name} AS SELECT {columns}, c.corrected_by {source} AND NOT coalesce(c.duplicate, false)"


def _source(of: Table, position: int, *, corrected: bool) -> str:
    joined = "LEFT JOIN in_force.correction c ON c.target = t.id " if corrected else ""
    return f"FROM facts.log.{quoted(of.name)} t {joined}WHERE t.position <= {position:d}"


def _correction(position: int) -> str:
    """Write the table of what the corrections known at ``position`` come to, one row per corrected entry.

    A correction is itself taken back by one of the kind duplicate on it, and so on, three times over.
    """
    known = f"SELECT * FROM facts.log.entry_corrected WHERE position <= {position:d}"
    latest = "arg_max({}, position) FILTER (WHERE kind = {})"
    fields: Sequence[tuple[str, str, str]] = (
        *((name, f"fields.{name}", "time") for name in _TIME),
        ("actor", "fields.actor", "actor"),
        ("reasons", "fields.reasons", "reason_mapping"),
        ("candidacy", "fields.candidacy", "wrong_candidacy"),
    )
    columns = ", ".join(f"{latest.format(value, literal(kind))} AS {name}" for name, value, kind in fields)
    return f"""
        CREATE TABLE in_force.correction AS
        WITH known AS ({known}),
        undoing AS (SELECT k.* FROM known k SEMI JOIN known t ON k.target = t.id WHERE k.kind = 'duplicate'),
        third AS (SELECT * FROM undoing u ANTI JOIN undoing v ON v.target = u.id),
        second AS (SELECT * FROM undoing u ANTI JOIN third v ON v.target = u.id),
        standing AS (SELECT * FROM known k ANTI JOIN second v ON v.target = k.id),
        latest AS (
            SELECT target, max(position) AS corrected_by, bool_or(kind = 'duplicate') AS duplicate, {columns}
            FROM standing GROUP BY target
        )
        SELECT l.* EXCLUDE (candidacy), s.stream_key
        FROM latest l LEFT JOIN facts.log.stream s ON s.stream = l.candidacy AND s.stream_key <= {position:d}
    """
