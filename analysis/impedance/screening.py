"""A look at a spectrum before any fit: refuse it, or say what its two ends are like."""

from __future__ import annotations

import math

import numpy as np

from . import reasons
from .arrays import Float
from .spectrum import Spectrum

FEWEST_POINTS = 8
_FLAT = 0.05
_SPUR_OVER_PLATEAU = 10.0
_BLOCKING_PHASE_DEG = -60.0
_RISE = 1.1


class SpectrumRefusedError(ValueError):
    """A spectrum from which no resistance can honestly be read; the text is the reason."""


def refusal(spectrum: Spectrum) -> str | None:
    """Say why no resistance can be read from a spectrum, or None if one can.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(6, 0, 31)
    >>> refusal(Spectrum(f, 10 + 100 / (1 + 2j * np.pi * f * 1e-4))) is None
    True
    >>> refusal(Spectrum(f, np.full(31, 50.0)))
    'every point is 50+0j ohm: the input was saturated, held or out of range'
    """
    if len(spectrum) < FEWEST_POINTS:
        return f"{len(spectrum)} points are too few; {FEWEST_POINTS} are needed"
    if (different := np.unique(spectrum.frequency_hz).size) < FEWEST_POINTS:
        return f"{different} different frequencies are too few; {FEWEST_POINTS} are needed"
    asked = (
        reasons.held,
        reasons.zero,
        reasons.mixed_hertz,
        reasons.mixed_ohms,
        reasons.negative,
        reasons.short_circuit,
        reasons.inductive,
        reasons.clipped,
    )
    return next((reason for ask in asked if (reason := ask(spectrum))), None)


def without_deep_spur(spectrum: Spectrum) -> tuple[Spectrum, tuple[str, ...]]:
    """Leave out the low end of a blocking electrode's spur, which says nothing of the electrolyte.

    No CPE follows the spur over many decades, and what it misses there would bend the
    resistance at the other end.
    """
    if tails(spectrum) != ("CPE",):
        return spectrum, ()
    modulus = np.abs(spectrum.z_ohm)
    plateau = _plateau(spectrum)
    keep = (modulus < _SPUR_OVER_PLATEAU * modulus[plateau]) | (
        spectrum.frequency_hz > spectrum.frequency_hz[plateau]
    )
    dropped = spectrum.frequency_hz[~keep]
    if dropped.size == 0 or keep.sum() < 2 * FEWEST_POINTS:
        return spectrum, ()
    return spectrum.only(keep), (
        f"{dropped.size} points up to {dropped.max():.3g} Hz lie in the electrodes' spur above "
        f"{_SPUR_OVER_PLATEAU:.0f} x |Z| of the plateau and were left out of the fit",
    )


def _plateau(spectrum: Spectrum) -> int:
    """Place of the lowest -Z''/|Z| next to the spur, before the electrolyte's first arc rises."""
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    z = spectrum.z_ohm[order]
    share = -z.imag / np.abs(z)
    risen = share > np.minimum.accumulate(share) + _FLAT
    before = int(np.argmax(risen)) if risen.any() else len(share)
    return int(order[np.argmin(share[:before])])


def is_inductive(spectrum: Spectrum) -> bool:
    """Whether the high-frequency end shows an inductance: a run of Z'' > 0, or a clear one."""
    order = np.argsort(-spectrum.frequency_hz, kind="stable")
    z = spectrum.z_ohm[order]
    run = int(np.logical_and.accumulate(z.imag > 0).sum())
    return run >= 3 or bool((z.imag[:run] > _FLAT * np.abs(z[:run])).any())


def tails(spectrum: Spectrum) -> tuple[str, ...]:
    """Say what may stand at the low-frequency end: nothing, a CPE, or either."""
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    low = spectrum.z_ohm[order]
    decade = max(3, int((spectrum.frequency_hz < 5 * spectrum.frequency_hz.min()).sum()))
    minus: Float = -low.imag[:decade]
    rising = minus[0] > _RISE * minus[-1] and minus[0] > 0.02 * abs(low[0])
    if not rising:
        return ("",)
    if math.degrees(float(np.angle(low[0]))) < _BLOCKING_PHASE_DEG:
        return ("CPE",)
    return ("", "CPE")
