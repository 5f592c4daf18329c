"""Resistances of an electrolyte out of the spectra of runs, each with its pellet and pressure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry import Geometry, Quantity
from ..run_rows import RunSweep
from ..runs import Run
from ..spectra import answer_spectrum, spectrum_of_sweep
from .arrays import Float


@dataclass(frozen=True, slots=True)
class ResistancePoint:
    """Resistance of a pellet's electrolyte, or of all of it, or the reason why there is none."""

    label: str
    resistance: Quantity | None
    temperature_k: float | None
    pressure_pa: float | None
    refused: str = ""


def resistance_points(
    run: Run,
    sweeps: Sequence[RunSweep],
    size: Geometry | None,
    what: str,
    circuit: str | None = None,
) -> list[ResistancePoint]:
    """Fit each sweep; `what` is ``"electrolyte"``, ``"interface"`` or ``"total"``.

    Without a circuit one is chosen for each spectrum. Raises ``CircuitError`` for one that is none.
    """
    found = []
    for sweep in sweeps:
        labelled = spectrum_of_sweep(run, sweep)
        answer = answer_spectrum(
            replace(labelled, geometry=labelled.geometry if size is None else size), circuit
        )
        known = None if answer.resistances is None else getattr(answer.resistances, what)
        reason = answer.refused or ""
        if known is None and answer.resistances is not None:
            reason = "; ".join(answer.resistances.reasons) or f"no resistance of the {what}"
        if known is not None and known.standard_error is None:
            known, reason = None, "the resistance has no known error"
        found.append(
            ResistancePoint(
                f"segment {sweep.segment}",
                known,
                labelled.temperature_k,
                pressure_of(run, sweep),
                reason,
            )
        )
    return found


def usable_sweeps(run: Run) -> list[RunSweep]:
    """The sweeps of three points or more."""
    return [sweep for sweep in run.sweeps if sweep.frequency_hz.size >= 3]


def values_and_errors(points: Sequence[ResistancePoint]) -> tuple[Float, Float]:
    """Resistances and standard errors in ohm, shape (m,), of points that have them."""
    known = [one.resistance for one in points if one.resistance is not None]
    return (
        np.array([one.value for one in known]),
        np.array([one.standard_error or 0.0 for one in known]),
    )


def pressure_of(run: Run, sweep: RunSweep) -> float | None:
    """Return the stack pressure (Pa) just before a sweep, else as it was set or is on record."""
    near = int(np.searchsorted(run.time_s, sweep.elapsed_s))
    last = run.stack_pressure_pa[max(0, near - 5) : near + 1]
    last = last[np.isfinite(last)]
    if last.size:
        return float(np.median(last))
    trace = run.auxiliary.get("stack_pressure")
    if trace is not None and trace.value.size:
        at = max(0, int(np.searchsorted(trace.time_s, sweep.elapsed_s, side="right")) - 1)
        return float(trace.value[at])
    if "set_stack_pressure_mpa" in sweep.tags:
        return float(sweep.tags["set_stack_pressure_mpa"]) * 1e6
    recorded = run.header.cell.get("stack_pressure_pa")
    return None if recorded is None else float(recorded)
