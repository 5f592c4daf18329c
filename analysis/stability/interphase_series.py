"""The resistance of a cell's interfaces over time, from its spectra or from a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..cell_kinds import is_between_metals, require_interphase
from ..geometry import Quantity
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Options
from ..sheets.run_conditions import conditions_of
from ..sheets.sheet import Source
from ..sheets.sources import source_of_file, source_of_run
from ..spectra import SpectrumAnswer, answer_spectrum
from .interphase_growth import FEWEST_SPECTRA
from .table_file import AREAL_RESISTANCES, TIMES, errors_of, read_table
from .timed_spectra import (
    LARGEST_SPAN_K,
    STEADY_SPAN_K,
    Timed,
    one_circuit,
    span_k,
    timed_spectra,
)

OWN_TAG: Final = "interface_ageing"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterphaseSeries:
    """Areal resistance of one interface (ohm m2) over time since contact, shape (n,).

    ``error_ohm_m2`` is ``None`` where nothing states it. ``circuit`` is what every spectrum was
    fitted with, empty for a table. ``left_out`` says which spectra gave no value, and why.
    """

    name: str
    material: str
    time_s: NDArray[np.float64]
    resistance_ohm_m2: NDArray[np.float64]
    error_ohm_m2: NDArray[np.float64] | None
    circuit: str
    interfaces: int
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    source: Source


def interphase_series(path: Path, options: Options) -> InterphaseSeries:
    """Read a run with spectra, or a table of time and areal resistance of one interface.

    All spectra of a run are fitted with one circuit: the one given, or the simplest of those that
    the first, the middle and the last spectrum ask for.

    Raises
    ------
    ValueError
        If fewer than six spectra have a value, the electrode's area is not known, more than time
        changed the interfaces between them and ``not_at_rest`` is not set, their temperatures span
        more than 5 K, or both electrodes block lithium.
    """
    age_s = (options["contact_age_h"] or 0.0) * 3600.0
    if is_run_file(path):
        return _of_run(load_run(path), options, age_s)
    table = read_table(path)
    return InterphaseSeries(
        name=path.stem,
        material=path.stem,
        time_s=table.take(TIMES) + age_s,
        resistance_ohm_m2=table.take(AREAL_RESISTANCES),
        error_ohm_m2=table.perhaps(errors_of(AREAL_RESISTANCES)),
        circuit="",
        interfaces=1,
        left_out=(),
        warnings=("temperature and stack pressure are not in a table",),
        conditions=(),
        source=source_of_file(path),
    )


def has_spectra_over_time(run: Run) -> bool:
    """Whether a run has the spectra of an ageing interface, or enough spectra of a cell at rest.

    Of one temperature, and not between two metals that block lithium.
    """
    if any(each.tags.get("measurement") == OWN_TAG for each in run.segments):
        return True
    if _disturbed(run) or is_between_metals(run.header.cell):
        return False
    found = timed_spectra(run, OWN_TAG)
    return len(found) >= FEWEST_SPECTRA and span_k(found) <= LARGEST_SPAN_K


def _disturbed(run: Run) -> str:
    """Say what else than time changes the interfaces between the spectra of a run, if anything."""
    named = {str(each.tags["measurement"]) for each in run.segments if "measurement" in each.tags}
    if OWN_TAG in named:
        return ""
    if named:
        return f"the run is of {', '.join(sorted(named))}"
    if any(each.kind == "Galvanostatic" for each in run.segments):
        return "current flows between its spectra"
    return ""


def _of_run(run: Run, options: Options, age_s: float) -> InterphaseSeries:
    found = timed_spectra(run, OWN_TAG)
    label = run.header.run_id
    require_interphase(run.header.cell, label)
    _require_one_temperature(found, label)
    disturbed = _disturbed(run)
    if disturbed and not options["not_at_rest"]:
        raise ValueError(
            f"{label}: {disturbed}, which changes the interfaces as time does; measure "
            "interface_ageing at rest, or say not_at_rest if this is meant"
        )
    if len(found) < FEWEST_SPECTRA:
        raise ValueError(f"{label}: {len(found)} spectra; at least {FEWEST_SPECTRA} are needed")
    circuit = options["circuit"] or one_circuit(found, label)
    interfaces = options["interfaces"] or _interfaces(run)
    kept, left_out = [], []
    for elapsed_s, spectrum in found:
        answer = answer_spectrum(spectrum, circuit)
        resistance = None if answer.resistances is None else answer.resistances.interface
        if resistance is None or not resistance.value > 0:
            left_out.append(f"{spectrum.label}: {_why(answer)}")
        else:
            kept.append((elapsed_s, resistance))
    if len(kept) < FEWEST_SPECTRA:
        raise ValueError(
            f"{label}: {len(kept)} of {len(found)} spectra show an interface; at least "
            f"{FEWEST_SPECTRA} are needed (first reason: {left_out[0]})"
        )
    per_interface = run.header.cell["electrode_area_m2"] / interfaces
    errors = [each.standard_error for _, each in kept]
    return InterphaseSeries(
        name=str(run.header.cell.get("name", label)),
        material=str(run.header.cell.get("electrolyte", "?")),
        time_s=np.array([elapsed for elapsed, _ in kept]) + age_s,
        resistance_ohm_m2=_values([each for _, each in kept]) * per_interface,
        error_ohm_m2=None if None in errors else np.array(errors, dtype=float) * per_interface,
        circuit=circuit,
        interfaces=interfaces,
        left_out=tuple(left_out),
        warnings=(*((f"{disturbed}: not time alone",) if disturbed else ()), *_warmth(found)),
        conditions=conditions_of(run),
        source=source_of_run(run),
    )


def _values(resistances: Sequence[Quantity]) -> NDArray[np.float64]:
    return np.array([each.value for each in resistances], dtype=np.float64)


def _why(answer: SpectrumAnswer) -> str:
    if answer.refused:
        return answer.refused
    return "no arc of the interfaces is known to 20 %"


def _interfaces(run: Run) -> int:
    """Both sides are alike in a symmetric cell; else one is taken to count."""
    cell = run.header.cell
    return 2 if cell.get("working_electrode") == cell.get("counter_electrode") else 1


def _require_one_temperature(found: Sequence[Timed], label: str) -> None:
    if (moved_k := span_k(found)) > LARGEST_SPAN_K:
        raise ValueError(
            f"{label}: its spectra span {moved_k:.1f} K; up to {LARGEST_SPAN_K:g} K are allowed, "
            "as temperature moves an interface more than its age does: measure at one temperature"
        )


def _warmth(found: Sequence[Timed]) -> tuple[str, ...]:
    if (moved_k := span_k(found)) <= STEADY_SPAN_K:
        return ()
    return (
        f"the temperature moved by {moved_k:.1f} K between spectra: an "
        "interface of 0.5 eV changes by 7 % per kelvin, which looks like growth",
    )
