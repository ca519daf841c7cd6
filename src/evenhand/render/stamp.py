"""What a report was made from. Whoever has the same ledger and vault gets the same bytes under the same stamp."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evenhand.measures.resampling import DRAWS
from evenhand.words import Translate


@dataclass(frozen=True, slots=True)
class Named:
    """A projection or report definition by name, and the SHA-256 of its text."""

    name: str
    digest: str


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
    boxes_opened: int
    boxes_gone: int
    imported: int
    """How many of the entries were imported, not observed."""
    strata: bool = False
    """Whether the tables by requisition and version of the standard were asked for."""
    seed: int | None = None
    """Where resampling began; none when nothing was drawn."""

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
        (words.text("Imported entries"), f"{stamp.imported} / {stamp.position}"),
        (
            words.text("Sealed texts"),
            words.text("{opened} opened, {gone} gone", opened=stamp.boxes_opened, gone=stamp.boxes_gone),
        ),
        (words.text("Definition"), f"{stamp.report.name} {stamp.report.digest[:16]}"),
        (words.text("Projections"), ", ".join(f"{each.name} {each.digest[:16]}" for each in stamp.projections) or "-"),
        (words.text("The ledger's own files"), ", ".join(stamp.custom) or words.text("none")),
        *(((words.text("Asked for"), "--strata"),) if stamp.strata else ()),
        *(_resampled(stamp.seed, words) if stamp.seed is not None else ()),
        (words.text("Versions"), ", ".join(f"{name} {version}" for name, version in stamp.versions)),
    )


def _resampled(seed: int, words: Translate) -> tuple[tuple[str, str], ...]:
    return ((words.text("Resampling"), words.text("{draws} draws, --seed {seed}", draws=DRAWS, seed=seed)),)
