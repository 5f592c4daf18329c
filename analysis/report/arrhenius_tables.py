"""The Arrhenius lines of a series as tables: one row a line, one row a point."""

from typing import TYPE_CHECKING

from ..impedance.series.arrhenius_figure import arrhenius_columns
from ..units import ZERO_CELSIUS_K
from ..wording import with_error
from .fit_tables import Rows
from .table import Grid

if TYPE_CHECKING:
    from ..impedance.series.from_spectra import SeriesAnalysis

_FORMS = {"sigma*T": "σT", "sigma": "σ"}
_PER_CM = {"S/m": ("S/cm", 1e-2), "S/m2": ("S/cm²", 1e-4)}


def line_rows(series: "SeriesAnalysis") -> Rows:
    """Activation energy and conductivity at 25 °C of every line, in the laboratory's units."""
    header = (
        "process",
        "activation_energy_ev",
        "standard_error_ev",
        "form",
        "activation_energy_other_form_ev",
        "conductivity_25c",
        "conductivity_25c_standard_error",
        "conductivity_unit",
        "temperatures",
    )
    lines = series.arrhenius.rows() if series.arrhenius is not None else ()
    rows = []
    for line in lines:
        unit, factor = _PER_CM.get(line.unit, (line.unit, 1.0))
        error = line.conductivity_25c_error
        rows.append(
            (
                line.name,
                line.activation_energy_ev,
                line.standard_error_ev,
                line.form,
                line.activation_energy_other_form_ev,
                line.conductivity_25c * factor,
                None if error is None else error * factor,
                unit,
                line.temperatures,
            )
        )
    return Rows("arrhenius", header, tuple(rows))


def point_rows(series: "SeriesAnalysis") -> Rows:
    """Exactly the points that the plot shows."""
    header = (
        "process",
        "temperature_c",
        "thousand_per_kelvin",
        "conductivity",
        "unit",
        "log10_drawn",
        "log10_standard_error",
    )
    columns = arrhenius_columns(series.arrhenius) if series.arrhenius is not None else ()
    rows = [
        (line.name, t - ZERO_CELSIUS_K, x, sigma, line.unit, y, error)
        for line in columns
        for t, x, sigma, y, error in zip(
            line.temperature_k.tolist(),
            line.inverse_temperature_per_kk.tolist(),
            line.conductivity.tolist(),
            line.log10.tolist(),
            line.log10_error.tolist(),
            strict=True,
        )
    ]
    return Rows("arrhenius_points", header, tuple(rows))


def line_grid(series: "SeriesAnalysis") -> Grid:
    """The lines as the report prints them."""
    rows = tuple(
        (
            name,
            f"{with_error(energy, error, 'eV')} ({_FORMS[form]})",
            f"{other:.4g} eV",
            with_error(sigma, doubt, unit),
            str(count),
        )
        for name, energy, error, form, other, sigma, doubt, unit, count in line_rows(series).rows
    )
    form = series.arrhenius.fits[0].form if series.arrhenius is not None else "sigma*T"
    other = _FORMS["sigma" if form == "sigma*T" else "sigma*T"]
    header = (
        "process",
        "activation energy",
        f"of {other}",
        "conductivity at 25 °C",
        "temperatures",
    )
    return Grid("Arrhenius", header, rows)
