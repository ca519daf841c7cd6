from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.checkpoint.folder import read_papers
from evenhand.checkpoint.trust import Trust, template
from evenhand.checkpoint.witness import Witness
from evenhand.clock import stepping_clock
from evenhand.ledger.bundle import bundle
from evenhand.ledger.evidence import Evidence
from hiring import Hiring, open_hiring, seeded

SEEN_AT = datetime(2026, 7, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """A ledger with all kinds of evidence, the bundle made of it, and what others hold."""

    base: Path

    @property
    def ledger(self) -> Path:
        return self.base / "ledger"

    @property
    def bundle(self) -> Path:
        return self.base / "bundle"

    @property
    def trust(self) -> Path:
        return self.base / "trust.toml"

    @property
    def held(self) -> Path:
        return self.base / "kept.checkpoint"

    @property
    def receipt(self) -> Path:
        return self.base / "last.receipt"

    @property
    def proof(self) -> Path:
        return self.bundle / "proofs" / "8.tlog-proof"

    @property
    def newest(self) -> Path:
        return max((self.ledger / "evidence").glob("*.checkpoint"))


def witnessed(evidence: Evidence, witness: Witness, trust: Trust) -> None:
    made = evidence.checkpoint()
    seen = witness.seen(made.head.origin)
    request = evidence.consistency(made, seen.head.size if seen else 0)
    signature = witness.cosign(str(request).encode(), trust, stepping_clock(SEEN_AT, timedelta(hours=1)))
    evidence.cosigned(str(signature), trust)


def decide(hiring: Hiring, times: int) -> None:
    for _ in range(times):
        hiring.append(
            "lesson.recorded.v1", hiring.candidacy, direction="went_well", area="interviewing", text="they were calm"
        )


def make(base: Path, more: Callable[[Hiring, int], None]) -> None:
    """Checkpoints of 7, 11, 13 and 14 entries, the second and the last cosigned, the key replaced by entry 12."""
    hiring = open_hiring(base / "ledger")
    evidence = Evidence(hiring.ledger)
    witness = Witness.create(base / "witness", "witness.example.net/w1", seeded(9))
    own = str(evidence.key().public)
    evidence.checkpoint()
    more(hiring, 4)
    witnessed(evidence, witness, Trust.parse(template("example.com/hiring", [own], [str(witness.key)]).encode(), "t"))
    shutil.copy(evidence.folder.file(11, ".checkpoint"), base / "kept.checkpoint")
    shutil.copy(base / "ledger/log.key", base / "first.key")
    rotated = evidence.rotate(compromised=False, why=None, entropy=seeded(10))
    assert rotated.position == 12
    more(hiring, 1)
    evidence.checkpoint()
    more(hiring, 1)
    keys = [str(term.key) for term in evidence.named.terms]
    written = template("example.com/hiring", keys, [str(witness.key)])
    (base / "trust.toml").write_text(written)
    witnessed(evidence, witness, Trust.parse(written.encode(), "t"))
    more(hiring, 2)
    (base / "last.receipt").write_text(str(evidence.receipt(16)))
    papers = read_papers([base / "last.receipt"])
    bundle(hiring.ledger, base / "bundle", trust=written.encode(), prove=[8, 14], receipts=papers)
    hiring.ledger.close()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """What was sent and nobody touched: look at it."""
    base = tmp_path_factory.mktemp("sent")
    make(base, decide)
    return Sent(base)


@pytest.fixture
def sent(whole: Sent, tmp_path: Path) -> Sent:
    """A copy to cheat with."""
    shutil.copytree(whole.base, tmp_path / "sent")
    return Sent(tmp_path / "sent")
