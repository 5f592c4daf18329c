"""Debye elements: parallel RC pairs in series, the one description of a cell in time and frequency.

A voltage across element k obeys tau_k dv_k/dt = r_k i - v_k; its impedance is
r_k / (1 + j w tau_k).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

TERMS = 21
DECADES = 6.0
SINGLE_TERM_ALPHA = 0.995  # the distribution is narrower than the spacing of the terms


@dataclass(frozen=True, slots=True)
class Distribution:
    """One ZARC of unit resistance and unit time constant, as a sum of Debye elements.

    ``weights`` sum to 1; ``time_factors`` multiply the time constant. Both of shape (terms,).
    """

    weights: FloatArray
    time_factors: FloatArray


def zarc_distribution(alpha: float) -> Distribution:
    """Spread R / (1 + (j w tau)^alpha) over log-spaced relaxation times, +-3 decades about tau.

    Cole and Cole, J. Chem. Phys. 9 (1941) 341. The resistance is kept exactly; the impedance is
    within 2 % of R of the analytic ZARC for alpha from 0.7 to 1.

    >>> float(zarc_distribution(0.85).weights.sum().round(12))
    1.0
    """
    if not 0 < alpha <= 1:
        raise ValueError(f"the exponent of a ZARC must be above 0 and at most 1, got {alpha:g}")
    if alpha > SINGLE_TERM_ALPHA:
        return Distribution(np.ones(1), np.ones(1))
    log_time = np.linspace(-DECADES / 2, DECADES / 2, TERMS) * math.log(10)
    angle = (1 - alpha) * math.pi
    density = math.sin(angle) / (np.cosh(alpha * log_time) - math.cos(angle))
    return Distribution(density / density.sum(), np.exp(log_time))


def impedance(
    resistance_ohm: FloatArray, time_constant_s: FloatArray, frequency_hz: FloatArray
) -> ComplexArray:
    """Return the impedance of Debye elements in series, of the shape of ``frequency_hz``."""
    omega = 2 * math.pi * np.asarray(frequency_hz, dtype=float)
    terms = resistance_ohm / (1 + 1j * omega[..., None] * time_constant_s)
    total: ComplexArray = terms.sum(axis=-1)
    return total


def sampled_impedance(
    resistance_ohm: FloatArray,
    time_constant_s: FloatArray,
    frequency_hz: float,
    sample_period_s: float,
) -> complex:
    """Return the ratio of voltage to current when the current is a sinusoid held in steps.

    The voltage is read at the end of each step, the current is that of the step. It tends to
    ``impedance`` as the period goes to 0.
    """
    decay = np.exp(-sample_period_s / time_constant_s)
    gain = -np.expm1(-sample_period_s / time_constant_s)
    turn = np.exp(-2j * math.pi * frequency_hz * sample_period_s)
    return complex((resistance_ohm * gain / (1 - decay * turn)).sum())
