"""The canonical form: one JSON object a line, in the ledger's own words, with the outside's names in place of ids.

    {"type": "candidate.registered", "candidate": "C-17", "body": {"occurred_at": "2026-03-02", "name": "…"}}
    {"type": "candidacy.opened", "candidacy": "A-9",
     "body": {"occurred_at": "2026-03-02", "candidate": "C-17", "requisition": {"code": "eng-1"},
              "route": "external"}}
    {"type": "stage.entered", "candidacy": "A-9", "ref": "S-1",
     "body": {"occurred_at": "2026-03-03", "stage": "onsite"}}
    {"type": "decision.made", "candidacy": "A-9", "ref": "D-4",
     "body": {"occurred_at": "2026-03-09T15:20", "visit": "S-1", "outcome": "reject",
              "reasons": [{"code": "below_bar"}], "deciders": ["U-3"], "automation": "none"}}

What an entry is named by (``ref``) may be left out where it opens a stream. A field that holds an id takes what the
outside calls it; ``{"code": …}`` names a standard, policy or requisition by its code, ``{"id": …}`` anything by its id
in this ledger, and ``{"ref": …, "kind": …}`` an entry of another kind than the field suggests. Points are written as
points. The examples are broken to be read; in a file each stands on one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from pydantic_core import to_json

from evenhand.events.base import Event, StreamKind
from evenhand.events.candidate import CandidateErased
from evenhand.events.points import micro
from evenhand.importers.record import LEDGER, PERSON, EntryHandle, Gone, Handle, How, Problem, Proposal, Record, Turned
from evenhand.importers.shape import FILLED_IN, Shape, Takes, bare, importable, shape_of
from evenhand.importers.times import day, moment
from evenhand.sentence import Sentence, either

_STREAM_KINDS: Final = tuple(each.value for each in StreamKind if each is not StreamKind.LEDGER)
_MEMBERS: Final = frozenset({"type", "ref", "kind", "body", *_STREAM_KINDS})
_CODED: Final = frozenset({"requisition", "standard", "policy"})
_FIELD: Final = re.compile(r"[a-z][a-z_]{0,40}")
_EXAMPLE: Final = '{"type": "stage.entered", "candidacy": "A-9", "ref": "S-1", "body": {…}}'


class Canonical:
    """The canonical source; ``zone`` is where a time without an offset was read off a clock."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def begin(self) -> Callable[[Record], Turned]:
        """Turn each line into one proposal, or into what is wrong with it; a pass remembers nothing."""
        return self._turned

    def _turned(self, record: Record) -> Turned:
        try:
            return [self._proposal(record)]
        except ValueError as error:
            return [Problem(record, message) for message in error.args]

    @staticmethod
    def unread(value: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the members of a line that are not read."""
        return tuple(each for each in value if each not in _MEMBERS)

    def _proposal(self, record: Record) -> Proposal | Gone:
        line = cast("Mapping[str, Any]", record.value)
        topic, body = line.get("type"), line.get("body")
        if not isinstance(topic, str) or not isinstance(body, dict):
            raise ValueError(Sentence("expected an object such as {example}", example=_EXAMPLE))  # noqa: TRY004 - what cannot be read is a ValueError
        event_class = importable(topic)
        if event_class is None:
            raise ValueError(Sentence("this type is not imported; for all that are, see: evenhand record --help"))
        stream = _stream(line, event_class)
        if event_class is CandidateErased:
            return Gone(record, stream)
        kind = line.get("kind", bare(event_class.TOPIC))
        if event_class.OPENS:
            reference: Any = stream.name
        elif event_class.TOPIC == "person.registered.v1":
            reference = cast("dict[str, Any]", body).get("person")
        else:
            reference = line.get("ref")
        if not isinstance(reference, str) or not reference or not isinstance(kind, str):
            raise ValueError(
                Sentence("ref is missing: say what the other system calls this record, so that it is known again")
            )
        problems: list[str] = []
        read = self._fields(cast("dict[str, Any]", body), shape_of(event_class), "", problems)
        if problems:
            raise ValueError(*problems)
        return Proposal(record, event_class.TOPIC, stream, kind, reference, read)

    def _fields(
        self, body: Mapping[str, Any], shapes: Mapping[str, Shape], path: str, problems: list[str]
    ) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for name, value in sorted(body.items()):  # one order, so that the same record has the same digest
            shape = None if name in FILLED_IN else shapes.get(name)
            if shape is None:
                problems.append(
                    Sentence("{path}{name}: this type has no such field", path=path, name=name)
                    if _FIELD.fullmatch(name)
                    else Sentence("{path}a member: this type has no such field", path=path)
                )
            elif value is not None:
                try:
                    read[name] = self._value(value, shape, f"{path}{name}.", problems)
                except ValueError as error:
                    problems.append(Sentence("{path}{name}: {error}", path=path, name=name, error=error))
        return read

    def _value(self, value: Any, shape: Shape, path: str, problems: list[str]) -> Any:
        if not shape.many:
            return self._one(value, shape, path, problems)
        if not isinstance(value, list):
            raise ValueError(Sentence("expected a list"))  # noqa: TRY004 - the same
        several: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        return [self._one(each, shape, f"{path}{number}.", problems) for number, each in enumerate(several)]

    def _one(self, value: Any, shape: Shape, path: str, problems: list[str]) -> Any:  # noqa: PLR0911 - a case each
        match shape.takes:
            case Takes.FACT:
                if not isinstance(value, dict):
                    raise ValueError(Sentence("expected an object"))  # noqa: TRY004 - the same
                return self._fields(cast("dict[str, Any]", value), shape.fields, path, problems)
            case Takes.MOMENT if isinstance(value, str):
                return moment(value, self._zone)
            case Takes.DAY if isinstance(value, str):
                return day(value)
            case Takes.POINTS:
                return micro(value) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else value
            case Takes.SEALED if isinstance(value, dict | list):
                return to_json(value).decode()
            case Takes.STREAM | Takes.PERSON | Takes.ENTRY:
                return _handle(value, shape)
            case _ if isinstance(value, Decimal):
                raise ValueError(Sentence("expected no number with decimals"))
            case _:
                return value


def _stream(line: Mapping[str, Any], event_class: type[Event]) -> Handle:
    if event_class.TOPIC == "person.registered.v1":
        return LEDGER
    kinds = [each.value for each in event_class.STREAMS if each is not StreamKind.LEDGER]
    given = [kind for kind in _STREAM_KINDS if kind in line]
    if len(given) != 1 or given[0] not in kinds:
        raise ValueError(Sentence("name the stream it belongs to, and no other: {kinds}", kinds=either(kinds)))
    found = _named(line[given[0]], given[0])
    if event_class.OPENS and found.how != How.REF:
        raise ValueError(
            Sentence("{given}: what is new is named by what the other system calls it, as plain text", given=given[0])
        )
    return found


def _handle(value: Any, shape: Shape) -> Handle | EntryHandle:
    if shape.takes is Takes.PERSON:
        return _named(value, PERSON)
    if shape.takes is Takes.STREAM:
        return _named(value, shape.names)
    if isinstance(value, str) and shape.names:
        return EntryHandle(shape.names, value)
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if given.keys() == {"ref", "kind"} and all(isinstance(each, str) and each for each in given.values()):
        return EntryHandle(given["kind"], given["ref"])
    found = _named(value, "entry")
    if found.how != How.ID:
        raise ValueError(Sentence('expected {"ref": "…", "kind": "…"} or {"id": "…"}'))
    return found


def _named(value: Any, kind: str) -> Handle:
    if isinstance(value, str) and value:
        return Handle(kind, value)
    if isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1:
        [(how, name)] = cast("dict[str, Any]", value).items()
        if isinstance(name, str) and name and (how in {"ref", "id"} or (how == "code" and kind in _CODED)):
            return Handle(kind, name, str(how))
    if kind in _CODED:
        raise ValueError(Sentence('expected what the other system calls it or {"code": "…"} or {"id": "…"}'))
    raise ValueError(Sentence('expected what the other system calls it or {"id": "…"}'))
