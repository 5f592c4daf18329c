"""From a temperature series to the activation energies of its processes, in one call."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Geometry
from .arrhenius_fit import ArrheniusRefusedError, arrhenius_fit
from .arrhenius_line import ArrheniusFit
from .processes import Process, log_conductance, processes_of
from .result import SeriesFit
from .ties import Form


@dataclass(frozen=True, slots=True)
class ArrheniusRow:
    """One process of a cell, as a table shows it: Ea in eV, conductivity at 25 °C in `unit`.

    `activation_energy_ev` is that of `form`, the other that of the other form: of sigma it is less
    than of sigma T by k_B times a mean temperature, 0.026 eV at 300 K.
    """

    name: str
    form: Form
    activation_energy_ev: float
    standard_error_ev: float | None
    activation_energy_other_form_ev: float
    conductivity_25c: float
    conductivity_25c_error: float | None
    unit: str
    temperatures: int


@dataclass(frozen=True, slots=True)
class Arrhenius:
    """Arrhenius lines of one cell.

    Attributes
    ----------
    bulk, grain_boundary, interface : ArrheniusFit or None
        Where the spectra tell them apart at three temperatures or more.
    total : ArrheniusFit or None
        Of the electrolyte: bulk + GB, with what cannot be told from it; its `name` says which.
    reasons : tuple of str
        Why a line is missing, or lacks a temperature.
    assumptions : tuple of str
    """

    bulk: ArrheniusFit | None
    grain_boundary: ArrheniusFit | None
    total: ArrheniusFit | None
    interface: ArrheniusFit | None
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def fits(self) -> tuple[ArrheniusFit, ...]:
        """The lines that there are."""
        every = (self.total, self.bulk, self.grain_boundary, self.interface)
        return tuple(one for one in every if one is not None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the lines say of themselves."""
        return tuple(words for one in self.fits for words in one.warnings)

    def rows(self) -> tuple[ArrheniusRow, ...]:
        """The lines as rows of a table."""
        return tuple(_row(one) for one in self.fits)


def arrhenius_of(
    series: SeriesFit,
    geometry: Geometry | None = None,
    *,
    form: Form = "sigma*T",
    temperature_uncertainty_k: ArrayLike = 0.0,
    temperature_offset_uncertainty_k: float = 0.0,
) -> Arrhenius:
    """Activation energies of bulk, grain boundary, interface and their sum, with errors.

    Parameters
    ----------
    series : SeriesFit
        Along ``"temperature_k"``.
    geometry : Geometry, optional
        That of the series if not given. It cancels in Ea and enters the prefactor; without one
        the lines are of conductances.
    form : {"sigma*T", "sigma"}
        What is linear in 1/T.
    temperature_uncertainty_k : float or array_like, shape (m,)
        Standard uncertainty of each temperature on its own; one number for each spectrum used.
    temperature_offset_uncertainty_k : float
        Standard uncertainty that all temperatures share.

    Raises
    ------
    ArrheniusRefusedError
        If the joint fit did not converge, or there is no line at all; the message has the reason.
    ValueError
        If the series runs along anything but temperature.

    Notes
    -----
    The covariance of all resistances at all temperatures goes in, so that what the joint fit binds
    together is not counted twice. The conductivity of a grain boundary is the macroscopic
    L / (A R), not that of the boundaries themselves; that of an interface is a conductance by area
    of both electrodes in series.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import Geometry, Spectrum, arrhenius_of, fit_series
    >>> from solidcell.analysis.impedance import parse_circuit
    >>> circuit = parse_circuit("R0-CPE1")
    >>> t_k, f = np.array([270.0, 290.0, 310.0, 330.0]), np.logspace(5, 1, 30)
    >>> r = 0.1 * t_k * np.exp(0.30 / 8.617333e-5 * (1 / t_k - 1 / 300))
    >>> spectra = [Spectrum(f, z) for z in circuit.impedance_ohm(f, [[x, 1e-5, 0.9] for x in r])]
    >>> series = fit_series(circuit, spectra, at=t_k, shared=["CPE1_1"])
    >>> found = arrhenius_of(series, Geometry(1e-3, 10e-3))
    >>> found.total.name, round(found.total.activation_energy.value, 6)
    ('bulk + GB', 0.3)
    """
    if series.along != "temperature_k":
        raise ValueError(
            f"an Arrhenius plot needs a series along temperature_k, not {series.along}"
        )
    if not series.converged:
        raise ArrheniusRefusedError("the joint fit did not converge")
    geometry = series.geometry if geometry is None else geometry
    own_t = np.broadcast_to(np.asarray(temperature_uncertainty_k, dtype=np.float64), (len(series),))
    found = processes_of(series, geometry)
    reasons = list(found.reasons)

    def line(process: Process | None) -> ArrheniusFit | None:
        if process is None:
            return None
        factor, common, unit = _scale(geometry, process is found.interface)
        logs, covariance = log_conductance(series, process)
        rows = list(process.rows)
        try:
            return arrhenius_fit(
                series.at[rows],
                factor * np.exp(logs),
                covariance,
                form=form,
                temperature_uncertainty_k=own_t[rows],
                temperature_offset_uncertainty_k=temperature_offset_uncertainty_k,
                common_relative_uncertainty=common,
                name=process.name,
                unit=unit,
            )
        except ArrheniusRefusedError as refused:
            reasons.append(f"{process.name}: {refused}")
            return None

    total, bulk, boundary, interface = map(
        line, (found.total, found.bulk, found.grain_boundary, found.interface)
    )
    assumptions = tuple(dict.fromkeys(a for one in found.named for a in one.assumptions))
    every = Arrhenius(bulk, boundary, total, interface, tuple(reasons), assumptions)
    if not every.fits:
        raise ArrheniusRefusedError("; ".join(reasons) or "no resistance is known")
    return every


def _scale(geometry: Geometry | None, is_interface: bool) -> tuple[float, float, str]:
    """Factor from conductance to conductivity, its relative uncertainty, and the unit."""
    if geometry is None:
        return 1.0, 0.0, "S"
    if is_interface:
        of_area = 2.0 * geometry.diameter_uncertainty_m / geometry.diameter_m
        return 1.0 / geometry.area_m2, of_area, "S/m2"
    return geometry.length_over_area_per_m, geometry.relative_uncertainty, "S/m"


def _row(one: ArrheniusFit) -> ArrheniusRow:
    at_25c = one.predict()
    error = at_25c.standard_error
    known = error is not None and math.isfinite(error) and error < at_25c.value
    return ArrheniusRow(
        one.name,
        one.form,
        one.activation_energy.value,
        one.activation_energy.standard_error,
        one.activation_energy_other_form.value,
        at_25c.value,
        error if known else None,
        one.unit,
        len(one.temperature_k),
    )
