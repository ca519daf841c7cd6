"""What a ledger gives to others, so that nobody has to trust whoever runs it: checkpoints, proofs, receipts.

Everything is made from the stored hashes and held against what was signed before: a log that signs two histories has
lied, whoever's mistake it was.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Final

from evenhand.checkpoint.folder import CHECKPOINT, EVIDENCE_FOLDER, EvidenceFolder, Paper
from evenhand.checkpoint.log_key import LogKey, Named, Term, create_next_key, in_force
from evenhand.checkpoint.timestamp import asked_of, request_for, stamped_digest
from evenhand.checkpoint.trust import Trust
from evenhand.disk import BusyError, hold
from evenhand.errors import InputError, TamperedError, UnavailableError
from evenhand.events.entry import Entry, line_of
from evenhand.events.ids import Entropy
from evenhand.ledger.ledger import Ledger
from evenhand.ledger.named import named
from evenhand.merkle.proofs import (
    Proof,
    ProofError,
    Span,
    consistency_spans,
    hashes_of,
    inclusion_spans,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from evenhand.merkle.tree import leaf_hash
from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.form import NoteError
from evenhand.note.proof_file import ConsistencyFile, InclusionFile
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import Signature, SignedNote
from evenhand.sentence import Sentence
from evenhand.store.store import Store

_LOCK_FILE: Final = "log.lock"
_WAIT_SECONDS: Final = 60.0
_STOP: Final = Sentence("sign nothing, keep everything as it is, and run: evenhand verify")


class Evidence:
    """The evidence of one open ledger, kept in the folder ``evidence`` beside it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.folder = EvidenceFolder(ledger.folder / EVIDENCE_FOLDER)

    @property
    def named(self) -> Named:
        """The ledger's name and its keys, as its entries say."""
        return named(self._ledger.store)

    def key(self) -> LogKey:
        """Open the key that signs for the ledger now; it lies in the ledger's folder. Raises as ``LogKey.open``."""
        return LogKey.open(self._ledger.folder, self.named)

    def kept(self, folder: EvidenceFolder | None = None) -> tuple[Checkpoint, ...]:
        """Answer with the checkpoints kept in a folder, by default the ledger's own, the smallest first.

        Raises ``TamperedError`` if one of the files is none, or was not signed with the log's key of its time.
        """
        terms = self.named.terms
        found = (_signed(paper, terms) for paper in (folder or self.folder).checkpoints())
        return tuple(sorted(found, key=lambda each: each.head.size))

    def newest(self) -> Checkpoint | None:
        """Answer with the checkpoint signed last. Raises as ``kept``."""
        return next(reversed(self.kept()), None)

    def checkpoint(self, *, signed: Iterable[TreeHead] = ()) -> Checkpoint:
        """Sign the ledger as it stands, and keep what was signed; the same again if nothing was added since.

        ``signed`` are heads that others know to have been signed: those of copies, what witnesses saw. Raises
        ``TamperedError``, and signs nothing, if the ledger does not begin with them and with what is kept here.
        """
        with self._alone():
            return self._checkpoint(signed)

    def _checkpoint(self, signed: Iterable[TreeHead]) -> Checkpoint:
        head = self._ledger.head()
        new = TreeHead(self._ledger.origin, head.position, head.frontier.root())
        if self._root(new.size) != new.root:
            raise TamperedError(Sentence("the head row and the tiles hold different trees; {stop}", stop=_STOP))
        before = self.newest()
        for each in (*signed, *([before.head] if before else [])):
            self._must_extend(each, new)
        if before is not None and before.head == new:
            return before
        made = Checkpoint.of(self.key().signed(str(new)))
        self.folder.put(made)
        return made

    def copy_to(self, elsewhere: EvidenceFolder) -> None:
        """Copy all checkpoints and time stamps. A copy that says something else is never written over.

        Raises ``TamperedError`` if there is one: somebody changed the one or the other.
        """
        there = {each.head.size: each for each in self.kept(elsewhere)}
        for here in self.kept():
            copy = there.get(here.head.size, here)
            if copy.head != here.head:
                path = elsewhere.file(here.head.size, CHECKPOINT)
                raise TamperedError(
                    Sentence("{path}: the copy says something else than the original; {stop}", path=path, stop=_STOP)
                )
            whole = Checkpoint.of(copy.note.with_signature(*here.note.signatures))
            if whole != there.get(here.head.size):
                elsewhere.put(whole)
        stamped = {each.name for each in elsewhere.tokens() if stamps(each.content)}
        for name, content in self.folder.tokens():
            if name not in stamped:
                elsewhere.put_file(name, content)

    def consistency(self, checkpoint: Checkpoint, since: int) -> ConsistencyFile:
        """Show that a checkpoint's tree begins with the first ``since`` entries: what a witness asks for."""
        if since > checkpoint.head.size:
            raise InputError(
                Sentence(
                    "the checkpoint has {size} entries, fewer than {since}", size=checkpoint.head.size, since=since
                )
            )
        return ConsistencyFile(since, self._consistency(since, checkpoint.head.size) if since else (), checkpoint)

    def cosigned(self, signatures: str, trust: Trust) -> Checkpoint:
        """Put a witness's signature lines under the checkpoint they belong to, and keep it so.

        Raises ``InputError`` for lines that no witness of the trust file made over a checkpoint that is kept here.
        """
        try:
            made = [Signature.parse(each) for each in signatures.splitlines()]
        except NoteError as wrong:
            raise InputError(Sentence("the cosignature cannot be read: {wrong}", wrong=wrong)) from None
        with self._alone():
            for kept in reversed(self.kept()):
                fitting = [signature for signature in made if _fits(kept.note, signature, trust)]
                if fitting and len(fitting) == len(made):
                    cosigned = Checkpoint.of(kept.note.with_signature(*fitting))
                    self.folder.put(cosigned)
                    return cosigned
        raise InputError(
            Sentence("no witness of the trust file made this signature over a checkpoint that is kept here")
        )

    def cosigned_before(self, checkpoint: Checkpoint) -> int:
        """Answer with the size of the last checkpoint before this one that somebody cosigned; 0 if none was."""
        sizes = [each.head.size for each in self.kept() if others(each) and each.head.size < checkpoint.head.size]
        return max(sizes, default=0)

    def stamped(self, checkpoint: Checkpoint) -> bool:
        """Say whether a time stamp of this checkpoint is kept; whose it is, and whether it counts, is not looked at."""
        return any(stamps(each.content, str(checkpoint.head)) for each in self.folder.tokens())

    def stamp(self, checkpoint: Checkpoint, url: str) -> None:
        """Have an authority stamp the checkpoint, and keep its answer. Raises ``UnavailableError`` if it gives none."""
        text = str(checkpoint.head)
        self.folder.put_token(checkpoint.head.size, asked_of(url, request_for(text), text))

    def prove(self, position: int) -> InclusionFile:
        """Prove that an entry stands where it does, under the newest checkpoint that covers it.

        Raises ``InputError`` if none does, ``TamperedError`` if what is stored does not lead to what was signed.
        """
        entry = self._entry(position)
        newest = self.newest()
        if newest is None or newest.head.size < position:
            raise InputError(
                Sentence(
                    "no checkpoint covers entry {position} yet; make one with: evenhand evidence checkpoint",
                    position=position,
                )
            )
        index, size = position - 1, newest.head.size
        hashes = self._hashes(inclusion_spans(index, size))
        try:
            verify_inclusion(leaf_hash(line_of(entry)), index, size, hashes, newest.head.root)
        except ProofError:
            raise TamperedError(
                Sentence("entry {position} is not the one that was signed; {stop}", position=position, stop=_STOP)
            ) from None
        return InclusionFile(line_of(entry), index, hashes, newest)

    def receipt(self, position: int) -> SignedNote:
        """Sign what stands at a position, for somebody to keep.

        Raises ``InputError`` if there is no such entry, ``TamperedError`` if it is not the one that was recorded.
        """
        entry, head = self._entry(position), self._ledger.head()
        leaf = leaf_hash(line_of(entry))
        hashes = self._hashes(inclusion_spans(position - 1, head.position))
        try:
            verify_inclusion(leaf, position - 1, head.position, hashes, head.frontier.root())
        except ProofError:
            raise TamperedError(
                Sentence("entry {position} is not the one that was recorded; {stop}", position=position, stop=_STOP)
            ) from None
        return self.key().signed(str(Receipt(self._ledger.origin, position, leaf, entry.recorded_at)))

    def rotate(self, *, compromised: bool, why: str | None, entropy: Entropy) -> Entry:
        """Replace the log key: sign once more with the old one, record the new one, then put it in its place.

        A key that somebody else may hold signs no more: give ``compromised`` for that.
        """
        with self._alone():
            old = self.key().public
            if not compromised:
                self._checkpoint(())
            new = create_next_key(self._ledger.folder, self._ledger.origin, entropy)
            body = {"log_key": str(new), "replaces": str(old), "compromised": compromised}
            entry = self._ledger.replace_key(body | ({"why": why} if why else {}))
            self.key()
        return entry

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Let nobody else sign meanwhile: two rotations at once would lose the key, two cosignatures one of them."""
        try:
            with hold(self._ledger.folder / _LOCK_FILE, wait_seconds=_WAIT_SECONDS):
                yield
        except BusyError:
            raise UnavailableError(
                Sentence(
                    "{folder}: another process signs for this ledger, and goes on; try again later",
                    folder=self._ledger.folder,
                )
            ) from None

    def _entry(self, position: int) -> Entry:
        found = next(self._ledger.entries(after=position - 1, upto=position), None) if position > 0 else None
        if found is None:
            raise InputError(
                Sentence(
                    "there is no entry {position}; the last one is {last}",
                    position=position,
                    last=self._ledger.head().position,
                )
            )
        return found

    def _must_extend(self, before: TreeHead, new: TreeHead) -> None:
        name = Sentence("a checkpoint of {size} entries", size=before.size)
        if before.origin != new.origin:
            raise TamperedError(Sentence("{name} is of another ledger; {stop}", name=name, stop=_STOP))
        if before.size > new.size:
            raise TamperedError(
                Sentence(
                    "{name} was signed before, and there are {size}: entries were cut off, or an old copy was "
                    "put back; {stop}",
                    name=name,
                    size=new.size,
                    stop=_STOP,
                )
            )
        if not before.size:
            return
        try:
            verify_consistency(before.size, new.size, before.root, new.root, self._consistency(before.size, new.size))
        except ProofError:
            raise TamperedError(
                Sentence(
                    "the first {size} entries are not those that were signed before; {stop}",
                    size=before.size,
                    stop=_STOP,
                )
            ) from None

    def _consistency(self, old: int, new: int) -> Proof:
        return self._hashes(consistency_spans(old, new))

    def _hashes(self, spans: Sequence[Span]) -> Proof:
        try:
            return hashes_of(spans, TileReader(self._ledger.store))
        except ValueError as wrong:
            raise TamperedError(Sentence("{wrong}; {stop}", wrong=wrong, stop=_STOP)) from None

    def _root(self, size: int) -> bytes:
        try:
            return root_at(size, TileReader(self._ledger.store))
        except ValueError as wrong:
            raise TamperedError(Sentence("{wrong}; {stop}", wrong=wrong, stop=_STOP)) from None


class TileReader:
    """Reads tiles of a store, each once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, idx: int) -> bytes:
        """Answer with the hashes of a tile, nothing if it is not there."""
        if (level, idx) not in self._read:
            self._read[level, idx] = b"".join(self._store.tiles(level, idx, 1))
        return self._read[level, idx]


def others(checkpoint: Checkpoint) -> list[str]:
    """Name those who signed a checkpoint beside the log itself; whether their word counts a trust file says."""
    return [each.name for each in checkpoint.note.signatures if each.name != checkpoint.head.origin]


def stamps(token: bytes, text: str | None = None) -> bool:
    """Say whether a file is a time stamp, of this text if one is given; whose it is is not looked at."""
    try:
        stamped_digest(token, must_be=text)
    except NoteError:
        return False
    return True


def _signed(paper: Paper, terms: Sequence[Term]) -> Checkpoint:
    """Read a checkpoint that the log signed with its key of that time."""
    try:
        found = Checkpoint.parse(paper.content)
        key = in_force(terms, found.head.size)
        signed = key is not None and found.note.signed_by([key])
    except NoteError as wrong:
        raise TamperedError(Sentence("{name}: {wrong}; {stop}", name=paper.name, wrong=wrong, stop=_STOP)) from None
    if not signed:
        raise TamperedError(
            Sentence("{name}: it is not signed with the log's key of that time; {stop}", name=paper.name, stop=_STOP)
        )
    return found


def _fits(note: SignedNote, signature: Signature, trust: Trust) -> bool:
    try:
        return bool(SignedNote(note.text, (signature,)).signed_by(trust.witnesses))
    except NoteError:
        return False
