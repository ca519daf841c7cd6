"""What a ledger gives to others, so that nobody has to trust whoever runs it: checkpoints, proofs, receipts.

Everything is made from the stored hashes and held against what was signed before: a log that signs two histories has
lied, whoever's mistake it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evenhand.checkpoint.folder import CHECKPOINT, EVIDENCE_FOLDER, EvidenceFolder
from evenhand.checkpoint.log_key import LogKey, Named, create_next_key
from evenhand.checkpoint.timestamp import asked_of, request_for
from evenhand.checkpoint.trust import Trust
from evenhand.errors import InputError, TamperedError
from evenhand.events.entry import Entry, line
from evenhand.events.ids import Entropy
from evenhand.events.ledger import LogKeyRotated
from evenhand.ledger.drafts import Draft
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
from evenhand.store.store import Store

_STOP: Final = "sign nothing, keep everything as it is, and run: evenhand verify"


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

    def newest(self) -> Checkpoint | None:
        """Answer with the checkpoint signed last. Raises ``TamperedError`` if one of the files is none."""
        return _newest(self.folder)

    def checkpoint(self, *, elsewhere: EvidenceFolder | None = None) -> Checkpoint:
        """Sign the ledger as it stands, and keep what was signed; the same again if nothing was added since.

        ``elsewhere`` is a folder with copies of what was signed before. Raises ``TamperedError``, and signs nothing, if
        the ledger does not begin with what was signed before, here or there.
        """
        head = self._ledger.head()
        new = TreeHead(self._ledger.origin, head.position, head.frontier.root())
        if self._root(new.size) != new.root:
            raise TamperedError(f"the head row and the tiles hold different trees; {_STOP}")
        before = self.newest()
        for each in (before, _newest(elsewhere) if elsewhere else None):
            if each is not None:
                self._must_extend(each.head, new)
        if before is not None and before.head == new:
            return before
        made = Checkpoint.of(self.key().signed(str(new)))
        self.folder.put(made)
        return made

    def copy_to(self, elsewhere: EvidenceFolder) -> None:
        """Copy all checkpoints and time stamps. A copy that says something else is never written over.

        Raises ``TamperedError`` if there is one: somebody changed the one or the other.
        """
        there = {each.name: _checkpoint(each.name, each.content) for each in elsewhere.checkpoints()}
        for name, content in self.folder.checkpoints():
            here = _checkpoint(name, content)
            copy = there.get(name, here)
            if copy.head != here.head:
                raise TamperedError(f"{elsewhere.path / name}: the copy says something else than the original; {_STOP}")
            elsewhere.put(Checkpoint.of(copy.note.with_signature(*here.note.signatures)))
        stamped = {each.name for each in elsewhere.tokens()}
        for name, content in self.folder.tokens():
            if name not in stamped:
                elsewhere.put_file(name, content)

    def consistency(self, checkpoint: Checkpoint, since: int) -> ConsistencyFile:
        """Show that a checkpoint's tree begins with the first ``since`` entries: what a witness asks for."""
        if since > checkpoint.head.size:
            raise InputError(f"the checkpoint has {checkpoint.head.size} entries, fewer than {since}")
        return ConsistencyFile(since, self._consistency(since, checkpoint.head.size) if since else (), checkpoint)

    def cosigned(self, signatures: str, trust: Trust) -> Checkpoint:
        """Put a witness's signature lines under the checkpoint they belong to, and keep it so.

        Raises ``InputError`` for lines that no witness of the trust file made over a checkpoint that is kept here.
        """
        try:
            made = [Signature.parse(each) for each in signatures.splitlines()]
        except NoteError as wrong:
            raise InputError(f"the cosignature cannot be read: {wrong}") from None
        for each in reversed(self.folder.checkpoints()):
            kept = _checkpoint(each.name, each.content)
            fitting = [signature for signature in made if _fits(kept.note, signature, trust)]
            if fitting and len(fitting) == len(made):
                cosigned = Checkpoint.of(kept.note.with_signature(*fitting))
                self.folder.put(cosigned)
                return cosigned
        raise InputError("no witness of the trust file made this signature over a checkpoint that is kept here")

    def cosigned_before(self, checkpoint: Checkpoint) -> int:
        """Answer with the size of the last checkpoint before this one that somebody cosigned; 0 if none was."""
        kept = [_checkpoint(each.name, each.content) for each in self.folder.checkpoints()]
        sizes = [each.head.size for each in kept if others(each) and each.head.size < checkpoint.head.size]
        return max(sizes, default=0)

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
            raise InputError(f"no checkpoint covers entry {position} yet; make one with: evenhand evidence checkpoint")
        index, size = position - 1, newest.head.size
        hashes = self._hashes(inclusion_spans(index, size))
        try:
            verify_inclusion(leaf_hash(line(entry)), index, size, hashes, newest.head.root)
        except ProofError:
            raise TamperedError(f"entry {position} is not the one that was signed; {_STOP}") from None
        return InclusionFile(line(entry), index, hashes, newest)

    def receipt(self, position: int) -> SignedNote:
        """Sign what stands at a position, for somebody to keep."""
        entry = self._entry(position)
        said = Receipt(self._ledger.origin, position, leaf_hash(line(entry)), entry.recorded_at)
        return self.key().signed(str(said))

    def rotate(self, *, compromised: bool, why: str | None, entropy: Entropy) -> Entry:
        """Replace the log key: sign once more with the old one, record the new one, then put it in its place.

        A key that somebody else may hold signs no more: give ``compromised`` for that.
        """
        old = self.key().public
        if not compromised:
            self.checkpoint()
        new = create_next_key(self._ledger.folder, self._ledger.origin, entropy)
        body = {"log_key": str(new), "replaces": str(old), "compromised": compromised} | ({"why": why} if why else {})
        (entry,) = self._ledger.append([Draft(LogKeyRotated.TOPIC, self._ledger.opening.stream, body)])
        self.key()
        return entry

    def _entry(self, position: int) -> Entry:
        found = next(self._ledger.entries(after=position - 1, upto=position), None) if position > 0 else None
        if found is None:
            raise InputError(f"there is no entry {position}; the last one is {self._ledger.head().position}")
        return found

    def _must_extend(self, before: TreeHead, new: TreeHead) -> None:
        name = self.folder.file(before.size, CHECKPOINT).name
        if before.origin != new.origin:
            raise TamperedError(f"{name} is of another ledger; {_STOP}")
        if before.size > new.size:
            raise TamperedError(
                f"{name} was signed when there were {before.size} entries, and there are {new.size}; {_STOP}"
            )
        if not before.size:
            return
        try:
            verify_consistency(before.size, new.size, before.root, new.root, self._consistency(before.size, new.size))
        except ProofError:
            raise TamperedError(
                f"the first {before.size} entries are not those that were signed in {name}; {_STOP}"
            ) from None

    def _consistency(self, old: int, new: int) -> Proof:
        return self._hashes(consistency_spans(old, new))

    def _hashes(self, spans: Sequence[Span]) -> Proof:
        try:
            return hashes_of(spans, TileReader(self._ledger.store))
        except ValueError as wrong:
            raise TamperedError(f"{wrong}; {_STOP}") from None

    def _root(self, size: int) -> bytes:
        try:
            return root_at(size, TileReader(self._ledger.store))
        except ValueError as wrong:
            raise TamperedError(f"{wrong}; {_STOP}") from None


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


def _newest(folder: EvidenceFolder) -> Checkpoint | None:
    found = [_checkpoint(each.name, each.content) for each in folder.checkpoints()]
    return max(found, key=lambda each: each.head.size, default=None)


def others(checkpoint: Checkpoint) -> list[str]:
    """Name those who signed a checkpoint beside the log itself; whether their word counts a trust file says."""
    return [each.name for each in checkpoint.note.signatures if each.name != checkpoint.head.origin]


def _checkpoint(name: str, content: bytes) -> Checkpoint:
    try:
        return Checkpoint.parse(content)
    except NoteError as wrong:
        raise TamperedError(f"{name}: {wrong}; {_STOP}") from None


def _fits(note: SignedNote, signature: Signature, trust: Trust) -> bool:
    try:
        return bool(SignedNote(note.text, (signature,)).signed_by(trust.witnesses))
    except NoteError:
        return False
