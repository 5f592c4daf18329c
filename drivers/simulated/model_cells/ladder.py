"""Debye elements in series that remember: one path of a cell, stepped exactly."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..debye import ComplexArray, FloatArray, impedance, zarc_distribution

FASTEST_S = 1e-9
SLOWEST_S = 1e7
TERMS_PER_DECADE = 2
NEVER_S = 1e13  # time constant of a capacitor, as no experiment lives to see it leak


class Elements(NamedTuple):
    """Resistances (ohm) and time constants (s) of Debye elements, each of shape (n,)."""

    resistance_ohm: FloatArray
    time_constant_s: FloatArray


def arc(resistance_ohm: float, time_constant_s: float, alpha: float = 1.0) -> Elements:
    """Return an arc (ZARC) of this resistance, time constant and exponent."""
    spread = zarc_distribution(alpha)
    return Elements(resistance_ohm * spread.weights, time_constant_s * spread.time_factors)


def constant_phase(q: float, alpha: float) -> Elements:
    """Return the constant-phase element 1 / (q (j w)^alpha), q in S s^alpha.

    From (j w)^-a = sin(pi a)/pi times the integral of tau^a / (1 + j w tau) over ln tau; what is
    faster than ``FASTEST_S`` is one element more, what is slower than ``SLOWEST_S`` a capacitor.

    Raises
    ------
    ValueError
        Unless ``alpha`` is above 0 and below 1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"a constant-phase exponent must be between 0 and 1, got {alpha:g}")
    spacing = math.log(10) / TERMS_PER_DECADE
    terms = round(math.log(SLOWEST_S / FASTEST_S) / spacing) + 1
    tau: FloatArray = np.geomspace(FASTEST_S, SLOWEST_S, terms, dtype=np.float64)
    size = math.sin(math.pi * alpha) / math.pi / q
    half = math.exp(spacing / 2)
    rest_ohm = size * (FASTEST_S / half) ** alpha / alpha
    rest_f = (1 - alpha) / size * (SLOWEST_S * half) ** (1 - alpha)
    return Elements(
        np.concatenate([[rest_ohm], size * tau**alpha * spacing, [NEVER_S / rest_f]]),
        np.concatenate([[FASTEST_S / half**2], tau, [NEVER_S]]),
    )


def diffusion(resistance_ohm: float, time_s: float, terms: int = 40) -> Elements:
    """Return the diffusion impedance R tanh(s)/s with s^2 = j w ``time_s``, of finite length.

    Its poles: tanh(s)/s is the sum of 2 / (s^2 + ((k - 1/2) pi)^2) over k = 1, 2, ...; what the
    terms beyond ``terms`` would add goes to the last one, so that the resistance is exact.
    """
    pole: FloatArray = ((np.arange(terms, dtype=np.float64) + 0.5) * math.pi) ** 2
    weights = 2 / pole
    weights[-1] += 1 - weights.sum()
    return Elements(resistance_ohm * weights, time_s / pole)


class Ladder:
    """Elements in series, with the voltages that stand over them. Linear.

    ``series_ohm`` has no memory.
    """

    def __init__(self, parts: Sequence[Elements], series_ohm: float = 0.0) -> None:
        self.series_ohm = series_ohm
        self._voltages = np.zeros(sum(part.time_constant_s.size for part in parts))
        self.take(parts)

    def take(self, parts: Sequence[Elements]) -> None:
        """Go on with other elements, as many as before; the voltages over them stay."""
        self._resistance = np.concatenate([part.resistance_ohm for part in parts])
        self._tau = np.concatenate([part.time_constant_s for part in parts])
        self._period_s = math.nan

    def look_ahead(self, period_s: float) -> tuple[float, float]:
        """Return (v, r): after ``period_s`` under a current i the voltage will be v + r i."""
        if period_s != self._period_s:
            self._period_s = period_s
            self._decay = np.exp(-period_s / self._tau)
            self._gain = self._resistance * -np.expm1(-period_s / self._tau)
        return float(self._voltages @ self._decay), float(self._gain.sum()) + self.series_ohm

    def live(self, current_a: float) -> None:
        """Live through the period that was looked ahead, under a constant current."""
        self._voltages = self._voltages * self._decay + self._gain * current_a

    def impedance(self, frequency_hz: FloatArray) -> ComplexArray:
        """Return the impedance (ohm), of the shape of ``frequency_hz``."""
        z: ComplexArray = impedance(self._resistance, self._tau, frequency_hz) + self.series_ohm
        return z
