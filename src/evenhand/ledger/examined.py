"""A verification together with what it was made from, for those who report on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from evenhand.checkpoint.folder import Papers
from evenhand.checkpoint.log_key import Named
from evenhand.checkpoint.trust import Trust
from evenhand.ledger.named import named
from evenhand.ledger.verification import Verification
from evenhand.ledger.verify import verify
from evenhand.store.store import Store


@dataclass(frozen=True, slots=True)
class Examined:
    """A ledger as it stands, verified: what came of it, and what it was held against."""

    verification: Verification
    papers: Papers
    trust: Trust | None
    named: Named
    """What the ledger says of itself: its name and its keys."""
    guards: tuple[str, ...]
    """Those that no longer stand as they were made."""

    @property
    def outcome(self) -> str:
        """SHA-256, in hex, of everything that the verification said: two people can tell whether it said the same."""
        found = self.verification
        said = [
            found.ok, found.entries, found.root, self.guards,
            [[each.position, each.problem] for each in found.findings],
            [str(each) for each in found.checked], [str(each) for each in found.not_checked],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def readable(self) -> int:
        """How many entries stand before the first that is not as it was recorded."""
        positions = [each.position for each in self.verification.findings if each.position is not None]
        return max(0, min([self.verification.entries, *(each - 1 for each in positions)]))


def examine(
    store: Store, papers: Papers, trust: Trust | None = None, *, progress: Callable[[int, int], None] | None = None
) -> Examined:
    """Verify an open store in every way there is: every byte, the papers, the fields of each type, the rules."""
    found = verify(store, papers=papers, trust=trust, against_classes=True, rules=True, progress=progress)
    return Examined(found, papers, trust, named(store), store.guards())
