"""Is the ledger what was recorded? What a verification checked, what it could not, and what it was held against.

Nothing is judged here: the sentences are the verification's own. What it skipped stands beside what it found right.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from evenhand.checkpoint.judge import Case, Standing
from evenhand.checkpoint.trust import Trust
from evenhand.render.blocks import Item, LeftOut, Row
from evenhand.render.counts import shortened, whole
from evenhand.render.making import Found, Judged, Making, Rows, Said

AS_RECORDED: Final = "as_recorded"
NOT_AS_RECORDED: Final = "not_as_recorded"
DRIFTED: Final = "guard_drifted"


def verdict(making: Making, _limit: int) -> Judged:
    """Say first whether the ledger verifies, and of which entries that is said."""
    words, found = making.words, making.examined.verification
    if found.ok:
        sentence = words.text("As far as could be checked, every entry of the ledger is as it was recorded.")
    else:
        sentence = words.text(
            "Something in the ledger is not as it was recorded. Append nothing, keep everything as it is, and compare "
            "it with a copy made before."
        )
    notes = [
        words.text(
            "Verified was the ledger as it stands, with {entries} entries; counted below is what it knew at entry "
            "{position}.",
            entries=found.entries,
            position=making.position,
        )
    ]
    if making.period is not None:
        notes.append(words.text("The period chooses what is counted under late recording; all else is of all entries."))
    method = words.text("each line hashed again, in the tree of RFC 6962; fields and rules of each type")
    word = AS_RECORDED if found.ok else NOT_AS_RECORDED
    return Judged(word, sentence, found.entries, words.text("entries of the ledger"), method, tuple(notes))


def findings(making: Making, limit: int) -> Found:
    """List what is not as it was recorded."""
    words, found = making.words, making.examined.verification.findings
    items = tuple(
        Item(NOT_AS_RECORDED, words.sentence(each.problem), () if each.position is None else (each.position,))
        for each in found[:limit]
    )
    return Found(items, len(found), words.text("Nothing was found that is not as it was recorded."))


def checked(making: Making, _limit: int) -> Said:
    """Say what was checked and found right."""
    words = making.words
    said = tuple(map(words.sentence, making.examined.verification.checked))
    return Said(said or (words.text("Nothing was found right as a whole; what is wrong is said above."),))


def not_checked(making: Making, _limit: int) -> Said:
    """Say what the verification could not show."""
    return Said(tuple(map(making.words.sentence, making.examined.verification.not_checked)))


def guards(making: Making, _limit: int) -> Found:
    """List the guards that no longer stand as they were made."""
    words, drifted = making.words, making.examined.guards
    items = tuple(Item(DRIFTED, words.sentence(each), ()) for each in drifted)
    return Found(items, len(items), words.text("All triggers and indexes stand as they were made."))


def checkpoints(making: Making, limit: int) -> Rows:
    """List the checkpoints that count, the newest first: when others vouched for each, and who."""
    words, examined = making.words, making.examined
    papers, trust = examined.papers, examined.trust
    standing = Case(papers, trust, examined.named).standing
    shown = standing[::-1][:limit]
    times = _recorded(making, shown)
    rows: list[Row] = [_row(each, trust, times.get(each.head.size)) for each in shown]
    lost = len(papers.checkpoints + papers.held) - sum(len(each.names) for each in standing)
    left_out = (LeftOut(lost, words.text("that cannot be read, or that no key that counts has signed")),)
    notes = (*shortened(making, len(shown), len(standing)), *_not_looked_at(making, standing))
    return Rows(tuple(rows), len(standing), words.text("checkpoints"), left_out, notes)


def _row(each: Standing, trust: Trust | None, recorded: str | None) -> Row:
    signed = each.note.signed_by(trust.witnesses) if trust else ()
    cosigned = min((one.seconds for one in signed if one.seconds is not None), default=None)
    return (
        each.head.size,
        "yes" if each.held else "no",
        recorded,
        None if each.stamped is None else _instant(each.stamped),
        None if cosigned is None else _seconds(cosigned),
        ", ".join(one.key.name for one in signed) or None,
    )


def _recorded(making: Making, standing: tuple[Standing, ...]) -> dict[int, str]:
    """Answer with the time at which the last entry under each checkpoint was recorded, as far as it was known."""
    sizes = [each.head.size for each in standing]
    found = making.rows(
        "SELECT position, recorded_at FROM entry WHERE position IN (SELECT unnest(CAST(? AS BIGINT[])))", [sizes]
    )
    return {whole(position): _instant(at) for position, at in found}


def _not_looked_at(making: Making, standing: tuple[Standing, ...]) -> tuple[str, ...]:
    """Say which signatures and time stamps nobody vouches for; a checkpoint without any has its own sentence."""
    words, trust, papers = making.words, making.examined.trust, making.examined.papers
    known = {(key.name, key.key_id) for key in (trust.witnesses if trust else ())}
    strange = sum(
        each.name != one.head.origin and (each.name, each.key_id) not in known
        for one in standing
        for each in one.note.signatures
    )
    notes: list[str] = []
    if strange:
        notes.append(
            words.plural(
                "{n} signature is of a key that no trust file vouches for; it was not looked at.",
                "{n} signatures are of keys that no trust file vouches for; they were not looked at.",
                strange,
            )
        )
    if papers.tokens and not (trust and trust.times and trust.times.authorities):
        notes.append(
            words.plural(
                "{n} time stamp lies beside them; no trust file says whose count, so it was not looked at.",
                "{n} time stamps lie beside them; no trust file says whose count, so they were not looked at.",
                len(papers.tokens),
            )
        )
    return tuple(notes)


def _instant(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _seconds(seconds: int) -> str | None:
    """Write a witness's time; none for a number that is no time, of which verification tells."""
    try:
        return _instant(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return None
