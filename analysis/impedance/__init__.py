"""Impedance spectra: circuits, fits, and the resistances they support."""

from ..geometry import Geometry, Quantity, areal_resistance_ohm_m2, conductivity_s_per_m
from .circuits.circuit import Circuit
from .circuits.circuit_code import CircuitError, parse_circuit
from .circuits.elements import Element, Parameter
from .circuits.user_elements import user_element
from .fitting.bootstrap import Bootstrap, bootstrap
from .fitting.derived import SumOf, TimeConstant
from .fitting.fit import fit
from .fitting.interchange import from_impedance_py, to_impedance_py
from .fitting.many import fit_many
from .fitting.many_fits import ManyFits
from .fitting.result import FitResult
from .identification.arcs import Arc, arcs_of
from .identification.identify import identify
from .identification.resistances import Resistances, resistances
from .identification.result import Identification, NamedArc
from .relaxation.result import RelaxationTimes
from .relaxation.times import relaxation_times
from .remarks import remarks
from .screening import SpectrumRefusedError, refusal
from .series.arrhenius_figure import ArrheniusColumns, arrhenius_columns, arrhenius_figure
from .series.arrhenius_fit import ArrheniusRefusedError, arrhenius_fit
from .series.arrhenius_line import ArrheniusFit
from .series.arrhenius_of import Arrhenius, arrhenius_of
from .series.dependences import (
    PressureSeries,
    ThicknessSeries,
    pressure_series,
    thickness_series,
)
from .series.fit_series import fit_series
from .series.from_spectra import SeriesAnalysis, series_from_spectra
from .series.result import SeriesFit
from .spectrum import Spectrum
from .validity.error_model import ErrorModel
from .validity.error_sources import error_model_of_replicates, error_model_of_residuals
from .validity.kramers_kronig import KramersKronig, kramers_kronig
from .validity.repeated import Drift

__all__ = [
    "Arc",
    "Arrhenius",
    "ArrheniusColumns",
    "ArrheniusFit",
    "ArrheniusRefusedError",
    "Bootstrap",
    "Circuit",
    "CircuitError",
    "Drift",
    "Element",
    "ErrorModel",
    "FitResult",
    "Geometry",
    "Identification",
    "KramersKronig",
    "ManyFits",
    "NamedArc",
    "Parameter",
    "PressureSeries",
    "Quantity",
    "RelaxationTimes",
    "Resistances",
    "SeriesAnalysis",
    "SeriesFit",
    "Spectrum",
    "SpectrumRefusedError",
    "SumOf",
    "ThicknessSeries",
    "TimeConstant",
    "arcs_of",
    "areal_resistance_ohm_m2",
    "arrhenius_columns",
    "arrhenius_figure",
    "arrhenius_fit",
    "arrhenius_of",
    "bootstrap",
    "conductivity_s_per_m",
    "error_model_of_replicates",
    "error_model_of_residuals",
    "fit",
    "fit_many",
    "fit_series",
    "from_impedance_py",
    "identify",
    "kramers_kronig",
    "parse_circuit",
    "pressure_series",
    "refusal",
    "relaxation_times",
    "remarks",
    "resistances",
    "series_from_spectra",
    "thickness_series",
    "to_impedance_py",
    "user_element",
]
