"""An array that grows at its end without being copied for every row."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Kind = TypeVar("Kind", np.float64, np.int64)


class GrowingArray(Generic[Kind]):
    """One column of rows. ``values`` is a view, shape (n,), good until the next ``extend``."""

    def __init__(self, kind: type[Kind]) -> None:
        self._kind: DTypeLike = kind
        self._store: NDArray[Kind] = np.empty(1024, dtype=kind)
        self._size = 0

    @property
    def values(self) -> NDArray[Kind]:
        """All rows so far."""
        return self._store[: self._size]

    def extend(self, rows: ArrayLike) -> None:
        """Append rows, shape (m,)."""
        added = np.asarray(rows, dtype=self._kind)
        size = self._size + added.size
        if size > self._store.size:
            larger = np.empty(max(size, 2 * self._store.size), dtype=self._kind)
            larger[: self._size] = self.values
            self._store = larger
        self._store[self._size : size] = added
        self._size = size
