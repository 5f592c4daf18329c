"""How stiff a quantity that varies smoothly along a series is.

Its second differences over the coordinate are taken as normal with one variance, which the data
choose: the strength of the penalty, in units of the noise's variance over theirs, is moved by the
rule of S. N. Wood and M. Fasiolo, Biometrics 73 (2017) 1071, until the quantity is as rough as
its own errors leave it.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Float
from .ties import Ties

FEWEST_SMOOTH = 4
LARGEST_STRENGTH = 1e9
SMALLEST_STRENGTH = 1e-6


def second_differences(at: Float) -> Float:
    """Return the matrix (m - 2, m) of second divided differences over `at`, in any order.

    The coordinate is scaled to a mean spacing of 1, so that evenly spaced points give 1, -2, 1.

    >>> import numpy as np
    >>> second_differences(np.array([30.0, 10.0, 20.0])).round(12).tolist()
    [[1.0, 1.0, -2.0]]
    """
    order = np.argsort(at, kind="stable")
    x = at[order] / ((at.max() - at.min()) / (len(at) - 1))
    step = np.diff(x)
    matrix = np.zeros((len(at) - 2, len(at)))
    rows = np.arange(len(at) - 2)
    first, second = step[:-1], step[1:]
    matrix[rows, order[:-2]] = 2.0 / (first * (first + second))
    matrix[rows, order[1:-1]] = -2.0 / (first * second)
    matrix[rows, order[2:]] = 2.0 / (second * (first + second))
    return matrix


def penalty_rows(ties: Ties, differences: Float, strengths: dict[int, float]) -> Float:
    """Rows (r, P) whose squares at theta are the penalties; `strengths` by place."""
    rows = [np.zeros((0, ties.count))]
    for place, strength in strengths.items():
        block = np.zeros((len(differences), ties.count))
        block[:, ties.places[place]] = np.sqrt(strength) * differences
        rows.append(block)
    return np.concatenate(rows)


def better_strengths(
    ties: Ties,
    differences: Float,
    strengths: dict[int, float],
    theta: Float,
    inverse: Float,
    variance: float,
) -> dict[int, float]:
    """Return the next strengths, given theta (P,), (J^T J)^-1 (P, P) and the noise's variance."""
    following = {}
    for place, strength in strengths.items():
        own = ties.places[place]
        roughness = differences.T @ differences
        rank = len(differences)
        spent = strength * float(np.sum(inverse[own, own] * roughness))
        bend = float(theta[own] @ roughness @ theta[own])
        wanted = variance * max(rank - spent, 1e-6 * rank) / max(bend, 1e-300)
        following[place] = float(min(max(wanted, SMALLEST_STRENGTH * variance), LARGEST_STRENGTH))
    return following


def is_settled(old: dict[int, float], new: dict[int, float]) -> bool:
    """Whether no strength moves by more than a tenth any more."""
    return all(abs(np.log(new[place] / old[place])) < 0.1 for place in old)
