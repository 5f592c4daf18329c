"""Whether a fitted circuit may be chosen: each of its arcs must be in the data.

The limits were settled on simulated cells with and without errors that the circuit does not
describe, by counting arcs that are not there and arcs that were missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..circuits.circuit import Parallel
from ..fitting.coordinates import time_constant
from ..fitting.result import FitResult

LARGEST_ERROR = 3.0
LARGEST_ERROR_OUTSIDE = 0.3
_LOWEST_EXPONENT = 0.45
_SMALLEST_ARC = 0.01
_ABOVE_WINDOW = 30.0
_BELOW_WINDOW = 3.0
_BESIDE_INDUCTOR = 3.0


@dataclass(frozen=True, slots=True)
class _Term:
    """An arc of the circuit: the place of its first parameter, its time constant, its doubt."""

    code: str
    at: int
    tau_s: float
    relative_error: float

    @property
    def apex_hz(self) -> float:
        return 1.0 / (2 * math.pi * self.tau_s)


def objection(result: FitResult) -> str:
    """Say why a fit may not be chosen, or nothing if it may.

    An arc that the criterion asks for counts although its resistance be hardly known: it is then
    stated as part of a sum. One whose resistance could as well be infinite is none.
    Its apex must lie in the measured window. Above it, up to 30 x, only the arc's capacitance
    across its resistance is seen: it counts if it is known to 30 %, and beside an inductor, which
    takes the same place in the data, up to 3 x. Below, down to a third of the lowest frequency,
    it counts if it is known to 30 %.
    """
    if not result.converged:
        return "did not converge"
    for term in _arc_terms(result):
        if found := _undetermined(result, term) or _no_arc(result, term):
            return found
    return ""


def _arc_terms(result: FitResult) -> list[_Term]:
    terms = []
    for node, place in result.parsed().terms:
        tau = time_constant(node, result.values[place])
        if tau is not None and isinstance(node, Parallel):
            at = place.start
            doubt = math.sqrt(max(float(result.covariance_log[at, at]), 0.0))
            terms.append(_Term(str(node), at, float(tau), doubt))
    return sorted(terms, key=lambda term: term.tau_s)


def _undetermined(result: FitResult, term: _Term) -> str:
    name = result.names[term.at]
    if result.standard_errors[term.at] is None and "bound" in result.notes[term.at]:
        return f"{name} is {result.notes[term.at]}"
    if term.relative_error <= LARGEST_ERROR:
        return ""
    return f"{name} is not determined by these data (relative error {term.relative_error:.2g})"


def _no_arc(result: FitResult, term: _Term) -> str:
    name, exponent = result.names[term.at], float(result.values[term.at + 2])
    if exponent < _LOWEST_EXPONENT:
        return f"{result.names[term.at + 2]} = {exponent:.2f} is no single process"
    if result.values[term.at] < _SMALLEST_ARC * abs(result.impedance_ohm([term.apex_hz])[0]):
        return f"{name} is below {_SMALLEST_ARC:.0%} of |Z| at its apex"
    lowest, highest = (float(f(result.spectrum.frequency_hz)) for f in (np.min, np.max))
    if lowest <= term.apex_hz <= highest:
        return ""
    inductive = any(unit == "H" for unit in result.units)
    above = _BESIDE_INDUCTOR if inductive else _ABOVE_WINDOW
    near = lowest / _BELOW_WINDOW <= term.apex_hz <= above * highest
    if near and term.relative_error <= LARGEST_ERROR_OUTSIDE:
        return ""
    return f"apex of {term.code} at {term.apex_hz:.2g} Hz lies outside the window"
