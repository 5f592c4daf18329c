"""The spectra of a run by their time, fitted with one circuit, and how much warmer they grew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..impedance import parse_circuit
from ..runs import Run
from ..spectra import LabelledSpectrum, answer_spectrum, spectrum_of_sweep

STEADY_SPAN_K: Final = 1.0
LARGEST_SPAN_K: Final = 5.0  # at 0.5 eV a third of a resistance
_FEWEST_POINTS: Final = 3

Timed = tuple[float, LabelledSpectrum]
"""Seconds since the run began, and what was measured then."""


def timed_spectra(run: Run, measurement: str | None = None) -> list[Timed]:
    """Return the spectra of a run: those of one measurement, if it is named and there are any."""
    sweeps = [each for each in run.sweeps if each.frequency_hz.size >= _FEWEST_POINTS]
    own = [s for s in sweeps if measurement and s.tags.get("measurement") == measurement]
    return [(each.elapsed_s, spectrum_of_sweep(run, each)) for each in own or sweeps]


def one_circuit(found: Sequence[Timed], label: str) -> str:
    """Return the simplest circuit of those that the first, middle and last spectrum ask for.

    Raises ``ValueError`` if none of them names one.
    """
    asked = [found[0], found[len(found) // 2], found[-1]]
    answers = [answer_spectrum(spectrum) for _, spectrum in asked]
    named = [each.identification.circuit for each in answers if each.identification is not None]
    if not named:
        raise ValueError(f"{label}: its spectra name no circuit ({answers[0].refused})")
    return min(named, key=lambda circuit: len(parse_circuit(circuit).names))


def span_k(found: Sequence[Timed]) -> float:
    """Return the largest difference between their temperatures; 0 where none is known."""
    kelvins = [each.temperature_k for _, each in found if each.temperature_k is not None]
    return max(kelvins) - min(kelvins) if kelvins else 0.0
