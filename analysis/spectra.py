"""Spectra of any file, run files too, and what one fit says of each: resistances or a refusal."""

import math
from dataclasses import dataclass
from pathlib import Path

from .formats.read import read_spectra
from .geometry import Geometry
from .impedance import (
    Circuit,
    CircuitError,
    FitResult,
    Identification,
    Spectrum,
    fit,
    identify,
    parse_circuit,
    refusal,
)
from .impedance.identification.resistances import Resistances, resistances
from .run_rows import RunSweep
from .runs import Run, is_run_file, load_run


@dataclass(frozen=True, slots=True)
class LabelledSpectrum:
    """One spectrum, where it stands in which file, and the size of the cell if it is known."""

    file: Path
    label: str
    spectrum: Spectrum
    geometry: Geometry | None = None
    temperature_k: float | None = None


@dataclass(frozen=True, slots=True)
class SpectrumAnswer:
    """A fit with the resistances it supports; or ``refused``, the reason why there is none.

    ``identification`` has the arcs and what else was tried, where the circuit was not given.
    """

    of: LabelledSpectrum
    fit: FitResult | None = None
    resistances: Resistances | None = None
    refused: str | None = None
    identification: Identification | None = None


def spectra_of_file(path: Path) -> list[LabelledSpectrum]:
    """Read every spectrum of a file: any known format, or a run file with its cell's geometry.

    Raises ``FormatError``, ``NotARunFileError`` or ``FileNotFoundError``, naming file and line.
    """
    if is_run_file(path):
        return spectra_of_run(load_run(path))
    return [
        LabelledSpectrum(path, measured.source.label, measured.spectrum)
        for measured in read_spectra(path)
    ]


def spectra_of_run(run: Run) -> list[LabelledSpectrum]:
    """Take the sweeps of a run as spectra; one of fewer than three points is left out."""
    return [spectrum_of_sweep(run, sweep) for sweep in run.sweeps if sweep.frequency_hz.size >= 3]


def spectrum_of_sweep(run: Run, sweep: RunSweep) -> LabelledSpectrum:
    """Take one sweep as a spectrum of the run's cell. Raises ``ValueError`` under three points."""
    cell = run.header.cell
    return LabelledSpectrum(
        run.path,
        f"segment {sweep.segment}: {sweep.name}",
        Spectrum(sweep.frequency_hz, sweep.z_ohm),
        geometry_of(
            cell["electrode_area_m2"],
            cell["thickness_m"],
            thickness_uncertainty_m=cell.get("thickness_uncertainty_m") or 0.0,
        ),
        sweep.temperature_k or cell.get("temperature_k"),
    )


def geometry_of(
    electrode_area_m2: float,
    thickness_m: float,
    *,
    electrode_area_uncertainty_m2: float = 0.0,
    thickness_uncertainty_m: float = 0.0,
) -> Geometry:
    """Return the round cell of this area; u(d)/d is half of u(A)/A.

    >>> round(geometry_of(0.785e-4, 0.8e-3).diameter_m * 1e3, 3)  # mm
    9.997
    """
    if not (math.isfinite(electrode_area_m2) and electrode_area_m2 > 0):
        raise ValueError(f"electrode_area_m2 is {electrode_area_m2} m²; it must be finite and > 0")
    diameter_m = math.sqrt(4.0 * electrode_area_m2 / math.pi)
    doubt_m = diameter_m * electrode_area_uncertainty_m2 / (2.0 * electrode_area_m2)
    return Geometry(thickness_m, diameter_m, thickness_uncertainty_m, doubt_m)


def answer_spectrum(labelled: LabelledSpectrum, circuit: str | None = None) -> SpectrumAnswer:
    """Fit one spectrum, with the given circuit or a chosen one, and name its resistances.

    What cannot be answered is refused in the result; only a circuit that cannot be read raises
    (``CircuitError``).
    """
    try:
        if circuit is None:
            return _identified(labelled)
        return _fitted(labelled, parse_circuit(circuit))
    except CircuitError:
        raise
    except ValueError as error:
        return SpectrumAnswer(labelled, refused=str(error))


def _identified(labelled: LabelledSpectrum) -> SpectrumAnswer:
    found = identify(labelled.spectrum, labelled.geometry, temperature_k=labelled.temperature_k)
    return SpectrumAnswer(labelled, found.fit, found.resistances, identification=found)


def _fitted(labelled: LabelledSpectrum, circuit: Circuit) -> SpectrumAnswer:
    if reason := refusal(labelled.spectrum):
        return SpectrumAnswer(labelled, refused=reason)
    fitted = fit(circuit, labelled.spectrum)
    named = resistances(fitted, labelled.geometry, labelled.temperature_k)
    return SpectrumAnswer(labelled, fitted, named)
