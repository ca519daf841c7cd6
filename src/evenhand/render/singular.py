"""One of the things that reports count: "1 candidacy" where the block counts candidacies.

A block names its things in the plural, and how many are shown is only known when small numbers have been hidden, so the
word is put right when it is printed. Chinese has one form for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ONE: Final[Mapping[str, str]] = {
    "actions": "action",
    "applications of people who came back": "application of somebody who came back",
    "bindings": "binding",
    "candidacies": "candidacy",
    "checked texts": "checked text",
    "checkpoints": "checkpoint",
    "clocks": "clock",
    "comparisons": "comparison",
    "consents": "consent",
    "deadlines and promises": "deadline or promise",
    "decisions": "decision",
    "decisions and scores": "decision or score",
    "decisions on erased people": "decision on an erased person",
    "decisions on people who": "decision on somebody who",
    "decisions or scores": "decision or score",
    "decisions other than rejections, so without reasons": "decision other than a rejection, so without reasons",
    "decisions that depart or give": "decision that departs or gives",
    "decisions that differ": "decision that differs",
    "decisions that stand": "decision that stands",
    "entries": "entry",
    "figures": "figure",
    "final decisions": "final decision",
    "findings": "finding",
    "follow-ups": "follow-up",
    "groups": "group",
    "imports": "import",
    "interviewed candidacies and rejections": "interviewed candidacy or rejection",
    "keys": "key",
    "lessons": "lesson",
    "lines": "line",
    "messages": "message",
    "notices": "notice",
    "observed entries": "observed entry",
    "other candidacies": "other candidacy",
    "others": "other",
    "pairs": "pair",
    "people": "person",
    "profiles": "profile",
    "promises": "promise",
    "ratings": "rating",
    "reasons": "reason",
    "recorded entries": "recorded entry",
    "rows": "row",
    "scores": "score",
    "sets": "set",
    "tables": "table",
    "tests": "test",
    "those after an application, which begin": "one after an application, which begins",
    "waits": "wait",
    "waits in groups": "wait in a group",
    "waits of people whose group": "wait of somebody whose group",
    "withdrawals and refusals": "withdrawal or refusal",
}
"""The words with which a phrase begins, and what they are for one; the longest that fits counts."""


def so_many(n: int, things: str) -> str:
    """Answer with the word for ``things`` that goes with ``n``."""
    if n != 1:
        return things
    begins = [each for each in ONE if things == each or things.startswith((f"{each} ", f"{each},", f"{each}:"))]
    if not begins:
        return things
    longest = max(begins, key=len)
    return ONE[longest] + things.removeprefix(longest)
