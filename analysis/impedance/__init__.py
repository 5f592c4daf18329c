"""Impedance spectra: circuits, fits, and the resistances they support."""

from .arcs import Arc, arcs_of
from .automatic import Choice, fit_automatic
from .circuit import Circuit
from .circuit_code import CircuitError, parse_circuit
from .fit import fit
from .geometry import Geometry, Quantity
from .interchange import from_impedance_py, to_impedance_py
from .kramers_kronig import KramersKronig, kramers_kronig
from .resistances import Resistances, resistances
from .result import FitResult
from .screening import SpectrumRefusedError, refusal
from .spectrum import Spectrum

__all__ = [
    "Arc",
    "Choice",
    "Circuit",
    "CircuitError",
    "FitResult",
    "Geometry",
    "KramersKronig",
    "Quantity",
    "Resistances",
    "Spectrum",
    "SpectrumRefusedError",
    "arcs_of",
    "fit",
    "fit_automatic",
    "from_impedance_py",
    "kramers_kronig",
    "parse_circuit",
    "refusal",
    "resistances",
    "to_impedance_py",
]
