"""How groups fared at every stage: rates, ratios, tests, and what the missing answers leave open."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evenhand.measures.interval import wilson
from evenhand.measures.multiplicity import omnibus
from evenhand.measures.selection import NOT_GROUPS, ImpactRatio, Rate, ScreenResult, Selection
from evenhand.measures.table import odds_ratio
from evenhand.render.blocks import Mark, Missing, NotShown, Row, hidden_cells
from evenhand.render.compared import END, Table, counted, everybody, left_out, selection_of, stages, strata, tables
from evenhand.render.counts import barred, cut, ends, exact, refused, stage_order
from evenhand.render.groups import ALL, adopted
from evenhand.render.hiding import HIDDEN
from evenhand.render.making import Making, Rows
from evenhand.render.screened import comparisons, labels, no_screen, not_compared
from evenhand.render.verdicts import judged

_STRATA_UNASKED = 12
"""Up to so many strata are shown unasked: a ledger one can take in at a glance."""


def rates(making: Making, _limit: int) -> Rows:
    """Show how many were decided on and selected at every stage, over all and by each attribute."""
    n, out = left_out(making)
    rows: list[Row] = []
    for stage in stages(making):
        rows.append((stage, None, ALL, *_rate(_total(making, stage), shown=True)))
        for table in _tables_of(making, stage):
            if table.withheld.unnamed:
                rows.append((stage, table.attribute.code, HIDDEN, *hidden_cells(5)))
                continue
            rows.extend(
                (
                    stage,
                    table.attribute.code,
                    each.rate.group,
                    *_rate(each.rate, shown=each.rate.group not in table.hidden),
                )
                for each in table.selection.groups
            )
    return Rows(tuple(rows), n, making.words.text("final decisions"), out, labels=labels(making))


def _rate(rate: Rate, *, shown: bool) -> Row:
    if not shown:
        return hidden_cells(5)
    if not rate.n:
        return (None,) * 5
    return rate.n, rate.selected, rate.share(), *ends(wilson(rate.selected, rate.n))


def _total(making: Making, stage: str) -> Rate:
    here = [each for place, each in zip(strata(making), everybody(making), strict=True) if place.stage == stage]
    return Rate(ALL, sum(each.n for each in here), sum(each.selected for each in here))


def _tables_of(making: Making, stage: str) -> Iterator[Table]:
    return (table for table in tables(making) if table.stage == stage)


def ratios(making: Making, _limit: int) -> Rows:
    """Show each group's rate over the reference's, what the screen says, and how little would change it."""
    rows: list[Row] = []
    bar = adopted(making).bar
    for table, _, judgement in judged(making):
        of = judgement.comparison
        if not table.shows(of.impact.rate.group):
            rows.append((*_place(table, of.impact.rate.group), *hidden_cells(5), HIDDEN, HIDDEN))
            continue
        flips = None if of.impact.flips is None else "yes" if of.impact.flips else "no"
        low, high = ends(of.interval) if of.interval is not None else (None, Missing.NOTHING)  # not even no bound
        figures = (barred(of.impact.ratio, bar), low, high, of.impact.shortfall, flips)
        judged_ = (of.impact.screen.value, refused(of.impact.refusal))
        rows.append((*_place(table, of.impact.rate.group), *figures, *judged_))
    words = making.words
    notes = (*_below_highest(making), *no_screen(making))
    screen = adopted(making).screen
    marks = (
        Mark(Fraction(screen.numerator, screen.denominator), words.text("four-fifths screen")),
        Mark(Fraction(1), words.text("rate of the reference")),
    )
    return Rows(
        tuple(rows), len(rows), comparisons(making, len(rows)), not_compared(making), notes, labels(making), marks
    )


def _place(table: Table, group: str) -> tuple[str | None, ...]:
    return table.stage, table.attribute.code, group, table.beside


def _below_highest(making: Making) -> Iterator[str]:
    said = labels(making)
    for table in tables(making):
        result = table.selection
        if result.highest is None or result.highest.group in table.hidden:
            continue
        for rate in result.below_highest:
            if rate.group in table.hidden:
                continue
            yield making.words.text(
                "{stage}, {attribute}: {group} ({selected} of {n}) lies below when compared with the group that has "
                "the highest rate, {highest} ({high} of {highest_n}). The table compares with the reference declared "
                "beforehand.",
                stage=said["stage"].get(table.stage, table.stage),
                attribute=table.attribute.name,
                highest=said["group"][result.highest.group],
                high=result.highest.selected,
                highest_n=result.highest.n,
                group=said["group"][rate.group],
                selected=rate.selected,
                n=rate.n,
            )


def tests(making: Making, _limit: int) -> Rows:
    """Show what three tests say of each pair of groups, all requisitions of a stage pooled."""
    rows: list[Row] = []
    for table, _, judgement in judged(making):
        group, pooled = judgement.comparison.impact.rate.group, judgement.comparison.pooled
        by_holm = barred(judgement.pooled, adopted(making).alpha)
        figures = (exact(pooled.mid_p), by_holm, exact(pooled.fisher), exact(pooled.z), pooled.odds_ratio)
        rows.append((*_place(table, group), *(figures if table.shows(group) else hidden_cells(5))))
    return Rows(tuple(rows), len(rows), comparisons(making, len(rows)), not_compared(making), labels=labels(making))


def differ_at_all(making: Making, _limit: int) -> Rows:
    """Ask of each table whether its groups differ at all, before any two of them are compared."""
    rows: list[Row] = []
    for table in tables(making):
        groups = [each.rate for each in table.selection.groups if each.rate.group not in NOT_GROUPS]
        if not groups:
            continue
        result = omnibus(groups)
        shown = table.hidden <= set(NOT_GROUPS)  # the test is over the groups alone
        figures = (result.n, exact(result.chi_square), result.freedom, exact(result.p))
        why = refused(result.refusal) if shown else HIDDEN
        rows.append((table.stage, table.attribute.code, *(figures if shown else hidden_cells(4)), why))
    return Rows(tuple(rows), len(rows), making.words.text("tables"), not_compared(making), labels=labels(making))


def within(making: Making, _limit: int) -> Rows:
    """Show what requisitions say together, each looked at by itself, beside what they say thrown together."""
    rows: list[Row] = []
    screen = adopted(making)
    for table, _, judgement in judged(making):
        group, of = judgement.comparison.impact.rate.group, judgement.comparison.within
        if not table.shows(group):
            rows.append((*_place(table, group), *hidden_cells(16), HIDDEN))
            continue
        ratio = barred(of.ratio, screen.bar)
        people = NotShown.HIDDEN if making.options.outward else of.n  # too small a part of those who may be shown
        odds = (of.strata, of.dropped, people, ratio, of.pooled, of.odds_ratio, *ends(of.interval))
        tested = (of.mid_p, of.chi_square, of.chi_square_p, of.corrected, of.corrected_p, of.disagreement)
        disagree = (barred(of.disagreement_p, screen.alpha), barred(judgement.disagreement, screen.alpha))
        rows.append((*_place(table, group), *odds, *map(exact, tested), *disagree, refused(of.refusal)))
    return Rows(tuple(rows), len(rows), comparisons(making, len(rows)), not_compared(making), labels=labels(making))


def missing(making: Making, _limit: int) -> Rows:
    """Show between which bounds the ratio lies if those who are unknown belonged to one group or the other."""
    rows: list[Row] = []
    bar = adopted(making).bar
    for table, _, judgement in judged(making):
        group, of = judgement.comparison.impact.rate.group, judgement.comparison.missing
        if not of.n:
            continue
        if not table.shows(group) or set(NOT_GROUPS) & table.hidden:
            rows.append((*_place(table, group), *hidden_cells(4), HIDDEN))
            continue
        figures = (barred(each, bar) for each in (of.lowest, judgement.comparison.impact.ratio, of.highest))
        rows.append((*_place(table, group), of.n, *figures, "yes" if of.straddles else "no"))
    notes = () if rows else tuple(_none_missing(making))
    return Rows(tuple(rows), len(rows), making.words.text("comparisons"), notes=notes, labels=labels(making))


def _none_missing(making: Making) -> Iterator[str]:
    """Say why no comparison is listed: no answer is missing, or only where there is none; nothing of no table."""
    words, single = making.words, [table for table in tables(making) if not table.attribute.parts]
    n = sum(
        each.rate.n
        for table in single
        for each in table.selection.groups
        if table.stage != END and each.rate.group in NOT_GROUPS
    )
    if n and making.options.outward:
        yield words.text("Answers are missing where nothing is compared, or shown; their number is hidden.")
    elif n:
        yield words.plural(
            "Where there was nothing to compare, {n} answer is missing, counted by decision.",
            "Where there was nothing to compare, {n} answers are missing, counted by decision.",
            n,
        )
    elif single:
        yield words.text("Nobody's answer is missing.")


def by_stratum(making: Making, limit: int) -> Rows:
    """Show the rates within each requisition, stage and version of the standard, if asked for or few."""
    n, out = left_out(making)
    words = making.words
    of = words.text("final decisions")
    if making.options.outward:
        return Rows((), n, of, out, (words.text("Strata are too small to be shown in a report that goes out."),))
    count = len(strata(making))
    if not making.options.strata and count > _STRATA_UNASKED:
        said = words.text("There are {count} strata; ask for them with --strata.", count=count)
        return Rows((), n, of, out, (said,))
    rows = list(_strata_rows(making))
    limit = len(rows) if making.options.strata else limit
    notes = cut(making, min(limit, len(rows)), len(rows), "selection")
    return Rows(tuple(rows[:limit]), n, of, out, notes, labels(making))


def _strata_rows(making: Making) -> Iterator[Row]:
    screen, order = adopted(making), stage_order(making)
    last = len(order)
    codes = dict(making.rows("SELECT position, code FROM requisition_opened_effective"))
    cells = {each.code: counted(making, each) for each in screen.compared}
    everyone = everybody(making)
    by_stage = sorted(
        enumerate(strata(making)),
        key=lambda at: (
            at[1].requisition,
            at[1].stage == END,
            order.get(at[1].stage, last),
            at[1].stage,
            at[1].version,
        ),
    )
    for at, place in by_stage:
        start = (str(codes.get(place.requisition, "-")), place.stage, place.version or None)
        whole_ = everyone[at]
        yield (*start, None, ALL, whole_.n, whole_.selected, whole_.share(), None, None, None, None)
        for attribute in screen.compared:
            result = selection_of(cells[attribute.code][at], attribute, screen)
            for each in result.groups:
                said = each.screen.value
                if each.screen is ScreenResult.REFERENCE and result.chosen is not None:
                    said = f"reference_{result.chosen.value}"
                rate, odds = each.rate, odds_beside(each, result)
                figures = (rate.n, rate.selected, rate.share(), barred(each.ratio, screen.bar), odds)
                yield (*start, attribute.code, rate.group, *figures, said, refused(each.refusal))


def odds_beside(of: ImpactRatio, result: Selection) -> Fraction | None:
    """Give the odds ratio of one group beside the reference."""
    reference = next((each.rate for each in result.groups if each.screen is ScreenResult.REFERENCE), None)
    if reference is None or of.ratio is None:
        return None
    return odds_ratio(of.rate, reference)
