"""What lies beyond a value, or below one, in the distributions the tests rest on: SciPy's special functions.

They take longer to load than most measures to reckon, so the first that is asked for loads them. SciPy's statistics
would say the same, and take a second.
"""

from __future__ import annotations

from typing import Any


def chi_square_above(freedom: float, value: float) -> float:
    """Return the chance of more than ``value``."""
    return float(_special().chdtrc(freedom, value))


def normal_below(z: float) -> float:
    """Return the chance of less than ``z``."""
    return float(_special().ndtr(z))


def normal_quantile(share: float) -> float:
    """Return the value below which ``share`` lies."""
    return float(_special().ndtri(share))


def student_below(freedom: float, t: float) -> float:
    """Return the chance of less than ``t``."""
    return float(_special().stdtr(freedom, t))


def student_quantile(freedom: float, share: float) -> float:
    """Return the value below which ``share`` lies."""
    return float(_special().stdtrit(freedom, share))


def _special() -> Any:
    from scipy import special  # noqa: PLC0415 - loaded only where it is used

    return special
