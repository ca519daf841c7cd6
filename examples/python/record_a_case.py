"""One candidacy from application to feedback, and what was sealed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from evenhand import Draft, Ledger
from hiring import apply, open_post


def main(folder: Path) -> None:
    with Ledger.create(folder, origin="hiring.example.com/ledger", zone="Europe/Berlin") as ledger:
        standard, requisition = open_post(ledger)
        candidacy, visit = apply(ledger, requisition, "Robin Example")
        decision, interviewer = str(uuid4()), str(uuid4())
        held = {"standard": standard, "standard_version": 1}
        ledger.append(
            [
                Draft(
                    "scorecard.submitted.v1",
                    candidacy,
                    {
                        "visit": visit,
                        "author": interviewer,
                        "ratings": [{"criterion": "clarity", "score": 2_500_000, "evidence": "The remedy came last."}],
                    }
                    | held,
                ),
                Draft(
                    "decision.made.v1",
                    candidacy,
                    {
                        "visit": visit,
                        "outcome": "reject",
                        "reasons": [{"code": "below-bar", "criteria": ["clarity"]}],
                        "deciders": [ledger.actor],
                        "automation": "none",
                        "rationale": "Patient, but the writing is not there yet.",
                    }
                    | held,
                    id=decision,
                ),
                Draft(
                    "notice.given.v1",
                    candidacy,
                    {
                        "about": "outcome",
                        "decision": decision,
                        "channel": "email",
                        "language": "en",
                        "text": "Thank you for coming. We have decided not to go on with your application.",
                    },
                ),
                Draft(
                    "feedback.given.v1",
                    candidacy,
                    {
                        "decision": decision,
                        "channel": "email",
                        "segments": [
                            {"kind": "strength", "text": "You asked before you answered."},
                            {"kind": "suggestion", "criterion": "clarity", "text": "Begin with what to do."},
                        ],
                    },
                ),
            ]
        )
        entries = ledger.stream(candidacy)
        print("in the ledger:", entries[3].body[:60], "…")
        for entry, body in zip(entries, ledger.opened(entries, purpose="example"), strict=True):
            print(entry.position, entry.type, (body or {}).get("text") or (body or {}).get("rationale") or "")
        print("openings:", [(each.purpose, each.how_many) for each in ledger.vault.openings()])


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        main(Path(place, "ledger"))
