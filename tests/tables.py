"""Random tables of groups, zero cells and empty groups included, and the published ones that measures are held to.

from tables import pair, pairs
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from evenhand.measures.selection import Rate

# Ricci v. DeStefano, 557 U.S. 557 (2009): Black and Hispanic candidates together, white candidates; by examination.
RICCI = ((Rate("bh", 16, 6), Rate("w", 25, 16)), (Rate("bh", 34, 9), Rate("w", 43, 25)))

# Graduate admissions at Berkeley, 1973 (R's UCBAdmissions): men, women; by department.
BERKELEY = (
    (Rate("m", 825, 512), Rate("f", 108, 89)),
    (Rate("m", 560, 353), Rate("f", 25, 17)),
    (Rate("m", 325, 120), Rate("f", 593, 202)),
    (Rate("m", 417, 138), Rate("f", 375, 131)),
    (Rate("m", 191, 53), Rate("f", 393, 94)),
    (Rate("m", 373, 22), Rate("f", 341, 24)),
)

# Connecticut v. Teal, 457 U.S. 440 (1982): the examination, and the promotions at the end.
TEAL_EXAMINATION = (Rate("black", 48, 26), Rate("white", 259, 206))
TEAL_BOTTOM_LINE = (Rate("black", 48, 11), Rate("white", 259, 35))

# The worked example in 6 RCNY 5-301: applicants and selected by race or ethnicity.
NEW_YORK = tuple(
    Rate(*each)
    for each in (
        ("hispanic", 408, 204), ("white", 797, 412), ("black", 390, 170), ("islander", 119, 52),
        ("asian", 616, 302), ("native", 41, 18), ("two", 213, 96),
    )
)  # fmt: skip


def rate(name: str, most: int = 60) -> Any:
    """A group of nobody or more, of whom nobody or more were selected."""
    return st.integers(0, most).flatmap(lambda n: st.builds(Rate, st.just(name), st.just(n), st.integers(0, n)))


def pair(most: int = 60) -> Any:
    return st.tuples(rate("f", most), rate("r", most))


def pairs(most: int = 40, strata: int = 6) -> Any:
    return st.lists(pair(most), max_size=strata)
