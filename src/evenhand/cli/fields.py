"""The options of ``record`` for one type of event, derived from the fields of its class."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints

from evenhand.cli.json_input import read_value
from evenhand.errors import InputError
from evenhand.events.base import ENVELOPE_COLUMNS, Event, MicroMark, Moment, SealedMark
from evenhand.events.candidacy import KnockoutAnswer, Rating, Reason
from evenhand.events.points import micro
from evenhand.events.sealing import marked_paths
from evenhand.sentence import Sentence

ENVELOPE: Final = frozenset(Event.model_fields)
"""Fields every event has; they have options of their own, or are filled in."""
_TAKEN: Final = frozenset(
    {"stream", "json", "from", "points", "format", "id", "help", "accept_clock", *ENVELOPE_COLUMNS}
)
_UUID_MARK: Final = "[0-9a-f]{8}-"


class Takes(StrEnum):
    """What the text of an option is read as."""

    TEXT = "text"
    CHOICE = "choice"
    ID = "id"
    WHOLE = "whole"
    POINTS = "points"
    FLAG = "flag"
    MOMENT = "moment"
    SEALED = "sealed"
    JSON = "json"


class Option(NamedTuple):
    """One option: the field it fills, how it is written, and how its text is read."""

    field: str
    flags: tuple[str, ...]
    takes: Takes
    metavar: str
    says: str
    many: bool = False
    read: Callable[[str], Any] | None = None
    """For a shorthand of a nested value, such as ``below_bar:depth,craft``."""

    @property
    def parameter(self) -> str:
        """Name the option as a parameter of a Python function."""
        return f"given_{self.field}"


class _Shape(NamedTuple):
    base: Any
    marks: tuple[Any, ...]
    many: bool


def options_of(event_class: type[Event]) -> tuple[Option, ...]:
    """Derive the options of a class, in the order of its fields; those every event has are not among them."""
    return tuple(_options(event_class))


def _options(event_class: type[Event]) -> Iterator[Option]:
    for name, field in event_class.model_fields.items():
        if name in ENVELOPE or name == "key_commitment":
            continue  # the commitment is made with the key, when the entry is appended
        shape = _shape(field.annotation, tuple(field.metadata))
        yield _option(event_class, name, shape, required=field.is_required())


def _option(event_class: type[Event], name: str, shape: _Shape, *, required: bool) -> Option:
    takes = _takes(shape)
    stem = name.replace("_", "-")
    if name in _TAKEN:
        stem = f"{event_class.TOPIC.partition('.')[0].replace('_', '-')}-{stem}"
    shorthand = _SHORTHANDS.get(shape.base) if isinstance(shape.base, type) else None
    metavar = shorthand.metavar if shorthand else _metavar(takes, shape)
    says = _SAYS[takes] if shorthand is None else ""
    if takes is Takes.JSON and not shorthand and _holds_sealed(event_class, name):
        says = "Has sealed parts: give it in a file, with --from."
    if required:
        says = f"{says} Needed.".strip()
    if shape.many:
        says = f"{says} May be repeated.".strip()
    flags = (f"--{stem}-from",) if takes is Takes.SEALED else _flags(stem, many=shape.many)
    return Option(name, flags, takes, metavar, says, shape.many, shorthand.read if shorthand else None)


def _flags(stem: str, *, many: bool) -> tuple[str, ...]:
    return (f"--{stem[:-1]}", f"--{stem}") if many and stem.endswith("s") else (f"--{stem}",)


def _holds_sealed(event_class: type[Event], name: str) -> bool:
    return any(path[0] == name for path in marked_paths(event_class, SealedMark))


def _shape(annotation: Any, marks: tuple[Any, ...]) -> _Shape:
    """Strip ``None``, ``Annotated`` and one tuple off a type, gathering its marks."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        [inner] = [each for each in arguments if each is not type(None)]
        return _shape(inner, marks)
    if origin is Annotated:
        return _shape(arguments[0], (*marks, *annotation.__metadata__))
    if origin is tuple:
        return _shape(arguments[0], ())._replace(many=True)
    return _Shape(annotation, marks, many=False)


def _takes(shape: _Shape) -> Takes:
    for takes, holds in _RECOGNISED:
        if holds(shape.base, shape.marks):
            return takes
    return Takes.TEXT


def _is_a(kind: type) -> Callable[[Any, tuple[Any, ...]], bool]:
    return lambda base, _: isinstance(base, type) and issubclass(base, kind)


def _is_marked(mark: type) -> Callable[[Any, tuple[Any, ...]], bool]:
    return lambda _, marks: any(isinstance(each, mark) for each in marks)


def _is_literal(base: Any, _: tuple[Any, ...]) -> bool:
    return get_origin(base) is Literal


def _is_id(_: Any, marks: tuple[Any, ...]) -> bool:
    return any(_UUID_MARK in str(each.pattern) for each in marks if isinstance(each, StringConstraints))


_RECOGNISED: Final[tuple[tuple[Takes, Callable[[Any, tuple[Any, ...]], bool]], ...]] = (
    (Takes.SEALED, _is_marked(SealedMark)),
    (Takes.POINTS, _is_marked(MicroMark)),
    (Takes.MOMENT, _is_a(Moment)),
    (Takes.JSON, _is_a(BaseModel)),
    (Takes.FLAG, _is_a(bool)),
    (Takes.WHOLE, _is_a(int)),
    (Takes.CHOICE, _is_literal),
    (Takes.CHOICE, _is_a(Enum)),
    (Takes.ID, _is_id),
)
"""In this order: a boolean is an integer too, and a box is text."""


def _metavar(takes: Takes, shape: _Shape) -> str:
    if takes is Takes.CHOICE:
        return "|".join(str(each) for each in choices(shape.base))
    return _METAVARS[takes]


def choices(base: Any) -> tuple[str, ...]:
    """List what a choice can be."""
    return tuple(get_args(base)) if get_origin(base) is Literal else tuple(each.value for each in base)


def read_option(option: Option, text: str) -> Any:
    """Read the text of an option; moments, ids and boxes are for the caller. Raises ``ValueError`` in words."""
    if option.read is not None:
        return option.read(text)
    match option.takes:
        case Takes.WHOLE:
            if not text.strip().removeprefix("-").isdecimal():
                raise ValueError(Sentence("expected a whole number"))
            return int(text)
        case Takes.POINTS:
            return micro(text)
        case Takes.JSON:
            try:
                return read_value(text, "JSON")
            except InputError as error:
                raise ValueError(error.problems[0]) from None
        case _:
            return text


def _reason(text: str) -> Mapping[str, Any]:
    code, _, criteria = text.partition(":")
    return {"code": code, "criteria": [each for each in criteria.split(",") if each]}


def _rating(text: str) -> Mapping[str, Any]:
    criterion, scored, score = text.partition("=")
    return {"criterion": criterion, "score": micro(score)} if scored else {"criterion": criterion}


def _answer(text: str) -> Mapping[str, Any]:
    question, _, answer = text.partition("=")
    if answer not in {"met", "unmet"}:
        raise ValueError(Sentence("expected QUESTION=met or QUESTION=unmet"))
    return {"question": question, "met": answer == "met"}


class _Shorthand(NamedTuple):
    metavar: str
    read: Callable[[str], Any]


_SHORTHANDS: Final[Mapping[type, _Shorthand]] = {
    Reason: _Shorthand("CODE[:CRITERION,…]", _reason),
    Rating: _Shorthand("CRITERION[=POINTS]", _rating),
    KnockoutAnswer: _Shorthand("QUESTION=met|unmet", _answer),
}
_METAVARS: Final[Mapping[Takes, str]] = {
    Takes.TEXT: "TEXT",
    Takes.ID: "ID",
    Takes.WHOLE: "N",
    Takes.POINTS: "POINTS",
    Takes.FLAG: "",
    Takes.MOMENT: "WHEN",
    Takes.SEALED: "FILE",
    Takes.JSON: "JSON",
}
_SAYS: Final[Mapping[Takes, str]] = {
    Takes.TEXT: "",
    Takes.CHOICE: "",
    Takes.ID: "An id, or the position of the entry.",
    Takes.WHOLE: "",
    Takes.POINTS: "In points, such as 70 or 0.6.",
    Takes.FLAG: "",
    Takes.MOMENT: "Such as 2026-07-03 or 2026-07-03T10:15.",
    Takes.SEALED: "Text from a file, or - for standard input; it is sealed.",
    Takes.JSON: "",
}
