"""Least squares with few columns and no negative unknown, for very many choices of columns.

Each array operation treats one entry of the small matrices of all the choices together, which
for two to eight unknowns is far faster than a solver that takes the matrices one by one.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Float, Index

_RIDGE = 1e-6
_SWEEPS = 1


def sizes_and_costs(gram: Float, pull: Float, picks: Index) -> tuple[Float, Float]:
    """Return sizes (t, c, m) and the costs (c, m) they leave, less the square of the data.

    `gram` (k, k, m) and `pull` (k, m) are the products of k unit columns with each other and
    with m data; `picks` (c, t) says which t columns each of c choices has. Where the least
    squares would be negative, the sizes are clipped and swept over: close to the best, and
    never a lower cost than the best has.
    """
    count = picks.shape[1]
    right = [pull[picks[:, a]] for a in range(count)]
    matrix = [[gram[picks[:, a], picks[:, b]] for b in range(a)] for a in range(count)]
    size = _solved(matrix, right)
    return _kept_positive(matrix, right, size)


def _solved(matrix: list[list[Float]], right: list[Float]) -> list[Float]:
    """Solve by Cholesky's factors; the diagonal is 1."""
    lower: list[list[Float]] = []
    diagonal: list[Float] = []
    forward: list[Float] = []
    for a, row in enumerate(matrix):
        own: list[Float] = []
        rest = np.full_like(right[a], 1.0 + _RIDGE)
        value = right[a].copy()
        for b, entry in enumerate(row):
            factor = entry.copy()
            for c in range(b):
                factor -= own[c] * lower[b][c]
            factor *= diagonal[b]
            own.append(factor)
            rest -= factor * factor
            value -= factor * forward[b]
        inverse = 1.0 / np.sqrt(np.maximum(rest, _RIDGE))
        lower.append(own)
        diagonal.append(inverse)
        forward.append(value * inverse)
    size = forward
    for a in reversed(range(len(size))):
        for b in range(a + 1, len(size)):
            size[a] = size[a] - lower[b][a] * size[b]
        size[a] = size[a] * diagonal[a]
    return size


def _kept_positive(
    matrix: list[list[Float]], right: list[Float], size: list[Float]
) -> tuple[Float, Float]:
    size = [np.maximum(own, 0.0) for own in size]
    for _ in range(_SWEEPS):
        for a in range(len(size)):
            size[a] = np.maximum(_pull_left(matrix, right, size, a), 0.0)
    cost = np.zeros_like(right[0])
    for a in range(len(size)):
        # |y - Ax|^2 - |y|^2 = x.(x - pull left) - x.pull, summed over the columns
        cost += size[a] * (size[a] - _pull_left(matrix, right, size, a) - right[a])
    return np.stack(size), cost


def _pull_left(matrix: list[list[Float]], right: list[Float], size: list[Float], a: int) -> Float:
    left = right[a].copy()
    for b in range(len(size)):
        if b != a:
            left -= (matrix[a][b] if b < a else matrix[b][a]) * size[b]
    return left
