"""One witness of two was taken over: what it says of times counts for no more than its voice."""

from __future__ import annotations

from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from attacks.edits import edited, outcome
from attacks.scene import Scene, private_key
from attacks.world import CHECKPOINTS, DAY, DAY_1, END, EVENING, LONG_AFTER, WITNESS
from evenhand.checkpoint.folder import Papers
from evenhand.checkpoint.trust import Trust
from evenhand.checkpoint.witness import KEY_FILE
from evenhand.ledger.verify import Verification, verify
from evenhand.note.checkpoint import Checkpoint
from evenhand.note.signed_note import cosign
from evenhand.note.verifier_key import COSIGNATURE, VerifierKey
from evenhand.store import Store

SECOND = "witness.example.org/w2"
SECOND_KEY = Ed25519PrivateKey.from_private_bytes(b"second" + bytes(26))
SIZES = (*CHECKPOINTS, END)


def cosigned(scene: Scene, turn: int, name: str, private: Ed25519PrivateKey, at: datetime) -> None:
    path = scene.evidence.file(SIZES[turn], ".checkpoint")
    note = Checkpoint.parse(path.read_bytes()).note
    scene.evidence.put(Checkpoint.of(note.with_signature(cosign(note.text, name, private, int(at.timestamp())))))


def verified(scene: Scene) -> Verification:
    second = VerifierKey.of(SECOND, COSIGNATURE, SECOND_KEY)
    text = scene.world.trust_text(quorum=1).replace("quorum = 1", "quorum = 2").replace('"]\nq', f'", "{second}"]\nq')
    trust = Trust.parse(f"{text}[times]\nskew_seconds = 60\ndelay_hours = 48\n".encode(), "trust.toml")
    with Store.open(scene.url, read_only=True) as store:
        return verify(store, papers=Papers(scene.evidence.checkpoints()), trust=trust)


@pytest.mark.parametrize("in_time", [True, False])
def test_a_time_counts_from_when_as_many_witnesses_as_are_asked_for_had_cosigned(
    scene: Scene, *, in_time: bool
) -> None:
    before = scene.state()
    scene.forge(edited(outcome))
    scene.sign_again(SIZES)
    for turn in range(len(SIZES)):
        evening = DAY_1 + turn * DAY + EVENING
        cosigned(scene, turn, WITNESS, private_key(scene.witness / KEY_FILE), evening)
        cosigned(scene, turn, SECOND, SECOND_KEY, evening if in_time else LONG_AFTER)
    assert scene.state() != before
    found = verified(scene)
    assert found.ok == in_time
    assert all("nobody vouches for its time until" in each.problem for each in found.findings)
