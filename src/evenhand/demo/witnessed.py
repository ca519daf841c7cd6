"""Give the demo its evidence: a checkpoint when a quarter is over, and a witness that cosigns each.

The witness's folder lies beside the ledger only because this is a demo: a real one belongs where those who run the
ledger cannot reach.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from evenhand.checkpoint.trust import Trust, template
from evenhand.checkpoint.witness import Witness
from evenhand.clock import Clock
from evenhand.events.ids import Entropy
from evenhand.ledger.evidence import Evidence
from evenhand.ledger.ledger import Ledger

TRUST_FILE: Final = "trust.toml"
WITNESS_FOLDER: Final = "witness"
_WITNESS: Final = "witness.example.net/demo"
_QUARTER: Final = timedelta(days=94)
"""Longer than any quarter with the free days after it: the delay that the demo's trust file allows."""


class Witnessed:
    """Signs when it is told that a day is over, if that day begins another quarter."""

    def __init__(self, ledger: Ledger, clock: Clock, entropy: Entropy) -> None:
        self._evidence = Evidence(ledger)
        self._clock = clock
        self._witness = Witness.create(ledger.folder / WITNESS_FOLDER, _WITNESS, entropy)
        keys = [str(each.key) for each in self._evidence.named.terms]
        times = f"\n[times]\nskew_seconds = 60\ndelay_hours = {_QUARTER // timedelta(hours=1)}\n"
        text = template(ledger.origin, keys, [str(self._witness.key)]) + times
        Path(ledger.folder, TRUST_FILE).write_text(text, encoding="utf-8")
        self._trust = Trust.parse(text.encode(), TRUST_FILE)
        self._quarter: tuple[int, int] | None = None

    def day_begins(self, day: date) -> None:
        """Sign what stands if the last day told of was in another quarter."""
        quarter = (day.year, (day.month - 1) // 3)
        if self._quarter not in {None, quarter}:
            self.sign()
        self._quarter = quarter

    def sign(self) -> None:
        """Sign what stands, and have it cosigned."""
        made = self._evidence.checkpoint()
        seen = self._witness.seen(made.head.origin)
        asked = self._evidence.consistency(made, seen.head.size if seen else 0)
        self._evidence.cosigned(str(self._witness.cosign(str(asked).encode(), self._trust, self._clock)), self._trust)
