"""A witness: it cosigns a checkpoint only if the log still begins with everything the witness saw before.

It needs no ledger and no network: a request comes as a file (C2SP tlog-witness), a signature line goes out. For each
log there is one file with the last checkpoint cosigned. A request is answered in four steps, under a lock:

1. the checkpoint is signed by a key that the witness was told to trust;
2. the proof shows that it extends the last one;
3. it takes that one's place on the disk: **from here on nothing else can be cosigned**;
4. the cosignature is made and handed out.

Whoever kills the witness between two steps loses an answer, never the memory of one: asked again, it answers again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.checkpoint.log_key import create_key, read_key
from evenhand.checkpoint.trust import Trust
from evenhand.clock import Clock
from evenhand.disk import BusyError, hold, write_whole
from evenhand.errors import InputError, RefusedError, TamperedError, UnavailableError, reason
from evenhand.events.ids import Entropy
from evenhand.merkle.proofs import ProofError, verify_consistency
from evenhand.note.checkpoint import Checkpoint
from evenhand.note.form import NoteError
from evenhand.note.proof_file import ConsistencyFile
from evenhand.note.signed_note import Signature, cosign
from evenhand.note.verifier_key import COSIGNATURE, VerifierKey, must_be_name
from evenhand.sentence import Sentence

KEY_FILE: Final = "witness.key"
PUBLIC_FILE: Final = "witness.pub"
_LOCK_FILE: Final = "witness.lock"
_WAIT_SECONDS: Final = 10.0
_KEEP: Final = Sentence("keep this request and the witness's folder as they are: they show it to anybody")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's folder, opened."""

    folder: Path
    key: VerifierKey
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def create(cls, folder: Path, name: str, entropy: Entropy) -> Witness:
        """Make a witness called ``name``, such as ``witness.example.net/w1``. Raises ``UnavailableError`` if one is."""
        try:
            must_be_name(name, Sentence("the witness's name"))
        except NoteError as wrong:
            raise InputError(Sentence("{wrong}; choose one such as witness.example.net/w1", wrong=wrong)) from None
        folder.mkdir(parents=True, exist_ok=True)
        half_made = None if (folder / PUBLIC_FILE).exists() else read_key(folder / KEY_FILE)
        if half_made is None:
            key = create_key(folder / KEY_FILE, name, COSIGNATURE, entropy)
        else:  # killed before its public half was written: it has signed nothing
            key = VerifierKey.of(name, COSIGNATURE, Ed25519PrivateKey.from_private_bytes(half_made))
        write_whole(folder / PUBLIC_FILE, f"{key}\n".encode())
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Witness:
        """Open a witness's folder. Raises ``UnavailableError`` if there is none."""
        secret = read_key(folder / KEY_FILE)
        public = folder / PUBLIC_FILE
        if secret is None or not public.is_file():
            raise UnavailableError(
                Sentence("{folder}: there is no witness here; make one with --new NAME", folder=folder)
            )
        try:
            key = VerifierKey.parse(public.read_text(encoding="utf-8").strip())
        except (NoteError, UnicodeDecodeError):
            raise InputError(
                Sentence("{public}: this is no key; restore the file from where it is kept", public=public)
            ) from None
        private = Ed25519PrivateKey.from_private_bytes(secret)
        if key != VerifierKey.of(key.name, COSIGNATURE, private):
            raise InputError(
                Sentence(
                    "{public}: this is not the public half of {key_file}; restore both from one place",
                    public=public,
                    key_file=KEY_FILE,
                )
            )
        return cls(folder, key, private)

    def seen(self, origin: str) -> Checkpoint | None:
        """Answer with the last checkpoint of a log that was cosigned. Raises ``TamperedError`` if it is damaged."""
        path = self._seen_file(origin)
        try:
            found = Checkpoint.parse(path.read_bytes())
        except FileNotFoundError:
            return None
        except NoteError as wrong:
            raise TamperedError(
                Sentence(
                    "{path}: what was cosigned last cannot be read: {wrong}; cosign nothing", path=path, wrong=wrong
                )
            ) from None
        return found

    def cosign(self, request: bytes, trust: Trust, clock: Clock) -> Signature:
        """Cosign what a request asks for; the answer is one signature line of the checkpoint.

        Raises ``InputError`` for a request that cannot be read, ``RefusedError`` for a log or key that is not trusted
        or a request that begins at another size than this witness saw, ``TamperedError`` for a log that does not begin
        with what was seen.
        """
        asked = _read(request, trust)
        try:
            with hold(self.folder / _LOCK_FILE, wait_seconds=_WAIT_SECONDS):
                self._must_extend(asked, self.seen(asked.checkpoint.head.origin))
                write_whole(self._seen_file(asked.checkpoint.head.origin), str(asked.checkpoint).encode())
                return cosign(asked.checkpoint.note.text, self.key.name, self._private, int(clock().timestamp()))
        except BusyError:
            raise UnavailableError(
                Sentence("{folder}: another process cosigns; try again", folder=self.folder)
            ) from None
        except OSError as error:
            raise UnavailableError(
                Sentence(
                    "{folder}: {reason}; nothing was cosigned",
                    folder=self.folder,
                    reason=reason(error, Sentence("cannot be written")),
                )
            ) from None

    @staticmethod
    def _must_extend(asked: ConsistencyFile, seen: Checkpoint | None) -> None:
        new, old_size = asked.checkpoint.head, seen.head.size if seen else 0
        if seen is not None and new.size == old_size:
            if new.root != seen.head.root:
                raise TamperedError(
                    Sentence(
                        "this checkpoint names another tree of {old_size:,} entries than the one cosigned before: "
                        "the log shows two histories; {keep}",
                        old_size=old_size,
                        keep=_KEEP,
                    )
                )
            return
        if new.size < old_size:
            raise RefusedError(
                Sentence(
                    "this witness cosigned {old_size} entries of the log before, and this checkpoint has "
                    "{size}: it is an old one, or the log was cut off; ask those who run it which",
                    old_size=old_size,
                    size=new.size,
                )
            )
        if asked.old != old_size:
            raise RefusedError(
                Sentence(
                    "this witness saw {old_size} entries of the log, and the request begins at {old}; make the "
                    "request again with: evenhand evidence checkpoint --since {old_size}",
                    old_size=old_size,
                    old=asked.old,
                )
            )
        if seen is None:
            if asked.hashes:
                raise InputError(Sentence("the request begins at 0 and has a proof; it should have none"))
            return
        try:
            verify_consistency(old_size, new.size, seen.head.root, new.root, asked.hashes)
        except ProofError as wrong:
            raise TamperedError(
                Sentence(
                    "the log of {size:,} entries does not begin with the {old_size:,} cosigned before: {wrong}; {keep}",
                    size=new.size,
                    old_size=old_size,
                    wrong=wrong,
                    keep=_KEEP,
                )
            ) from None

    def _seen_file(self, origin: str) -> Path:
        return self.folder / f"seen-{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"


def _read(request: bytes, trust: Trust) -> ConsistencyFile:
    try:
        asked = ConsistencyFile.parse(request)
        if asked.checkpoint.head.origin != trust.origin:
            raise RefusedError(Sentence("the request is of a log that the trust file does not name"))
        if not asked.checkpoint.head.size:
            raise RefusedError(Sentence("the checkpoint is of no entries; there is nothing to witness yet"))
        if not asked.checkpoint.note.signed_by(trust.log_keys):
            raise RefusedError(Sentence("the checkpoint is not signed with a key that the trust file names"))
    except NoteError as wrong:
        raise InputError(Sentence("the request cannot be read: {wrong}", wrong=wrong)) from None
    return asked
