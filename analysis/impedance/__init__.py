"""Impedance spectra: circuits, fits, and the resistances they support."""

from .circuit import Circuit
from .circuit_code import CircuitError, parse_circuit
from .fit import fit
from .interchange import from_impedance_py, to_impedance_py
from .result import FitResult
from .spectrum import Spectrum

__all__ = [
    "Circuit",
    "CircuitError",
    "FitResult",
    "Spectrum",
    "fit",
    "from_impedance_py",
    "parse_circuit",
    "to_impedance_py",
]
