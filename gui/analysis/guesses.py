"""A first value for every parameter, so that a new circuit can be drawn and dragged at once.

These are no starting values of a fit, which finds its own: they only put the curve into view.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ...analysis.impedance import Circuit, Spectrum

_EXPONENT: Final = 0.9
_LEAD_SHARE: Final = 1e-2


def guess_values(circuit: Circuit, spectrum: Spectrum) -> dict[str, float]:
    """Share the measured resistance among the parts in series, their times over the window.

    The first part gets the fastest time. A part that is but one resistor gets the lowest |Z|.

    >>> from solidcell.analysis.impedance import parse_circuit
    >>> f = np.logspace(5, 0, 30)
    >>> z = 10 + 200 / (1 + 2j * np.pi * f * 1e-3)
    >>> found = guess_values(parse_circuit("R0-p(R1,C1)"), Spectrum(f, z))
    >>> round(found["R0"]), round(found["R1"])
    (10, 200)
    """
    modulus = np.abs(spectrum.z_ohm)
    lowest = float(modulus.min())
    span = max(float(np.ptp(spectrum.z_ohm.real)), 1e-3 * lowest)
    arcs = [place for _, place in circuit.terms if place.stop - place.start > 1]
    scale_ohm = span / max(1, len(arcs))
    times_s = _spread_times(spectrum, len(arcs))
    values = np.empty(len(circuit.names))
    for _, place in circuit.terms:
        if place in arcs:
            z_ohm, time_s = scale_ohm, times_s[arcs.index(place)]
        else:
            z_ohm, time_s = lowest, 0.1 / float(spectrum.frequency_hz.min())
        _fill(circuit, values, place, z_ohm, time_s)
    _weaken_inductors(circuit, values, spectrum)
    return dict(zip(circuit.names, values.tolist(), strict=True))


def _spread_times(spectrum: Spectrum, count: int) -> list[float]:
    """Time constants evenly over the logarithm of the window, fastest first."""
    fastest = 1.0 / (2 * np.pi * float(spectrum.frequency_hz.max()))
    slowest = 1.0 / (2 * np.pi * float(spectrum.frequency_hz.min()))
    shares = (np.arange(count) + 0.5) / max(1, count)
    return [float(fastest * (slowest / fastest) ** share) for share in shares]


def _fill(circuit: Circuit, values: np.ndarray, place: slice, z_ohm: float, time_s: float) -> None:
    for k in range(place.start, place.stop):
        parameter = circuit.parameters[k]
        power = _EXPONENT if parameter.time_power is None else parameter.time_power
        value = parameter.typical * z_ohm**parameter.impedance_power * time_s**power
        values[k] = min(max(value, parameter.lower), parameter.upper)


def _weaken_inductors(circuit: Circuit, values: np.ndarray, spectrum: Spectrum) -> None:
    """Let every inductor be hardly seen at the highest frequency."""
    at_top = float(np.abs(spectrum.z_ohm[np.argmax(spectrum.frequency_hz)]))
    henry = _LEAD_SHARE * at_top / (2 * np.pi * float(spectrum.frequency_hz.max()))
    for k, parameter in enumerate(circuit.parameters):
        if parameter.unit == "H":
            values[k] = max(henry, parameter.lower)
