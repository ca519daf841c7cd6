"""Where the boxes of an event are: found once per class, then walked without looking at anything else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from evenhand.events.base import Event, SealedMark

EACH = "*"
Path = tuple[str, ...]


@cache
def sealed_paths(event_class: type[Event]) -> tuple[Path, ...]:
    """Answer with the paths of all sealed fields of a class; ``*`` stands for each member of a list.

    >>> from evenhand.events.candidacy import ScorecardSubmitted
    >>> sealed_paths(ScorecardSubmitted)
    (('ratings', '*', 'evidence'), ('comment',))
    """
    return tuple(_model_paths(event_class))


def _model_paths(model: type[BaseModel]) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        if any(isinstance(mark, SealedMark) for mark in field.metadata):
            yield (name,)
        else:
            for tail in _type_paths(field.annotation):
                yield (name, *tail)


def _type_paths(annotation: Any) -> Iterator[Path]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _model_paths(annotation)
        return
    arguments = get_args(annotation)
    if any(isinstance(each, SealedMark) for each in arguments):
        yield ()
        return
    step = (EACH,) if get_origin(annotation) in (tuple, list) else ()
    for each in arguments:
        for tail in _type_paths(each):
            yield (*step, *tail)


def places(path: Path, value: Any, pointer: str = "") -> Iterator[tuple[dict[str, Any], str, str]]:
    """Walk a body along ``path``: yield the holder, the member's name and its RFC 6901 pointer, where there is one."""
    head, *rest = path
    if head == EACH:
        for index, each in enumerate(value if isinstance(value, list | tuple) else ()):
            yield from places(tuple(rest), each, f"{pointer}/{index}")
    elif isinstance(value, dict) and value.get(head) is not None:
        if rest:
            yield from places(tuple(rest), value[head], f"{pointer}/{head}")
        else:
            yield value, head, f"{pointer}/{head}"
