"""Were the same standards applied to everyone: each decision beside the one its standard implies."""

from __future__ import annotations

from fractions import Fraction

from evenhand.measures.agreement import CLASSES, Agreement, Crossed, Kappa, agreement, kappa
from evenhand.measures.conclusion import Verdict
from evenhand.measures.refusal import Refusal
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.cells import per_cent
from evenhand.render.counts import cut, ends, one, points, refused, stage_names, text, whole
from evenhand.render.groups import adopted
from evenhand.render.making import Judged, Making, Rows
from evenhand.render.rounding import half_up
from evenhand.render.undecided import overturned, put_off
from evenhand.render.verdicts import WORDS
from evenhand.words import mark


def _replay(making: Making) -> None:
    making.prepared(
        "_replayed",
        "SELECT r.*, d.decided_day FROM replay AS r JOIN decision_effective AS d USING (decision) "
        "WHERE in_period(d.decided_day)",
    )


def _classes(making: Making) -> Agreement:
    _replay(making)
    found = making.rows("SELECT class, count(*) FROM _replayed GROUP BY class")
    return agreement({str(name): whole(count) for name, count in found})


def verdict(making: Making, _limit: int) -> Judged:
    """Say how many decisions are those that their standard implies.

    Each that differs is a fact however few there are; of decisions in general something is said only from the screen's
    minimum number on.
    """
    result, words = _classes(making), making.words
    notes = _doubts(making)
    unexplained = one(making, "SELECT count(*) FROM _replayed WHERE class = 'differ' AND NOT overridden")
    differ = result.count("differ")
    minimum = adopted(making).screen.minimum_n
    counts = {"differ": differ, "n": result.n, "unexplained": unexplained, "minimum": minimum}
    if result.refusal is not None:
        code = "nothing_to_compare"
        said = words.text("No decision can be compared with its standard. Nothing can be concluded.")
    elif result.n < minimum:
        code = Verdict.NOT_ENOUGH_DATA.value
        said = _worded(making, Verdict.NOT_ENOUGH_DATA, words.text(_FEW_DIFFER if differ else _FEW_AGREE, **counts))
    elif differ:
        code = Verdict.INCONSISTENT.value
        said = _worded(making, Verdict.INCONSISTENT, words.text(_DIFFER, **counts))
    else:
        code, said = "consistent", words.text(_ALL_AGREE, **counts)
    return Judged(code, said, result.n, words.text("decisions that can be compared"), words.text("replay"), notes)


def _worded(making: Making, verdict: Verdict, sentence: str) -> str:
    return making.words.text("{word}: {sentence}", word=making.words.text(WORDS[verdict]), sentence=sentence)


_DIFFER = mark(
    "{differ} of {n} decisions that can be compared differ from what the standard in force implies; in {unexplained} "
    "of them no reason for departing from it is recorded. Each is listed below. It may be said that these decisions "
    "are not those that the recorded standard implies; not why, and not that the decision or the standard was wrong."
)
_FEW_DIFFER = mark(
    "Decided otherwise than the standard in force implies: {differ} of {n} that can be compared; in {unexplained} "
    "of them no reason for departing from it is recorded. Each is listed below and stands by itself; with fewer than "
    "{minimum} decisions nothing can be said of how decisions are made in general."
)
_ALL_AGREE = mark(
    "All {n} decisions that can be compared are those that the standard in force implies. This does not show that the "
    "standard itself is fair."
)
_FEW_AGREE = mark(
    "Of {n} that can be compared, none was decided otherwise than the standard in force implies; with fewer than "
    "{minimum} nothing can be said of how decisions are made in general, nor that the standard itself is fair."
)


def _doubts(making: Making) -> tuple[str, ...]:
    """Say beside the verdict what weakens it; the classes below show where."""
    late = one(making, "SELECT count(*) FROM _replayed WHERE rests_on_late_scorecards")
    afterwards = one(making, "SELECT count(*) FROM _replayed WHERE standard_recorded_afterwards")
    plural = making.words.plural
    said = (
        (late, plural("{n} decision rests on late scorecards.", "{n} decisions rest on late scorecards.", late)),
        (
            afterwards,
            plural(
                "For {n} decision the standard was recorded only afterwards.",
                "For {n} decisions the standard was recorded only afterwards.",
                afterwards,
            ),
        ),
    )
    return tuple(sentence for n, sentence in said if n)


def classes(making: Making, _limit: int) -> Rows:
    """Count the seven classes, and in each what rests on late scorecards or a standard recorded afterwards."""
    result = _classes(making)
    flags = {
        str(name): (whole(late), whole(after))
        for name, late, after in making.rows(
            "SELECT class, count(*) FILTER (WHERE rests_on_late_scorecards), count(*) FILTER (WHERE "
            "standard_recorded_afterwards) FROM _replayed GROUP BY class"
        )
    }
    rows: list[Row] = []
    for name in CLASSES:
        count = result.count(name)
        share = Fraction(count, result.decisions) if result.decisions else None
        rows.append((name, count, share, *flags.get(name, (0, 0))))
    words = making.words
    notes: tuple[str, ...] = ()
    low, high = ends(result.interval)
    if result.share is not None and low is not None and high is not None:
        said = words.text(
            "{agree} of {n} that can be compared agree: {share} (95 % interval {low} to {high}).",
            agree=result.count("agree"),
            n=result.n,
            share=per_cent(half_up(result.share, 3)),
            low=per_cent(half_up(low, 3)),
            high=per_cent(half_up(high, 3)),
        )
        notes = (said,)
    left_out = (put_off(making), overturned(making, "true"))  # a deferral can be recorded twice too
    return Rows(tuple(rows), result.decisions, words.text("final decisions"), left_out, notes)


def agreed(making: Making, _limit: int) -> Rows:
    """Give the share that agrees and Cohen's kappa, each with its interval, and say what moves kappa."""
    result, words = _classes(making), making.words
    crossed = Crossed(
        **{
            f"{outcome}_{implied}": whole(count)
            for outcome, implied, count in making.rows(
                "SELECT outcome, implied, count(*) FROM _replayed WHERE class IN ('agree', 'differ') GROUP BY ALL"
            )
        }
    )
    above = kappa(crossed)
    rows: tuple[Row, ...] = (
        ("agreement", result.share, *ends(result.interval), result.n, refused(result.refusal)),
        ("kappa", above.kappa, *ends(above.interval), above.n, refused(above.refusal)),
    )
    labels = {"why": {Refusal.NOTHING.value: words.text("no decision to compare"),
                      Refusal.NO_VARIATION.value: words.text("only one outcome occurs")}}  # fmt: skip
    of = words.text("decisions that can be compared")
    n, left_out = comparable(making)
    return Rows(rows, n, of, left_out, _cautions(making, above), labels)


def comparable(making: Making) -> tuple[int, tuple[LeftOut, ...]]:
    """Count the decisions that agree or differ, and say why the others can do neither."""
    result, words = _classes(making), making.words
    return result.n, tuple(
        LeftOut(result.count(name), why)
        for name, why in (
            ("discretion", words.text("left to discretion")),
            ("capacity", words.text("rejected because the place was taken or closed")),
            ("insufficient", words.text("with too few scores or answers")),
            ("unscored", words.text("at a stage that is not scored")),
            ("no_standard", words.text("under no standard")),
        )
    )


def _cautions(making: Making, above: Kappa) -> tuple[str, ...]:
    words, crossed = making.words, above.crossed
    if not crossed.n:
        return ()
    said = words.text(
        "Kappa depends on how common each outcome is: here {advance} of {n} are implied to advance. The rarer one of "
        "the two, the lower kappa at the same agreement; compare kappas only where this share is alike.",
        advance=crossed.implied_advance,
        n=crossed.n,
    )
    if above.kappa is None or above.interval is not None:
        return (said,)
    return (
        said,
        words.text("Kappa has no interval here: its formula gives one of width nought, which no sample justifies."),
    )


def differing(making: Making, limit: int) -> Rows:
    """List the decisions that differ, oldest entry first."""
    _replay(making)
    words = making.words
    n = one(making, "SELECT count(*) FROM _replayed WHERE class = 'differ'")
    found = making.rows(
        "SELECT r.decision, CAST(r.decided_day AS VARCHAR), q.code, r.stage, r.outcome, r.implied, r.score, CASE WHEN "
        "r.overridden THEN 'recorded' ELSE 'none' END, CASE WHEN r.rests_on_late_scorecards THEN 'yes' ELSE 'no' END, "
        "CASE WHEN r.standard_recorded_afterwards THEN 'yes' ELSE 'no' END, r.standard_entry, (SELECT list(s.scorecard "
        "ORDER BY s.scorecard) FROM scorecard_effective AS s WHERE s.decision = r.decision) FROM _replayed AS r LEFT "
        "JOIN requisition_opened_effective AS q ON q.position = r.requisition "
        "WHERE class = 'differ' ORDER BY r.decision LIMIT ?",
        [limit],
    )
    rows: list[Row] = [
        (whole(position), str(day), *map(text, said[:4]), points(score), *map(text, said[4:]), whole(adopted),
         tuple(map(whole, cards or ())))
        for position, day, *names, score, reason, late, after, adopted, cards in found
        for said in ((*names, reason, late, after),)
    ]  # fmt: skip
    notes = cut(making, len(rows), n, "replay")
    return Rows(tuple(rows), n, words.text("decisions that differ"), notes=notes, labels={"stage": stage_names(making)})


def overrides(making: Making, _limit: int) -> Rows:
    """Count, by outcome and class, where a reason for departing from the standard is recorded and where not.

    Those depart that differ, and those that advance on too few scores; the others count only if they give a reason.
    """
    _replay(making)
    found = making.rows(
        "SELECT outcome, class, count(*) FILTER (WHERE overridden), count(*) FILTER (WHERE NOT overridden) FROM "
        "_replayed WHERE overridden OR class = 'differ' OR (class = 'insufficient' AND outcome = 'advance') GROUP BY "
        "outcome, class"
    )
    order = {name: at for at, name in enumerate(CLASSES)}
    rows = sorted((str(outcome), str(name), whole(reason), whole(none)) for outcome, name, reason, none in found)
    rows.sort(key=lambda row: (row[0], order[row[1]]))
    words = making.words
    n = sum(row[2] + row[3] for row in rows)
    notes = () if rows else (words.text("No decision departs from its standard and none gives a reason to."),)
    return Rows(tuple(rows), n, words.text("decisions that depart or give a reason to"), notes=notes)
