"""Derive tables from the event classes: which columns a class has, and the SQL that reads each from a stored body.

No event has code of its own here. A value that does not have the form of its column stops the reading; it never turns
into a null without a word, which is what ``from_json`` does when left alone: leaves are read as text and then cast, a
part that may be missing is read as text first, and what must be there is looked for at every depth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from evenhand.columns import moment
from evenhand.columns.quoting import BAD_FORM, literal, one_of, quoted, whole
from evenhand.events.base import Basis, Day, Event, Id, Instant, Moment, SealedMark, Source


class Column(NamedTuple):
    """A column or the member of a struct: its DuckDB type, the SQL that reads it, and whether it is never null."""

    name: str
    type: str
    value: str
    required: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one topic.

    ``shape`` is what ``from_json`` is asked for; its answer is ``j``. ``parts`` are those of its members that may be
    missing and are read in a second step. The columns' SQL stands on both, and on the columns of the staged entry.
    """

    name: str
    topic: str
    shape: str
    parts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]

    def ddl(self, schema: str) -> str:
        """Write the statement that creates the table."""
        columns = ", ".join(
            f"{quoted(each.name)} {each.type}{' NOT NULL' if each.required else ''}" for each in self.columns
        )
        return f"CREATE TABLE {schema}.{quoted(self.name)} ({columns})"

    def select(self, staged: str) -> str:
        """Write the query that reads the rows from ``staged``: entries with ``body`` and the stream's key."""
        head = "position, recorded_at, stream_key, version, id"
        parts = "".join(f", {value} AS {name}" for name, value in self.parts)
        values = ", ".join(f"{each.value} AS {quoted(each.name)}" for each in self.columns)
        return (
            f"SELECT {values} FROM (SELECT *{parts} FROM (SELECT {head}, from_json(body, {literal(self.shape)}) AS j "
            f"FROM {staged}))"
        )


_ENVELOPE = (
    Column("position", "BIGINT", "position", required=True),
    Column("recorded_at", "TIMESTAMP", "recorded_at", required=True),
    Column("stream_key", "BIGINT", "stream_key", required=True),
    Column("version", "BIGINT", "version", required=True),
    Column("id", "UUID", "id", required=True),
)


class _Read(NamedTuple):
    """What one field or list member asks ``from_json`` for, and the columns it becomes."""

    shape: Any
    columns: tuple[Column, ...]


def table_name(topic: str) -> str:
    """``decision.made.v1`` is kept in ``decision_made``."""
    return topic.rpartition(".v")[0].replace(".", "_")


@cache
def table(event_class: type[Event]) -> Table:
    """Derive the table of an event class.

    A field of the body whose column would bear the name of one before it, as the batch of ``import.finished`` does,
    becomes ``body_`` and its name.
    """
    shape: dict[str, Any] = {}
    parts: list[tuple[str, str]] = []
    columns = list(_ENVELOPE)
    for name, hint, field in _fields(event_class):
        access = f"j.{quoted(name)}"
        if _may_lack(hint, field):
            part = f"part_{name}"
            parts.append((part, _second_step(hint, field, access)))
            shape[name] = "VARCHAR"
            found = _container(name, _bare(hint), part, 0, required=_is_never_null(hint, field))
        else:
            shape[name], found = _member(name, hint, field, access, 0)
        taken = {each.name for each in columns}
        columns += (each._replace(name=f"body_{each.name}") if each.name in taken else each for each in found)
    topic = event_class.TOPIC
    return Table(table_name(topic), topic, json.dumps(shape, separators=(",", ":")), tuple(parts), tuple(columns))


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, Any, FieldInfo], ...]:
    # As pydantic resolved them: resolving the hints of every class anew takes four times as long as all the rest.
    return tuple((name, _hint(field), field) for name, field in model.model_fields.items())


def _hint(field: FieldInfo) -> Any:
    """Put a field's type together with what it must match; how long a list must be decides nothing here."""
    if not field.metadata or get_origin(field.annotation) is tuple:
        return field.annotation
    return Annotated[(field.annotation, *field.metadata)]


def _member(name: str, hint: Any, field: FieldInfo, access: str, depth: int) -> _Read:
    """Read a field; ``access`` is the SQL of its parsed value, ``depth`` counts the lists and structs around it."""
    bare = _bare(hint)
    if any(isinstance(mark, SealedMark) for mark in get_args(bare)):
        return _Read("VARCHAR", (Column(f"has_{name}", "BOOLEAN", f"({access} IS NOT NULL)", required=True),))
    if not _is_container(bare):
        return _Read("VARCHAR", (_scalar_column(name, bare, field, access, depth),))
    if _may_lack(hint, field):
        value = _second_step(hint, field, access)
        return _Read("VARCHAR", _container(name, bare, value, depth, required=_is_never_null(hint, field)))
    value = access if depth == 0 else f"coalesce({access}, error({literal(BAD_FORM)}))"
    return _Read(_shape(bare), _container(name, bare, value, depth, required=True))


def _scalar_column(name: str, bare: Any, field: FieldInfo, access: str, depth: int) -> Column:
    kind, value = _scalar(bare, access)
    if not field.is_required():
        if field.default is None:
            return Column(name, kind, value, required=False)
        return Column(name, kind, f"coalesce({value}, {literal(field.default)})", required=True)
    checked = value if depth == 0 else f"coalesce({value}, error({literal(BAD_FORM)}))"
    return Column(name, kind, checked, required=True)


def _container(name: str, bare: Any, value: str, depth: int, *, required: bool) -> tuple[Column, ...]:
    """Read a part made of parts: a moment, a struct or a list."""
    if bare is Moment:
        prefix = name.removesuffix("_at")
        return tuple(
            Column(f"{prefix}_{each.name}", each.type, each.sql, required)
            for each in moment.columns(value, required=required and depth == 0)
        )
    if bare is Basis:
        return (
            Column("basis", "VARCHAR", f"{value}.kind", required=True),
            Column("batch", "UUID", f"CAST({value}.batch AS UUID)", required=False),
        )
    if bare is Source:
        revision = f"CASE WHEN {value} IS NOT NULL THEN coalesce(CAST({value}.revision AS BIGINT), 1) END"
        return (
            Column("source_system", "VARCHAR", whole(value, f"{value}.system"), required=False),
            Column("source_kind", "VARCHAR", whole(value, f"{value}.kind"), required=False),
            Column("source_revision", "BIGINT", revision, required=False),
        )
    kind, built = _built(bare, value, depth)
    return (Column(name, kind, built, required),)


def _built(bare: Any, value: str, depth: int) -> tuple[str, str]:
    """Answer with the type and the SQL of one value: cast, packed as a struct, or made member by member."""
    if not _is_container(bare):
        kind, cast = _scalar(bare, value)
        return kind, f"coalesce({cast}, error({literal(BAD_FORM)}))"
    if get_origin(bare) is tuple:
        each = f"e{depth}"
        kind, built = _built(_bare(get_args(bare)[0]), each, depth + 1)
        return f"{kind}[]", f"list_transform({value}, lambda {each}: {built})"
    columns = [
        column
        for name, hint, field in _fields(bare)
        for column in _member(name, hint, field, f"{value}.{quoted(name)}", depth + 1).columns
    ]
    kind = ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)
    packed = ", ".join(f"{quoted(column.name)} := {column.value}" for column in columns)
    return f"STRUCT({kind})", f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({packed}) END"


def _shape(bare: Any) -> Any:
    """Answer with what ``from_json`` is asked for; a part that may be missing is asked for as text."""
    if get_origin(bare) is tuple:
        return [_shape(_bare(get_args(bare)[0]))]
    if not _is_container(bare):
        return "VARCHAR"
    return {name: "VARCHAR" if _may_lack(hint, field) else _shape(_bare(hint)) for name, hint, field in _fields(bare)}


def _second_step(hint: Any, field: FieldInfo, access: str) -> str:
    """Read a part that may be missing from its text, so that one of another form is told from one that is not there."""
    bare = _bare(hint)
    shape = json.dumps(_shape(bare), separators=(",", ":"))
    is_list = get_origin(bare) is tuple
    bad = f"error({literal(BAD_FORM)})"
    absent = bad if field.is_required() else "[]" if is_list and not _is_optional(hint) else "NULL"
    read = f"coalesce(from_json({access}, {literal(shape)}), {bad})"
    begins = literal("[" if is_list else "{")
    return (
        f"CASE WHEN {access} IS NULL THEN {absent} WHEN NOT starts_with({access}, {begins}) THEN {bad} ELSE {read} END"
    )


def _scalar(bare: Any, access: str) -> tuple[str, str]:
    """Answer with the column type of a value that is no part of others, and the SQL that casts its text."""
    kind = get_args(bare)[0] if get_origin(bare) is Annotated else bare
    if get_origin(kind) is Literal:
        return "VARCHAR", one_of(access, get_args(kind))
    if kind is not str and issubclass(kind, StrEnum):
        return "VARCHAR", one_of(access, [each.value for each in kind])
    column_type = {bool: "BOOLEAN", int: "BIGINT", str: _text_type(bare)}.get(kind)
    if column_type is None:
        raise TypeError(f"{bare} has no column type; give it one in columns.shape")
    if column_type == "TIMESTAMP":
        return column_type, moment.utc(f"CAST({access} AS TIMESTAMPTZ)")
    return column_type, access if column_type == "VARCHAR" else f"CAST({access} AS {column_type})"


def _text_type(bare: Any) -> str:
    patterns = {mark.pattern for mark in get_args(bare) if isinstance(mark, StringConstraints)}
    known = {_pattern(Id): "UUID", _pattern(Day): "DATE", _pattern(Instant): "TIMESTAMP"}
    return next((known[each] for each in patterns if each in known), "VARCHAR")


def _pattern(annotated: Any) -> Any:
    return next(mark.pattern for mark in get_args(annotated) if isinstance(mark, StringConstraints))


def _bare(hint: Any) -> Any:
    """Take ``None`` off a union."""
    if get_origin(hint) in (Union, UnionType):
        (one,) = (each for each in get_args(hint) if each is not NoneType)
        return one
    return hint


def _is_optional(hint: Any) -> bool:
    return _bare(hint) is not hint


def _is_container(bare: Any) -> bool:
    return get_origin(bare) is tuple or (isinstance(bare, type) and issubclass(bare, BaseModel))


def _may_lack(hint: Any, field: FieldInfo) -> bool:
    """Say whether a part may be missing, or be there with nothing in it; either hides what has another form."""
    bare = _bare(hint)
    return _is_container(bare) and (not field.is_required() or not _must_have_something(bare))


def _must_have_something(bare: Any) -> bool:
    return get_origin(bare) is tuple or any(field.is_required() for _, _, field in _fields(bare))


def _is_never_null(hint: Any, field: FieldInfo) -> bool:
    return not _is_optional(hint) and (field.is_required() or get_origin(hint) is tuple)
