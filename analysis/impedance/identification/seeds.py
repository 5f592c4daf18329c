"""The first circuit to try: an arc for each peak of the distribution of relaxation times."""

from __future__ import annotations

import numpy as np

from ..arrays import Float
from ..relaxation.result import RelaxationTimes
from ..relaxation.times import FEWEST_DECADES, FEWEST_POINTS, relaxation_times
from ..spectrum import Spectrum
from .shapes import Parts, Shape, Tail

_EXPONENT = 0.9
_SPUR_EXPONENT = 0.8
_NOTHING = 1e-4
_BEYOND_WINDOW = 10.0


def seed(spectrum: Spectrum, tail: Tail, most_arcs: int) -> tuple[Shape, Float] | None:
    """Return a shape with an inductor, R0 and a CPE or no tail, and values to start it from.

    None where the distribution has no peak, or the spectrum is too short to have one.
    """
    width = float(spectrum.frequency_hz.max() / spectrum.frequency_hz.min())
    if len(spectrum) < FEWEST_POINTS or width < 10**FEWEST_DECADES:
        return None
    found = relaxation_times(spectrum, blocking=bool(tail), inductive=True)
    omega = 2 * np.pi * spectrum.frequency_hz
    fastest, slowest = 1 / (_BEYOND_WINDOW * omega.max()), _BEYOND_WINDOW / omega.min()
    peaks = [peak for peak in found.peaks if fastest < peak.tau_s < slowest]
    peaks = sorted(peaks, key=lambda peak: -peak.resistance_ohm)[:most_arcs]
    if not peaks:
        return None
    arcs = [
        (p.resistance_ohm, p.tau_s**_EXPONENT / p.resistance_ohm, _EXPONENT)
        for p in sorted(peaks, key=lambda peak: peak.tau_s)
    ]
    smallest_ohm = _NOTHING * float(np.abs(spectrum.z_ohm).min())
    series = max(found.series_resistance_ohm, smallest_ohm)
    inductance = max(found.inductance_h or 0.0, smallest_ohm / float(omega.max()))
    parts = Parts(
        np.array([inductance]), np.array([series]), np.array(arcs), _tail(found, spectrum, tail)
    )
    return Shape(len(arcs), tail, inductor=True), parts.values()


def without_arcs(spectrum: Spectrum, tail: Tail) -> tuple[Shape, Float]:
    """Return the shape of leads and tail alone, and values to start it from."""
    modulus = np.abs(spectrum.z_ohm)
    least = float(modulus.min())
    inductance = _NOTHING * least / (2 * np.pi * float(spectrum.frequency_hz.max()))
    series = max(float(np.median(spectrum.z_ohm.real)), _NOTHING * least)
    values = Parts(
        np.array([inductance]), np.array([series]), np.empty((0, 3)), _at_the_end(spectrum, tail)
    ).values()
    return Shape(0, tail, inductor=True), values


def _tail(found: RelaxationTimes, spectrum: Spectrum, tail: Tail) -> Float:
    if tail and found.spur is not None:
        return np.array([found.spur.q, found.spur.exponent])
    return _at_the_end(spectrum, tail)


def _at_the_end(spectrum: Spectrum, tail: Tail) -> Float:
    """A CPE of the lowest frequency's impedance; nothing without a tail."""
    if not tail:
        return np.empty(0)
    lowest = int(np.argmin(spectrum.frequency_hz))
    omega = 2 * np.pi * float(spectrum.frequency_hz[lowest])
    admittance = 1 / float(np.abs(spectrum.z_ohm[lowest]))
    return np.array([admittance * omega**-_SPUR_EXPONENT, _SPUR_EXPONENT])
