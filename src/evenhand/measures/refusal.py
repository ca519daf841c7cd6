"""Why a measure does not conclude. A refusal is a result like any other: it is printed, never hidden."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """What stood in the way of a conclusion."""

    TOO_FEW = "too_few"  # a group has fewer members than the screen's minimum
    TOO_FEW_SELECTED = "too_few_selected"  # both groups together have too few selected
    TOO_FEW_NOT_SELECTED = "too_few_not_selected"  # both groups together have too few not selected
    TOO_FEW_COMPARABLE = "too_few_comparable"  # there are enough, but not where both groups met and outcomes differed
    NO_REFERENCE = "no_reference"  # the declared reference group is not among those compared
    NO_RATE = "no_rate"  # the reference group's rate is zero, so there is nothing to divide by
    NOT_A_GROUP = "not_a_group"  # people whose answer is unknown are not a group to be compared
    TOO_FEW_EVENTS = "too_few_events"  # too few waits have ended
    STRATA_DISAGREE = "strata_disagree"  # the strata do not share one odds ratio
    TOO_FEW_EXPECTED = "too_few_expected"  # the numbers are too small for a chi-square
    NOTHING = "nothing"  # there is nothing to measure
    NO_VARIATION = "no_variation"  # all values are the same, so there is nothing to agree or differ about
