"""Replay counts and the share that agrees."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evenhand.measures.agreement import CLASSES, agreement
from evenhand.measures.refusal import Refusal


def test_ricci_under_another_weighting_agrees_in_104_of_118() -> None:
    # Ricci v. DeStefano: 118 candidates; under 0.3 written + 0.7 oral, 14 outcomes change.
    result = agreement({"agree": 104, "differ": 14})
    assert (result.decisions, result.n, result.share) == (118, 118, Fraction(104, 118))
    assert f"{104 / 118:.3f}" == "0.881"


def test_decisions_the_standard_does_not_settle_are_counted_but_not_compared() -> None:
    result = agreement({"agree": 3, "differ": 1, "discretion": 5, "capacity": 2, "unscored": 9})
    assert (result.decisions, result.n, result.share) == (20, 4, Fraction(3, 4))
    assert tuple(name for name, _ in result.counts) == CLASSES
    assert result.count("insufficient") == 0


def test_nothing_to_compare_is_refused_and_not_called_full_agreement() -> None:
    result = agreement({"no_standard": 7})
    assert (result.share, result.refusal, result.decisions) == (None, Refusal.NOTHING, 7)


def test_a_class_nobody_knows_is_a_wrong_count() -> None:
    with pytest.raises(ValueError, match="no such class"):
        agreement({"agreed": 1})
