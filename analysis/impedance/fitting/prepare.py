"""From arrays to a stack that can be fitted, and why some of its spectra cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bool, Complex, Float
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum
from .objective import Stack
from .weights import AnyWeighting, inductive_points, weights

_ALL_EQUAL = 1e-12
_TOO_FEW = "{} points are too few for the {} free parameters of {}"


@dataclass(frozen=True, eq=False)
class Prepared:
    """Spectra with their weights, and for each why it is refused, or an empty string."""

    stack: Stack
    refusals: tuple[str, ...]

    @property
    def good(self) -> Bool:
        """Which spectra are not refused, shape (m,)."""
        return np.array([not reason for reason in self.refusals], dtype=np.bool_)

    def with_enough_points(self, circuit: Circuit, free: int) -> Prepared:
        """Refuse also what has no more data than `free` parameters."""
        left = self.stack.used.sum(axis=1)
        reasons = [
            reason or (_TOO_FEW.format(points, free, circuit) if 2 * points <= free else "")
            for reason, points in zip(self.refusals, left.tolist(), strict=True)
        ]
        return Prepared(self.stack, tuple(reasons))


def prepared(
    circuit: Circuit,
    frequency_hz: ArrayLike,
    z_ohm: ArrayLike,
    weighting: AnyWeighting,
    drop_inductive: bool,
) -> Prepared:
    """Weigh spectra (m, n) at frequencies (n,); a spectrum that cannot be fitted is refused.

    The weights of a refused spectrum are 0.

    Raises
    ------
    ValueError
        If a shape is wrong, there is no spectrum, a frequency is not finite and positive, or
        the weighting is unknown or not positive.
    """
    frequency, z = _arrays(frequency_hz, z_ohm)
    reasons = [""] * len(z)
    for row in np.flatnonzero(_suspected(z)):
        reasons[row] = _refusal(circuit, frequency, z[row], weighting)
    sound = np.where(np.array([bool(reason) for reason in reasons])[:, None], 1.0, z)
    weight = weights(frequency, sound, weighting)
    if drop_inductive:
        spoilt = inductive_points(circuit, frequency, sound)
        weight = np.where(spoilt[:, None, :], 0.0, weight)
        for row in np.flatnonzero(spoilt.sum(axis=1) > frequency.size - 3):
            reasons[row] = "Z'' > 0 at nearly every frequency: give the circuit an inductor (L0)"
    refused = np.array([bool(reason) for reason in reasons])
    weight = np.where(refused[:, None, None], 0.0, weight)
    return Prepared(Stack(frequency, z, weight), tuple(reasons))


def _arrays(frequency_hz: ArrayLike, z_ohm: ArrayLike) -> tuple[Float, Complex]:
    frequency = np.asarray(frequency_hz, dtype=np.float64)
    z = np.asarray(z_ohm, dtype=np.complex128)
    if frequency.ndim != 1 or z.ndim != 2 or z.shape[1] != frequency.size or len(z) == 0:
        raise ValueError(
            "many spectra need frequency_hz of shape (n,) and z_ohm of shape (m, n), m > 0, "
            f"got {frequency.shape} and {z.shape}"
        )
    Spectrum(frequency, np.ones_like(frequency))
    return frequency, z


def _suspected(z: Complex) -> Bool:
    """Tell which spectra (m, n) need a look: a point is no number or 0, or all are alike."""
    modulus = np.abs(z)
    lowest, highest = modulus.min(axis=1), modulus.max(axis=1)
    sound: Bool = np.isfinite(highest) & (lowest > 0) & (lowest < (1 - 1e-6) * highest)
    return ~sound


def _refusal(circuit: Circuit, frequency: Float, z: Complex, weighting: AnyWeighting) -> str:
    try:
        Spectrum(frequency, z)
    except ValueError as error:
        return str(error)
    modulus = np.abs(z)
    relative = isinstance(weighting, str) and weighting != "unity"
    if relative and (modulus == 0).any():
        at = int(np.argmin(modulus))
        return f"|Z| is 0 at {frequency[at]:g} Hz: no weight relative to it is finite"
    changes = any(parameter.unit != "ohm" for parameter in circuit.parameters)
    if changes and np.ptp(z.real) + np.ptp(z.imag) <= _ALL_EQUAL * modulus.max():
        return f"Z is {z[0]:.4g} ohm at every frequency: nothing in it tells a time constant"
    return ""
