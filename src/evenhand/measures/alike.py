"""Whether people who did equally well were told the same: the same scores, different reasons."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from evenhand.measures.refusal import Refusal

METHOD = "people of whom another with the same scores was given other reasons, over people who share their scores"


@dataclass(frozen=True, slots=True)
class Alike:
    """People who share their profile of scores with somebody, and those of them to whom other reasons were given."""

    n: int
    differing: int
    profiles: int
    """How many profiles are shared."""
    profiles_differing: int
    refusal: Refusal | None
    method: str = METHOD

    @property
    def share(self) -> Fraction | None:
        """Return those differing over those who share a profile."""
        return Fraction(self.differing, self.n) if self.n else None


def alike(frame: pd.DataFrame) -> Alike:
    """Count who shares a profile, and who was told something else than somebody of the same profile.

    ``frame`` has one row a (profile, said) pair: ``profile`` (whole number, of one stratum), ``said`` (the reasons as
    one text) and ``count``. Refuses (``nothing``) where nobody shares a profile.
    """
    by_profile = frame.groupby("profile")["count"].agg(["sum", "size"])
    shared = by_profile[by_profile["sum"] > 1]
    unlike = shared[shared["size"] > 1]
    n = int(shared["sum"].sum())
    return Alike(n, int(unlike["sum"].sum()), len(shared), len(unlike), None if n else Refusal.NOTHING)
