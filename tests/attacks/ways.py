"""What can be done to the ends of a ledger, with its keys, to its evidence, and with the clock."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from attacks.edits import Attack, edited, forged, other_entry, outcome, time
from attacks.scene import Scene
from attacks.world import CHECKPOINTS, DAY, DAY_1, END, EVENING, LONG_AFTER, ORIGIN, B, C
from evenhand.checkpoint.witness import Witness
from evenhand.errors import TamperedError
from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.proof_file import ConsistencyFile
from note.keys import OTHER
from stamping import Authority

# Ends and backups


def cut(upto: int) -> Attack:
    return forged(lambda rows: rows[:upto])


def cut_with_its_checkpoints(scene: Scene) -> None:
    cut(C - 2)(scene)
    for each in scene.evidence.path.glob(f"{C:012}*"):
        each.unlink()


def store_restored(scene: Scene) -> None:
    scene.restore_store()


def all_restored(scene: Scene) -> None:
    scene.restore_store()
    scene.restore_evidence()


def rewritten_before_the_next_checkpoint(scene: Scene) -> None:
    scene.forge(edited(time, END))
    with scene.open(DAY_1 + 3 * DAY + EVENING) as ledger:
        scene.evening(ledger, DAY_1 + 3 * DAY + EVENING)


# Keys in the wrong hands


def history_signed_again(scene: Scene) -> None:
    scene.forge(edited(outcome))
    scene.sign_again()


def and_stamped_again(scene: Scene) -> None:
    history_signed_again(scene)
    scene.stamp_again(LONG_AFTER)


def and_cosigned_again(scene: Scene) -> None:
    """The witness's key says any time that is asked of it; the authority says the true one."""
    and_stamped_again(scene)
    _cosigned_as_if_in_time(scene)


def with_one_stamp(scene: Scene) -> None:
    """Let the witness's key vouch for every evening, and have only the newest checkpoint stamped, now."""
    history_signed_again(scene)
    scene.sign_again([END])
    _cosigned_as_if_in_time(scene)
    scene.cosign_again(DAY_1 + 3 * DAY + EVENING, [END])
    scene.stamp_again(LONG_AFTER, [END])


def and_stamped_as_if_in_time(scene: Scene) -> None:
    history_signed_again(scene)
    for day, size in enumerate(CHECKPOINTS):
        scene.stamp_again(DAY_1 + day * DAY + EVENING, [size])
    _cosigned_as_if_in_time(scene)


def _cosigned_as_if_in_time(scene: Scene) -> None:
    for day, size in enumerate(CHECKPOINTS):
        scene.cosign_again(DAY_1 + day * DAY + EVENING, [size])


def forked(scene: Scene) -> None:
    """Keep a second history from the second evening on, signed and stamped on the day; the witness will not have it."""
    scene.forge(edited(other_entry, C))
    scene.sign_again([C])
    scene.stamp_again(DAY_1 + 2 * DAY + EVENING, [C])
    witness, trust = Witness.open(scene.witness), scene.world.trust(quorum=1)
    second = ConsistencyFile(C, (), Checkpoint.parse(scene.newest.read_bytes()))
    with pytest.raises(TamperedError, match="two histories"):
        witness.cosign(str(second).encode(), trust, lambda: LONG_AFTER)


# Checkpoints, cosignatures, stamps


def checkpoints_deleted(scene: Scene) -> None:
    shutil.rmtree(scene.evidence.path)


def signature_altered(scene: Scene) -> None:
    text = scene.newest.read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith(f"— {ORIGIN}"))
    other = line[:-10] + ("A" if line[-10] != "A" else "B") + line[-9:]
    scene.rewrite_checkpoint(text.replace(line, other))


def signed_by_a_stranger(scene: Scene) -> None:
    scene.rewrite_checkpoint(scene.signed(str(scene.head(C)), key=OTHER))


def size_altered(scene: Scene) -> None:
    scene.rewrite_checkpoint(scene.signed(str(replace(scene.head(C), size=C + 1))))


def format_altered(scene: Scene) -> None:
    text = str(scene.head(C)).replace(f"\n{C}\n", f"\n0{C}\n")
    scene.rewrite_checkpoint(scene.signed(text))


def origin_altered(scene: Scene) -> None:
    head = scene.head(C)
    scene.rewrite_checkpoint(scene.signed(str(TreeHead("example.com/other", head.size, head.root))))


def cosignature_stripped(scene: Scene) -> None:
    kept = Checkpoint.parse(scene.newest.read_bytes()).note
    scene.rewrite_checkpoint(scene.signed(kept.text))


def token_swapped(scene: Scene) -> None:
    shutil.copy(scene.evidence.file(B, ".tsr"), scene.evidence.file(C, ".tsr"))


def token_of_a_stranger(scene: Scene) -> None:
    stamp = Authority.create().stamp(str(scene.head(C)), DAY_1 + 2 * DAY + EVENING)
    scene.evidence.file(C, ".tsr").write_bytes(stamp)


def token_removed(scene: Scene) -> None:
    scene.evidence.file(C, ".tsr").unlink()


# Clocks


def clock_set_back(scene: Scene) -> None:
    """After the fourth evening, record with a clock that stands at that day's noon."""
    evening = DAY_1 + 3 * DAY + EVENING
    with scene.open(evening) as ledger:
        scene.evening(ledger, evening)
    with scene.open(evening - timedelta(hours=6)) as ledger:
        scene.another(ledger, 5)


def clock_set_ahead(scene: Scene) -> None:
    evening = DAY_1 + 3 * DAY + EVENING
    with scene.open(evening + DAY) as ledger:
        scene.another(ledger, 5)
        scene.evening(ledger, evening)


def clock_a_little_ahead(scene: Scene) -> None:
    evening = DAY_1 + 3 * DAY + EVENING
    with scene.open(evening + timedelta(minutes=3, seconds=30)) as ledger:
        scene.another(ledger, 5)
        scene.evening(ledger, evening)


def false_entry(scene: Scene) -> None:
    """Record what never happened: the ledger takes any well-formed word."""
    with scene.open(DAY_1 + 3 * DAY + EVENING) as ledger:
        scene.another(ledger, 5)


def legal_erasure(scene: Scene) -> None:
    with scene.open(DAY_1 + 3 * DAY + timedelta(hours=1)) as ledger:
        ledger.erase(scene.world.candidates[0])
