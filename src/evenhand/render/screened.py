"""By which screen groups are compared, and what the codes of the tables about groups mean in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from evenhand.measures.refusal import Refusal
from evenhand.measures.selection import ERASED, UNKNOWN, ReferenceChosen, ScreenResult
from evenhand.render.blocks import LeftOut, NotShown
from evenhand.render.compared import END, tables
from evenhand.render.counts import stage_names, whole
from evenhand.render.groups import adopted, group_names
from evenhand.render.hiding import HIDDEN
from evenhand.render.making import Making, Said
from evenhand.render.undecided import undecided
from evenhand.words import mark


def about(making: Making, _limit: int) -> Said:
    """Say by which screen groups are compared, who chose the references, and what every table leaves out."""
    words, screen = making.words, adopted(making)
    if no := tuple(no_screen(making)):
        return Said(no)
    rule = screen.screen
    said = [
        words.text(
            "The four-fifths screen is {numerator}/{denominator}, adopted in entry {position} and compared in whole "
            "numbers; source: {citation}, as of {cited_on}. It is a rule of thumb, not a finding of law in either "
            "direction.",
            numerator=rule.numerator,
            denominator=rule.denominator,
            position=screen.position,
            citation=screen.citation,
            cited_on=screen.cited_on,
        ),
        words.text(
            "Two groups are judged if each has {n} people or more, and both together {selected} selected and "
            "{not_selected} not selected. Differences count as unlikely to be chance at a p of {alpha} or less.",
            n=rule.minimum_n,
            selected=rule.minimum_selected,
            not_selected=rule.minimum_not_selected,
            alpha=f"{rule.alpha_micro / 10**6:g}",
        ),
    ]
    said += _references(making)
    if not making.answers:
        said.append(words.text("No answers of candidates were opened, so every group is unknown."))
    said += outward(making)
    if making.options.outward:
        said += _unnamed(making)
    return Said(tuple(said))


def outward(making: Making) -> Iterator[str]:
    """Say what a report that goes out hides, and what that does not prevent; nothing of one for the house."""
    if not making.options.outward:
        return
    words, most = making.words, adopted(making).small_cell - 1
    yield words.text(
        "Of a group no count from 1 to {most} is shown, nor can it be computed from this report that a hidden count is "
        "one of these. Counts of everybody together are shown; where all are of one group, they are that group's. "
        "Reports can be combined, and that is not prevented: two of different days or periods can differ by a single "
        "person, and different reports of one ledger, of the same day too, hide different numbers, so that one may "
        "show what another hides. Give only one of them to the same reader.",
        most=most,
    )


def _unnamed(making: Making) -> Iterator[str]:
    """Name the tables of which not even the groups are shown."""
    words, said = making.words, places(making)
    found = [
        words.text("{stage}, {attribute}", stage=said.get(table.stage, table.stage), attribute=table.attribute.name)
        for table in tables(making)
        if table.withheld.unnamed
    ]
    if found:
        yield words.text("Not shown at all because of small numbers: {tables}.", tables=words.text("; ").join(found))


def _references(making: Making) -> Iterator[str]:
    words = making.words
    for attribute in adopted(making).compared:
        chosen = {table.selection.chosen for table in tables(making) if table.attribute is attribute}
        if ReferenceChosen.BEFORE in chosen and attribute.reference:
            known = known_before_the_screen(making)
            yield words.text(
                _DECLARED_LATE if any(known) else _DECLARED,
                attribute=attribute.name,
                group=attribute.groups[attribute.reference],
                day=adopted(making).recorded_on,
                n=known.recorded,
                earlier=known.happened,
            )
        elif ReferenceChosen.HIGHEST_RATE in chosen:
            yield words.text(
                "{attribute}: compared with the group that has the highest rate, chosen after seeing the data. The "
                "best of several groups looks better than it is.",
                attribute=attribute.name,
            )


_DECLARED = mark(
    "{attribute}: compared with {group}, declared beforehand: the screen was adopted on {day}, when none of these "
    "decisions stood in the record or had surely been made."
)
_DECLARED_LATE = mark(
    "{attribute}: compared with {group}, as the screen says. It was adopted on {day}, when {n} of these decisions "
    "stood in the record already; {earlier} more were recorded afterwards and had been made before that day. It may "
    "have been chosen after seeing them."
)


class Known(NamedTuple):
    """How many of the decisions compared could have been known to whoever adopted the screen."""

    recorded: int
    """Those that stood in the record."""
    happened: int
    """Those recorded afterwards, such as by an import, though they had surely been made before."""


def known_before_the_screen(making: Making) -> Known:
    """Count the decisions compared that had been made when the screen was adopted."""
    return making.once("known before the screen", lambda: _known(making))


def _known(making: Making) -> Known:
    [(recorded, happened)] = making.rows(
        "SELECT count(*) FILTER (WHERE d.decision < s.position), count(*) FILTER (WHERE d.decision > s.position AND "
        "d.decided_to < s.recorded_at) FROM decision_effective AS d, screen_adopted AS s "
        "WHERE d.final AND in_period(d.decided_day) AND s.position = ?",
        [adopted(making).position],
    )
    return Known(whole(recorded), whole(happened))


def places(making: Making) -> Mapping[str, str]:
    """Say the stages in words, and what stands for the end of them all."""
    return {**stage_names(making), END: making.words.text("to the end: hired or rejected")}


def not_compared(making: Making) -> tuple[LeftOut, ...]:
    """Say how many decisions are about people of no group of an attribute, so beside no reference, and who has none."""
    words = making.words
    found: list[LeftOut] = []
    for attribute in adopted(making).attributes:
        for group, why in (
            (
                UNKNOWN,
                words.text("decisions on people who gave no answer on {attribute}", attribute=attribute.name),
            ),
            (ERASED, words.text("decisions on erased people, by {attribute}", attribute=attribute.name)),
        ):
            mine = [table for table in tables(making) if table.attribute is attribute]
            n = sum(each.rate.n for table in mine for each in table.selection.groups if each.rate.group == group)
            hidden = any(group in table.hidden or table.withheld.unnamed for table in mine)
            found.append(LeftOut(NotShown.HIDDEN if hidden else n, why))
    return (*found, *undecided(making))


def comparisons(making: Making, n: int) -> str:
    """Name what a table of comparisons counts."""
    return making.words.plural("comparison", "comparisons", n)


def no_screen(making: Making) -> Iterator[str]:
    """Say why no groups are compared, if none are."""
    words, screen = making.words, adopted(making)
    if screen.position is None:
        yield words.text("No screen has been adopted, so no groups are compared.")
    elif not screen.attributes:
        yield words.text("The adopted screen names no attributes, so no groups are compared.")


def labels(making: Making) -> dict[str, Mapping[str, str]]:
    """Say in words what the codes of every table about groups mean."""
    words, screen = making.words, adopted(making).screen
    said = {**group_names(making), "stage": places(making)}
    hidden = words.text("not shown: small numbers")
    said["group"] = {**said["group"], HIDDEN: hidden}
    said["reference"] = said["group"]
    said["screen"] = {
        ScreenResult.BELOW.value: words.text("below"),
        ScreenResult.NOT_BELOW.value: words.text("not below"),
        ScreenResult.NOT_ASSESSED.value: words.text("not assessed"),
        f"reference_{ReferenceChosen.BEFORE.value}": (
            words.text("reference, declared in the screen")
            if any(known_before_the_screen(making))
            else words.text("reference, declared beforehand")
        ),
        f"reference_{ReferenceChosen.HIGHEST_RATE.value}": words.text("reference, chosen after seeing the data"),
        HIDDEN: hidden,
    }
    said["straddles"] = {HIDDEN: hidden}
    said["why"] = {
        Refusal.TOO_FEW.value: words.text("fewer than {n} in this group or the reference", n=screen.minimum_n),
        Refusal.TOO_FEW_SELECTED.value: words.text(
            "fewer than {n} selected in both groups together", n=screen.minimum_selected
        ),
        Refusal.TOO_FEW_NOT_SELECTED.value: words.text(
            "fewer than {n} not selected in both groups together", n=screen.minimum_not_selected
        ),
        Refusal.TOO_FEW_COMPARABLE.value: words.text("too few where both groups met and outcomes differed"),
        Refusal.NO_REFERENCE.value: words.text("nobody of the reference group came this far"),
        Refusal.NO_RATE.value: words.text("nobody of the reference group was selected"),
        Refusal.NOT_A_GROUP.value: words.text("not a group that can be compared"),
        Refusal.STRATA_DISAGREE.value: words.text("requisitions disagree: no common figure"),
        Refusal.TOO_FEW_EXPECTED.value: words.text("numbers too small for this test"),
        Refusal.NOTHING.value: words.text("nothing to compare"),
        HIDDEN: hidden,
    }
    return said
