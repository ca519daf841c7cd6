"""What a verification says: what was found, what was checked, and what could not be.

A finding is something that is not as it was recorded. What no reading of the file can show is not a finding: it is said
under what was not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from evenhand.errors import Finding, TamperedError
from evenhand.ledger.stretch import MOST_FINDINGS
from evenhand.sentence import Sentence
from evenhand.words import mark

HASHED: Final = mark("entries: {count:,}; each was hashed again, and form, order, tree, indexes and guards are right")
SEEN: Final = mark("the root remembered from before: the ledger still begins with those {size:,} entries")
FIELDS: Final = mark("bodies: each has the fields of its type")
REPLAYED: Final = mark("rules: each entry was allowed when it was recorded")

TAIL: Final = Sentence(
    "whether entries were cut off the end: the file alone cannot show it; keep the number of entries and the root "
    "somewhere else, and give them to the next verify"
)
TAIL_SINCE: Final = Sentence("whether entries after those remembered were cut off or replaced before now")
RULES: Final = Sentence("whether every entry was allowed when it was recorded: the refusals were not replayed")
CLASSES: Final = Sentence("whether every body has the fields of its type: only its form was checked")
UNKNOWN: Final = mark(
    "what {count:,} entries mean whose type this version of evenhand does not know: only their form was checked"
)
BOXES: Final = Sentence("what is sealed: no box was opened, and where a key has been destroyed nobody can open one")
PEOPLE: Final = Sentence(
    "whether those named as acting are who they are said to be: the ledger records what it was told"
)
SILENCE: Final = Sentence("whether everything that happened was recorded: what nobody recorded leaves no trace")
ALWAYS: Final = (BOXES, PEOPLE, SILENCE)
"""What no reading of the file can show."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; ``ok`` is true when there are no findings."""

    ok: bool
    entries: int
    root: str | None
    """The root over all entries, in hex; none where entries are missing or cannot be read."""
    findings: tuple[Finding, ...]
    """Those about an entry first, in position order."""
    checked: tuple[Sentence, ...]
    """What was checked and found right; a part with a finding is not among them."""
    not_checked: tuple[Sentence, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """The findings as sentences, the first with what to do."""
        said = [
            each.problem
            if each.position is None
            else Sentence("entry {position}: {problem}", position=each.position, problem=each.problem)
            for each in self.findings
        ]
        if said:
            said[0] = Sentence(
                "{problem}; append nothing, keep the file as it is, and compare it with a copy made before",
                problem=said[0],
            )
        return tuple(said)

    def must_hold(self) -> None:
        """Raise ``TamperedError`` with all problems, if there are any."""
        if not self.ok:
            raise TamperedError(*self.problems)


def with_rules(found: Verification, broken: Iterable[Finding]) -> Verification:
    """Add what a replay of the rules found to what the hashing found, which says no more that none was made."""
    listed = tuple(islice(broken, MOST_FINDINGS))
    return replace(
        found,
        ok=found.ok and not listed,
        findings=(*found.findings, *listed),
        checked=found.checked if listed else (*found.checked, Sentence(REPLAYED)),
        not_checked=tuple(each for each in found.not_checked if each != RULES),
    )
