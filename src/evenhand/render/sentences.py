"""What may and may not be concluded from one comparison of groups, sentence by sentence.

A ratio stands beside what was added up to it, a p beside what it was computed within: where there are several
requisitions, the interval that belongs to the p is that of the odds ratio within them, not that of the pooled ratio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evenhand.measures.conclusion import Variation, Verdict
from evenhand.measures.interval import Interval
from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import NOT_GROUPS
from evenhand.measures.verdict import Judgement
from evenhand.render.blocks import Under
from evenhand.render.cells import under
from evenhand.render.compared import Table
from evenhand.render.groups import Adopted, adopted, group_names
from evenhand.render.making import Making
from evenhand.render.rounding import beside, chance, half_up
from evenhand.words import mark


def sentence(of: Judgement, table: Table, making: Making) -> str:
    """Say of one comparison what may and what may not be concluded; small numbers stay out of what goes out."""
    words, fields = making.words, _fields(of, making)
    said = ""
    for each in _parts(of, table, making):
        more = words.text(each, **fields, **_highest(table, making))
        said = words.text("{said} {more}", said=said, more=more) if said else more
    return said


def _parts(of: Judgement, table: Table, making: Making) -> Iterator[str]:
    if of.verdict is Verdict.NOT_ENOUGH_DATA:
        yield from _too_few(of, making)
    elif of.verdict is Verdict.DATA_INCOMPLETE:
        yield _INCOMPLETE_HIDDEN if set(NOT_GROUPS) & table.hidden else _INCOMPLETE
        yield _NO_RATIO if of.comparison.impact.ratio is None else _ANSWERED
        yield _chance(of)
        if of.variation is Variation.ADDED_UP:
            yield _ONLY_ADDED_UP
    elif of.variation is not None:
        yield _VARIES[of.variation]
    else:
        yield _ratio(of, adopted(making).bar)
        yield _chance(of)
        yield from _range(of)
        yield _MAY[of.verdict]
    yield from _more(of)
    yield from _beside_highest(of, table)
    yield from _unseen(of)


def _too_few(of: Judgement, making: Making) -> Iterator[str]:
    refusal = of.comparison.refusal
    if refusal is Refusal.TOO_FEW_COMPARABLE and making.options.outward:
        yield _TOO_FEW_COMPARABLE_HIDDEN
    else:
        yield _TOO_FEW[refusal or Refusal.NOTHING]
    if of.comparison.few is refusal and of.comparison.within.strata > 1 and of.comparison.impact.ratio is not None:
        yield _DIFFERENT_POSTS
    yield _NOTHING_CONCLUDED


def _ratio(of: Judgement, bar: Fraction) -> str:
    comparison = of.comparison
    if comparison.impact.ratio is None:
        return _NO_RATIO
    if of.within:
        within = comparison.within.ratio
        return _MASKED_BELOW if within is not None and within < bar else _MASKED_NOT_BELOW
    return (_ADDED if comparison.within.strata > 1 else _ALONE)[comparison.impact.screen.value]


def _chance(of: Judgement) -> str:
    return _CHANCE[of.unlikely, of.comparison.within.strata > 1]


def _range(of: Judgement) -> Iterator[str]:
    """Give the interval of what was tested: the odds ratio within requisitions, or the ratio where there is one."""
    within = of.comparison.within
    if within.strata == 1 and of.comparison.interval is not None:
        yield _FITS
    elif within.strata > 1 and within.interval is not None:
        yield _FITS_WITHIN
    if of.comparison.within.disagree:
        yield _NO_COMMON


def _more(of: Judgement) -> Iterator[str]:
    """Say which way requisitions point where that is not plain from the figures before."""
    within = of.comparison.within
    turned = of.verdict is Verdict.VARIES_BY_REQUISITION and of.variation is Variation.TURNED_ROUND  # said already
    if of.verdict is Verdict.NOT_ENOUGH_DATA or turned:
        return
    if of.unlikely and within.one_way and within.informative > 1:
        yield _ALL_ONE_WAY
    elif within.reversed:
        yield _ROUND


def _beside_highest(of: Judgement, table: Table) -> Iterator[str]:
    """Say where the reference or the group lies below the screen only when held against the highest rate."""
    result = table.selection
    if result.highest is not None and result.highest.group not in table.hidden:
        lower = {each.group for each in result.below_highest}
        if result.reference in lower:
            yield _REFERENCE_BELOW
        if of.comparison.impact.rate.group in lower:
            yield _GROUP_BELOW


def _unseen(of: Judgement) -> Iterator[str]:
    if of.verdict not in (Verdict.NOT_ENOUGH_DATA, Verdict.NO_DIFFERENCE_DETECTED, Verdict.DATA_INCOMPLETE):
        return
    comparison = of.comparison
    selected = comparison.impact.rate.selected + comparison.reference.selected
    if of.detectable is not None:
        yield _SEEN
    elif any(reference.selected for _, reference in comparison.within.kept):
        yield _UNSEEN
    elif comparison.reference.n and selected in (0, comparison.n):
        yield _ALL_SELECTED if selected else _NONE_SELECTED


def _fields(of: Judgement, making: Making) -> dict[str, object]:
    words, comparison, using = making.words, of.comparison, adopted(making)
    screen, bar = using.screen, using.bar
    impact, within, reference = comparison.impact, comparison.within, comparison.reference
    no_bound = words.text("no upper bound")
    worse, better = within.pointing
    focal_within, reference_within = within.totals
    selected = impact.rate.selected + reference.selected
    minimum = {
        Refusal.TOO_FEW: screen.minimum_n,
        Refusal.TOO_FEW_SELECTED: screen.minimum_selected,
        Refusal.TOO_FEW_NOT_SELECTED: screen.minimum_not_selected,
    }
    return {
        "n": impact.rate.n,
        "m": reference.n,
        "chosen": impact.rate.selected,
        "selected": selected,
        "not_selected": comparison.n - selected,
        "together": comparison.n,
        "minimum": minimum.get(comparison.refusal or Refusal.NOTHING, 0),
        "n_within": focal_within.n,
        "m_within": reference_within.n,
        "selected_within": focal_within.selected + reference_within.selected,
        "dropped": within.dropped,
        "strata": within.strata,
        "bar": f"{screen.numerator}/{screen.denominator}",
        "ratio": number(impact.ratio, bar),
        "within": number(within.ratio, bar),
        **_between("", comparison.interval, no_bound),
        **_between("odds_", within.interval, no_bound),
        "p": p_text(of.adjusted, using),
        "pooled": p_text(of.pooled, using),
        "disagreement": p_text(of.disagreement, using),
        "by_itself": p_text(within.disagreement_p, using),
        "worse": worse,
        "better": better,
        "informative": within.informative,
        "unknown": comparison.missing.n,
        "lowest": number(comparison.missing.lowest, bar),
        "highest": number(comparison.missing.highest, bar, no_bound),
        "detectable": number(of.detectable),
    }


def _between(name: str, interval: Interval | None, no_bound: str) -> dict[str, str]:
    low, high = interval or (None, None)
    return {f"{name}low": number(low), f"{name}high": number(high, absent=no_bound)}


def _highest(table: Table, making: Making) -> Mapping[str, object]:
    highest = table.selection.highest
    if highest is None:
        return {}
    names = group_names(making)["group"]
    return {
        "of_highest": names.get(highest.group, highest.group),
        "highest_selected": highest.selected,
        "highest_n": highest.n,
    }


def number(value: Fraction | float | None, bar: Fraction | None = None, absent: str = "-") -> str:
    """Write a figure of a sentence with the digits it has in the tables."""
    if value is None:
        return absent
    return str(half_up(Fraction(value), 3) if bar is None else beside(Fraction(value), bar, 3))


def p_text(value: float | None, screen: Adopted) -> str:
    """Write a p as sentences have it: ``p 0.0432``, or ``p <0.0001``."""
    if value is None:
        return "-"
    made = chance(Fraction(value), alpha=screen.alpha)
    return f"p {under(made) if isinstance(made, Under) else made}"


_ALONE: Mapping[str, str] = {
    "below": mark("The rate is {ratio} of the reference rate, below {bar}."),
    "not_below": mark("The rate is {ratio} of the reference rate, not below {bar}."),
}
_ADDED: Mapping[str, str] = {
    "below": mark("Added up over requisitions, the rate is {ratio} of the reference rate, below {bar}."),
    "not_below": mark("Added up over requisitions, the rate is {ratio} of the reference rate, not below {bar}."),
}
_MASKED_BELOW = mark(
    "Added up over requisitions, the rate is {ratio} of the reference rate; but the groups applied for different "
    "posts, and within requisitions it is {within} of it, below {bar}."
)
_MASKED_NOT_BELOW = mark(
    "Added up over requisitions, the rate is {ratio} of the reference rate; but the groups applied for different "
    "posts, and within requisitions it is {within} of it, not below {bar}."
)
_NO_RATIO = mark(
    "Nobody of the reference group was selected ({m} decided on), so there is no ratio; selected of this group: "
    "{chosen} of {n}."
)
_ANSWERED = mark("Among those who answered, the rate is {ratio} of the reference rate.")
_CHANCE: Mapping[tuple[bool, bool], str] = {
    (False, False): mark("Chance alone could give this difference ({p} by Holm)."),
    (False, True): mark("Within requisitions, chance alone could give the difference ({p} by Holm)."),
    (True, False): mark("Chance alone would seldom give this difference ({p} by Holm)."),
    (True, True): mark("Within requisitions, chance alone would seldom give the difference ({p} by Holm)."),
}
_FITS = mark("By itself, the comparison fits a ratio of rates anywhere between {low} and {high} (95 %).")
_FITS_WITHIN = mark(
    "By itself, the comparison fits an odds ratio within requisitions anywhere between {odds_low} and {odds_high} (95 "
    "%)."
)
_NO_COMMON = mark(
    "No odds ratio common to all requisitions is given: they may not all have the same ({by_itself} by itself, "
    "{disagreement} by Holm)."
)
_MAY: Mapping[Verdict, str] = {
    Verdict.NO_DIFFERENCE_DETECTED: mark("This shows neither that the process is fair nor that the rates are equal."),
    Verdict.BELOW_SCREEN_COULD_BE_CHANCE: mark(
        "It may be said that the rate is lower, not that it is more than chance, and not that it is only chance."
    ),
    Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE: mark("It may be said that the rates differ, not why they do."),
    Verdict.BOTH_REVIEW: mark(
        "A person should look at the decisions of this stage, and at whether the job needs its standard. It may be "
        "said that the rates differ, not why they do, nor that anybody meant it."
    ),
}
_VARIES: Mapping[Variation, str] = {
    Variation.ADDED_UP: mark(
        "The difference shows when everything is added up (ratio {ratio}, {pooled} by Holm), not within requisitions "
        "({p} by Holm): who applied where matters, or too few of both groups applied for the same posts. It may be "
        "said that the added-up rates differ; neither that people who applied for the same post fared differently nor "
        "that they fared alike."
    ),
    Variation.DISAGREE: mark(
        "Requisitions do not all show the same difference ({disagreement} by Holm): of {informative} strata that can "
        "be compared, this group fared worse in {worse} and better in {better}. Look at each of them. It may be said "
        "neither that the difference is the same everywhere nor that there is none."
    ),
    Variation.TURNED_ROUND: mark(
        "Within requisitions the difference points the other way than added up (ratio {ratio}), and chance alone would "
        "seldom give it ({p} by Holm): the groups applied for different posts, so the added-up rates mislead. Of "
        "{informative} strata that can be compared, this group fared worse in {worse} and better in {better}. Look at "
        "each of them. It may be said neither that the difference is the same everywhere nor that there is none."
    ),
}
_ALL_ONE_WAY = mark(
    "Of {informative} strata that can be compared, this group fared worse in {worse} and better in {better}: none "
    "points the other way."
)
_ROUND = mark(
    "Pooled and within requisitions the difference points in opposite directions; the groups applied for different "
    "posts, so the pooled rates mislead."
)
_ONLY_ADDED_UP = mark(
    "Added up it would seldom be chance ({pooled} by Holm): who applied where matters, or too few of both groups "
    "applied for the same posts."
)
_INCOMPLETE = mark(
    "Answers missing: {unknown}. Depending on whose they are, the ratio lies anywhere between {lowest} and "
    "{highest}, on either side of {bar}. Neither can be concluded until more is known."
)
_INCOMPLETE_HIDDEN = mark(
    "Some answers are missing. Depending on whose they are, the ratio lies on either side of {bar}. Neither can be "
    "concluded until more is known."
)
_TOO_FEW: Mapping[Refusal, str] = {
    Refusal.TOO_FEW: mark(
        "Decided on were {n} of this group and {m} of the reference; the screen asks for {minimum} of each."
    ),
    Refusal.TOO_FEW_SELECTED: mark(
        "Selected of both groups together: {selected} of {together}; the screen asks for {minimum}."
    ),
    Refusal.TOO_FEW_NOT_SELECTED: mark(
        "Not selected of both groups together: {not_selected} of {together}; the screen asks for {minimum}."
    ),
    Refusal.NO_REFERENCE: mark(
        "Nobody of the reference group was decided on here, so there is nobody to compare with."
    ),
    Refusal.NOTHING: mark(
        "At no requisition were both groups decided on and some people selected and some not: within requisitions "
        "there is nothing to compare."
    ),
    Refusal.TOO_FEW_COMPARABLE: mark(
        "Of this group only {n_within} of {n}, and of the reference {m_within} of {m}, were decided on where both "
        "groups met and some were selected and some not; selected of these: {selected_within}. {dropped} of {strata} "
        "strata say nothing. The screen asks for more."
    ),
}
_TOO_FEW_COMPARABLE_HIDDEN = mark(
    "Too few people were decided on where both groups met and some were selected and some not; {dropped} of {strata} "
    "strata say nothing."
)
_DIFFERENT_POSTS = mark(
    "Added up, the rate is {ratio} of the reference rate, but that compares people who applied for different posts."
)
_NOTHING_CONCLUDED = mark("Nothing can be concluded either way; a longer period may help.")
_REFERENCE_BELOW = mark(
    "The reference group itself lies below {bar} of the highest rate, that of {of_highest} ({highest_selected} of "
    "{highest_n}): the comparison is not with those who fared best."
)
_GROUP_BELOW = mark(
    "This group lies below {bar} of the highest rate, that of {of_highest} ({highest_selected} of {highest_n}), which "
    "the verdict does not measure by."
)
_ALL_SELECTED = mark("Everybody of both groups was selected, so no difference could be seen, however many they were.")
_NONE_SELECTED = mark("Nobody of either group was selected, so no difference could be seen, however many they were.")
_UNSEEN = mark("With these numbers even a ratio of nought would probably go unseen.")
_SEEN = mark("With these numbers only a ratio of {detectable} or less would be seen four times out of five.")
