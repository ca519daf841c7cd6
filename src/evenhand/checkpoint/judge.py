"""Hold a ledger against what lies outside it: checkpoints, cosignatures, time stamps, receipts.

First the papers are read, without the ledger: whose they are, and of which sizes. Then the ledger, hashed anew, is
held against them. What is not as it should be is a finding; what nobody gave is said to be unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from evenhand.checkpoint.folder import Paper, Papers
from evenhand.checkpoint.log_key import Named, in_force
from evenhand.checkpoint.times import Clocked, Timed, hold_against
from evenhand.checkpoint.timestamp import stamped_digest, stamped_time
from evenhand.checkpoint.trust import Trust
from evenhand.clock import instant_text
from evenhand.errors import Finding
from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.form import NoteError
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import SignedNote
from evenhand.note.verifier_key import VerifierKey
from evenhand.sentence import Sentence
from evenhand.words import mark

SIGNED: Final = mark("checkpoints: {count:,}, the newest of {size:,} entries; the entries are those that were signed")
HELD: Final = mark(
    "checkpoints kept elsewhere: {count:,}, the newest of {size:,} entries; the ledger still begins with what they say"
)
WITNESSED: Final = mark(
    "witnesses: {count} of {of} cosigned a checkpoint of {size:,} entries, asked for: {quorum}; by {at} they had"
)
TIMED: Final = mark(
    "times of recording of the first {size:,} entries: none is later than the trusted time of a checkpoint that covers "
    "it, nor earlier than the stamp of one before it (checkpoints stamped: {count:,}; the newest trusted time: {at})"
)
RECEIPTED: Final = mark("receipts: {count:,}; the entries stand where and as they were receipted")

BESIDE: Final = Sentence(
    "whether the ledger was written anew together with the checkpoints beside it: no checkpoint kept elsewhere was "
    "given (--held)"
)
NO_CHECKPOINT: Final = Sentence("whether anybody signed for these entries: there is no checkpoint")
OWN_KEYS: Final = Sentence(
    "whose key signed the checkpoints: the ledger names it; a trust file would say whose keys count (--trust)"
)
NO_WITNESS: Final = Sentence("whether everybody is shown the same ledger: no witness was asked for")
NO_TIMES: Final = Sentence(
    "whether the times of recording are true: they are the recording machine's word, no authority's"
)
GIVEN_UP: Final = mark(
    "whether what was signed with the key that was given up in entry {entry:,} is genuine: somebody else may hold it"
)
UNREAD: Final = mark("the time stamps beside the checkpoints ({count:,}): whose word counts, a trust file would say")
NO_RECEIPT: Final = mark(
    "whether entries after the newest checkpoint are those that were recorded ({count:,} of them): only a receipt "
    "could tell"
)
UNTIMED: Final = mark(
    "whether the times of entries after the newest checkpoint of trusted time are true ({count:,} of them)"
)


_LAST_SECOND: Final = 250_000_000_000
"""Of the year 9892: a time after it is nobody's, and leaves no room for a skew."""


class Hashed(Clocked, Protocol):
    """A ledger whose every line was just hashed."""

    def root(self, size: int) -> bytes | None:
        """Answer with the root over the first entries; none where it could not be computed."""
        ...

    def leaf(self, position: int) -> bytes | None:
        """Answer with the hash of an entry's line; none where it cannot be read."""
        ...


class Weighed(NamedTuple):
    """What holding the ledger against the papers showed."""

    findings: tuple[Finding, ...]
    checked: tuple[Sentence, ...]
    not_checked: tuple[Sentence, ...]


@dataclass(slots=True)
class Standing:
    """A tree head that somebody signed, with every signature that any paper has for it."""

    head: TreeHead
    note: SignedNote
    names: list[str]
    """The papers that have it."""
    held: bool
    """Whether one of them was kept elsewhere."""
    stamped: datetime | None = None
    """The earliest time at which an authority of the trust file stamped it."""


class Case:
    """The papers on one ledger, read."""

    def __init__(self, papers: Papers, trust: Trust | None, named: Named) -> None:
        """``named`` is what the ledger says of itself."""
        self._papers = papers
        self._trust = trust
        self._origin, self._terms = named.origin, named.terms
        self._findings: list[Finding] = []
        self._standing: dict[TreeHead, Standing] = {}
        self._receipts: list[tuple[str, Receipt]] = []
        self._given_up = named.given_up
        self._findings += named.findings
        if trust is not None and trust.origin != named.origin:
            self._find(Sentence("the trust file is for another log than this"))
        elif trust is not None and trust.log_keys != tuple(term.key for term in named.terms):
            self._find(
                Sentence(
                    "the ledger names other keys of its own, or in another order, than the trust file: a key "
                    "was replaced that one of them does not know of, or the ledger was written anew"
                )
            )
        self._take(papers.checkpoints, lambda paper: self._checkpoint(paper, held=False))
        self._take(papers.held, lambda paper: self._checkpoint(paper, held=True))
        self._take(papers.receipts, self._receipt)
        if trust is not None and trust.times is not None and trust.times.authorities:
            self._take(papers.tokens, self._token)

    @cached_property
    def _by_digest(self) -> dict[bytes, Standing]:
        return {sha256(str(head).encode()).digest(): each for head, each in self._standing.items()}

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes whose roots are asked for, rising."""
        return tuple(sorted({head.size for head in self._standing}))

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The tree heads that count, the smallest first; what could not be read or is nobody's is not among them."""
        return tuple(sorted(self._standing.values(), key=lambda each: each.head.size))

    @property
    def holds(self) -> bool:
        """Whether a checkpoint that was kept elsewhere is among the papers."""
        return any(each.held for each in self._standing.values())

    def weigh(self, ledger: Hashed) -> Weighed:
        """Hold the ledger against the papers."""
        before = len(self._findings)
        checked = [*self._compare(ledger), *self._ask_for_witnesses(), *self._compare_receipts(ledger)]
        checked += self._compare_times(ledger)
        spoiled = before or len(self._findings) > before
        return Weighed(tuple(self._findings), () if spoiled else tuple(checked), tuple(self._left(ledger)))

    def _find(self, problem: str, position: int | None = None) -> None:
        self._findings.append(Finding(position, problem))

    def _take(self, papers: Iterable[Paper], read: Callable[[Paper], None]) -> None:
        for paper in papers:
            try:
                read(paper)
            except NoteError as wrong:
                self._find(Sentence("{name}: {wrong}", name=paper.name, wrong=wrong))

    # Reading

    def _checkpoint(self, paper: Paper, *, held: bool) -> None:
        found = Checkpoint.parse(paper.content)
        current = in_force(self._terms, found.head.size)
        self._must_be_ours(found.note, found.head.origin, [current] if current else [])
        standing = self._standing.setdefault(found.head, Standing(found.head, found.note, [], held))
        standing.note = standing.note.merged(found.note)
        standing.names.append(paper.name)
        standing.held = standing.held or held

    def _receipt(self, paper: Paper) -> None:
        note = SignedNote.parse(paper.content)
        found = Receipt.parse(note)
        # A key that was replaced before the entry stood gave no receipt for it; one that came after may have.
        current = in_force(self._terms, found.position)
        later = [term.key for term in self._terms if term.first > found.position]
        self._must_be_ours(note, found.origin, [*([current] if current else []), *later])
        self._receipts.append((paper.name, found))

    def _must_be_ours(self, note: SignedNote, origin: str, keys: Sequence[VerifierKey]) -> None:
        """Refuse a note of another log, or one that none of these keys signed."""
        if origin != self._origin:
            raise NoteError(Sentence("it is of another log than this"))
        trusted = (*self._trust.log_keys, *self._trust.witnesses) if self._trust else ()
        signers = {each.key for each in note.signed_by(dict.fromkeys((*trusted, *(term.key for term in self._terms))))}
        if not signers & {term.key for term in self._terms}:
            raise NoteError(Sentence("it is not signed with a key of this log"))
        if not signers & set(keys):
            raise NoteError(Sentence("it is signed with a key that was not the log's when it had so many entries"))

    def _token(self, paper: Paper) -> None:
        assert self._trust is not None  # noqa: S101 - asked only where a trust file names authorities
        assert self._trust.times is not None  # noqa: S101 - the same
        digest = stamped_digest(paper.content)
        standing = self._by_digest.get(digest)
        if standing is None:
            raise NoteError(Sentence("it is a time stamp of none of the checkpoints that were given"))
        time = stamped_time(paper.content, str(standing.head), self._trust.times.authorities)
        standing.stamped = min(time, standing.stamped or time)

    # Holding the ledger against what was read

    def _compare(self, ledger: Hashed) -> list[Sentence]:
        for head, standing in self._standing.items():
            self._compare_one(ledger, head, standing.names[0])
        held = [each.head.size for each in self._standing.values() if each.held]
        newest = self._newest()
        if newest is None:
            if self._trust is not None and not self._papers.checkpoints + self._papers.held:
                self._find(
                    Sentence("there is no checkpoint, and the trust file asks for one signed with a key that it names")
                )
            return []
        signed = Sentence(SIGNED, count=len(self._standing), size=newest.head.size)
        return [signed, *([Sentence(HELD, count=len(held), size=max(held))] if held else [])]

    def _compare_one(self, ledger: Hashed, head: TreeHead, name: str) -> None:
        if head.size > ledger.size:
            self._find(
                Sentence(
                    "it and all up to entry {size:,} are missing: {name} was signed when they stood here",
                    size=head.size,
                    name=name,
                ),
                ledger.size + 1,
            )
            return
        root = ledger.root(head.size)
        if root is None:
            self._find(
                Sentence(
                    "{name}: the first {size:,} entries cannot be compared with what was signed",
                    name=name,
                    size=head.size,
                )
            )
        elif root != head.root:
            self._find(
                Sentence("{name}: the first {size:,} entries are not those that were signed", name=name, size=head.size)
            )

    def _newest(self) -> Standing | None:
        return max(self._standing.values(), key=lambda each: each.head.size, default=None)

    def _ask_for_witnesses(self) -> list[Sentence]:
        trust, newest = self._trust, self._newest()
        if trust is None or not trust.quorum or newest is None:
            return []
        count = len(newest.note.signed_by(trust.witnesses))
        if not self._witnessed(newest):
            self._find(
                Sentence(
                    "{name}: {count} of the witnesses in the trust file cosigned the newest checkpoint, and "
                    "it asks for {quorum}",
                    name=newest.names[0],
                    count=count,
                    quorum=trust.quorum,
                )
            )
        at, of = _cosigned(newest.note, trust), len(trust.witnesses)
        when = instant_text(at)[:19] + "Z" if at else "-"
        return [Sentence(WITNESSED, count=count, of=of, size=newest.head.size, quorum=trust.quorum, at=when)]

    def _witnessed(self, newest: Standing) -> bool:
        trust = self._trust
        return trust is not None and 0 < trust.quorum <= len(newest.note.signed_by(trust.witnesses))

    def _compare_receipts(self, ledger: Hashed) -> list[Sentence]:
        for name, receipt in self._receipts:
            at = receipt.position
            if at > ledger.size:
                self._find(Sentence("it is missing: {name} was given for it", name=name), at)
            elif ledger.leaf(at) != receipt.leaf or ledger.recorded_at(at) != receipt.recorded_at:
                self._find(Sentence("it is not the entry that {name} was given for", name=name), at)
        return [Sentence(RECEIPTED, count=len(self._receipts))] if self._receipts else []

    def _compare_times(self, ledger: Hashed) -> list[Sentence]:
        timed = self._timed
        if self._trust is None or self._trust.times is None or timed is None:
            return []
        newest = timed[-1] if timed else None
        if self._trust.times.authorities and (newest is None or newest.stamped is None):
            self._find(Sentence("no authority that the trust file names has stamped the newest checkpoint"))
        between = hold_against(self._trust.times, timed, ledger)
        self._findings += between.findings
        stamped = sum(each.stamped is not None for each in timed)
        if not between.covered:
            return []
        newest_time = max(each.existed() for each in timed if each.stamped or each.cosigned)
        return [Sentence(TIMED, size=between.covered, count=stamped, at=instant_text(newest_time)[:19] + "Z")]

    @cached_property
    def _timed(self) -> list[Timed] | None:
        """The trusted times of the checkpoints read, the smallest first; none where nobody says whose time counts."""
        trust = self._trust
        if trust is None or trust.times is None:
            return None
        return [
            Timed(each.head.size, each.stamped, _cosigned(each.note, trust))
            for each in sorted(self._standing.values(), key=lambda each: each.head.size)
        ]

    def _left(self, ledger: Hashed) -> Iterable[Sentence]:
        """Say what these papers cannot show."""
        newest, timed = self._newest(), self._timed
        trusted = self._trust.times if self._trust else None
        if newest is None:
            yield NO_CHECKPOINT
        else:
            if not self.holds and not self._witnessed(newest):
                yield BESIDE
            if self._trust is None:
                yield OWN_KEYS
            if ledger.size > newest.head.size:
                yield Sentence(NO_RECEIPT, count=ledger.size - newest.head.size)
        for position in self._given_up:
            yield Sentence(GIVEN_UP, entry=position)
        if self._trust is None or not self._trust.quorum:
            yield NO_WITNESS
        if self._papers.tokens and not (trusted and trusted.authorities):
            yield Sentence(UNREAD, count=len(self._papers.tokens))
        last = max((each.size for each in timed or () if trusted and each.covered(trusted)), default=0)
        if not last:
            yield NO_TIMES
        elif ledger.size > last:
            yield Sentence(UNTIMED, count=ledger.size - last)


def _cosigned(note: SignedNote, trust: Trust) -> datetime | None:
    """Answer with the time by which as many witnesses as are asked for had cosigned: fewer cannot make it earlier."""
    seconds = sorted(each.seconds for each in note.signed_by(trust.witnesses) if each.seconds is not None)
    asked = max(trust.quorum, 1)
    if len(seconds) < asked or seconds[asked - 1] > _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds[asked - 1], UTC)
