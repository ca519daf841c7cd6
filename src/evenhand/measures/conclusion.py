"""The words for what may be concluded from one comparison; how one is come to stands in ``verdict``.

Apart from it, so that whoever only explains a word loads no library of numbers.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What may be concluded, in the order in which a reader should look. All but the first are about two groups."""

    INCONSISTENT = "inconsistent_with_recorded_standard"
    BOTH_REVIEW = "both_review"
    VARIES_BY_REQUISITION = "varies_by_requisition"
    ABOVE_SCREEN_UNLIKELY_CHANCE = "above_screen_unlikely_chance"
    BELOW_SCREEN_COULD_BE_CHANCE = "below_screen_could_be_chance"
    DATA_INCOMPLETE = "data_incomplete"
    NO_DIFFERENCE_DETECTED = "no_difference_detected"
    NOT_ENOUGH_DATA = "not_enough_data"


class Variation(StrEnum):
    """In which way requisitions looked at one by one show something else than all of them together."""

    TURNED_ROUND = "turned_round"  # within requisitions the difference points the other way
    DISAGREE = "disagree"  # requisitions differ from one another
    ADDED_UP = "added_up"  # it shows added up, and not within requisitions: who applied where matters
