"""What is known of a number when several models are possible: weighted Student distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Float


@dataclass(frozen=True, eq=False)
class Mixture:
    """Student's distributions with centres, scales, degrees of freedom and weights, (k,) each.

    The weights add up to 1. Averaging over models so: S. T. Buckland, K. P. Burnham, N. H.
    Augustin, Biometrics 53 (1997) 603.
    """

    centre: Float
    scale: Float
    freedom: Float
    weight: Float

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(self.weight @ self.centre)

    @property
    def deviation(self) -> float:
        """Standard deviation: of each, and between them."""
        wide = np.where(self.freedom > 2, self.freedom / np.maximum(self.freedom - 2, 1e-9), 3.0)
        within = float(self.weight @ (wide * self.scale**2))
        return math.sqrt(within + float(self.weight @ (self.centre - self.mean) ** 2))

    def probability_below(self, value: float) -> float:
        """Probability that the number is less."""
        from scipy.special import stdtr

        z = (value - self.centre) / np.maximum(self.scale, 1e-300)
        return float(self.weight @ stdtr(self.freedom, z))

    def quantile(self, probability: float) -> float:
        """The value that the number is below with this probability."""
        from scipy.optimize import brentq

        reach = 60.0 * self.scale.max() + float(np.ptp(self.centre)) + 1e-300
        low, high = self.centre.min() - reach, self.centre.max() + reach
        return float(
            brentq(
                lambda x: self.probability_below(x) - probability,
                low,
                high,
                xtol=1e-6 * float(self.scale.min()) + 1e-300,
            )
        )

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Interval that leaves as much on either side."""
        return self.quantile(0.5 - level / 2), self.quantile(0.5 + level / 2)


def mixture(centre: ArrayLike, scale: ArrayLike, freedom: ArrayLike, weight: ArrayLike) -> Mixture:
    """Return a mixture; the weights are scaled to add up to 1.

    >>> one = mixture([1.0], [0.1], [1e6], [1.0])
    >>> [round(end, 3) for end in one.interval()]
    [0.804, 1.196]
    """
    given = np.asarray(weight, dtype=np.float64)
    centres = np.asarray(centre, dtype=np.float64)
    return Mixture(
        centres,
        np.broadcast_to(np.asarray(scale, dtype=np.float64), centres.shape),
        np.broadcast_to(np.asarray(freedom, dtype=np.float64), centres.shape),
        given / given.sum(),
    )


def joined(parts: Sequence[Mixture], shares: ArrayLike) -> Mixture:
    """Return the mixture of mixtures, each with its share.

    >>> parts = [mixture([c], [0.1], [1e6], [1.0]) for c in (1.0, 3.0)]
    >>> joined(parts, [1.0, 1.0]).mean
    2.0
    """
    given = np.maximum(np.asarray(shares, dtype=np.float64), 1e-300)
    return mixture(
        np.concatenate([one.centre for one in parts]),
        np.concatenate([one.scale for one in parts]),
        np.concatenate([one.freedom for one in parts]),
        np.concatenate([one.weight * s for one, s in zip(parts, given, strict=True)]),
    )


def akaike_weights(aicc: ArrayLike) -> Float:
    """Weights exp(-AICc / 2) that add up to 1 (H. Akaike, Biometrika 65 (1978) 53).

    >>> akaike_weights([10.0, 10.0]).tolist()
    [0.5, 0.5]
    """
    given = np.asarray(aicc, dtype=np.float64)
    weights = np.exp(-0.5 * (given - given.min()))
    return np.asarray(weights / weights.sum())
