"""Verify against a root from before, and notice an end that was cut off."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from evenhand import Ledger
from hiring import apply, open_post


def main(folder: Path) -> None:
    with Ledger.create(folder, origin="hiring.example.com/ledger", zone="Europe/Berlin") as ledger:
        _, requisition = open_post(ledger)
        apply(ledger, requisition, "Robin Example")
    earlier = folder.with_name("earlier.db")
    copyfile(folder / "ledger.db", earlier)

    with Ledger.open(folder) as ledger:
        apply(ledger, requisition, "Kim Sample")
        head = ledger.head()
        seen = (head.position, head.frontier.root().hex())  # send this to somebody who does not run the ledger

    copyfile(earlier, folder / "ledger.db")  # as somebody might who wants Kim never to have applied

    with Ledger.open(folder, read_only=True) as ledger:
        print("by itself:", ledger.verify().ok)
        found = ledger.verify(seen=seen)
        print("beside what was remembered:", found.ok)
        print(found.problems[0])


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        main(Path(place, "ledger"))
