"""Replay counts, the share that agrees, and kappa."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.agreement import CLASSES, Crossed, Kappa, agreement, kappa
from evenhand.measures.interval import critical, wilson
from evenhand.measures.refusal import Refusal

FEW = st.integers(0, 60)
CROSSED = st.builds(Crossed, FEW, FEW, FEW, FEW)


def test_ricci_under_another_weighting_agrees_in_104_of_118() -> None:
    # Ricci v. DeStefano: 118 candidates; under 0.3 written + 0.7 oral, 14 outcomes change.
    result = agreement({"agree": 104, "differ": 14})
    assert (result.decisions, result.n, result.share) == (118, 118, Fraction(104, 118))
    assert result.interval == wilson(104, 118)
    assert f"{104 / 118:.3f}" == "0.881"


def test_decisions_the_standard_does_not_settle_are_counted_but_not_compared() -> None:
    result = agreement({"agree": 3, "differ": 1, "discretion": 5, "capacity": 2, "unscored": 9})
    assert (result.decisions, result.n, result.share) == (20, 4, Fraction(3, 4))
    assert tuple(name for name, _ in result.counts) == CLASSES
    assert result.count("insufficient") == 0


def test_nothing_to_compare_is_refused_and_not_called_full_agreement() -> None:
    result = agreement({"no_standard": 7})
    assert (result.share, result.refusal, result.decisions) == (None, Refusal.NOTHING, 7)
    assert result.interval is None
    assert kappa(Crossed()).refusal is Refusal.NOTHING


def test_a_class_nobody_knows_is_a_wrong_count() -> None:
    with pytest.raises(ValueError, match="no such class"):
        agreement({"agreed": 1})


def test_the_same_agreement_has_a_lower_kappa_where_one_outcome_is_rare() -> None:
    # Feinstein & Cicchetti 1990, the first paradox of kappa: 85 of 100 agree in both.
    even, rare = kappa(Crossed(40, 9, 6, 45)), kappa(Crossed(80, 10, 5, 5))
    assert even.kappa is not None
    assert rare.kappa is not None
    assert (round(float(even.kappa), 2), round(float(rare.kappa), 2)) == (0.70, 0.32)
    assert (even.crossed.implied_advance, rare.crossed.implied_advance) == (46, 85)


def test_one_outcome_throughout_has_no_kappa() -> None:
    assert kappa(Crossed(advance_advance=12)) == Kappa(Crossed(12), None, None, Refusal.NO_VARIATION)


def test_full_agreement_is_one_and_claims_no_interval_of_width_nought() -> None:
    assert kappa(Crossed(5, 0, 0, 7)) == Kappa(Crossed(5, 0, 0, 7), Fraction(1), None, None)


@given(CROSSED)
def test_kappa_is_agreement_above_what_the_totals_give(crossed: Crossed) -> None:
    found = kappa(crossed)
    if found.kappa is None:
        assert found.refusal is not None
        return
    assert float(found.kappa) == pytest.approx(_kappa(_shares(crossed)))
    if found.interval is None:
        return
    assert found.interval.high is not None
    assert -1 <= found.interval.low <= found.kappa <= found.interval.high <= 1


@given(CROSSED)
def test_its_interval_is_that_of_the_delta_method_and_none_is_of_no_width(crossed: Crossed) -> None:
    found = kappa(crossed)
    if found.kappa is None:
        return
    shares, step = _shares(crossed), 1e-6
    slopes = []
    for at in range(4):
        moved = [list(shares), list(shares)]
        moved[0][at] += step
        moved[1][at] -= step
        slopes.append((_kappa(moved[0]) - _kappa(moved[1])) / (2 * step))
    mean = sum(slope * share for slope, share in zip(slopes, shares, strict=True))
    variance = sum(slope**2 * share for slope, share in zip(slopes, shares, strict=True)) - mean**2
    if found.interval is None:
        assert variance == pytest.approx(0, abs=1e-6)
        return
    reach = critical() * sqrt(max(0.0, variance) / crossed.n)
    wanted = (max(-1, float(found.kappa) - reach), min(1, float(found.kappa) + reach))
    assert found.interval == pytest.approx(wanted, abs=1e-4)


def _shares(crossed: Crossed) -> list[float]:
    cells = (crossed.advance_advance, crossed.advance_reject, crossed.reject_advance, crossed.reject_reject)
    return [cell / crossed.n for cell in cells]


def _kappa(shares: list[float]) -> float:
    both, over, under, neither = shares
    chance = (both + over) * (both + under) + (under + neither) * (over + neither)
    # Shares that a step has moved no longer add up to one; kappa is of their proportions.
    whole = sum(shares)
    agree, chance = (both + neither) / whole, chance / whole**2
    return (agree - chance) / (1 - chance)
