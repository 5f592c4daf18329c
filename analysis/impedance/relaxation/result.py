"""What a spectrum says of its relaxation times, and how it was asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bool, Complex, Float
from .grid import hats
from .peaks import Peak


@dataclass(frozen=True, slots=True)
class RelaxationSettings:
    """How a distribution was found: the same settings give the same numbers.

    `regularisation` is the criterion, or "given"; `penalty` the lambda that was used, in
    ``sum(residual^2) + lambda * integral (d gamma / d ln tau)^2 / scale^2 d ln tau``, with
    gamma in units of `unit_ohm`, residuals relative to abs(Z) and `scale` (1 at most) the
    first estimate of gamma, smoothed.
    """

    regularisation: str
    penalty: float
    unit_ohm: float
    level: float
    points_per_decade: int
    inductive: bool | None
    blocking: bool | None


@dataclass(frozen=True, slots=True)
class Spur:
    """The spur of a blocking electrode, ``(j omega)^-exponent / q``."""

    q: float
    exponent: float


@dataclass(frozen=True, eq=False, slots=True)
class RelaxationTimes:
    """The distribution of relaxation times of one spectrum. Made by :func:`relaxation_times`.

    Attributes
    ----------
    tau_s, gamma_ohm : ndarray, shape (m,)
        Time constants, evenly spaced in ln(tau), fastest first, and gamma(ln tau) in ohm: its
        integral over ln(tau) is the polarisation resistance.
    lower_ohm, upper_ohm : ndarray, shape (m,)
        Credible band of gamma, point by point, at the level of the settings.
    peaks : tuple of Peak
        Fastest first; those that the band supports.
    series_resistance_ohm : float
        Limit at high frequency.
    inductance_h : float or None
        None if the data hold no inductor.
    spur : Spur or None
        The blocking electrode's; None if the data hold none. It is no part of gamma.
    polarisation_ohm, polarisation_standard_error_ohm : float
        Integral of gamma, and its one sigma.
    residuals : ndarray of complex, shape (n,)
        (measured - model) / abs(Z), in the order of the spectrum.
    used : ndarray of bool, shape (n,)
        False for points of a deep spur that no CPE follows; `warnings` says so.
    noise : float
        Standard deviation of a part of the residuals of the points used, freedom of the model
        allowed for.
    """

    tau_s: Float
    gamma_ohm: Float
    lower_ohm: Float
    upper_ohm: Float
    peaks: tuple[Peak, ...]
    series_resistance_ohm: float
    inductance_h: float | None
    spur: Spur | None
    polarisation_ohm: float
    polarisation_standard_error_ohm: float
    residuals: Complex
    used: Bool
    noise: float
    settings: RelaxationSettings
    warnings: tuple[str, ...]

    def impedance_ohm(self, frequency_hz: ArrayLike) -> Complex:
        """Return the impedance (n,) of the model at any frequencies (n,) > 0."""
        omega = 2 * np.pi * np.atleast_1d(np.asarray(frequency_hz, dtype=np.float64))
        step = float(np.log(self.tau_s[1] / self.tau_s[0]))
        real, imaginary = np.split(hats(omega, np.log(self.tau_s), step) @ self.gamma_ohm, 2)
        z: Complex = self.series_resistance_ohm + real + 1j * imaginary
        if self.inductance_h is not None:
            z = z + 1j * omega * self.inductance_h
        if self.spur is not None:
            z = z + (1j * omega) ** -self.spur.exponent / self.spur.q
        return z
