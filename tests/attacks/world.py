"""A ledger with everything that is evidence for it.

Four days of hiring. On three evenings a checkpoint was signed, cosigned by a witness and stamped by an authority; an
auditor took the third one home. Two people hold receipts. What came on the fourth day no checkpoint covers yet.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evenhand import Draft, Ledger
from evenhand.checkpoint.folder import Paper
from evenhand.checkpoint.trust import Trust
from evenhand.checkpoint.witness import Witness
from evenhand.events.ids import new_id
from evenhand.ledger.evidence import Evidence
from evenhand.note.checkpoint import Checkpoint
from evenhand.note.signed_note import Signature
from hiring import Hiring, open_hiring, seeded
from stamping import Authority

ORIGIN = "example.com/hiring"
WITNESS = "witness.example.net/w1"
DAY_1 = datetime(2026, 7, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
EVENING = timedelta(hours=10)
LONG_AFTER = DAY_1 + 60 * DAY

DECISION, SECOND, THIRD = 8, 9, 14
"""Where the first decision stands, and where the second and the third candidate are registered."""
CHECKPOINTS = A, B, C = 8, 13, 17
RECEIPTED = (DECISION, 19)
END = 20


class Watch:
    """A clock that goes on by a second at each look, and can be set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class World:
    """What was made once, and stays as it is."""

    folder: Path
    """Inside: the ledger's own folder, a backup of it from the second evening, and the witness's folder."""
    authority: Authority
    held: Paper
    receipts: tuple[Paper, ...]
    candidates: tuple[str, ...]
    log_key: str
    witness_key: str

    def trust(self, *, quorum: int = 0, times: bool = False) -> Trust:
        """Read a trust file of an auditor's own."""
        return Trust.parse(self.trust_text(quorum=quorum, times=times).encode(), "trust.toml")

    def trust_text(self, *, quorum: int = 0, times: bool = False) -> str:
        text = f'origin = "{ORIGIN}"\nlog_keys = ["{self.log_key}"]\n'
        text += f'witnesses = ["{self.witness_key}"]\nquorum = {quorum}\n' if quorum else ""
        root = self.authority.pem
        return text + (
            f'[times]\nskew_seconds = 60\ndelay_hours = 48\nauthorities = ["""\n{root}"""]\n' if times else ""
        )


def build(folder: Path) -> World:
    """Make the world: about a second's work."""
    home = folder / "ledger"
    watch = Watch(DAY_1)
    authority = Authority.create()
    hiring = open_hiring(home, clock=watch, origin=ORIGIN)
    witness = Witness.create(folder / "witness", WITNESS, seeded(9))
    ledger, evidence = hiring.ledger, Evidence(hiring.ledger)
    world = World(folder, authority, Paper("", b""), (), (), str(evidence.key().public), str(witness.key))
    candidates = [hiring.candidate]

    def evening(day: datetime) -> None:
        watch.now = day + EVENING
        sign_and_witness(ledger, witness.folder, world.trust(quorum=1), authority, day + EVENING)

    hiring.append("decision.made.v1", hiring.candidacy, **hiring.decision(rationale="the best design of the week"))
    evening(DAY_1)
    watch.now = DAY_1 + DAY
    candidates.append(_apply(hiring, 2, decided=True))
    evening(DAY_1 + DAY)
    _copy_file(home, folder / "backup")
    watch.now = DAY_1 + 2 * DAY
    candidates.append(_apply(hiring, 3))
    ledger.append([registration(31)])
    evening(DAY_1 + 2 * DAY)
    watch.now = DAY_1 + 3 * DAY
    candidates.append(_apply(hiring, 4))
    receipts = tuple(Paper(f"{each}.receipt", str(evidence.receipt(each)).encode()) for each in RECEIPTED)
    held = evidence.folder.checkpoints()[-1]._replace(name="held.checkpoint")
    positions = [each.head.size for each in map(_parsed, evidence.folder.checkpoints())], ledger.head().position
    assert positions == ([*CHECKPOINTS], END)
    ledger.close()
    return World(folder, authority, held, receipts, tuple(candidates), world.log_key, world.witness_key)


def sign_and_witness(ledger: Ledger, witness: Path, trust: Trust, authority: Authority, at: datetime) -> Checkpoint:
    evidence = Evidence(ledger)
    made = evidence.checkpoint()
    opened = Witness.open(witness)
    seen = opened.seen(ORIGIN)
    asked = evidence.consistency(made, seen.head.size if seen else 0)
    signature: Signature = opened.cosign(str(asked).encode(), trust, lambda: at + timedelta(minutes=3))
    evidence.folder.put_token(made.head.size, authority.stamp(str(made.head), at + timedelta(minutes=5)))
    return evidence.cosigned(str(signature), trust)


def registration(number: int) -> Draft:
    stream = new_id(1_782_900_000_000 + number, seeded(number))
    return Draft(
        "candidate.registered.v1", stream, {"name": f"Candidate {number}", "contact": f"c{number}@example.com"}
    )


def _apply(hiring: Hiring, number: int, *, decided: bool = False) -> str:
    """Let somebody apply and come on site: three entries, five with a scorecard and a decision."""
    registered, candidacy, visit = registration(number), hiring.ids(), hiring.ids()
    standard: dict[str, Any] = {"standard": hiring.standard, "standard_version": 1}
    hiring.ledger.append([registered])
    hiring.append("candidacy.opened.v1", candidacy, candidate=registered.stream, requisition=hiring.requisition,
                  route="external")  # fmt: skip
    hiring.append("stage.entered.v1", candidacy, entry_id=visit, stage="onsite")
    if decided:
        rating = {"criterion": "design", "score": 4_500_000, "evidence": "asked the right questions"}
        hiring.append("scorecard.submitted.v1", candidacy, visit=visit, author=hiring.ids(), ratings=[rating],
                      comment="quick", **standard)  # fmt: skip
        hiring.append("decision.made.v1", candidacy, visit=visit, outcome="advance", automation="none",
                      rationale="as good as the first", **standard)  # fmt: skip
    return registered.stream


def _copy_file(home: Path, target: Path) -> None:
    """Back a running ledger up, as an operator should."""
    shutil.copytree(home, target, ignore=shutil.ignore_patterns("ledger.db*"))
    with closing(sqlite3.connect(home / "ledger.db")) as source, closing(sqlite3.connect(target / "ledger.db")) as copy:
        source.backup(copy)


def _parsed(paper: Paper) -> Checkpoint:
    return Checkpoint.parse(paper.content)
