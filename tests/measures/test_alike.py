"""The same scores and different reasons, person by person."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measures.alike import Alike, alike
from evenhand.measures.refusal import Refusal

PEOPLE = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["oral", "written", "oral; written"])), max_size=20)


def counted(people: list[tuple[int, str]]) -> pd.DataFrame:
    rows = [(profile, said, n) for (profile, said), n in Counter(people).items()]
    return pd.DataFrame(rows, columns=["profile", "said", "count"]).astype({"count": int})


@given(PEOPLE)
def test_everybody_is_held_against_all_others_of_the_same_profile(people: list[tuple[int, str]]) -> None:
    others = [[said for at, (p, said) in enumerate(people) if at != me and p == profile]
              for me, (profile, _) in enumerate(people)]  # fmt: skip
    found = alike(counted(people))
    assert found.n == sum(bool(each) for each in others)
    assert found.differing == sum(
        any(each != said for each in heard) for heard, (_, said) in zip(others, people, strict=True)
    )


def test_those_alone_with_their_scores_are_no_comparison() -> None:
    assert alike(counted([(1, "oral"), (2, "written")])) == Alike(0, 0, 0, 0, Refusal.NOTHING)
    assert alike(counted([])).share is None


def test_two_told_the_same_and_one_told_otherwise_are_three_who_differ() -> None:
    found = alike(counted([(1, "oral"), (1, "oral"), (1, "written"), (2, "oral"), (2, "oral")]))
    assert (found.n, found.differing, found.profiles, found.profiles_differing) == (5, 3, 2, 1)
    assert f"{float(found.share or 0):.1f}" == "0.6"
