"""Put every entry before the rules again, in the order they were recorded.

What the ledger knew when an entry came in is what the entries before it say, so the same refusals must stay silent now.
An entry is checked under the rule set that it names; imported ones under the few rules that concern them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evenhand.clock import parse_instant
from evenhand.errors import EvenhandError, Finding
from evenhand.events.entry import Entry
from evenhand.events.registry import Registry
from evenhand.ledger.states import States
from evenhand.rules.check import RULE_SETS, check
from evenhand.rules.context import Proposed
from evenhand.rules.times import not_yet
from evenhand.sentence import Sentence


def broken_rules(entries: Iterable[Entry], registry: Registry) -> Iterator[Finding]:
    """Yield a finding for each refusal that should have stopped an entry; types nobody knows are passed over."""
    states: States | None = None
    for entry in entries:
        states = states or States(registry, entry.stream)
        if not registry.knows(entry.type):
            continue
        try:
            proposed = Proposed(entry.stream, entry.id, registry.read(entry.type, entry.body))
        except EvenhandError:
            yield Finding(
                entry.position, Sentence("its body does not have the fields of its type, so no rule could be replayed")
            )
            continue
        if proposed.event.rules not in RULE_SETS:
            yield Finding(
                entry.position, Sentence("it names a set of rules that this version of evenhand does not know")
            )
        if (early := not_yet(proposed.event, parse_instant(entry.recorded_at))) is not None:
            yield Finding(entry.position, early)
        broken = check(states.all(), proposed)
        for refusal, message in broken:
            yield Finding(
                entry.position, Sentence("it breaks the rule {refusal}: {message}", refusal=refusal, message=message)
            )
        if not any(each.refusal == "stream-stands" for each in broken):
            states.apply(proposed)
