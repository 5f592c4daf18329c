"""A circuit for every spectrum of a run: resistances with errors, or why there is none."""

from dataclasses import dataclass

import numpy as np

from ..geometry import Geometry, Quantity
from ..run_rows import RunSweep
from ..runs import Run
from ..spectra import answer_spectrum, spectrum_of_sweep
from ..wording import with_error
from .plotted import title_of
from .table import Grid


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
    """Answer every spectrum of a run, as the window and ``solidcell fit`` do."""
    return tuple(_fit(number, run, sweep) for number, sweep in enumerate(run.sweeps))


def fit_grid(fits: tuple[SweepFit, ...], *, alone: bool = False) -> Grid:
    """One row a spectrum: resistances times area with errors, or the reason for none.

    ``alone`` says that the spectra were also fitted together, which stands elsewhere.
    """
    found = dict.fromkeys(r.name for one in fits for r in one.resistances if r.name != "total")
    names = [*sorted(found, key=lambda name: name == "interface"), "total"]
    rows = []
    for one in fits:
        values = {r.name: with_error(r.ohm_cm2, r.standard_error_ohm_cm2) for r in one.resistances}
        cells = [values.get(name, "") for name in names]
        if one.refused is not None:
            cells[0] = f"refused: {one.refused}"
        misfit = "" if one.misfit is None else f"{100 * one.misfit:.2g} %"
        rows.append((one.title, *cells, misfit))
    return Grid(
        f"Fitted resistances{', each spectrum alone' if alone else ''} / Ω cm²",
        ("spectrum", *names, "misfit"),
        tuple(rows),
    )


def _fit(number: int, run: Run, sweep: RunSweep) -> SweepFit:
    title = title_of(sweep)
    try:
        labelled = spectrum_of_sweep(run, sweep)
    except ValueError as error:
        return _refusal(number, title, str(error))
    answer = answer_spectrum(labelled)
    best, named, geometry = answer.fit, answer.resistances, labelled.geometry
    if best is None or named is None or geometry is None:
        return _refusal(number, title, answer.refused or "no circuit describes it")
    quantities = {
        "bulk": named.bulk,
        "grain boundary": named.grain_boundary,
        named.label: named.electrolyte if named.bulk is None else None,
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
        misfit=float(np.sqrt(np.mean(np.abs(best.residuals) ** 2))),
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
