"""The first pass's judgement: everything an append would refuse, found without a key, a box or a byte written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from evenhand.errors import InputError
from evenhand.events.base import Event
from evenhand.events.entry import MAX_LINE_BYTES
from evenhand.events.registry import REGISTRY, parse
from evenhand.events.sealing import places, sealed_paths, to_seal
from evenhand.importers.planning import Step
from evenhand.importers.record import Proposal
from evenhand.importers.world import World
from evenhand.ledger.drafts import Defaults, Draft, written
from evenhand.rules.check import check
from evenhand.rules.context import Proposed
from evenhand.sentence import Sentence
from evenhand.vault.boxes import NONCE_BYTES, TAG_BYTES, pad

_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_COMMITTED: Final = frozenset({"candidate.registered.v1", "person.registered.v1"})
_ENVELOPE_BYTES: Final = 1_000
"""More than the members of a line besides its body ever take, and those of a body that have a default."""


def examine(steps: list[Step], world: World, defaults: Defaults) -> list[str]:
    """Answer with what is wrong with the entries of one record; if nothing is, the world takes them in."""
    problems: list[str] = []
    opened: list[str] = []
    for step in steps:
        for draft in step.drafts:
            try:
                proposed = _built(draft, defaults)
            except InputError as error:
                problems += [_by_column(each, step.proposal) for each in error.problems]
                continue
            found = [
                Sentence("{topic}: {message}", topic=draft.topic, message=each.message)
                for each in check(world.context, proposed)
            ]
            problems += found
            if not found and world.apply(proposed):
                opened.append(proposed.stream)
    if problems:
        world.forget(opened)
    return problems


def _built(draft: Draft, defaults: Defaults) -> Proposed:
    event_class = REGISTRY.writable(draft.topic)
    body = to_seal(event_class, draft.body)
    _close(event_class, body)
    if draft.topic in _COMMITTED:
        body["key_commitment"] = "0" * 64
    text = written(draft.topic, defaults.fill(body))
    if len(text) + _ENVELOPE_BYTES > MAX_LINE_BYTES:
        raise InputError(
            Sentence(
                "{topic}: an entry of this size is longer than a line may be; shorten its texts", topic=draft.topic
            )
        )
    return Proposed(draft.stream, draft.id or _NOBODY, parse(event_class, text))


def _close(event_class: type[Event], body: dict[str, Any]) -> None:
    """Put a box of the right length in the place of each text."""
    for path in sealed_paths(event_class):
        for holder, name, pointer in places(path, body):
            text = holder[name]
            if not isinstance(text, str):
                raise InputError(
                    Sentence(
                        "{where}: {field}: {reason}",
                        where=event_class.TOPIC,
                        field=pointer.lstrip("/"),
                        reason=Sentence("expected text"),
                    )
                )
            holder[name] = _box(len(pad(text)))


@cache
def _box(size: int) -> str:
    return f"seal:1:{_NOBODY}:" + "A" * -(-(NONCE_BYTES + size + TAG_BYTES) * 4 // 3)


def _by_column(problem: str, proposal: Proposal) -> str:
    """Add which column a field came from."""
    fields: Mapping[str, object] = problem.fields if isinstance(problem, Sentence) else {}
    column = proposal.columns.get(str(fields.get("field", "")).partition(".")[0])
    if column is None:
        return problem
    return Sentence("{where}: {field} (column {column}): {reason}", column=column, **fields)
