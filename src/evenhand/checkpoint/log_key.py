"""Make and keep the log key: an Ed25519 key in a file that only its owner can read, never in the ledger.

The ledger's first entry names its public half, so that whoever holds that entry can tell a forged checkpoint.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.errors import UnavailableError
from evenhand.events.ids import Entropy
from evenhand.note.verifier_key import ED25519, VerifierKey

LOG_KEY_FILE = "log.key"
_KEY_BYTES = 32


def create_log_key(folder: Path, origin: str, entropy: Entropy) -> str:
    """Make a log key in ``folder`` and answer with the verifier key that stands for it.

    Raises ``UnavailableError`` if there is one already: a key that has signed anything is never written over.
    """
    secret = entropy(_KEY_BYTES)
    try:
        handle = os.open(folder / LOG_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UnavailableError(f"{folder / LOG_KEY_FILE} exists already; choose a folder without a ledger") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return str(VerifierKey.of(origin, ED25519, Ed25519PrivateKey.from_private_bytes(secret)))
