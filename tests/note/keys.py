"""Keys for tests, the same at every run."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey

ORIGIN = "hiring.example.com/ledger"
WITNESS = "witness.example.net/w1"

LOG = Ed25519PrivateKey.from_private_bytes(b"log" + bytes(29))
OTHER = Ed25519PrivateKey.from_private_bytes(b"other" + bytes(27))
WITNESSING = Ed25519PrivateKey.from_private_bytes(b"witness" + bytes(25))

LOG_KEY = VerifierKey.of(ORIGIN, ED25519, LOG)
WITNESS_KEY = VerifierKey.of(WITNESS, COSIGNATURE, WITNESSING)
