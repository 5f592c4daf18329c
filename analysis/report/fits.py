"""A circuit for every spectrum of a run: resistances with errors, or why there is none."""

import math
from dataclasses import dataclass

import numpy as np

from ..impedance import FitResult, Spectrum, fit, parse_circuit
from ..impedance.geometry import Geometry, Quantity
from ..impedance.resistances import resistances
from ..runs import Run, RunSweep
from .plotted import title_of

CIRCUITS = ("L0-R0-p(R1,CPE1)", "L0-R0-p(R1,CPE1)-p(R2,CPE2)")
WORTH_AN_ARC = 6.0  # difference of AICc below which another arc is not believed
WORST_MISFIT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Resistance:
    """A resistance times the electrode area, with one standard error."""

    name: str
    ohm_cm2: float
    standard_error_ohm_cm2: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepFit:
    """The fit of one spectrum; ``refused`` says why there are no resistances, if so.

    ``misfit`` is the root mean square of the residuals as a fraction of |Z|; ``remarks`` are the
    warnings of the fit and the reasons for names that were withheld.
    """

    number: int
    title: str
    circuit: str
    resistances: tuple[Resistance, ...]
    misfit: float | None
    remarks: tuple[str, ...]
    refused: str | None


def fit_sweeps(run: Run) -> tuple[SweepFit, ...]:
    """Fit one arc and two to every spectrum; two are kept where they are worth it by AICc."""
    cell = run.header.cell
    geometry = Geometry(
        thickness_m=float(cell["thickness_m"]),
        diameter_m=2 * math.sqrt(float(cell["electrode_area_m2"]) / math.pi),
        thickness_uncertainty_m=float(cell.get("thickness_uncertainty_m", 0.0)),
    )
    return tuple(_fit(n, sweep, geometry) for n, sweep in enumerate(run.sweeps))


def _fit(number: int, sweep: RunSweep, geometry: Geometry) -> SweepFit:
    title = title_of(sweep)
    try:
        spectrum = Spectrum(sweep.frequency_hz, sweep.z_ohm)
        results = [fit(parse_circuit(code), spectrum) for code in CIRCUITS]
        best = results[1] if _aicc(results[0]) - _aicc(results[1]) > WORTH_AN_ARC else results[0]
        named = resistances(best, geometry, sweep.temperature_k)
    except ValueError as error:
        return _refusal(number, title, str(error))
    misfit = float(np.sqrt(np.mean(np.abs(best.residuals) ** 2)))
    if misfit > WORST_MISFIT:
        reason = f"no circuit of one or two arcs fits: residual {100 * misfit:.0f} % of |Z|"
        return _refusal(number, title, reason)
    quantities = {
        "bulk": named.bulk,
        "grain boundary": named.grain_boundary,
        "bulk + GB": named.electrolyte if named.bulk is None else None,
        "interface": named.interface,
        "total": named.total,
    }
    return SweepFit(
        number=number,
        title=title,
        circuit=best.circuit,
        resistances=tuple(
            _resistance(name, q, geometry) for name, q in quantities.items() if q is not None
        ),
        misfit=misfit,
        remarks=(*best.warnings, *named.reasons, *named.assumptions),
        refused=None,
    )


def _resistance(name: str, quantity: Quantity, geometry: Geometry) -> Resistance:
    area_cm2, error = geometry.area_m2 * 1e4, quantity.standard_error
    return Resistance(
        name=name,
        ohm_cm2=quantity.value * area_cm2,
        standard_error_ohm_cm2=None if error is None else error * area_cm2,
    )


def _aicc(result: FitResult) -> float:
    """Corrected Akaike criterion of a least-squares fit with an unknown scale of the errors."""
    n, k = 2 * result.n, len(result.names) + 1
    return float(n * np.log(result.chi2 / n) + 2 * k + 2 * k * (k + 1) / max(1, n - k - 1))


def _refusal(number: int, title: str, reason: str) -> SweepFit:
    return SweepFit(
        number=number,
        title=title,
        circuit="",
        resistances=(),
        misfit=None,
        remarks=(),
        refused=reason,
    )
