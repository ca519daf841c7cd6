"""Measure how often the verdicts err, and what they see: ``python benchmarks/chance.py [DRAWS]``.

By simulation, through the program's own measures, 2,000 draws each (seed 2026). Two groups of 25, 100 or 400; a
reference rate of .3; everybody at one post, or spread over eight. Without a true difference each test may err in 5 % of
the draws, and no verdict that says something may be reached more often than that; with a true ratio of .8 and of .5
it is shown how often they are. Exits 1 if they err more often than 5 % and what so many draws leave open.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from math import sqrt

import numpy as np

from evenhand.measures.conclusion import Variation
from evenhand.measures.selection import Rate, Screen, impact_ratio
from evenhand.measures.stratified import Pair
from evenhand.measures.table import p_of_z
from evenhand.measures.verdict import Comparison, Verdict, compare, judge

DRAWS, SEED = 2_000, 2026
SIZES, POSTS, RATE = (25, 100, 400), (1, 8), 0.3
RATIOS = (1.0, 0.8, 0.5)
ALPHA = 0.05
UNLIKELY = {Verdict.BOTH_REVIEW, Verdict.ABOVE_SCREEN_UNLIKELY_CHANCE}
KEPT = ("mid-p", "unlikely chance", "varies", "added up")
NOBODY = Rate("(unknown)", 0, 0)


def draws(count: int, size: int, posts: int, ratio: float) -> Iterator[Comparison]:
    """Draw groups that apply for posts of differing rates, and compare them."""
    chance = np.random.default_rng([SEED, size, posts, round(ratio * 100)])
    rates = np.linspace(RATE - 0.15, RATE + 0.15, posts) if posts > 1 else np.array([RATE])
    shares = np.full(posts, 1 / posts)
    for _ in range(count):
        pairs: list[Pair] = []
        for f, r, rate in zip(chance.multinomial(size, shares), chance.multinomial(size, shares), rates, strict=True):
            s, t = chance.binomial(f, ratio * rate), chance.binomial(r, rate)
            pairs.append((Rate("f", int(f), int(s)), Rate("r", int(r), int(t))))
        focal, reference = (
            Rate(name, sum(each[at].n for each in pairs), sum(each[at].selected for each in pairs))
            for at, name in enumerate("fr")
        )
        yield compare(impact_ratio(focal, reference, Screen()), reference, pairs, NOBODY, Screen())


def shares(count: int, size: int, posts: int, ratio: float) -> dict[str, float]:
    found: Counter[str] = Counter()
    for each in draws(count, size, posts, ratio):
        within, pooled = each.within, each.pooled
        found["mid-p"] += within.mid_p is not None and within.mid_p <= ALPHA
        found["Fisher"] += pooled.fisher is not None and pooled.fisher <= ALPHA
        found["z"] += pooled.z is not None and p_of_z(pooled.z) <= ALPHA
        found["below 4/5"] += each.impact.ratio is not None and 5 * each.impact.ratio < 4
        [judged] = judge([each], Screen())
        found["unlikely chance"] += judged.verdict in UNLIKELY
        found["varies"] += judged.variation in (Variation.DISAGREE, Variation.TURNED_ROUND)
        found["added up"] += judged.variation is Variation.ADDED_UP
        found["not enough"] += judged.verdict is Verdict.NOT_ENOUGH_DATA
    return {name: n / count for name, n in found.items()}


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    allowed = ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / count)
    names = ("mid-p", "Fisher", "z", "below 4/5", "unlikely chance", "varies", "added up", "not enough")
    print(f"{'ratio':>5} {'group':>5} {'posts':>5} " + " ".join(f"{name:>15}" for name in names))
    good = True
    for ratio in RATIOS:
        for posts in POSTS:
            for size in SIZES:
                found = shares(count, size, posts, ratio)
                print(f"{ratio:5} {size:5} {posts:5} " + " ".join(f"{100 * found[name]:14.1f}%" for name in names))
                good &= ratio < 1 or max(found[each] for each in KEPT) <= allowed
    print(f"false alarms at nominal 5 %, up to {100 * allowed:.1f} % by chance: {'kept' if good else 'NOT KEPT'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
