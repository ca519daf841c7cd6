"""Say of a finding about a law's clock what the record shows: days left or over, and where the law is written."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.words import Translate


def law_noted(words: Translate, found: Mapping[str, object]) -> str | None:
    """Put the days, citation and status of a row of ``finding`` into words; nothing if it is about no law."""
    if found["citation"] is None:
        return None
    left, over = found["left_days"], found["overdue_days"]
    if left is not None:
        shown = words.plural("the record shows {n} day left", "the record shows {n} days left", int(str(left)))
    else:
        shown = words.plural("the record shows {n} day over", "the record shows {n} days over", int(str(over)))
    return words.text(
        "{shown}; {citation}, in force as of {day}", shown=shown, citation=found["citation"], day=found["status_on"]
    )
