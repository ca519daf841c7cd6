"""Make drafts: of the options of one type, or of JSON that holds many."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast

from evenhand.cli.fields import Option, Takes, options_of, read_option
from evenhand.cli.handles import id_for
from evenhand.cli.json_input import Placed, read_text, read_value, read_values, shown_name
from evenhand.cli.recording import event_class_of, fresh_id, stream_of_draft
from evenhand.cli.run import Run, UsageError
from evenhand.cli.sealed import ask, once_only, refuse_sealed, sealed_text
from evenhand.cli.when import moment
from evenhand.errors import EvenhandError, InputError, refuse
from evenhand.events.base import Event
from evenhand.events.points import body_from_points
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence, both

_MEMBERS: Final = ("type", "stream", "id", "body")


class Typed(NamedTuple):
    """What was typed for one event: the options by field, and those that every type has."""

    given: Mapping[str, Any]
    stream: str | None = None
    id: str | None = None
    json: str | None = None
    occurred: str | None = None
    zone: str | None = None
    actor: str | None = None
    causation: str | None = None
    points: bool = False


def draft_of(run: Run, ledger: Ledger, event_class: type[Event], typed: Typed) -> Draft:
    """Make the draft of what was typed: the body of ``--json`` first, each option over it. Raises ``InputError``."""
    body = _from_json(event_class, typed)
    zone = typed.zone or run.settings.zone or ledger.zone
    problems: list[str] = []
    options = options_of(event_class)
    once_only({each.flags[0]: str(typed.given[each.field]) for each in options if _is_source(each, typed)})
    for option in options:
        text = typed.given.get(option.field)
        try:
            if text is not None:
                body[option.field] = _value(run, ledger, option, text, zone)
        except ValueError as error:
            problems.append(Sentence("{option}: {error}", option=option.flags[0], error=error))
        except EvenhandError as error:
            problems += [Sentence("{option}: {each}", option=option.flags[0], each=each) for each in error.problems]
    problems += _envelope(ledger, typed, zone, body)
    refuse(problems)
    _complete(run, event_class, body, zone)
    stream = stream_of_draft(ledger, event_class, typed.stream, body)
    return Draft(event_class.TOPIC, stream, body, typed.id)


def drafts_from(
    ledger: Ledger, source: str, event_class: type[Event] | None, *, points: bool
) -> tuple[list[Draft], list[str]]:
    """Make drafts of a file, or of standard input for ``-``; each member of it is one draft, or a body of one type."""
    where = shown_name(source)
    drafts: list[Draft] = []
    problems: list[str] = []
    values = read_values(read_text(source), where, points=points)
    for each in values:
        try:
            drafts.append(_draft(ledger, each, event_class, points=points))
        except EvenhandError as error:
            problems += [
                text if text.startswith(each.place) else Sentence("{place}: {text}", place=each.place, text=text)
                for text in error.problems
            ]
    refuse(problems)
    if not drafts:
        raise InputError(Sentence("{where}: there is nothing in it; expected one JSON object a line", where=where))
    return drafts, [each.place for each in values]


def _draft(ledger: Ledger, placed: Placed, event_class: type[Event] | None, *, points: bool) -> Draft:
    value = _object(placed.value)
    unknown = sorted(set(value) - set(_MEMBERS))
    if unknown or "body" not in value or (event_class is None and "type" not in value):
        raise InputError(
            Sentence('expected an object with "type", "stream", "body" and, if need be, "id", and no other members')
        )
    for name in ("type", "stream", "id"):
        if not isinstance(value.get(name, ""), str):
            raise InputError(Sentence('"{name}" is not text', name=name))
    named = event_class_of(value["type"]) if "type" in value else event_class
    if named is None or (event_class is not None and named is not event_class):
        raise InputError(Sentence("its type is another than the one this command records"))
    body = _object(value["body"])
    if points:
        body = body_from_points(named, body, placed.place)
        _no_decimals(body)
    return Draft(named.TOPIC, stream_of_draft(ledger, named, value.get("stream"), body), body, value.get("id"))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(Sentence("expected a JSON object"))
    return cast("dict[str, Any]", value)


def _from_json(event_class: type[Event], typed: Typed) -> dict[str, Any]:
    if typed.json is None:
        return {}
    body = _object(read_value(typed.json, "--json", points=typed.points))
    refuse_sealed(event_class, body)
    if typed.points:
        body = body_from_points(event_class, body, "--json")
        _no_decimals(body)
    return body


def _no_decimals(value: Any) -> None:
    """Refuse a number with decimals where no points are meant."""
    if isinstance(value, Decimal):
        raise InputError(Sentence("a number has decimals in a field that does not hold points"))
    if isinstance(value, dict):
        _no_decimals(list(cast("dict[str, Any]", value).values()))
    elif isinstance(value, list):
        members: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        for each in members:
            _no_decimals(each)


def _is_source(option: Option, typed: Typed) -> bool:
    return option.takes is Takes.SEALED and typed.given.get(option.field) is not None


def _value(run: Run, ledger: Ledger, option: Option, text: Any, zone: str) -> Any:
    if option.many:
        parts = [
            part for each in text for part in ([each] if option.read or option.takes is Takes.JSON else each.split(","))
        ]
        return [_one(run, ledger, option, part, zone) for part in parts]
    return _one(run, ledger, option, text, zone)


def _one(run: Run, ledger: Ledger, option: Option, text: Any, zone: str) -> Any:
    match option.takes:
        case Takes.FLAG:
            return bool(text)
        case Takes.SEALED:
            return sealed_text(run, text)
        case Takes.MOMENT:
            return moment(text, zone)
        case Takes.ID:
            return id_for(ledger, option.field, text)
        case _:
            return read_option(option, text)


def _envelope(ledger: Ledger, typed: Typed, zone: str, body: dict[str, Any]) -> list[str]:
    problems: list[str] = []
    for option, field, text in (("--actor", "actor", typed.actor), ("--causation", "causation_id", typed.causation)):
        try:
            if text is not None:
                body[field] = id_for(ledger, field, text)
        except EvenhandError as error:
            problems += [Sentence("{option}: {each}", option=option, each=each) for each in error.problems]
    try:
        if typed.occurred is not None:
            body["occurred_at"] = moment(typed.occurred, zone)
    except ValueError as error:
        problems.append(Sentence("--occurred: {error}", error=error))
    return problems


def _complete(run: Run, event_class: type[Event], body: dict[str, Any], zone: str) -> None:
    """Fill in what can only be meant, and ask for what is missing and sealed where somebody can answer."""
    fields = event_class.model_fields
    if "zone" in fields:
        body.setdefault("zone", zone)
    if "person" in fields and event_class.TOPIC.startswith("person.registered."):
        body.setdefault("person", fresh_id())
    for option in options_of(event_class):
        needed = option.takes is Takes.SEALED and fields[option.field].is_required()
        if needed and option.field not in body and (text := ask(run, option.field)):
            body[option.field] = text


def check_together(**given: Any) -> None:
    """Refuse options that exclude each other."""
    names = [f"--{name.rstrip('_')}" for name, value in given.items() if value]
    if len(names) > 1:
        raise UsageError(Sentence("{names} cannot be given together", names=both(names)))
