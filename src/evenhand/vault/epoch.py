"""The epoch key: one secret in one file, which the whole database hangs on and every erasure replaces.

All subjects' keys are wrapped by the epoch key, and the epoch key, wrapped by the key-encryption key, lies in
``vault.epoch`` and nowhere else. Erasing somebody makes a new epoch: the keys that remain are wrapped again, and the
old epoch key is gone. From then on no old page, write-ahead log or copy of the database opens anything.

The database holds the number of its epoch. A new epoch is reached in four steps, each on the disk before the next:

1. ``vault.epoch.<n+1>`` is written, under the writer's lock;
2. the database commits the re-wrapped keys and the number n+1: **this is the moment of erasure**;
3. ``vault.epoch.<n+1>`` is renamed to ``vault.epoch``;
4. the old file's bytes are overwritten, as far as the disk does what it is told.

Whoever comes after a crash compares numbers. A numbered file that has the database's number is renamed (step 3 is
finished); any other was written for a commit that never was, and is removed under the writer's lock (step 1 is undone).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evenhand.disk import read_private, rename_over, write_private
from evenhand.errors import InputError, TamperedError, UnavailableError
from evenhand.events.ids import Entropy
from evenhand.sentence import Sentence
from evenhand.vault.boxes import NONCE_BYTES, from_url_text, url_text
from evenhand.vault.subject_key import KEY_BYTES, derive

KEY_FILE = "vault.key"
EPOCH_FILE = "vault.epoch"
KEY_VARIABLE = "EVENHAND_VAULT_KEY"
_LOOKS = 3  # one rename can hide the epoch from the first look; under the writer's lock there is never a second
_FORMAT = "evenhand-epoch:1"
_HOW_TO_MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


class EpochPassedError(Exception):
    """The epoch asked for is in no file: another process has just replaced it, or the files do not match."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch's key. A wrapped key opens only for its subject, in its epoch, in its vault."""

    vault: str
    number: int
    cipher: AESGCM

    def wrap(self, subject: str, key: bytes, entropy: Entropy) -> bytes:
        """Wrap a subject's key: 12 bytes of nonce, 32 of ciphertext, 16 of tag."""
        nonce = entropy(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, key, self._place(subject))

    def unwrap(self, subject: str, wrapped: bytes) -> bytes:
        """Unwrap a subject's key, or say that its row was altered."""
        try:
            return self.cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], self._place(subject))
        except (InvalidTag, ValueError):
            raise TamperedError(
                Sentence(
                    "the key of {subject} in the vault does not open in epoch {number}: its row was altered, "
                    "or comes from another subject, epoch or vault; restore the vault and its epoch file together",
                    subject=subject,
                    number=self.number,
                )
            ) from None

    def _place(self, subject: str) -> bytes:
        return f"{self.vault}:{self.number}:{subject}".encode()


class KeyEncryptionKey:
    """The key that wraps epoch keys; whoever holds it and a copy of the vault's two parts can open every box."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(derive(key, "evenhand:1:epoch-wrap"))
        self.fingerprint = derive(key, "evenhand:1:fingerprint")[:8].hex()
        """Tells a wrong key from an altered file; it gives nothing of the key away."""

    @classmethod
    def find(cls, folder: Path, environment: Mapping[str, str]) -> KeyEncryptionKey:
        """Read the key from the environment, or else from the folder's file."""
        if text := environment.get(KEY_VARIABLE):
            return cls(_key(text.strip(), KEY_VARIABLE))
        path = folder / KEY_FILE
        kept = read_private(path)
        if kept is None:
            raise UnavailableError(
                Sentence(
                    "{path} is missing and {key_variable} is not set: without the key-encryption key no sealed "
                    "value opens; put the file back from where it is kept, apart from the ledger's backups",
                    path=path,
                    key_variable=KEY_VARIABLE,
                )
            )
        return cls(_key(kept.strip(), str(path)))

    @classmethod
    def find_or_make(cls, folder: Path, environment: Mapping[str, str], entropy: Entropy) -> KeyEncryptionKey:
        """Read the key, or make a new one in the folder's file; to be called under the writer's lock."""
        path = folder / KEY_FILE
        if not environment.get(KEY_VARIABLE) and not path.exists():
            beside = path.with_suffix(".key.new")
            write_private(beside, url_text(entropy(KEY_BYTES)) + "\n")
            rename_over(beside, path)
        return cls.find(folder, environment)

    def wrap(self, epoch_key: bytes, vault: str, number: int, entropy: Entropy) -> str:
        """Write the one line of an epoch file."""
        head = f"{_FORMAT}:{vault}:{number}:{self.fingerprint}"
        nonce = entropy(NONCE_BYTES)
        return f"{head}:{url_text(nonce + self._cipher.encrypt(nonce, epoch_key, head.encode()))}\n"

    def unwrap(self, path: Path, text: str) -> Epoch:
        """Read an epoch file's line."""
        head, _, wrapped = text.rstrip("\n").rpartition(":")
        parts = head.split(":")
        content = from_url_text(wrapped)
        if len(parts) != len(("name", "format", "vault", "number", "fingerprint")) or content is None:
            raise TamperedError(
                Sentence("{path} is not whole; restore it from the backup made together with this vault", path=path)
            )
        if parts[:2] != _FORMAT.split(":"):
            raise UnavailableError(Sentence("{path} was written by a newer version; use that version", path=path))
        if parts[4] != self.fingerprint:
            raise InputError(
                Sentence(
                    "the key-encryption key is not the one that {path} was made with; give the right one in "
                    "{key_variable} or {key_file}",
                    path=path,
                    key_variable=KEY_VARIABLE,
                    key_file=KEY_FILE,
                )
            )
        try:
            key = self._cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], head.encode())
        except (InvalidTag, ValueError):
            raise TamperedError(
                Sentence("{path} was altered; restore it from the backup made with this vault", path=path)
            ) from None
        return Epoch(parts[2], int(parts[3]), AESGCM(key))


def _key(text: str, where: str) -> bytes:
    key = from_url_text(text.rstrip("="))
    if key is None or len(key) != KEY_BYTES:
        raise InputError(
            Sentence(
                "{where} is not {key_bytes} bytes in base64url; a new key is made by: {command}",
                where=where,
                key_bytes=KEY_BYTES,
                command=_HOW_TO_MAKE,
            )
        )
    return key


class EpochFiles:
    """The folder's epoch files: the one that stands, and at times the one that is about to."""

    def __init__(self, folder: Path, kek: KeyEncryptionKey, entropy: Entropy) -> None:
        self._path = folder / EPOCH_FILE
        self._kek = kek
        self._entropy = entropy

    def stamp(self) -> tuple[int, int] | None:
        """Answer with something that differs after each erasure, at the price of one ``stat``."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 (asked for each sealed entry; a Path costs twice as much)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def prepare(self, vault: str, number: int) -> Epoch:
        """Write the file of an epoch to come (step 1); to be called under the writer's lock."""
        key = self._entropy(KEY_BYTES)
        write_private(self._numbered(number), self._kek.wrap(key, vault, number, self._entropy))
        return Epoch(vault, number, AESGCM(key))

    def finish(self, number: int) -> None:
        """Let the prepared file stand, if nobody else has done so (steps 3 and 4); the database has committed it."""
        rename_over(self._numbered(number), self._path)

    def load(self, vault: str, number: int) -> Epoch:
        """Answer with the epoch the database is in, finishing what a crash left between steps 2 and 3."""
        for _ in range(_LOOKS):
            standing = self._read(self._path)
            if standing is None or standing.number != number:
                standing = self._read_prepared(number)
                if standing is None:  # renamed since our first look, or never there
                    continue
                self.finish(number)
            if standing.vault != vault:
                raise UnavailableError(
                    Sentence("{path} belongs to another vault; put back the one made with this vault", path=self._path)
                )
            return standing
        raise EpochPassedError

    def strays(self) -> list[Path]:
        """List the numbered files: none, unless a process is just erasing or was killed doing so."""
        found = self._path.parent.glob(f"{EPOCH_FILE}.*")
        return sorted(path for path in found if path.suffix[1:].isdecimal())  # never somebody's own copy

    def mismatch(self, number: int) -> UnavailableError:
        """Say that database and epoch file are not of one time, and what that means."""
        standing = self._read(self._path)
        if standing is None:
            return UnavailableError(
                Sentence(
                    "{path} is missing or empty: without it no sealed value opens; restore it from the backup "
                    "made together with this vault",
                    path=self._path,
                )
            )
        return UnavailableError(
            Sentence(
                "the vault's database is in epoch {number} and {path} in epoch {other}: they were not "
                "backed up together, with an erasure in between; restore both from one backup (the next "
                "command then destroys again the keys of everybody erased since)",
                number=number,
                path=self._path,
                other=standing.number,
            )
        )

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{EPOCH_FILE}.{number}")

    def _read(self, path: Path) -> Epoch | None:
        text = read_private(path)
        if text is None or "\0" in text:  # zeros: opened just before it was replaced, read while it was overwritten
            return None
        return self._kek.unwrap(path, text)

    def _read_prepared(self, number: int) -> Epoch | None:
        prepared = self._read(self._numbered(number))
        if prepared is not None and prepared.number != number:
            raise TamperedError(
                Sentence(
                    "{path} is of another epoch than its name says; restore the vault",
                    path=self._numbered(number),
                )
            )
        return prepared
