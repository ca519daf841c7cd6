"""The words for what may be concluded from one comparison of two groups; how one is come to stands in ``verdict``.

Apart from it, so that whoever only explains a word loads no library of numbers.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What may be concluded, in the order in which a reader should look."""

    BOTH_REVIEW = "both_review"
    VARIES_BY_REQUISITION = "varies_by_requisition"
    ABOVE_SCREEN_UNLIKELY_CHANCE = "above_screen_unlikely_chance"
    BELOW_SCREEN_COULD_BE_CHANCE = "below_screen_could_be_chance"
    DATA_INCOMPLETE = "data_incomplete"
    NO_DIFFERENCE_DETECTED = "no_difference_detected"
    NOT_ENOUGH_DATA = "not_enough_data"
