"""A bulk rejection when the place is taken: all or nothing, and harmless to repeat."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

from evenhand import Draft, Ledger
from evenhand.errors import RefusedError
from hiring import apply, open_post

TEXT = "Thank you for your patience. The place has been filled; we would be glad to hear from you again."


def rejection(visit: str, candidacy: str, standard: str, decider: str) -> list[Draft]:
    """One decision and one notice, with ids that come out the same when this is run again."""
    decision = str(uuid5(NAMESPACE_URL, f"decision {visit}"))
    notice = str(uuid5(NAMESPACE_URL, f"notice {visit}"))
    return [
        Draft(
            "decision.made.v1",
            candidacy,
            {
                "visit": visit,
                "outcome": "reject",
                "reasons": [{"code": "filled"}],
                "deciders": [decider],
                "automation": "none",
                "standard": standard,
                "standard_version": 1,
            },
            id=decision,
        ),
        Draft(
            "notice.given.v1",
            candidacy,
            {"about": "outcome", "decision": decision, "channel": "email", "text": TEXT},
            id=notice,
        ),
    ]


def main(folder: Path) -> None:
    with Ledger.create(folder, origin="hiring.example.com/ledger", zone="Europe/Berlin") as ledger:
        standard, requisition = open_post(ledger)
        waiting = [apply(ledger, requisition, f"Candidate {number}") for number in range(1, 6)]
        decider = ledger.actor or ""
        batch = [draft for candidacy, visit in waiting for draft in rejection(visit, candidacy, standard, decider)]

        before = ledger.head().position
        ledger.append(batch)
        print("written:", ledger.head().position - before)
        ledger.append(batch)
        print("after appending it again:", ledger.head().position - before)

        candidacy, _ = waiting[0]
        twice = Draft("decision.made.v1", candidacy, batch[0].body)
        try:
            ledger.append([Draft("candidacy.reopened.v1", candidacy, {}), twice])
        except RefusedError as refused:
            print("refused, all of it:", refused.problems[0])


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        main(Path(place, "ledger"))
