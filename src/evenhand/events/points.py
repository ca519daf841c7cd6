"""Points as people write them (70, 0.6) and micro-points as the ledger keeps them (70000000, 600000), exactly."""

from __future__ import annotations

import tomllib
from decimal import Decimal, InvalidOperation
from typing import Any

from evenhand.errors import InputError, refuse
from evenhand.events.base import Event, MicroMark
from evenhand.events.sealing import marked_paths, places
from evenhand.sentence import Sentence

MICRO = 1_000_000
_LARGEST = Decimal(1_000_000)


def micro(points: Decimal | int | str) -> int:
    """Turn points into micro-points; ``ValueError`` unless they are 0 to 1,000,000 with at most six decimals.

    >>> micro("0.6"), micro(70)
    (600000, 70000000)
    """
    try:
        value = points if isinstance(points, Decimal) else Decimal(str(points).strip())
    except InvalidOperation:
        raise ValueError(Sentence("expected a number of points such as 70 or 0.6")) from None
    if not value.is_finite() or not 0 <= value <= _LARGEST:
        raise ValueError(Sentence("expected points from 0 to 1,000,000"))
    scaled = value * MICRO
    if scaled != scaled.to_integral_value():
        raise ValueError(Sentence("points have at most six decimals"))
    return int(scaled)


def points_text(value: int) -> str:
    """Write micro-points as points: ``70000000`` becomes ``70``, ``600000`` becomes ``0.6``."""
    return f"{Decimal(value) / MICRO:f}".rstrip("0").rstrip(".") if value % MICRO else str(value // MICRO)


def body_from_points(event_class: type[Event], body: dict[str, Any], where: str) -> dict[str, Any]:
    """Turn every field of micro-points in ``body`` from points, in place; ``where`` names the file in errors."""
    problems: list[str] = []
    for path in marked_paths(event_class, MicroMark):
        for holder, name, pointer in places(path, body):
            try:
                holder[name] = micro(holder[name])
            except ValueError as error:
                problems.append(Sentence("{where}: {pointer}: {error}", where=where, pointer=pointer, error=error))
    refuse(problems)
    return body


def body_from_toml(event_class: type[Event], text: str, where: str) -> dict[str, Any]:
    """Read the body of an event from TOML, in which points are written as people do and dates as TOML has them.

    The names are those of the class's fields. Raises ``InputError`` naming the place; whether the body is whole is for
    the model to say, when it is appended.
    """
    try:
        body = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        raise InputError(
            Sentence(
                "{where}: is not TOML: {said}",
                where=where,
                said=said[:1].lower() + said[1:],
            )
        ) from None
    return body_from_points(event_class, _plain(body), where)


def _plain(value: Any) -> Any:
    """Write TOML's dates and times as the text they were."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - TOML of any shape
    if isinstance(value, list):
        return [_plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - the same
    return value.isoformat() if hasattr(value, "isoformat") else value
