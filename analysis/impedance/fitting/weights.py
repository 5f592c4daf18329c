"""Which points of a spectrum a fit uses, and how much each one counts."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bool, Float
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum

Weighting: TypeAlias = Literal["modulus", "proportional", "unity"]

_SMALLEST_PART = 0.01
_INDUCTIVE_RUN = 3
_INDUCTIVE_SHARE = 0.05


def weights(spectrum: Spectrum, weighting: Weighting | ArrayLike) -> Float:
    """Return what multiplies the residuals of real and imaginary parts, shape (2, n).

    Raises ValueError if a standard deviation is missing or not positive, or abs(Z) is 0.
    """
    z = spectrum.z_ohm
    modulus = np.abs(z)
    if not isinstance(weighting, str):
        deviation = np.asarray(weighting, dtype=np.float64)
        if deviation.shape not in (z.shape, (2, *z.shape)):
            raise ValueError(
                f"standard deviations need shape {z.shape} or {(2, *z.shape)}, "
                f"got {deviation.shape}"
            )
        deviation = np.broadcast_to(deviation, (2, *z.shape))
    elif weighting == "modulus":
        deviation = np.stack([modulus, modulus])
    elif weighting == "proportional":
        deviation = np.maximum(np.abs([z.real, z.imag]), _SMALLEST_PART * modulus)
    elif weighting == "unity":
        deviation = np.ones((2, z.size))
    else:
        raise ValueError(
            f"weighting {weighting!r} is unknown; allowed are modulus, proportional, unity "
            "or an array of standard deviations in ohm"
        )
    if not (np.isfinite(deviation).all() and (deviation > 0).all()):
        raise ValueError("every point needs a finite weight: a standard deviation or |Z| is 0")
    weight: Float = 1.0 / deviation
    return weight


def used_points(circuit: Circuit, spectrum: Spectrum, policy: str) -> tuple[Bool, tuple[str, ...]]:
    """Choose the points to fit, shape (n,), and say in words what was left out and why."""
    keep = np.ones(len(spectrum), dtype=np.bool_)
    if policy == "keep" or any(p.unit == "H" for p in circuit.parameters):
        return keep, ()
    falling = np.argsort(-spectrum.frequency_hz, kind="stable")
    z = spectrum.z_ohm[falling]
    inductive = np.logical_and.accumulate(z.imag > 0)
    run = int(inductive.sum())
    clear = (z.imag[:run] > _INDUCTIVE_SHARE * np.abs(z[:run])).any()
    if run == 0 or not (run >= _INDUCTIVE_RUN or clear):
        return keep, ()
    keep[falling[:run]] = False
    if keep.sum() < 3:
        raise ValueError("Z'' > 0 at nearly every frequency: give the circuit an inductor (L0)")
    first = spectrum.frequency_hz[falling[run - 1]]
    return keep, (
        f"{run} points from {first:.3g} Hz up have Z'' > 0 (inductance of leads) and were left "
        f"out of the fit, as {circuit} has no inductor",
    )
