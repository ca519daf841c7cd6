"""Put a draft before every refusal of a rule set, and collect all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from evenhand.events.base import Event
from evenhand.rules.context import Context, Proposed, Refusal, Violation
from evenhand.rules.refusals.deciding import DECIDING
from evenhand.rules.refusals.rights import RIGHTS
from evenhand.rules.refusals.structure import STRUCTURE

RULE_SETS: Mapping[int, tuple[Refusal, ...]] = MappingProxyType({1: (*STRUCTURE, *DECIDING, *RIGHTS)})
"""Every rule set that ever was, by its number; entries are checked again under the one they were recorded under."""


def check(context: Context, proposed: Proposed) -> tuple[Violation, ...]:
    """Answer with everything that is wrong with a draft; nothing is wrong if the answer is empty.

    If the stream does not stand, the other rules have nothing to look at and are left out.
    """
    event, found = proposed.event, list[Violation]()
    for refusal in refusals_for(type(event), event.rules, event.basis.kind):
        for message in refusal.check(context, proposed):
            found.append(Violation(refusal.name, message))
        if found and refusal.name == "stream-stands":
            break
    return tuple(found)


@cache
def refusals_for(event_class: type[Event], rules: int, basis: Literal["observed", "imported"]) -> tuple[Refusal, ...]:
    """Answer with the refusals of a rule set that concern a class of events, observed or imported."""
    return tuple(
        each
        for each in RULE_SETS.get(rules, ())
        if issubclass(event_class, each.on) and (each.imported or basis == "observed")
    )
