"""Say what a code means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, NamedTuple

import typer

from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.run import run_of
from evenhand.errors import InputError
from evenhand.events.registry import REGISTRY
from evenhand.measures.conclusion import Verdict
from evenhand.measures.refusal import Refusal
from evenhand.resources import finding_meanings
from evenhand.rules.check import RULE_SETS
from evenhand.sentence import Sentence
from evenhand.texts.checks import CHECKS
from evenhand.words import Translate, mark

_EXITS: Final = {
    "0": mark("Done."),
    "1": mark("Findings: check lists them; other commands say so with --exit-code."),
    "2": mark("Usage: the options do not go together, or there is no such command."),
    "3": mark("Tampered: the stored bytes are not what was recorded. Your auditor must act."),
    "4": mark("Input refused: what was given does not have the form asked for. Nothing was written."),
    "5": mark("Refused by a rule of the ledger. Nothing was written."),
    "6": mark("No ledger here, or it is locked, read-only, of a newer version, or not a ledger."),
    "70": mark("A bug in evenhand."),
    "130": mark("Interrupted."),
}
_CLASSES: Final = {
    "agree": mark("The recorded outcome is the one the standard implies."),
    "differ": mark("The standard implies another outcome than the one recorded."),
    "discretion": mark("The score lies between the bars: the standard leaves it to the deciders."),
    "capacity": mark("Rejected because the place was taken or closed, which contradicts no standard."),
    "insufficient": mark("The standard has too few scores or answers to decide."),
    "unscored": mark("The stage is not decided by scores."),
    "no_standard": mark("No standard was in force, or it has no such stage."),
}

_MEASURES: Final = {
    "agreement": mark("The share of decisions that are those their standard implies, of all that agree or differ."),
    "kappa": mark(
        "Cohen's kappa: agreement above what the two totals alone would give. The rarer one outcome, the lower it is."
    ),
    "impact_ratio": mark("The selection rate of one group over that of the reference group."),
    "four_fifths": mark("Whether an impact ratio lies below four fifths, compared in whole numbers without rounding."),
    "mid_p": mark(
        "How often chance alone would give a difference like the observed one or a greater: of those just as likely, "
        "half are counted."
    ),
    "mantel_haenszel": mark("The odds ratio of two groups with every requisition looked at by itself, then combined."),
    "breslow_day_tarone": mark("Whether all requisitions share one odds ratio; if not, no common one is given."),
    "holm": mark("A p adjusted for how many comparisons were made beside it."),
    "log_rank": mark("Whether groups waited equally long, those still waiting included."),
    "dominance_inversion": mark(
        "A pair within a stratum of which one is rated at least equal on every criterion and better on one, and only "
        "the other advanced."
    ),
    "inversion_direction": mark(
        "Whether one group is passed over more often than preferred: its labels are dealt out by chance within strata."
    ),
    "same_scores_other_reasons": mark(
        "Of rejected people who share all their scores with another of their stratum: those of whom another was given "
        "other reasons."
    ),
    "implied_cut": mark(
        "Of a requisition and quarter: above the highest score that was rejected, at or below the lowest that advanced."
    ),
    "krippendorff_alpha": mark(
        "Whether those who rate the same people see the same: 1 is full agreement, 0 what shuffling all ratings gives."
    ),
    "interviewer_difference": mark(
        "How far an interviewer's ratings lie from the mean of a connected panel on the same candidates, in points."
    ),
    "change_of_share": mark(
        "Whether a share differs between two periods by more than chance: a mid-p, and Newcombe's interval of the "
        "difference. Not judged where either period has fewer than 10, or both together fewer than 5 of one kind."
    ),
    "change_of_mean": mark(
        "Whether mean scores differ between two periods by more than chance: Welch's t and its interval."
    ),
    "median_wait": mark(
        "Kaplan-Meier's median of a waiting time: those still waiting count as long as they have waited."
    ),
}
_CHANGES: Final = {
    "worse": mark("Changed for the worse since the period before, and chance alone would seldom do that."),
    "better": mark("Changed for the better since the period before, and chance alone would seldom do that."),
    "changed": mark(
        "Changed since the period before, and chance alone would seldom do that; neither direction is better."
    ),
    "could_be_chance": mark("Chance alone could give this change. That is not to say that nothing changed."),
    "worse_than_all": mark(
        "Worse than in each of the periods before. With eight of them chance does that once in nine."
    ),
    "better_than_all": mark(
        "Better than in each of the periods before. With eight of them chance does that once in nine."
    ),
    "outside_all": mark("Outside what the periods before show. With eight of them chance does that twice in nine."),
    "within": mark("Within what the periods before show."),
}
_UNCONCLUDED: Final = {
    Refusal.TOO_FEW: mark("Not assessed: a group has fewer members than the screen's minimum."),
    Refusal.TOO_FEW_SELECTED: mark("Not assessed: too few people of both groups together were selected."),
    Refusal.TOO_FEW_NOT_SELECTED: mark("Not assessed: too few people of both groups together were not selected."),
    Refusal.TOO_FEW_COMPARABLE: mark(
        "Not assessed: too few people were decided on where both groups met and some were selected and some not."
    ),
    Refusal.NO_REFERENCE: mark("Not assessed: the declared reference group is not among those compared."),
    Refusal.NO_RATE: mark(
        "No ratio: nobody of the reference group was selected, so there is nothing to divide by. The p is judged."
    ),
    Refusal.NOT_A_GROUP: mark("Not assessed: people whose answer is unknown are not a group to be compared."),
    Refusal.TOO_FEW_EVENTS: mark("Not assessed: too few waits have ended."),
    Refusal.STRATA_DISAGREE: mark("No common figure: the requisitions do not show one and the same difference."),
    Refusal.TOO_FEW_EXPECTED: mark("Not assessed: the numbers are too small for a chi-square."),
    Refusal.NOTHING: mark("Not assessed: there is nothing to measure."),
    Refusal.NO_VARIATION: mark("Not assessed: all values are the same, so there is nothing to agree or differ about."),
}
_VERDICTS: Final = {
    Verdict.INCONSISTENT: mark(
        "Recorded decisions are not those that the recorded standard implies; each is listed. It may be said which, "
        "not why, and not that the decision or the standard was wrong."
    ),
    Verdict.BOTH_REVIEW: mark(
        "The rate lies below the screen, and chance alone would seldom give this difference: a person should look. It "
        "may be said that the rates differ, not why."
    ),
    Verdict.VARIES_BY_REQUISITION: mark(
        "Requisitions looked at one by one show something else than all of them added up: they differ from one "
        "another, point the other way, or show nothing, so that who applied where matters. Look at each of them."
    ),
    Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE: mark(
        "The rate does not lie below the screen, yet chance alone would seldom give this difference."
    ),
    Verdict.BELOW_SCREEN_COULD_BE_CHANCE: mark(
        "The rate lies below the screen, and chance alone could give this difference: neither is it shown to be more "
        "than chance, nor to be only chance."
    ),
    Verdict.DATA_INCOMPLETE: mark(
        "Depending on whose the missing answers are, the ratio lies on either side of the screen."
    ),
    Verdict.NO_DIFFERENCE_DETECTED: mark(
        "Not below the screen, and chance alone could give this difference. This does not show that the process is "
        "fair."
    ),
    Verdict.NOT_ENOUGH_DATA: mark("Too few people to conclude anything either way."),
}


_TABLES: Final = (
    (mark("class of the replay"), _CLASSES),
    (mark("measure"), _MEASURES),
    (mark("measure"), _UNCONCLUDED),
    (mark("verdict"), _VERDICTS),
    (mark("word for a change"), _CHANGES),
)


class Meaning(NamedTuple):
    """What a code is, and what it means."""

    code: str
    kind: str
    says: str
    do: str | None = None


def explain(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="A code; all are listed if left out.")] = None,
    *,
    format_: Format = None,
) -> None:
    """Say what a code means.

    Of a finding, a refusal, a class of the replay, a measure, a verdict, a word for a change, a check of a text, a type
    of event or an exit status; and what to do about a finding.

    Exit status: 4 if nothing has this code.

    $ evenhand explain told_twice
    """
    run = run_of(context)
    known = list(meanings(run.words))
    if code is None:
        words = run.words
        labels = (words.text("code"), words.text("of"), words.text("means"))
        rows = [each[:3] for each in known]
        show(
            run, run.form(format_, "table", "md", "json", "csv"), "codes", Grid(("code", "kind", "says"), labels, rows)
        )
        return
    found = [each for each in known if each.code in {code, code.removesuffix(".v1")}]
    if not found:
        raise InputError(Sentence("nothing has this code; list all of them with: evenhand explain"))
    if run.form(format_, "table", "json") == "json":
        run.write(dumped({"meanings": [each._asdict() for each in found]}))
        return
    for each in found:
        run.write(f"{each.code} ({each.kind}): {each.says}\n" + (f"{each.do}\n" if each.do else ""))


def meanings(words: Translate) -> Iterator[Meaning]:
    """Yield every code there is, with what it means in a language."""
    for code, meaning in finding_meanings().items():
        if words.lang == "zh":
            says, do = f"{meaning['zh']}。{meaning['means_zh']}", meaning["do_zh"]
        else:
            says, do = f"{meaning['en']}. {meaning['means']}", meaning["do"]
        yield Meaning(code, words.text("finding"), says, str(do))
    for refusal in RULE_SETS[max(RULE_SETS)]:
        yield Meaning(refusal.name, words.text("refusal"), words.text(refusal.says))
    for rule in CHECKS:
        yield Meaning(rule.id, words.text("check of a text"), words.text(rule.says))
    for kind, table in _TABLES:
        for code, says in table.items():
            yield Meaning(str(code), words.text(kind), words.text(says))
    for event_class in REGISTRY.current:
        says = " ".join((event_class.__doc__ or "").split("\n\n")[0].split())
        yield Meaning(event_class.TOPIC.rpartition(".v")[0], words.text("type of event"), words.text(says))
    for code, says in _EXITS.items():
        yield Meaning(code, words.text("exit status"), words.text(says))
