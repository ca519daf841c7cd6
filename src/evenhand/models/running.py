"""Run projections on a ledger's facts: in the order of what they read, each header held to its SELECT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Timer

import duckdb

from evenhand.columns.quoting import quoted
from evenhand.columns.sandbox import reader_of_names, single_select
from evenhand.errors import InputError, refuse
from evenhand.models.projection import Projection
from evenhand.models.rows import Rows, plain
from evenhand.models.shelf import in_order
from evenhand.sentence import Sentence

QUERY_SECONDS = 300.0


def run(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    projections: Mapping[str, Projection],
    *,
    asked_often: bool = False,
) -> None:
    """Create the projections ``names`` and all they read, as temporary views or tables of the same names.

    What others read is computed once and kept: planned anew into each of its readers, a dozen deep, it costs far more.
    The rest is kept too if it is ``asked_often``, as by a report: even one asking plans a view three times.
    The connection must be one whose doors are closed. What is there already stays as it is. Raises ``InputError``
    naming the file.
    """
    _require_closed_doors(connection)
    needed = in_order(projections, tuple(names))
    read = {name for each in needed for name in each.reads}
    there = _there(connection)
    missing = [each for each in needed if each.name not in there]
    if not missing:
        return
    with reader_of_names() as names_read:
        refuse([problem for each in missing for problem in _reading_problems(each, names_read)])
    for each in missing:
        _create(connection, each, kept=asked_often or each.name in read)


def project(connection: duckdb.DuckDBPyConnection, name: str, projections: Mapping[str, Projection]) -> Rows:
    """Run one projection and answer with its rows, ordered by all columns from the first to the last."""
    run(connection, (name,), projections)
    return _fetched(connection, f"SELECT * FROM temp.main.{quoted(name)} ORDER BY ALL", f"{name}.sql")


def query(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    projections: Mapping[str, Projection],
    *,
    seconds: float = QUERY_SECONDS,
) -> Rows:
    """Run one SELECT of somebody's over the tables and the projections it names, in the order it asks for.

    It is stopped after ``seconds``. Raises ``InputError``, without a value from the tables.
    """
    _require_closed_doors(connection)
    select = single_select(text)
    try:
        with reader_of_names() as names_read:
            named = names_read(select)
    except duckdb.Error as error:
        raise InputError(Sentence("the query: {said}", said=said(error))) from None
    run(connection, sorted(named & set(projections)), projections)
    watch = Timer(seconds, connection.interrupt)
    watch.start()
    try:
        return _fetched(connection, select, Sentence("the query"))
    finally:
        watch.cancel()


def _fetched(connection: duckdb.DuckDBPyConnection, select: str, where: str) -> Rows:
    try:
        cursor = connection.execute(select)
        columns = tuple(each[0] for each in cursor.description or ())
        rows = cursor.fetchall()
    except duckdb.Error as error:
        raise InputError(Sentence("{where}: {said}", where=where, said=said(error))) from None
    if len(set(columns)) < len(columns):
        raise InputError(
            Sentence("{where}: two columns have one name; give each a name of its own with: as", where=where)
        )
    return Rows(columns, tuple(tuple(plain(value) for value in row) for row in rows))


def said(error: duckdb.Error) -> str:
    """Say what DuckDB says, when it speaks of the query; what it says of values stays unsaid."""
    if isinstance(error, duckdb.ParserException | duckdb.BinderException | duckdb.CatalogException):
        return str(error).split("\n\n", 1)[0].replace("\n", " ")
    if isinstance(error, duckdb.PermissionException):
        return Sentence("it reaches for something outside the tables, which is not allowed here")
    if isinstance(error, duckdb.InterruptException):
        return Sentence("it took longer than is allowed here; ask for less at a time")
    if isinstance(error, duckdb.OutOfMemoryException):
        return Sentence("it needs more memory than is allowed here; ask for less at a time")
    return Sentence("it cannot be computed ({name})", name=type(error).__name__)


def _create(connection: duckdb.DuckDBPyConnection, each: Projection, *, kept: bool) -> None:
    where = f"{each.name}.sql"
    kind = "TABLE" if kept else "VIEW"
    try:
        connection.execute(f"CREATE TEMP {kind} {quoted(each.name)} AS {single_select(each.select)}")
        described = connection.execute(f"SELECT * FROM temp.main.{quoted(each.name)} LIMIT 0").description
    except duckdb.Error as error:
        raise InputError(Sentence("{where}: {said}", where=where, said=said(error))) from None
    found = tuple(column[0] for column in described or ())
    if found != tuple(each.columns):
        connection.execute(f"DROP {kind} temp.main.{quoted(each.name)}")
        raise InputError(
            Sentence("{where}: {difference}", where=where, difference=_difference(tuple(each.columns), found))
        )


def _reading_problems(each: Projection, names_read: Callable[[str], frozenset[str]]) -> list[str]:
    where = f"{each.name}.sql"
    try:
        found = names_read(single_select(each.select))
    except duckdb.Error as error:
        return [Sentence("{where}: {said}", where=where, said=said(error))]
    except InputError as error:
        return [Sentence("{where}: {problem}", where=where, problem=problem) for problem in error.problems]
    declared = set(each.reads)
    return [
        *(
            Sentence("{where}: it reads {name}, which its header does not name under reads", where=where, name=name)
            for name in sorted(found - declared)
        ),
        *(
            Sentence("{where}: its header names {name} under reads, but it does not read it", where=where, name=name)
            for name in sorted(declared - found)
        ),
    ]


def _difference(said_columns: tuple[str, ...], found: tuple[str, ...]) -> str:
    for at, (header, select) in enumerate(zip(said_columns, found, strict=False), 1):
        if header != select:
            return Sentence(
                "column {at} is {select} in the SELECT and {header} in the header; make them the same",
                at=at,
                select=select,
                header=header,
            )
    if len(found) > len(said_columns):
        return Sentence("the header does not explain the column {column}", column=found[len(said_columns)])
    return Sentence("the header explains {column}, which the SELECT does not have", column=said_columns[len(found)])


def _there(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal "
        "UNION ALL SELECT table_name FROM duckdb_tables() WHERE temporary"
    ).fetchall()
    return {row[0] for row in rows}


def _require_closed_doors(connection: duckdb.DuckDBPyConnection) -> None:
    ((locked, access),) = connection.execute(
        "SELECT current_setting('lock_configuration'), current_setting('enable_external_access')"
    ).fetchall()
    if not locked or access:
        raise RuntimeError("projections run only on a connection whose doors are closed; see columns.sandbox")
