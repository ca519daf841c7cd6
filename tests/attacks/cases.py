"""Ways to cheat, and which papers give each of them away. The tables of the threat model are made from these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from attacks import edits, elsewhere, ways
from attacks.edits import HERE, NEW, Attack, at_once, edited, forged, unhashed, without
from attacks.scene import LAYERS, Scene
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


CONTROL = Case("an erasure as the law asks for it", ways.legal_erasure, NOBODY)

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
        Case("the same, and only the newest checkpoint stamped", ways.with_one_stamp,
             by("receipt", "held", "time")),
        Case("everything signed, cosigned and stamped anew with stolen keys, as if on the day",
             ways.and_stamped_as_if_in_time, by("receipt", "held")),
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


@dataclass(frozen=True)
class Elsewhere:
    """A way to cheat with something that verify does not look at."""

    what: str
    attack: Attack
    shows: Callable[[Scene], None]
    shown: str
    """What gives it away, as the threat model says it."""


ELSEWHERE = (
    Elsewhere("a person's key deleted from the vault", elsewhere.key_deleted, elsewhere.and_no_erasure_stands,
              "whoever opens the person's texts: the key is not in the vault, and no erasure stands in the ledger"),
    Elsewhere("a person's key replaced", elsewhere.key_replaced, elsewhere.does_not_open,
              "whoever opens the person's texts: they do not open, and the ledger says so"),
    Elsewhere("another person's key put in its place", elsewhere.key_of_another, elsewhere.does_not_open,
              "the same: a wrapped key opens for its own person alone"),
    Elsewhere("sealed texts exchanged, every hash made again", elsewhere.texts_exchanged, elsewhere.neither_opens,
              "whoever opens them: a box opens in its own place alone (and all papers but the file alone, as above)"),
    Elsewhere("a key kept past an erasure: the vault restored whole from an older backup",
              elsewhere.vault_restored_after_an_erasure, elsewhere.is_destroyed_again,
              "the next opening of the ledger for writing, which destroys the key again"),
    Elsewhere("the vault's database restored from before an erasure, without its epoch file",
              elsewhere.vault_restored_without_its_epoch, elsewhere.opens_nothing,
              "the next opening: the two parts are of different times, and nothing opens"),
    Elsewhere("an issued report edited", elsewhere.report_edited, elsewhere.is_no_report_that_was_issued,
              "`evenhand report --issued FILE`: the ledger keeps a digest of what went out"),
    Elsewhere("the facts file edited, its watermark kept", elsewhere.facts_edited, elsewhere.are_made_again,
              "the next report: rows are held to their digests, and the file is made again"),
    Elsewhere("the facts file edited with its digests, its watermark kept", elsewhere.facts_edited_with_their_digests,
              elsewhere.only_the_log_tells, "`--from-log`, which makes the facts anew and looks at no kept file"),
    Elsewhere("two histories kept, and two people compare their copies", ways.forked, elsewhere.is_a_fork,
              "`evenhand evidence compare A B`, which names the first entry that differs"),
    Elsewhere("a trust file handed out that asks for fewer witnesses", elsewhere.lower_quorum,
              elsewhere.verify_names_the_file_it_used,
              "the auditor's own trust file, the only one that counts; `verify` prints the SHA-256 of the one it used"),
)  # fmt: skip
