"""Make, keep, use and replace the log key: an Ed25519 key in a file that only its owner can read, never in the ledger.

The ledger's first entry names its public half, so that whoever holds that entry can tell a forged checkpoint. A new key
is made in a file of its own, the ledger records it, then the file takes the old one's place; whoever comes after a
crash sees from the ledger which of the two files counts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.disk import read_private, rename_over, sync_folder
from evenhand.errors import Finding, InputError, UnavailableError
from evenhand.events.ids import Entropy
from evenhand.note.form import NoteError
from evenhand.note.signed_note import SignedNote, sign
from evenhand.note.verifier_key import ED25519, VerifierKey
from evenhand.sentence import Sentence

LOG_KEY_FILE: Final = "log.key"
NEXT_KEY_FILE: Final = "log.key.next"
KEY_BYTES: Final = 32


class Term(NamedTuple):
    """A log key and the entry from which on it signs, until the next term begins."""

    first: int
    key: VerifierKey


class Named(NamedTuple):
    """What a ledger says of itself: its name, and its keys in the order of their terms."""

    origin: str
    terms: tuple[Term, ...]
    given_up: tuple[int, ...] = ()
    """The entries in which a key was replaced because somebody else may hold it."""
    findings: tuple[Finding, ...] = ()
    """Entries that name a key which is none."""


class LogKey:
    """The private key of a log."""

    def __init__(self, origin: str, secret: bytes) -> None:
        self._origin = origin
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = VerifierKey.of(origin, ED25519, self._private)

    @classmethod
    def open(cls, folder: Path, named: Named) -> LogKey:
        """Open the key that signs for a ledger now; finish or undo a rotation that was cut short.

        Raises ``UnavailableError`` if it is not there, ``InputError`` if it is not the one that the ledger names.
        """
        if not named.terms:
            raise InputError(Sentence("the ledger names no key that could sign for it; run: evenhand verify"))
        wanted = named.terms[-1].key
        following = _read(folder / NEXT_KEY_FILE, named.origin)
        if following is not None and following.public == wanted:
            rename_over(folder / NEXT_KEY_FILE, folder / LOG_KEY_FILE)
            return following
        found = _read(folder / LOG_KEY_FILE, named.origin)
        if found is None:
            raise UnavailableError(
                Sentence(
                    "{folder}: the log key is not there; sign where the ledger is kept, or restore the key",
                    folder=folder / LOG_KEY_FILE,
                )
            )
        if found.public != wanted:
            raise InputError(
                Sentence(
                    "{folder}: this is not the key that the ledger names; restore the one it was made with",
                    folder=folder / LOG_KEY_FILE,
                )
            )
        return found

    def signed(self, text: str) -> SignedNote:
        """Sign the text of a note."""
        return SignedNote(text, (sign(text, self._origin, self._private),))


def create_log_key(folder: Path, origin: str, entropy: Entropy) -> str:
    """Make a log key in ``folder`` and answer with the verifier key that stands for it.

    Raises ``UnavailableError`` if there is one already: a key that has signed anything is never written over.
    """
    return str(create_key(folder / LOG_KEY_FILE, origin, ED25519, entropy))


def create_next_key(folder: Path, origin: str, entropy: Entropy) -> VerifierKey:
    """Make the key that will follow, in a file of its own; one that was made and never recorded is written over."""
    (folder / NEXT_KEY_FILE).unlink(missing_ok=True)
    return create_key(folder / NEXT_KEY_FILE, origin, ED25519, entropy)


def create_key(path: Path, name: str, kind: int, entropy: Entropy) -> VerifierKey:
    """Make a private key in a new file that only its owner can read; answer with its public half."""
    secret = entropy(KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UnavailableError(
            Sentence("{path} exists already; a key that may have signed something is not replaced", path=path)
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return VerifierKey.of(name, kind, Ed25519PrivateKey.from_private_bytes(secret))


def read_key(path: Path) -> bytes | None:
    """Read a private key's file; none if it is not there. Raises ``InputError`` for one that others may read."""
    text = read_private(path)
    if text is None:
        return None
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise InputError(
            Sentence(
                "{path}: this is no key: {key_bytes} bytes in hexadecimal; restore it from where it is kept",
                path=path,
                key_bytes=KEY_BYTES,
            )
        )
    return secret


def log_key_of(origin: str, text: str) -> VerifierKey:
    """Read a key that an entry names. Raises ``NoteError`` for one that cannot sign for this log."""
    key = VerifierKey.parse(text)
    if (key.name, key.kind) != (origin, ED25519):
        raise NoteError(Sentence("the key does not sign for this log"))
    return key


def in_force(terms: Sequence[Term], size: int) -> VerifierKey | None:
    """Answer with the key that signs for a ledger of this size."""
    return next((term.key for term in reversed(terms) if term.first <= size), None)


def _read(path: Path, origin: str) -> LogKey | None:
    secret = read_key(path)
    return None if secret is None else LogKey(origin, secret)
