"""What a record that says something else than before becomes: never a changed entry, always a further one.

When, who and the reasons are put right by a correction of the first entry. A decision whose outcome changed is
overturned and made again. Anything else is appended anew as the record's next revision, and the entry before it is
marked as the same fact told twice, so that it counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from evenhand.events.candidacy import DecisionMade, DecisionOverturned
from evenhand.events.entry import Entry
from evenhand.events.reflection import EntryCorrected
from evenhand.events.registry import REGISTRY

_ENVELOPE: Final = frozenset({"basis", "rules", "source", "causation_id", "key_commitment"})
_FILLED_IN: Final = frozenset({"actor", "occurred_at"})
_CORRECTABLE: Final[Mapping[str, str]] = {"occurred_at": "time", "actor": "actor", "reasons": "reason_mapping"}


REVISED_BY: Final = ("", *_CORRECTABLE)
"""Names of the parts by one of which, at least, a revision is known to have been written: itself, or a correction."""

Part = tuple[str, str, dict[str, Any]]
"""Name of the part, topic and body."""


class Change(NamedTuple):
    """What to append for a changed record, on the old entry's stream: around the record itself, if it is told again."""

    before: tuple[Part, ...] = ()
    again: bool = False
    after: tuple[Part, ...] = ()


def differing(topic: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Name the fields that differ. What the record does not say was filled in, and is no difference."""
    old, new = _tidy(before), _tidy(after)
    for name, field in REGISTRY.event_class(topic).model_fields.items():
        if name not in new and (name in _FILLED_IN or old.get(name) == field.default):
            old.pop(name, None)
    names = (old.keys() | new.keys()) - _ENVELOPE
    return {name for name in names if old.get(name) != new.get(name)}


def change(topic: str, target: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """Say what a changed record becomes; ``target`` is the entry it was before."""
    names = differing(topic, before, after)
    if topic == DecisionMade.TOPIC and "outcome" in names:
        return Change((("overturned", DecisionOverturned.TOPIC, {"decision": target}),), again=True)
    if names <= _CORRECTABLE.keys():
        return Change(
            tuple(
                (name, EntryCorrected.TOPIC, {"target": target, "kind": kind, "fields": {name: after.get(name, [])}})
                for name, kind in _CORRECTABLE.items()
                if name in names
            )
        )
    duplicate: dict[str, Any] = {"target": target, "kind": "duplicate", "fields": {}}
    return Change(again=True, after=(("again", EntryCorrected.TOPIC, duplicate),))


def corrected(target: str, body: Mapping[str, Any], later: Iterable[Entry]) -> dict[str, Any]:
    """Answer with a body as the corrections of its entry among ``later`` ones, in order, have left it."""
    found = dict(body)
    for entry in later:
        if entry.type == EntryCorrected.TOPIC and target in entry.body:
            correction: dict[str, Any] = from_json(entry.body)
            if correction["target"] == target and correction["kind"] in _CORRECTABLE.values():
                found.update({name: each for name, each in correction["fields"].items() if each is not None})
    return found


def _tidy(value: Any) -> Any:
    """Leave out what an entry does not write: members that are none, and lists without members."""
    if isinstance(value, dict):
        return {name: _tidy(each) for name, each in value.items() if each is not None and each not in ([], ())}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON of any shape
    if isinstance(value, list | tuple):
        return [_tidy(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - the same
    return value
