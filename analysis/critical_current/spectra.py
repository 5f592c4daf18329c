"""Impedance spectra as the judge reads them: sorted, and their resistances at high and low end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]


class SpectrumPoint(Protocol):
    """One point as it comes from an instrument; capacitive imaginary parts are negative."""

    @property
    def frequency_hz(self) -> float:
        """Frequency of the excitation."""
        ...

    @property
    def z_ohm(self) -> complex:
        """Impedance of the cell."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A spectrum in order of falling frequency. ``z_ohm`` is complex, shape (n,)."""

    frequency_hz: Floats
    z_ohm: Complexes


def sweep_of(points: Sequence[SpectrumPoint]) -> Sweep | None:
    """Sort the usable points by falling frequency; ``None`` with fewer than four of them."""
    usable = [(p.frequency_hz, p.z_ohm) for p in points if p.frequency_hz > 0]
    return sweep_from_arrays(
        np.array([f for f, _ in usable], dtype=np.float64),
        np.array([z for _, z in usable], dtype=np.complex128),
    )


def sweep_from_arrays(frequency_hz: Floats, z_ohm: Complexes) -> Sweep | None:
    """Sort by falling frequency, leaving out what is not finite; ``None`` with fewer than four."""
    good = np.isfinite(z_ohm) & (frequency_hz > 0)
    f, z = frequency_hz[good], z_ohm[good]
    if f.size < 4:
        return None
    order = np.argsort(-f, kind="stable")
    return Sweep(f[order], z[order])


def high_frequency_resistance(sweep: Sweep) -> tuple[float, float]:
    """The resistance where the spectrum meets the real axis at high frequency, and that frequency.

    From the highest frequency down, the first point that is not inductive, within the two highest
    decades; without such a point the one nearest to the real axis. It is the median of the real
    parts, which are blind to the inductance of the leads, of that point and its neighbours.

    >>> f = np.logspace(6, 0, 61)
    >>> z = 30 + 2j * np.pi * f * 3e-7 + 20 / (1 + 2j * np.pi * f * 1e-3)
    >>> round(high_frequency_resistance(Sweep(f, z))[0], 1)
    30.0
    """
    top = int(np.count_nonzero(sweep.frequency_hz >= sweep.frequency_hz[0] / 100))
    z = sweep.z_ohm[:top]
    capacitive = np.nonzero(z.imag <= 0)[0]
    at = int(capacitive[0]) if capacitive.size else int(np.argmin(np.abs(z.imag) / np.abs(z)))
    around = slice(max(0, at - 1), at + 2)
    return float(np.median(z.real[around])), float(sweep.frequency_hz[at])


def low_frequency_resistance(sweep: Sweep, frequency_hz: float = 1.0) -> tuple[float, float]:
    """Magnitude at ``frequency_hz``, or at the lowest frequency above it, and that frequency."""
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    around = slice(max(0, at - 1), at + 2)
    return float(np.median(np.abs(sweep.z_ohm[around]))), float(sweep.frequency_hz[at])


def phase_deg(sweep: Sweep, frequency_hz: float) -> float | None:
    """Phase at the nearest frequency within a factor of two; ``None`` where none was measured."""
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    if abs(np.log2(sweep.frequency_hz[at] / frequency_hz)) > 1:
        return None
    return float(np.degrees(np.angle(sweep.z_ohm[at])))


def real_part_near(sweep: Sweep, frequency_hz: float) -> float:
    """The resistance at the measured frequency nearest to one, smoothed over its neighbours."""
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    return float(np.median(sweep.z_ohm.real[max(0, at - 1) : at + 2]))
