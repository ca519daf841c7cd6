"""Say in a few words what an entry says: its codes as they are, its ids short, its boxes closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from pydantic_core import from_json

from evenhand.cli.handles import ID
from evenhand.render.escape import line
from evenhand.words import mark

_LEFT_OUT: Final = frozenset({"occurred_at", "actor", "basis", "rules", "causation_id", "source", "key_commitment"})
BOX: Final = "seal:1:"
SEALED: Final = mark("[sealed]")
GONE: Final = mark("[erased]")
_YES, _NO = mark("yes"), mark("no")
_LONG: Final = 60


def summary(body: Mapping[str, Any], *, width: int | None = None) -> str:
    """Write the fields of a body on one line, at most ``width`` characters of it."""
    said = "  ".join(f"{name}={value}" for name, value in _said(body))
    return said if width is None or len(said) <= width else said[: width - 1] + "…"


def shut(body: dict[str, Any], *, gone: bool) -> dict[str, Any]:
    """Answer with a body as it is, or, where its key is gone, with a mark in the place of each box."""
    return cast("dict[str, Any]", _marked(body)) if gone else body


def _marked(value: Any) -> Any:
    match value:
        case dict():
            return {name: _marked(each) for name, each in cast("dict[str, Any]", value).items()}
        case list():
            return list(map(_marked, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON of any shape
        case str() if value.startswith(BOX):
            return GONE
        case _:
            return value


def occurred(body: Mapping[str, Any]) -> str:
    """Write when it happened, as exactly as it is known."""
    moment = body.get("occurred_at")
    return line(str(cast("dict[str, Any]", moment).get("at", "-"))) if isinstance(moment, dict) else "-"


def fields(body: Mapping[str, Any], say: Callable[[str], str] = str) -> Iterator[tuple[str, str]]:
    """Yield every field that is not the envelope's by its path, each value on one line.

    ``say`` translates what stands for a value that is no text: yes, no, sealed, erased.
    """
    for name, value in body.items():
        if name not in _LEFT_OUT:
            yield from _flat(name, value, say)


def filled(body: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out lists and objects with nothing in them, and read the opened hits of checks as the object they are."""
    whole = {name: _opened(each) for name, each in body.items()}
    return {name: each for name, each in whole.items() if each not in ([], {}, None)}


def _opened(value: Any) -> Any:
    match value:
        case {"hits": str() as hits} if hits.startswith("{"):
            found = {name: each for name, each in _read(hits).items() if each}
            return filled({**cast("dict[str, Any]", value), "hits": found})
        case dict():
            return filled(cast("dict[str, Any]", value))
        case _:
            return value


def _read(hits: str) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", from_json(hits))
    except ValueError:  # written elsewhere: it is shown as it is
        return {"text": hits}


def _flat(path: str, value: Any, say: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, each in cast("dict[str, Any]", value).items():
                yield from _flat(f"{path}.{name}", each, say)
        case list():
            members: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
            if all(isinstance(each, str | int) for each in members):
                yield path, ", ".join(_scalar(each, say) for each in members) or "-"
                return
            for number, each in enumerate(members, 1):
                yield from _flat(f"{path}.{number}", each, say)
        case _:
            yield path, _scalar(value, say)


def _said(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if name in _LEFT_OUT:
            continue
        text = short(value)
        yield name, text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def short(value: Any) -> str:
    """Write a value in a few characters: an id by its end, of members the first."""
    match value:
        case dict():
            members = cast("dict[str, Any]", value)
            return short(next(iter(members.values()), "-"))
        case list():
            return ",".join(map(short, value)) or "-"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - the same
        case str() if ID.fullmatch(value):
            return f"…{value[-6:]}"
        case _:
            return _scalar(value)


def _scalar(value: Any, say: Callable[[str], str] = str) -> str:
    if isinstance(value, bool):
        return say(_YES if value else _NO)
    if isinstance(value, str) and (value.startswith(BOX) or value == GONE):
        return say(GONE if value == GONE else SEALED)
    return line(str(value))
