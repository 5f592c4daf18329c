"""What is worth saying of a spectrum that is sound enough to be analysed."""

from __future__ import annotations

import numpy as np

from .spectrum import Spectrum
from .structure import repeated_pairs

_MOST_NAMED = 3
_NEGATIVE = -0.05


def remarks(spectrum: Spectrum) -> tuple[str, ...]:
    """Say what a reader of the results should know of the points, in words; often nothing.

    Examples
    --------
    >>> remarks(Spectrum([100, 10, 1], [1, 2 - 1j, 3 - 1j]))
    ()
    >>> remarks(Spectrum([10, 100, 1], [2 - 1j, 1, 3 - 1j]))
    ('the frequencies are neither rising nor falling; the analysis sorts them',)
    """
    said = (_order(spectrum), _repeats(spectrum), _positive(spectrum), _negative(spectrum))
    return tuple(each for each in said if each)


def _order(spectrum: Spectrum) -> str:
    steps = np.diff(spectrum.frequency_hz)
    if (steps >= 0).all() or (steps <= 0).all():
        return ""
    return "the frequencies are neither rising nor falling; the analysis sorts them"


def _repeats(spectrum: Spectrum) -> str:
    pairs = repeated_pairs(spectrum.frequency_hz)
    if not pairs:
        return ""
    z = spectrum.z_ohm
    copies = sum(z[first] == z[last] for first, last in pairs)
    count = "1 frequency was" if len(pairs) == 1 else f"{len(pairs)} frequencies were"
    named = _named([float(spectrum.frequency_hz[first]) for first, _ in pairs])
    same = f"; {copies} with the very same Z (rows copied?)" if copies else ""
    return f"{count} measured more than once ({named}){same}"


def _positive(spectrum: Spectrum) -> str:
    order = np.argsort(-spectrum.frequency_hz, kind="stable")
    run = int(np.logical_and.accumulate(spectrum.z_ohm.imag[order] > 0).sum())
    if run == 0:
        return ""
    lowest = spectrum.frequency_hz[order[run - 1]]
    points = "1 point" if run == 1 else f"{run} points"
    return f"Z'' > 0 at {points} from {lowest:.3g} Hz up: the inductance of leads"


def _negative(spectrum: Spectrum) -> str:
    z = spectrum.z_ohm
    below = np.flatnonzero(z.real < _NEGATIVE * np.abs(z))
    if below.size == 0:
        return ""
    named = _named([float(f) for f in np.sort(spectrum.frequency_hz[below])])
    points = "1 point" if below.size == 1 else f"{below.size} points"
    return f"Re(Z) < 0 at {points} ({named})"


def _named(frequencies: list[float]) -> str:
    shown = ", ".join(f"{f:.4g} Hz" for f in frequencies[:_MOST_NAMED])
    more = len(frequencies) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
