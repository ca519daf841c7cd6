"""What may and may not be concluded from each comparison of groups: one word for it, and the sentence beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from evenhand.measures.conclusion import Verdict
from evenhand.measures.selection import ScreenResult
from evenhand.measures.verdict import Judgement
from evenhand.render.blocks import LeftOut, Row, hidden_cells
from evenhand.render.compared import Table, tables
from evenhand.render.counts import barred, exact
from evenhand.render.groups import Family, adopted, group_names
from evenhand.render.hiding import HIDDEN
from evenhand.render.making import Judged, Making, Rows, Said
from evenhand.render.screened import comparisons, not_compared, places
from evenhand.render.sentences import sentence
from evenhand.words import mark

WORDS: Mapping[Verdict, str] = {
    Verdict.INCONSISTENT: mark("INCONSISTENT WITH RECORDED STANDARD"),
    Verdict.BOTH_REVIEW: mark("BOTH: REVIEW"),
    Verdict.VARIES_BY_REQUISITION: mark("VARIES BY REQUISITION"),
    Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE: mark("ABOVE SCREEN, UNLIKELY CHANCE"),
    Verdict.BELOW_SCREEN_COULD_BE_CHANCE: mark("BELOW SCREEN, COULD BE CHANCE"),
    Verdict.DATA_INCOMPLETE: mark("DATA INCOMPLETE"),
    Verdict.NO_DIFFERENCE_DETECTED: mark("NO DIFFERENCE DETECTED"),
    Verdict.NOT_ENOUGH_DATA: mark("NOT ENOUGH DATA"),
}


def judged(making: Making) -> Iterator[tuple[Table, Family, Judgement]]:
    """List every comparison with its table; of a table whose groups may not even be named there is none."""
    for table in tables(making):
        if table.withheld.unnamed:
            continue
        for family, judgement in table.judgements:
            yield table, family, judgement


def in_short(making: Making, _limit: int) -> Judged:
    """Count the verdicts, the one that most needs a person's eye first."""
    words = making.words
    every = list(judged(making))
    found = Counter(each.verdict for table, _, each in every if table.shows(each.comparison.impact.rate.group))
    unnamed = sum(table.withheld.unnamed for table in tables(making))
    beside = words.text("comparisons, beside those of tables not shown at all")
    of = beside if unnamed else comparisons(making, len(every))
    method = words.text("four-fifths screen in whole numbers; mid-p within strata, adjusted by Holm")
    notes = (*(_unsaid(making) if not found else ()), *_below_highest(making), *_looks(making))
    if not every and not unnamed:
        return Judged("nothing_to_compare", words.text("No groups could be compared."), 0, of, method, notes)
    counts = [
        words.text("{word}: {n}", word=words.text(WORDS[verdict]), n=found[verdict])
        for verdict in Verdict
        if found[verdict]
    ]
    if hidden := len(every) - sum(found.values()):
        counts.append(words.text("{word}: {n}", word=words.text("not shown: small numbers"), n=hidden))
    if unnamed:  # not their comparisons: those would tell how many groups have somebody
        counts.append(words.text("{word}: {n}", word=words.text("tables not shown at all: small numbers"), n=unnamed))
    word = next((verdict.value for verdict in Verdict if found[verdict]), HIDDEN)
    return Judged(word, words.text("; ").join(counts), len(every), of, method, notes)


def _unsaid(making: Making) -> Iterator[str]:
    """Say, where no comparison is shown and some are hidden, that nothing follows from it."""
    if any(table.withheld.unnamed or table.judgements for table in tables(making)):
        yield making.words.text("Not shown because of small numbers; this says nothing of what was found.")


def _below_highest(making: Making) -> Iterator[str]:
    """Count the groups below the screen beside the highest rate, by which the rule measures; verdicts do not tell it.

    Whoever is below the reference's rate is below the highest too. A count over tables would tell of hidden rows.
    """
    every = tables(making)
    if any(each.hidden or each.telling or each.withheld.unnamed for each in every):
        return
    beyond = sum(len(each.selection.below_highest) for each in every)
    below = beyond + sum(rate.screen is ScreenResult.BELOW for each in every for rate in each.selection.groups)
    if below:
        screen = adopted(making).screen
        yield making.words.plural(
            "{n} group lies below {bar} of the highest rate of its table, by which 29 CFR 1607.4D measures; of "
            "{beyond} of these the verdicts, which measure by the reference, do not show it.",
            "{n} groups lie below {bar} of the highest rate of their table, by which 29 CFR 1607.4D measures; of "
            "{beyond} of these the verdicts, which measure by the reference, do not show it.",
            below,
            bar=f"{screen.numerator}/{screen.denominator}",
            beyond=beyond,
        )


def _looks(making: Making) -> Iterator[str]:
    words, screen = making.words, adopted(making)
    year = making.today.year
    earlier = making.rows(
        "SELECT count(*) FROM report_issued_effective WHERE report = 'fairness' AND year(occurred_day) = ?", [year]
    )[0][0]
    yield words.plural(
        "Earlier looks: {n} fairness report was issued in {year}; the screen plans {planned} looks a year. Who looks "
        "often takes chance for a difference more often: Holm's adjustment covers this report, not the others.",
        "Earlier looks: {n} fairness reports were issued in {year}; the screen plans {planned} looks a year. Who looks "
        "often takes chance for a difference more often: Holm's adjustment covers this report, not the others.",
        int(earlier),
        year=year,
        planned=screen.looks_a_year,
    )


def verdicts(making: Making, _limit: int) -> Rows:
    """Show for each comparison the ratio, the p before and after adjustment, what would go unseen, and the word."""
    words = making.words
    rows: list[Row] = []
    screen = adopted(making)
    for table, family, each in judged(making):
        of = each.comparison
        shown = table.shows(of.impact.rate.group)
        figures = (
            each.verdict.value,
            of.n,
            barred(of.impact.ratio, screen.bar),
            barred(each.ratio, screen.bar),
            None if each.ratio is None else "within" if each.within else "pooled",
            exact(of.p),
            barred(each.adjusted, screen.alpha),
            exact(each.detectable),
        )
        rows.append(
            (
                table.stage,
                table.attribute.code,
                of.impact.rate.group,
                table.beside,
                *(figures if shown else (HIDDEN, *hidden_cells(7))),
                family.code,
            )
        )
    said = {
        **group_names(making),
        "stage": places(making),
        "verdict": {
            **{verdict.value: words.text(word) for verdict, word in WORDS.items()},
            HIDDEN: words.text("not shown: small numbers"),
        },
    }
    said["reference"] = {**said["group"], HIDDEN: words.text("not shown: small numbers")}
    if not all(family.declared for family in adopted(making).families):
        said["family"] = {"undeclared": words.text("(not declared)")}
    return Rows(
        tuple(rows),
        len(rows),
        comparisons(making, len(rows)),
        _not_judged(making),
        (*_families(making), *_cut(making)),
        said,
    )


def _families(making: Making) -> Iterator[str]:
    words = making.words
    sizes = {family.code: (family, each.family) for _, family, each in judged(making)}
    for code, (family, size) in sizes.items():
        if family.declared:
            yield words.plural(
                "Family {code}: {n} comparison with enough people, judged together.",
                "Family {code}: {n} comparisons with enough people, judged together.",
                size,
                code=code,
            )
        else:
            yield words.plural(
                "The screen declares no family for the rest: {n} comparison with enough people, judged together.",
                "The screen declares no family for the rest: {n} comparisons with enough people, judged together.",
                size,
            )


def _cut(making: Making) -> Iterator[str]:
    """Say of which families an earlier one has taken comparisons: a screen adopted before that was refused."""
    for family in (each for each in adopted(making).families if each.declared):
        codes = {each.code for each in family.attributes}
        elsewhere = sum(
            other.code != family.code and table.attribute.code in codes
            for table, other, _ in judged(making)
            if not family.stages or table.stage in family.stages
        )
        if elsewhere:
            yield making.words.plural(
                "Family {code}: {n} comparison that it declares is judged in another family that has it too, so its "
                "adjustment covers fewer than the screen says.",
                "Family {code}: {n} comparisons that it declares are judged in another family that has them too, so "
                "its adjustment covers fewer than the screen says.",
                elsewhere,
                code=family.code,
            )


def _not_judged(making: Making) -> tuple[LeftOut, ...]:
    few = sum(
        each.verdict is Verdict.NOT_ENOUGH_DATA
        for table, _, each in judged(making)
        if table.shows(each.comparison.impact.rate.group)
    )
    said = making.words.text("with too few people to be tested (shown, not judged)")
    return (LeftOut(few, said), *not_compared(making))


def sentences(making: Making, _limit: int) -> Said:
    """Say of each comparison what may be concluded, and what may not."""
    words, stages = making.words, places(making)
    names = group_names(making)["group"]
    said: list[str] = []
    for table, _, each in judged(making):
        of = each.comparison
        if not table.shows(of.impact.rate.group):
            continue
        said.append(
            words.text(
                "{stage}, {attribute}, {group} beside {reference}: {word}. {sentence}",
                stage=stages.get(table.stage, table.stage),
                attribute=table.attribute.name,
                group=names.get(of.impact.rate.group, of.impact.rate.group),
                reference=names.get(table.selection.reference or "", table.selection.reference or "-"),
                word=words.text(WORDS[each.verdict]),
                sentence=sentence(each, table, making),
            )
        )
    return Said(tuple(said or _unsaid(making)) or (words.text("No groups could be compared."),))
