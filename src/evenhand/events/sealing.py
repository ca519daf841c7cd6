"""Where the marked fields of an event are, such as its boxes: found once per class, then walked directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from evenhand.events.base import Event, MicroMark, SealedMark

EACH = "*"
Path = tuple[str, ...]
Place = tuple[dict[str, Any], str, str]
"""The object that holds a member, the member's name, and its RFC 6901 pointer."""
Mark = type[SealedMark] | type[MicroMark]


@cache
def marked_paths(event_class: type[Event], mark: Mark) -> tuple[Path, ...]:
    """Answer with the paths of all fields of a class that bear a mark; ``*`` stands for each member of a list."""
    return tuple(_model_paths(event_class, mark))


def sealed_paths(event_class: type[Event]) -> tuple[Path, ...]:
    """Answer with the paths of all boxes of a class.

    >>> from evenhand.events.candidacy import ScorecardSubmitted
    >>> sealed_paths(ScorecardSubmitted)
    (('ratings', '*', 'evidence'), ('comment',))
    """
    return marked_paths(event_class, SealedMark)


def _model_paths(model: type[BaseModel], mark: Mark) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        if any(isinstance(each, mark) for each in field.metadata):
            yield (name,)
        else:
            for tail in _type_paths(field.annotation, mark):
                yield (name, *tail)


def _type_paths(annotation: Any, mark: Mark) -> Iterator[Path]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _model_paths(annotation, mark)
        return
    arguments = get_args(annotation)
    if any(isinstance(each, mark) for each in arguments):
        yield ()
        return
    step = (EACH,) if get_origin(annotation) in (tuple, list) else ()
    for each in arguments:
        for tail in _type_paths(each, mark):
            yield (*step, *tail)


@cache
def nested_paths(event_class: type[Event]) -> tuple[Path, ...]:
    """Answer with the paths of those boxes of a class that lie deeper than its own fields."""
    return tuple(path for path in sealed_paths(event_class) if len(path) > 1)


def to_seal(event_class: type[Event], body: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a body as far down as its boxes lie, so that they can be put in while the body itself stays as it is."""
    copied = dict(body)
    for path in nested_paths(event_class):
        _copy_along(path, copied)
    return copied


def _copy_along(path: Path, holder: dict[str, Any]) -> None:
    """Copy what lies between a holder, which is a copy already, and the end of a path."""
    name, *rest = path
    inner = holder.get(name)
    if not rest or inner is None:
        return
    if rest[0] != EACH:
        if isinstance(inner, dict):
            holder[name] = copied = {**inner}  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
            _copy_along(tuple(rest), copied)  # pyright: ignore[reportUnknownArgumentType] - the same
    elif isinstance(inner, list | tuple):
        several = [{**each} if isinstance(each, dict) else each for each in inner]  # pyright: ignore[reportUnknownVariableType] - the same
        holder[name] = several
        for each in several:  # pyright: ignore[reportUnknownVariableType] - the same
            if isinstance(each, dict) and len(rest) > 1:
                _copy_along(tuple(rest[1:]), each)  # pyright: ignore[reportUnknownArgumentType] - the same


def places(path: Path, value: Any, pointer: str = "") -> Sequence[Place]:
    """Walk a body along ``path``, to where there is something at its end."""
    head, rest = path[0], path[1:]
    if head == EACH:
        several: list[Any] = value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        return [place for index, each in enumerate(several) for place in places(rest, each, f"{pointer}/{index}")]
    if not isinstance(value, dict) or value.get(head) is None:  # pyright: ignore[reportUnknownMemberType] - the same
        return ()
    holder: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - the same
    here = f"{pointer}/{head}"
    return places(rest, holder[head], here) if rest else ((holder, head, here),)


def sealed_places(event_class: type[Event], body: dict[str, Any]) -> Sequence[Place]:
    """Find in a body all its boxes, or the texts that are to be boxes."""
    found: list[Place] = []
    for path in sealed_paths(event_class):
        if len(path) != 1:
            found += places(path, body)
        elif body.get(path[0]) is not None:  # most boxes are members of the body itself
            found.append((body, path[0], f"/{path[0]}"))
    return found
