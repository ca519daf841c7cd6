"""Read new entries as they come, from where one stopped: the positions have no gap, so one number is enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from evenhand import Ledger
from hiring import apply, open_post


class Counted:
    """How many entries of each type there are, up to a position."""

    def __init__(self) -> None:
        self.position = 0
        self.types: Counter[str] = Counter()

    def catch_up(self, ledger: Ledger) -> int:
        """Take in what is new; answer with how much that was."""
        before = self.position
        for entry in ledger.entries(after=self.position):
            self.types[entry.type] += 1
            self.position = entry.position
        return self.position - before


def main(folder: Path) -> None:
    counted = Counted()
    with Ledger.create(folder, origin="hiring.example.com/ledger", zone="Europe/Berlin") as ledger:
        _, requisition = open_post(ledger)
        print("new:", counted.catch_up(ledger))
        apply(ledger, requisition, "Robin Example")
        print("new:", counted.catch_up(ledger))
        print("new:", counted.catch_up(ledger))
    print(dict(counted.types))


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        main(Path(place, "ledger"))
