"""The conductivity of a pellet over time, from the spectra of a run or from a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..cell_kinds import is_full_cell, require_pellet
from ..geometry import Quantity, conductivity_s_per_m
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Options
from ..sheets.run_conditions import conditions_of
from ..sheets.sheet import Source
from ..sheets.sources import source_of_file, source_of_run
from ..spectra import SpectrumAnswer, answer_spectrum
from .conductivity_ageing import FEWEST
from .table_file import CONDUCTIVITIES, TIMES, errors_of, read_table
from .timed_spectra import LARGEST_SPAN_K, STEADY_SPAN_K, one_circuit, span_k, timed_spectra


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConductivitySeries:
    """Conductivity (S/m) of one pellet over time (s), shape (n,).

    ``error_s_m`` is that of the resistance alone: the pellet's size is common to all values and
    has no part in their ratio. It is ``None`` where nothing states it. ``label`` says of what the
    conductivity is and ``circuit`` what every spectrum was fitted with; both are empty for a table.
    """

    name: str
    time_s: NDArray[np.float64]
    conductivity_s_m: NDArray[np.float64]
    error_s_m: NDArray[np.float64] | None
    label: str
    circuit: str
    warnings: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    source: Source


def conductivity_series(path: Path, options: Options) -> ConductivitySeries:
    """Read a run with spectra, or a table of time and conductivity.

    All spectra of a run are fitted with one circuit: the one given, or the simplest of those that
    the first, the middle and the last spectrum ask for.

    Raises
    ------
    ValueError
        If fewer than three spectra have a conductivity, the cell has a composite electrode, or
        the temperature moved by more than 5 K between them.
    """
    if is_run_file(path):
        return _of_run(load_run(path), options["circuit"])
    table = read_table(path)
    return ConductivitySeries(
        name=path.stem,
        time_s=table.take(TIMES),
        conductivity_s_m=table.take(CONDUCTIVITIES),
        error_s_m=table.perhaps(errors_of(CONDUCTIVITIES)),
        label="",
        circuit="",
        warnings=(),
        conditions=(),
        source=source_of_file(path),
    )


def has_conductivities_over_time(run: Run) -> bool:
    """Whether a run has nothing but spectra of a pellet at one temperature, and enough of them."""
    if is_full_cell(run.header.cell):
        return False
    if any(s.kind == "Galvanostatic" or "measurement" in s.tags for s in run.segments):
        return False
    found = timed_spectra(run)
    return len(found) >= FEWEST and span_k(found) <= LARGEST_SPAN_K


def _of_run(run: Run, circuit: str | None) -> ConductivitySeries:
    name = str(run.header.cell.get("name", run.header.run_id))
    require_pellet(run.header.cell, name)
    found = timed_spectra(run)
    if len(found) < FEWEST:
        raise ValueError(f"{name}: {len(found)} spectra; a series needs at least {FEWEST}")
    if (span := span_k(found)) > LARGEST_SPAN_K:
        raise ValueError(
            f"{name}: the temperature moved by {span:.3g} K between spectra; allowed: "
            f"{LARGEST_SPAN_K:g} K: this is a conductivity over temperature, not over time"
        )
    used = circuit or one_circuit(found, name)
    answers = [(elapsed_s, answer_spectrum(spectrum, used)) for elapsed_s, spectrum in found]
    label = next((a.resistances.label for _, a in answers if a.resistances is not None), "")
    kept = [(t, sigma) for t, a in answers if (sigma := _conductivity(a, label)) is not None]
    if len(kept) < FEWEST:
        raise ValueError(
            f"{name}: {len(kept)} of {len(found)} spectra have a conductivity; a series needs at "
            f"least {FEWEST} (of the first: {answers[0][1].refused or 'no resistance'})"
        )
    errors = [sigma.standard_error for _, sigma in kept]
    return ConductivitySeries(
        name=name,
        time_s=np.array([elapsed_s for elapsed_s, _ in kept]),
        conductivity_s_m=np.array([sigma.value for _, sigma in kept]),
        error_s_m=None if None in errors else np.array(errors, dtype=np.float64),
        label=label,
        circuit=used,
        warnings=(*_left_out(len(found) - len(kept), len(found)), *_warmth(span)),
        conditions=conditions_of(run),
        source=source_of_run(run),
    )


def _conductivity(answer: SpectrumAnswer, label: str) -> Quantity | None:
    """With the doubt of the resistance alone; None where the spectrum has no such resistance."""
    found, size = answer.resistances, answer.of.geometry
    if found is None or size is None or found.label != label or not found.electrolyte.value > 0:
        return None
    exact = replace(size, thickness_uncertainty_m=0.0, diameter_uncertainty_m=0.0)
    return conductivity_s_per_m(found.electrolyte, exact)


def _left_out(missing: int, of: int) -> tuple[str, ...]:
    return (f"{missing} of {of} spectra have no conductivity and are left out",) if missing else ()


def _warmth(moved_k: float) -> tuple[str, ...]:
    if moved_k <= STEADY_SPAN_K:
        return ()
    return (
        f"the temperature moved by {moved_k:.2g} K between spectra: a conductivity of 0.35 eV "
        "changes by 5 % per kelvin, which looks like loss or gain",
    )
