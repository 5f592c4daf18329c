"""How a current falls to its steady value: sums of exponentials, or a power of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .arrays import Float
from .decay_blocks import Blocks

MOST_TERMS = 3
EXPONENT_RANGE = (0.1, 3.0)
_GRID_TIMES = 14
_GRID_EXPONENTS = 24


@dataclass(frozen=True)
class DecayModel:
    """I(t) = I_ss + sum of a_k f(t; q_k).

    `family` is ``"exponential"`` (f = exp(-t / tau), q = ln tau) or ``"power law"``
    (f = (t / T)^-n, q = ln n, T the end of the hold). `shape` and `slope` map (t (n,), q, T) to
    f and df/dq.
    """

    family: str
    terms: int
    shape: Callable[[Float, float, float], Float]
    slope: Callable[[Float, float, float], Float]

    @property
    def name(self) -> str:
        """For people."""
        if self.family == "power law":
            return "power law"
        return f"{self.terms} exponential{'s' if self.terms > 1 else ''}"

    @property
    def parameters(self) -> int:
        """Of the curve: I_ss, amplitudes and rates."""
        return 1 + 2 * self.terms

    def columns(self, blocks: Blocks, rates: Float) -> Float:
        """Columns (m, 1 + terms) that I_ss and the amplitudes multiply."""
        t, end = blocks.time_s, blocks.end_s
        every = [np.ones(len(blocks.count))]
        every += [blocks.mean(self.shape(t, float(q), end)) for q in rates]
        return np.stack(every, axis=1)

    def slopes(self, blocks: Blocks, rates: Float, amplitudes: Float) -> Float:
        """Derivative of the current by each q, shape (m, terms)."""
        t, end = blocks.time_s, blocks.end_s
        every = [
            a * blocks.mean(self.slope(t, float(q), end))
            for q, a in zip(rates, amplitudes, strict=True)
        ]
        return np.stack(every, axis=1)

    def limits(self, blocks: Blocks) -> tuple[float, float]:
        """Lowest and highest q: time constants from the first reading to the length of the hold."""
        if self.family == "power law":
            return float(np.log(EXPONENT_RANGE[0])), float(np.log(EXPONENT_RANGE[1]))
        return float(np.log(blocks.time_s[0] / 3)), float(np.log(blocks.end_s))

    def starts(self, blocks: Blocks) -> Iterator[Float]:
        """Rates worth a try."""
        low, high = self.limits(blocks)
        many = _GRID_EXPONENTS if self.family == "power law" else _GRID_TIMES
        grid = np.linspace(low, high, many)
        yield from (np.array(some) for some in combinations(grid, self.terms))


def _exponential(t: Float, q: float, _end: float) -> Float:
    return np.asarray(np.exp(-t * np.exp(-q)))


def _exponential_slope(t: Float, q: float, _end: float) -> Float:
    scaled = t * np.exp(-q)
    return np.asarray(scaled * np.exp(-scaled))


def _power(t: Float, q: float, end: float) -> Float:
    return np.asarray((t / end) ** -np.exp(q))


def _power_slope(t: Float, q: float, end: float) -> Float:
    return np.asarray(-np.exp(q) * np.log(t / end) * (t / end) ** -np.exp(q))


EXPONENTIALS = tuple(
    DecayModel("exponential", terms, _exponential, _exponential_slope)
    for terms in range(1, MOST_TERMS + 1)
)
POWER_LAW = DecayModel("power law", 1, _power, _power_slope)
