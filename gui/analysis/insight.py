"""What a spectrum says before any circuit: does it obey Kramers-Kronig, and its relaxation times.

This takes some milliseconds a spectrum, so it is for a thread of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analysis.impedance import Spectrum, kramers_kronig, relaxation_times
from ..theme import Tone
from .quantities import quantity_text

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The distribution of relaxation times with its band, shape (k,), and its peaks in words.

    ``refused`` is the reason where there is none; the arrays are empty then.
    """

    tau_s: Float
    gamma_ohm: Float
    lower_ohm: Float
    upper_ohm: Float
    peak_tau_s: Float
    peaks: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Insight:
    """The Kramers-Kronig verdict in words, its tone, and the relaxation times."""

    verdict: str
    tone: Tone
    failing_hz: Float
    relaxation: Relaxation


def look_into(spectrum: Spectrum) -> Insight:
    """Judge one spectrum; what cannot be judged says why."""
    verdict, tone, failing_hz = _judged(spectrum)
    return Insight(verdict, tone, failing_hz, _relaxation(spectrum))


def _judged(spectrum: Spectrum) -> tuple[str, Tone, Float]:
    try:
        found = kramers_kronig(spectrum)
    except ValueError as error:
        return f"not judged: {error}", "muted", np.empty(0)
    return found.verdict, "good" if found.valid else "danger", found.failing_hz


def _relaxation(spectrum: Spectrum) -> Relaxation:
    try:
        found = relaxation_times(spectrum)
    except ValueError as error:
        nothing = np.empty(0)
        return Relaxation(nothing, nothing, nothing, nothing, nothing, (), str(error))
    return Relaxation(
        tau_s=np.asarray(found.tau_s),
        gamma_ohm=np.asarray(found.gamma_ohm),
        lower_ohm=np.asarray(found.lower_ohm),
        upper_ohm=np.asarray(found.upper_ohm),
        peak_tau_s=np.array([peak.tau_s for peak in found.peaks]),
        peaks=tuple(
            f"{quantity_text(peak.tau_s, 's', 3)}: {quantity_text(peak.resistance_ohm, 'ohm', 3)}, "
            f"{quantity_text(peak.capacitance_f, 'F', 3)}"
            for peak in found.peaks
        ),
    )
