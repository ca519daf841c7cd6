"""Ways to cheat, and which papers give each of them away. The tables of the threat model are made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from attacks import edits, ways
from attacks.edits import HERE, NEW, Attack, at_once, edited, forged, unhashed, without
from attacks.scene import LAYERS
from attacks.ways import cut
from attacks.world import RECEIPTED, SECOND, B, C

Layer = Literal["file", "beside", "receipt", "held", "witness", "time"]

ALL = frozenset(LAYERS)
OUTSIDE = ALL - {"file"}
"""Whatever was signed, receipted or stamped before tells; the file alone does not."""
SIGNED = OUTSIDE - {"receipt"}
"""The same, where nobody holds a receipt for what was touched."""
NOBODY = frozenset[str]()


@dataclass(frozen=True)
class Case:
    """One way to cheat."""

    what: str
    """As the threat model names it."""
    attack: Attack
    seen: frozenset[str]
    """The layers whose papers give it away."""
    only_sqlite: bool = False


def by(*layers: Layer) -> frozenset[str]:
    return frozenset(layers)


CONTROL = Case("An erasure as the law asks for it", ways.legal_erasure, NOBODY)

GROUPS: dict[str, tuple[Case, ...]] = {
    "Somebody edits what is stored, and the hashes do not fit any more": (
        Case("one bit flipped in the file on the disk", edits.bit_flipped, ALL),
        Case("a body edited", at_once(f"UPDATE entry SET body = replace(body, 'advance', 'reject') {HERE}"), ALL),
        Case("a body spelt in another way that means the same", unhashed(edited(edits.spelling)), ALL),
        Case("two sealed texts exchanged", unhashed(edits.boxes_changed_places), ALL),
        Case("a text stored as bytes", at_once(f"UPDATE entry SET body = cast(body AS blob) {HERE}"), ALL,
             only_sqlite=True),
        Case("a stored hash edited, its entry not", edits.leaf_edited, ALL),
        Case("an entry deleted", at_once(f"DELETE FROM entry {HERE}"), ALL),
        Case("an entry deleted, those behind it moved up", edits.renumbered, ALL),
        Case("an entry put at a negative position",
             at_once(f"INSERT INTO entry SELECT -7, recorded_at, '{NEW}', 1, '{NEW}', type, body FROM entry {HERE}"),
             ALL),
        Case("a guard taken away, and nothing else done", edits.trigger_dropped, ALL),
    ),
    "Somebody edits, and makes every hash again": (
        Case("a body that reads as a second event", forged(edited(edits.second_event)), ALL),
        Case("an entry taken out of the middle of its stream", forged(without(SECOND + 2)), ALL),
        Case("an entry replayed with its own id, the indexes taken away for it", edits.replayed, ALL),
        Case("a decision's body edited", forged(edited(edits.outcome)), OUTSIDE),
        Case("who acted, edited", forged(edited(edits.actor)), OUTSIDE),
        Case("a time edited", forged(edited(edits.time)), OUTSIDE),
        Case("a type edited", forged(edited(edits.kind)), OUTSIDE),
        Case("a body spelt in another way", forged(edited(edits.spelling)), OUTSIDE),
        Case("two sealed texts exchanged, one of them receipted", forged(edits.boxes_changed_places), OUTSIDE),
        Case("a sealed text moved to another field", forged(edited(edits.box_moved, SECOND)), SIGNED),
        Case("a candidate removed, with all that was said of them", forged(without(*range(SECOND, B + 1))), OUTSIDE),
        Case("an entry put in between, back-dated", forged(edits.backdated), OUTSIDE),
        Case("an entry moved to another stream", forged(edits.moved), SIGNED),
        Case("two entries exchanged", forged(edits.exchanged), SIGNED),
    ),
    "Somebody cuts the end off, or goes back to a backup": (
        Case("the end cut off below a checkpoint", cut(C - 2), OUTSIDE),
        Case("the same, the checkpoints dropped that knew of it", ways.cut_with_its_checkpoints,
             by("receipt", "held", "witness")),
        Case("an old backup of the database restored", ways.store_restored, OUTSIDE),
        Case("an old backup of the database and the checkpoints restored", ways.all_restored,
             by("receipt", "held", "witness")),
        Case("the end cut off behind the last checkpoint, a receipt out for it", cut(RECEIPTED[1] - 1), by("receipt")),
        Case("the end cut off behind the last checkpoint, no receipt out for it", cut(RECEIPTED[1]), NOBODY),
        Case("an entry rewritten behind the last checkpoint, a receipt out for it",
             forged(edited(edits.time, RECEIPTED[1])), by("receipt")),
        Case("an entry rewritten between two checkpoints, no receipt out for it",
             ways.rewritten_before_the_next_checkpoint, NOBODY),
    ),
    "Somebody with keys writes the history anew": (
        Case("everything rewritten and signed with the log's own key", ways.history_signed_again,
             OUTSIDE - {"beside"}),
        Case("the same, stamped again by the authority", ways.and_stamped_again, OUTSIDE - {"beside"}),
        Case("the same, and the witness taken over, key and memory", ways.and_cosigned_again,
             by("receipt", "held", "time")),
        Case("the same, and the authority's key stolen", ways.and_stamped_as_if_in_time, by("receipt", "held")),
        Case("two histories kept, signed and stamped on the day, each shown to some", ways.forked,
             by("held", "witness")),
    ),
    "Somebody tampers with the evidence": (
        Case("the checkpoints deleted", ways.checkpoints_deleted, by("witness", "time")),
        Case("a checkpoint's signature altered", ways.signature_altered, by("beside", "witness", "time")),
        Case("a checkpoint signed by a stranger in the log's name", ways.signed_by_a_stranger,
             by("beside", "witness", "time")),
        Case("a checkpoint's size altered, signed with the right key", ways.size_altered,
             by("beside", "witness", "time")),
        Case("a checkpoint out of form, signed with the right key", ways.format_altered,
             by("beside", "witness", "time")),
        Case("a checkpoint of another origin, signed with the right key", ways.origin_altered,
             by("beside", "witness", "time")),
        Case("a cosignature stripped", ways.cosignature_stripped, by("witness")),
        Case("a time stamp put in another's place", ways.token_swapped, by("time")),
        Case("a time stamp of an authority that nobody named", ways.token_of_a_stranger, by("time")),
        Case("a time stamp removed", ways.token_removed, by("time")),
    ),
    "Somebody sets the clock, or records what is not so": (
        Case("the clock set back before recording", ways.clock_set_back, by("time")),
        Case("the clock set ahead before recording", ways.clock_set_ahead, by("time")),
        Case("the clock ahead by less than the skew that is allowed", ways.clock_a_little_ahead, NOBODY),
        Case("an entry recorded that is not true", ways.false_entry, NOBODY),
    ),
}  # fmt: skip

CASES = tuple(case for cases in GROUPS.values() for case in cases)
