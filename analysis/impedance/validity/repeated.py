"""Did the cell change while it was measured? Compare what was measured twice."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from ..spectrum import Spectrum
from ..structure import repeated_pairs

_SIGNIFICANT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Change of abs(Z) between the first and the last measurement at the same frequency.

    `relative_change` is the mean over the `frequency_hz` (k,) that were measured more than once;
    `standard_error` follows from the noise of the spectrum. How fast the cell drifts cannot be
    known without the times.
    """

    relative_change: float
    standard_error: float
    frequency_hz: Float

    @property
    def significant(self) -> bool:
        """Whether the change is beyond four standard errors."""
        return abs(self.relative_change) > _SIGNIFICANT * self.standard_error


def drift_of_repeats(spectrum: Spectrum, noise: float) -> Drift | None:
    """Compare points measured at one frequency, or return None if every frequency came once.

    `noise` is the standard deviation of real and of imaginary part as a fraction of abs(Z).

    >>> spectrum = Spectrum([100.0, 10.0, 1.0, 100.0], [10.0, 20.0, 30.0, 11.0])
    >>> drift = drift_of_repeats(spectrum, noise=0.01)
    >>> round(drift.relative_change, 3), drift.significant
    (0.1, True)
    """
    pairs = repeated_pairs(spectrum.frequency_hz)
    if not pairs:
        return None
    first, last = np.array(pairs).T
    modulus = np.abs(spectrum.z_ohm)
    change = float(np.expm1(np.log(modulus[last] / modulus[first]).mean()))
    return Drift(change, noise * math.sqrt(2.0 / len(pairs)), spectrum.frequency_hz[first])
