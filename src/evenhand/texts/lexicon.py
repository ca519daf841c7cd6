"""Rows of words and phrases, each with its class, severity, citation and counter-examples; and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from evenhand.sentence import Sentence
from evenhand.texts.reading import Reading

Severity = Literal["confirm", "warn", "marker"]
"""``confirm``: a person confirms it before the text is sent; ``warn``: better said otherwise; ``marker``: no fault."""

SEVERITIES: Final = ("confirm", "warn", "marker")
FAULTS: Final = (
    "protected", "risky", "harsh", "absolute", "comparative", "boilerplate", "stand_in", "third_person", "placeholder",
)  # fmt: skip
"""Classes whose rows are better not found in a text."""
MARKERS: Final = (
    "outcome_reject", "outcome_advance", "outcome_defer", "thanks", "salutation", "second_person", "improvement",
    "suggestion", "promise", "time", "reapply", "pool", "permission", "condition", "reason",
)  # fmt: skip
"""Classes whose rows show that something was said."""
_MEMBERS: Final = frozenset({"id", "class", "severity", "match", "except", "citation", "examples", "counter_examples"})


@dataclass(frozen=True, slots=True)
class Row:
    """One idea, and the ways it is written."""

    id: str
    class_: str
    severity: Severity
    citation: str
    pattern: re.Pattern[str]
    excepted: re.Pattern[str] | None
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    def find(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Yield each place in the form that was read, but not inside a phrase where the words mean something else."""
        allowed = [each.span() for each in self.excepted.finditer(reading.text)] if self.excepted else []
        for found in self.pattern.finditer(reading.text):
            start, end = found.span()
            if start < end and not any(first <= start and end <= last for first, last in allowed):
                yield start, end


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rows of one language, in one version."""

    version: str
    language: str
    rows: tuple[Row, ...]

    def of(self, *classes: str) -> tuple[Row, ...]:
        """Answer with the rows of these classes."""
        return tuple(each for each in self.rows if each.class_ in classes)


def parse(declared: Mapping[str, Any]) -> Lexicon:
    """Make a lexicon of what its file declares. Raises ``ValueError`` for a row that is not whole."""
    bounded = declared["language"] != "zh"  # Chinese has no spaces to find the edge of a word by
    rows = tuple(_row(each, bounded=bounded) for each in declared["rows"])
    ids = [each.id for each in rows]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise ValueError(Sentence("row {name}: named twice", name=twice[0]))
    return Lexicon(declared["version"], declared["language"], rows)


def _row(declared: Mapping[str, Any], *, bounded: bool) -> Row:
    name = declared.get("id", "?")
    if unknown := sorted(set(declared) - _MEMBERS):
        raise ValueError(Sentence("row {name}: has no member {unknown}", name=name, unknown=unknown[0]))
    if lacking := sorted(_MEMBERS - {"except"} - {each for each, value in declared.items() if value}):
        raise ValueError(Sentence("row {name}: says no {lacking}", name=name, lacking=lacking[0]))
    if declared["class"] not in (*FAULTS, *MARKERS) or declared["severity"] not in SEVERITIES:
        raise ValueError(Sentence("row {name}: its class or severity is none of those there are", name=name))
    if (declared["class"] in MARKERS) != (declared["severity"] == "marker"):
        raise ValueError(Sentence("row {name}: a marker is no fault, and a fault is no marker", name=name))
    return Row(
        id=name,
        class_=declared["class"],
        severity=declared["severity"],
        citation=declared["citation"],
        pattern=_compiled(declared["match"], bounded=bounded),
        excepted=_compiled(declared["except"], bounded=bounded) if declared.get("except") else None,
        examples=tuple(declared["examples"]),
        counter_examples=tuple(declared["counter_examples"]),
    )


def _compiled(forms: Sequence[str], *, bounded: bool) -> re.Pattern[str]:
    """Make one pattern of all forms: a space stands for a line break too, and a form ends where a word ends."""
    whole = "|".join(_edged(each) if bounded else each for each in forms)
    return re.compile(whole.replace(" ", r"\s"), re.IGNORECASE | re.MULTILINE)


def _edged(form: str) -> str:
    return rf"(?<!\w)(?:{form})(?!\w)"
