"""Write the body of an event as TOML with points, as people keep standards in files: what is shown can be adopted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic_core import from_json, to_json

from evenhand.events.base import Event, MicroMark
from evenhand.events.points import points_text
from evenhand.events.sealing import marked_paths, places


class _Points(str):
    """A number of points, already written."""

    __slots__ = ()


def toml_text(event_class: type[Event], body: Mapping[str, Any]) -> str:
    """Write a body, its micro-points as points; members that are none or empty are left out."""
    return "\n".join(_table("", with_points(event_class, body))).strip() + "\n"


def with_points(event_class: type[Event], body: Mapping[str, Any]) -> dict[str, Any]:
    """Answer with a copy of a body whose micro-points are written as points."""
    value: dict[str, Any] = from_json(to_json(dict(body), exclude_none=True))
    for path in marked_paths(event_class, MicroMark):
        for holder, name, _ in places(path, value):
            holder[name] = _Points(points_text(holder[name]))
    return value


def _table(path: str, value: Mapping[str, Any]) -> Iterator[str]:
    inner: list[tuple[str, Any]] = []
    for name, each in value.items():
        if each == []:
            continue
        if _is_tables(each):
            inner.append((name, each))
        else:
            yield f"{name} = {_value(each)}"
    for name, each in inner:
        place = f"{path}.{name}" if path else name
        for member in each:
            yield ""
            yield f"[[{place}]]"
            yield from _table(place, member)


def _is_tables(value: Any) -> bool:
    """Say whether a value is a list of tables, which TOML writes below everything else."""
    if not isinstance(value, list) or not value:
        return False
    members: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - TOML of any shape
    return all(isinstance(each, dict) for each in members)


def _value(value: Any) -> str:
    match value:
        case _Points():
            return str(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case dict():
            members = cast("dict[str, Any]", value)
            return "{ " + ", ".join(f"{name} = {_value(each)}" for name, each in members.items() if each != []) + " }"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"  # pyright: ignore[reportUnknownArgumentType] - TOML of any shape
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """Write a basic string; JSON's escapes are TOML's, but for the one character JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
