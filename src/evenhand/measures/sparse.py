"""Tables that are mostly nought, and what SciPy can tell of them; SciPy itself says no types, so they are said here."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


class Sparse:
    """Values by row and column; values of the same place are added up."""

    def __init__(self, values: Numbers, rows: Whole, columns: Whole, shape: tuple[int, int]) -> None:
        made: Any = csr_array((values, (rows, columns)), shape=shape)
        made.sum_duplicates()
        self._table = made

    def product(self, dense: Numbers) -> Numbers:
        """Multiply with a dense table from the right."""
        return np.asarray(self._table @ dense)

    def products(self, dense: Numbers) -> Numbers:
        """Multiply with a dense table from the left."""
        return np.asarray(dense @ self._table)

    def gram(self) -> Numbers:
        """Return the sums of products of each two columns."""
        return np.asarray((self._table.T @ self._table).toarray())

    def filled(self) -> Whole:
        """Count the places of each column that hold anything."""
        return np.asarray((self._table != 0).sum(axis=0)).ravel()

    def linked(self) -> Whole:
        """Give a number to each group of columns that are linked by rows in common, directly or over others."""
        pairs: Any = (self._table.T @ self._table).tocoo()  # pyright: ignore[reportUnknownVariableType] - SciPy has no types
        label = np.arange(pairs.shape[0])
        while True:
            # The lowest among those linked, and the lowest it is linked to itself, until nothing gets lower.
            lowest = label.copy()
            np.minimum.at(lowest, pairs.row, label[pairs.col])
            lowest = lowest[lowest]
            if np.array_equal(lowest, label):
                return np.unique(label, return_inverse=True)[1]
            label = lowest
