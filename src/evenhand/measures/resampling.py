"""Chance that can be repeated: draws from a seed that the report names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DRAWS = 2_000
SEED = 20_260_101
"""What is taken if nobody asks for another; nothing is special about it."""


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Make a source of chance of one purpose's own, so that no figure depends on which others were made before it."""
    from numpy.random import default_rng  # noqa: PLC0415 - the numbers above are read where nothing is drawn

    return default_rng([seed, *purpose.encode()])
