"""Bring the tables up to the head of the log: rows, watermark and digests in one transaction for each stretch.

Cut off at any moment, the tables stand where the last whole stretch ended, and the next sync goes on from there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import duckdb

from evenhand.columns import tables
from evenhand.columns.log import Log, Mark
from evenhand.columns.quoting import literal, quoted
from evenhand.errors import EvenhandError, InputError, TamperedError, UnavailableError
from evenhand.events.registry import Registry, serialise
from evenhand.sentence import Sentence

STRETCH = 400_000
"""Entries staged at a time: as many as keep the whole sync under a gigabyte."""

_SHOWN = 5


def bring_up(
    connection: duckdb.DuckDBPyConnection, log: Log, registry: Registry, *, head: Mark, stretch: int = STRETCH
) -> None:
    """Add what the log has after the watermark, up to ``head``."""
    ((position,),) = connection.execute("SELECT position FROM facts.log.watermark").fetchall()
    if position < head.position:
        _create_topic_type(connection, registry)
    while position < head.position:
        upto = min(position + stretch, head.position)
        root = head.root if upto == head.position else log.root_at(upto)
        _stage(connection, log, position, upto)
        _check_arrival(connection, position, upto)
        _add(connection, registry, after=position, upto=upto, root=root)
        connection.execute("DROP TABLE temp.main.staged")
        position = upto


def _create_topic_type(connection: duckdb.DuckDBPyConnection, registry: Registry) -> None:
    names = ", ".join(literal(topic) for topic in registry.topics)
    connection.execute("DROP TYPE IF EXISTS temp.main.topic")
    connection.execute(f"CREATE TEMP TYPE topic AS ENUM ({names})")


def _stage(connection: duckdb.DuckDBPyConnection, log: Log, after: int, upto: int) -> None:
    try:
        log.stage(connection, after, upto)
    except (EvenhandError, duckdb.OutOfMemoryException):
        raise
    except Exception:  # noqa: BLE001 - each driver has errors of its own, and their texts can hold a value
        raise TamperedError(
            Sentence("the entries {after} to {upto} cannot be read; run: evenhand verify", after=after + 1, upto=upto)
        ) from None


def _check_arrival(connection: duckdb.DuckDBPyConnection, after: int, upto: int) -> None:
    """Look whether every position arrived, and every column of an envelope has its form."""
    ((count, first, last, unknown, unfit),) = connection.execute(
        "SELECT count(*), min(position), max(position), min(position) FILTER (WHERE type IS NULL), "
        "min(position) FILTER (WHERE recorded_at IS NULL OR stream IS NULL OR version IS NULL OR id IS NULL) "
        "FROM temp.main.staged"
    ).fetchall()
    if (count, first, last) != (upto - after, after + 1, upto):
        raise TamperedError(
            Sentence(
                "of the entries {after} to {upto} only {count} were there; do not append, run: evenhand verify",
                after=after + 1,
                upto=upto,
                count=count,
            )
        )
    if unfit is not None:
        raise TamperedError(
            Sentence(
                "entry {position}: its envelope has not its form; do not append, run: evenhand verify", position=unfit
            )
        )
    if unknown is not None:
        raise UnavailableError(
            Sentence(
                "entry {position} has a type this version of evenhand does not know; use the version that wrote it",
                position=unknown,
            )
        )


def _add(connection: duckdb.DuckDBPyConnection, registry: Registry, *, after: int, upto: int, root: str) -> None:
    """Add what is staged, in one transaction."""
    try:
        connection.execute("BEGIN")
        _insert_envelopes(connection, registry, after=after)
        _upcast(connection, registry)
        _insert_bodies(connection, registry, after=after)
        connection.execute("UPDATE facts.log.watermark SET position = ?, root = ?", [upto, root])
        connection.execute("COMMIT")
    except duckdb.Error as error:
        _roll_back(connection)
        if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
            raise
        raise _bad_entry(connection, registry, after, upto) from None
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # a commit that failed has ended the transaction
        connection.execute("ROLLBACK")


def _insert_envelopes(connection: duckdb.DuckDBPyConnection, registry: Registry, *, after: int) -> None:
    kinds = " ".join(f"WHEN {literal(t)} THEN {literal(k)}" for t, k in tables.stream_kinds(registry).items())
    connection.execute(
        f"INSERT INTO facts.log.stream SELECT position, stream, CASE type {kinds} END FROM temp.main.staged "
        "WHERE version = 1 ORDER BY position"
    )
    connection.execute(
        "INSERT INTO facts.log.entry SELECT s.position, s.recorded_at, k.stream_key, s.version, s.id, "
        "CAST(s.type AS VARCHAR) FROM temp.main.staged s JOIN facts.log.stream k ON k.stream = s.stream"
    )
    _extend_digest(connection, "stream", "stream_key", after)
    _extend_digest(connection, "entry", "position", after)


def _insert_bodies(connection: duckdb.DuckDBPyConnection, registry: Registry, *, after: int) -> None:
    present = {row[0] for row in connection.execute("SELECT DISTINCT type FROM temp.main.staged").fetchall()}
    for each in tables.tables(registry):
        if each.topic in present:
            staged = (
                "temp.main.staged JOIN facts.log.stream AS k ON k.stream = staged.stream "
                f"WHERE staged.type = {literal(each.topic)}"
            )
            connection.execute(f"INSERT INTO facts.log.{quoted(each.name)} {each.select(staged)}")
            _extend_digest(connection, each.name, "position", after)


def _extend_digest(connection: duckdb.DuckDBPyConnection, name: str, key: str, after: int) -> None:
    """Add the new rows to the table's digest: a sum, so that neither the order nor the stretches matter."""
    new = digest_query(name, f"WHERE {key} > {after:d}")
    connection.execute(f"INSERT INTO facts.log.digest {new}")


def digest_query(name: str, where: str = "") -> str:
    """Write the query of name, number of rows and digest of a table."""
    return (
        f"SELECT {literal(name)}, count(*), coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) "
        f"FROM facts.log.{quoted(name)} t {where}"
    )


def digests(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Answer with the recorded number of rows and digest of each table that has any."""
    query = "SELECT name, sum(entries), sum(digest) FROM facts.log.digest GROUP BY name ORDER BY name"
    return {name: (int(count), int(digest)) for name, count, digest in connection.execute(query).fetchall()}


def recomputed(connection: duckdb.DuckDBPyConnection, registry: Registry) -> dict[str, tuple[int, int]]:
    """Compute the digests of the tables again, from their rows."""
    names = ("entry", "stream", *(each.name for each in tables.tables(registry)))
    found = connection.execute(" UNION ALL ".join(digest_query(name) for name in names)).fetchall()
    return {name: (count, digest) for name, count, digest in sorted(found) if count}


def _upcast(connection: duckdb.DuckDBPyConnection, registry: Registry) -> None:
    """Bring bodies of older versions up to the newest one, in Python, entry by entry."""
    current = {each.TOPIC for each in registry.current}
    older = [topic for topic in registry.topics if topic not in current]
    if not older:
        return
    names = ", ".join(literal(topic) for topic in older)
    rows = connection.execute(f"SELECT position, type, body FROM temp.main.staged WHERE type IN ({names})").fetchall()
    if rows:
        raised = [_raised(registry, *row) for row in rows]
        connection.execute(
            "UPDATE temp.main.staged SET type = CAST(n.type AS topic), body = n.body "
            "FROM (SELECT unnest(CAST($1 AS BIGINT[])) AS position, unnest(CAST($2 AS VARCHAR[])) AS type, "
            "unnest(CAST($3 AS VARCHAR[])) AS body) n WHERE staged.position = n.position",
            [list(column) for column in zip(*raised, strict=True)],
        )


def _raised(registry: Registry, position: int, topic: str, body: str) -> tuple[int, str, str]:
    try:
        return position, registry.newest(topic), serialise(registry.read(topic, body))
    except InputError as error:
        raise _unfit(position, error) from None


def _bad_entry(connection: duckdb.DuckDBPyConnection, registry: Registry, after: int, upto: int) -> EvenhandError:
    """Find the first entry whose body does not fit its class, and say which field: never its value."""
    rows: Any = connection.execute("SELECT position, type, body FROM temp.main.staged ORDER BY position")
    while batch := rows.fetchmany(10_000):
        for position, topic, body in batch:
            try:
                registry.read(topic, body)
            except InputError as error:
                return _unfit(position, error)
    return TamperedError(
        Sentence(
            "one of the entries {after} to {upto} cannot be read into a table; run: evenhand verify",
            after=after + 1,
            upto=upto,
        )
    )


def _unfit(position: int, error: InputError) -> TamperedError:
    shown = [
        Sentence("entry {position}: {problem}", position=position, problem=problem)
        for problem in error.problems[:_SHOWN]
    ]
    return TamperedError(
        *shown, Sentence("a body does not have the form of its type; do not append, run: evenhand verify")
    )
