"""One measured impedance spectrum, checked once at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Bool, Complex, Float

MINIMUM_POINTS = 3
OVERLOAD = 9.9e37
"""What instruments send for overload or no reading (9.9E37, 9.91E37), and nothing measures."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Complex impedance against frequency, in the order in which it was measured.

    Parameters
    ----------
    frequency_hz : array_like, shape (n,)
        Frequencies in hertz, n >= 3, finite and positive, in any order; repeats are allowed.
    z_ohm : array_like, shape (n,)
        Complex impedance in ohm. The imaginary part is stored as measured: negative where
        the cell is capacitive.
    metadata : mapping of str to str, optional
        Free facts about the measurement.

    Raises
    ------
    ValueError
        If the arrays are not one-dimensional and of one length, n < 3, a value is not finite or
        an instrument's code for overload, or a frequency is not positive. The message names the
        first bad point.

    Examples
    --------
    >>> spectrum = Spectrum([1e3, 1e2, 1e1], [10 - 1j, 12 - 3j, 15 - 2j])
    >>> len(spectrum)
    3
    """

    frequency_hz: Float
    z_ohm: Complex
    metadata: Mapping[str, str]

    def __init__(
        self,
        frequency_hz: ArrayLike,
        z_ohm: ArrayLike,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        frequency = np.array(frequency_hz, dtype=np.float64)
        z = np.array(z_ohm, dtype=np.complex128)
        _check(frequency, z)
        frequency.flags.writeable = False
        z.flags.writeable = False
        object.__setattr__(self, "frequency_hz", frequency)
        object.__setattr__(self, "z_ohm", z)
        object.__setattr__(self, "metadata", dict(metadata or {}))

    def __len__(self) -> int:
        return int(self.frequency_hz.size)

    def only(self, keep: Bool) -> Spectrum:
        """Return the points where `keep`, shape (n,), is true; the order stays."""
        return Spectrum(self.frequency_hz[keep], self.z_ohm[keep], self.metadata)


def _check(frequency: Float, z: Complex) -> None:
    if frequency.ndim != 1 or frequency.shape != z.shape:
        raise ValueError(
            "a spectrum needs two 1-D arrays of one length, "
            f"got frequency_hz {frequency.shape} and z_ohm {z.shape}"
        )
    if frequency.size < MINIMUM_POINTS:
        raise ValueError(f"a spectrum needs at least {MINIMUM_POINTS} points, got {frequency.size}")
    bad = ~(np.isfinite(frequency) & (frequency > 0) & (frequency < OVERLOAD))
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(
            f"frequency_hz[{at}] is {frequency[at]} Hz (point {at + 1} of {frequency.size}); "
            "it must be finite and > 0"
        )
    bad = ~np.isfinite(z)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(
            f"z_ohm[{at}] is {z[at]} ohm (point {at + 1} of {z.size}, {frequency[at]:.4g} Hz); "
            "it must be finite"
        )
    bad = np.maximum(np.abs(z.real), np.abs(z.imag)) >= OVERLOAD
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(
            f"z_ohm[{at}] is {z[at]} ohm (point {at + 1} of {z.size}, {frequency[at]:.4g} Hz): "
            f"instruments send {OVERLOAD:.1e} and above for overload or no reading; "
            "leave such points out"
        )
