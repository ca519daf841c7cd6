"""What a report was made from. Whoever has the same ledger and vault gets the same bytes under the same stamp."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from evenhand.ledger.examined import Examined
from evenhand.words import Translate


@dataclass(frozen=True, slots=True)
class Named:
    """A projection or report definition by name, and the SHA-256 of its text."""

    name: str
    digest: str


class Resampled(NamedTuple):
    """How often figures that rest on chance were drawn again, and from where."""

    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The ledger as it stood when it was verified for the report, and everything that it was held against."""

    entries: int
    root: str | None
    findings: int
    outcome: str
    """SHA-256 of all that the verification said."""
    trust: str | None
    """SHA-256 of the trust file; none where none was given."""
    papers: tuple[Named, ...]
    """Checkpoints, time stamps, receipts: where each came from, its file's name, and the SHA-256 of its bytes."""

    @classmethod
    def of(cls, examined: Examined) -> Verified:
        """Sum up a verification."""
        found, papers = examined.verification, examined.papers
        sources = (
            ("evidence", papers.checkpoints + papers.tokens),
            ("held", papers.held),
            ("receipt", papers.receipts),
        )
        return cls(
            found.entries,
            found.root,
            len(found.findings),
            examined.outcome,
            examined.trust.digest if examined.trust else None,
            tuple(
                Named(f"{source}/{paper.name}", hashlib.sha256(paper.content).hexdigest())
                for source, given in sources
                for paper in given
            ),
        )

    @property
    def digest(self) -> str:
        """SHA-256 over the names and digests of the papers."""
        return hashlib.sha256("".join(f"{each.digest} {each.name}\n" for each in self.papers).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """Everything the bytes of a report depend on."""

    report: Named
    lang: str
    origin: str
    position: int
    """How many entries the ledger knew: the first half of the as-of pair."""
    root: str | None
    """The Merkle root at ``position``; none when the facts were not checked against the log."""
    checked: bool
    instant: str
    """To when the clocks of open cases ran: the second half of the as-of pair."""
    period_from: str | None
    period_to: str | None
    zone: str
    projections: tuple[Named, ...]
    custom: tuple[str, ...]
    """The ledger's own files that this report read, and the report itself if it is the ledger's own."""
    versions: tuple[tuple[str, str], ...]
    boxes_opened: int | None
    boxes_gone: int | None
    """None in a report that goes out and opened answers: how many there are is how many gave none."""
    imported: int
    """How many of the entries were imported, not observed."""
    unfinished: int = 0
    """How many imports were begun and not finished: what they were to bring may be here in part."""
    asked: tuple[str, ...] = ()
    """Further options of the report, as on the command line."""
    resampled: Resampled | None = None
    """None when nothing was drawn."""
    verified: Verified | None = None
    """The ledger's verification, in a report that rests on one."""

    @property
    def imported_share(self) -> Fraction | None:
        """Return which share of the entries was imported."""
        return Fraction(self.imported, self.position) if self.position else None


def lines(stamp: Stamp, words: Translate) -> tuple[tuple[str, str], ...]:
    """Say the stamp as labels and values, fit to be printed below a report."""
    period = words.text("everything recorded")
    if stamp.period_from is not None and stamp.period_to is not None:
        period = words.text("{first} to {last}", first=stamp.period_from, last=stamp.period_to)
    root = stamp.root or words.text("not named: the facts were not checked against the log")
    checked = words.text("yes") if stamp.checked else words.text("no; make the report with --from-log to check them")
    return (
        (words.text("Ledger"), stamp.origin),
        (words.text("As of"), words.text("entry {position}, {at}", position=stamp.position, at=stamp.instant)),
        (words.text("Root"), root),
        (words.text("Facts checked against the log"), checked),
        (words.text("Period"), period),
        (words.text("Time zone"), words.text("{zone}; days are each requisition's own", zone=stamp.zone)),
        (words.text("Imported entries"), _imported(stamp, words)),
        (
            words.text("Sealed texts"),
            words.text("hidden")
            if stamp.boxes_opened is None
            else words.text("{opened} opened, {gone} gone", opened=stamp.boxes_opened, gone=stamp.boxes_gone),
        ),
        (words.text("Definition"), f"{stamp.report.name} {stamp.report.digest[:16]}"),
        (words.text("Projections"), ", ".join(f"{each.name} {each.digest[:16]}" for each in stamp.projections) or "-"),
        (words.text("The ledger's own files"), ", ".join(stamp.custom) or words.text("none")),
        *(((words.text("Asked for"), " ".join(stamp.asked)),) if stamp.asked else ()),
        *(_resampled(stamp.resampled, words) if stamp.resampled else ()),
        *(_verified(stamp.verified, words) if stamp.verified else ()),
        (words.text("Versions"), ", ".join(f"{name} {version}" for name, version in stamp.versions)),
    )


def _imported(stamp: Stamp, words: Translate) -> str:
    share = f"{stamp.imported} / {stamp.position}"
    if not stamp.unfinished:
        return share
    return words.text("{share}; imports not finished: {count}", share=share, count=stamp.unfinished)


def _resampled(found: Resampled, words: Translate) -> tuple[tuple[str, str], ...]:
    said = words.text("{draws} draws, --seed {seed}", draws=found.draws, seed=found.seed)
    return ((words.text("Resampling"), said),)


def _verified(found: Verified, words: Translate) -> tuple[tuple[str, str], ...]:
    said = words.text(
        "{entries} entries, root {root}, {findings} findings, outcome {outcome}",
        entries=found.entries,
        root=found.root or "-",
        findings=found.findings,
        outcome=found.outcome[:16],
    )
    held = words.plural("{n} file, {digest}", "{n} files, {digest}", len(found.papers), digest=found.digest[:16])
    return (
        (words.text("Verified"), said),
        (words.text("Held against"), held if found.papers else words.text("none")),
        (words.text("Trust file"), found.trust or words.text("none")),
    )
