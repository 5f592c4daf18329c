"""Which points of a spectrum a fit uses, and how much each one counts."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bool, Complex, Float
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum


class NoiseModel(Protocol):
    """What knows the noise of a spectrum, as an error model out of replicates does."""

    def deviation_ohm(self, spectrum: Spectrum) -> Float:
        """Standard deviations of real and imaginary parts, shape (2, n)."""
        ...


Weighting: TypeAlias = Literal["modulus", "proportional", "unity"]
AnyWeighting: TypeAlias = Weighting | NoiseModel | ArrayLike

_SMALLEST_PART = 0.01
_INDUCTIVE_RUN = 3
_INDUCTIVE_SHARE = 0.05


def weights(frequency_hz: Float, z_ohm: Complex, weighting: AnyWeighting) -> Float:
    """Return what multiplies real and imaginary residuals of spectra (m, n): shape (m, 2, n).

    Raises ValueError if a standard deviation is missing or not positive, or abs(Z) is 0.
    """
    modulus = np.abs(z_ohm)
    if not isinstance(weighting, str):
        deviation = _given(frequency_hz, z_ohm, weighting)
    elif weighting == "modulus":
        deviation = np.stack([modulus, modulus], axis=1)
    elif weighting == "proportional":
        parts = np.abs(np.stack([z_ohm.real, z_ohm.imag], axis=1))
        deviation = np.maximum(parts, _SMALLEST_PART * modulus[:, None])
    elif weighting == "unity":
        deviation = np.ones((len(z_ohm), 2, z_ohm.shape[1]))
    else:
        raise ValueError(
            f"weighting {weighting!r} is unknown; allowed are modulus, proportional, unity, "
            "an error model, or an array of standard deviations in ohm"
        )
    if not (np.isfinite(deviation).all() and (deviation > 0).all()):
        raise ValueError("every point needs a finite weight: a standard deviation or |Z| is 0")
    weight: Float = 1.0 / deviation
    return weight


def is_believed(weighting: AnyWeighting) -> bool:
    """Whether the weights are standard deviations, which the residuals do not rescale."""
    return not isinstance(weighting, str)


def _given(frequency_hz: Float, z_ohm: Complex, weighting: NoiseModel | ArrayLike) -> Float:
    if hasattr(weighting, "deviation_ohm"):
        return np.stack([weighting.deviation_ohm(Spectrum(frequency_hz, z)) for z in z_ohm])
    deviation = np.asarray(weighting, dtype=np.float64)
    m, n = z_ohm.shape
    if deviation.shape in ((n,), (2, n)):
        return np.broadcast_to(np.atleast_2d(deviation), (m, 2, n))
    if deviation.shape == (m, n):
        return np.broadcast_to(deviation[:, None], (m, 2, n))
    if deviation.shape == (m, 2, n):
        return deviation
    raise ValueError(
        f"standard deviations need shape {(n,)} or {(2, n)}, or {(m, n)} or {(m, 2, n)} for "
        f"each of {m} spectra; got {deviation.shape}"
    )


def inductive_points(circuit: Circuit, frequency_hz: Float, z_ohm: Complex) -> Bool:
    """Tell which points of spectra (m, n) lead inductance spoils for a circuit without one."""
    spoilt = np.zeros(z_ohm.shape, dtype=np.bool_)
    if any(p.unit == "H" for p in circuit.parameters):
        return spoilt
    falling = np.argsort(-frequency_hz, kind="stable")
    z = z_ohm[:, falling]
    run = np.logical_and.accumulate(z.imag > 0, axis=1)
    clear = (run & (z.imag > _INDUCTIVE_SHARE * np.abs(z))).any(axis=1)
    run[~((run.sum(axis=1) >= _INDUCTIVE_RUN) | clear)] = False
    spoilt[:, falling] = run
    return spoilt
