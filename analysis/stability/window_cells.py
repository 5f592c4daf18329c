"""The voltammograms of files: of runs by their tags, of tables by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from ..geometry import Quantity
from ..run_rows import RunSegment
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Options
from ..sheets.run_conditions import conditions_of, name_of
from ..sheets.sheet import Source
from ..sheets.sources import source_of_file, source_of_run
from ..units import MICROAMPERE_PER_CM2
from .onset import onset_by_threshold
from .reference_shift import ReferenceShift, shift_to_lithium
from .sweeps import sweeps_of
from .table_file import CURRENTS, POTENTIALS, TIMES, read_table
from .voltammogram import ElectrodeType, SweepResult, read_sweep

_INDIUM: Final = ("Li-In", "In-Li", "In", "InLi", "LiIn", "In/InLi", "Li/In", "In/Li")


@dataclass(frozen=True, slots=True, eq=False)
class WindowCell:
    """One file's sweeps, potentials against Li+/Li, and what is known of the cell."""

    name: str
    electrode_type: ElectrodeType
    results: tuple[SweepResult, ...]
    shift: ReferenceShift
    conditions: tuple[tuple[str, str], ...]
    source: Source


def window_cell(path: Path, options: Options) -> WindowCell:
    """Read the sweeps of a run file, or of a table of time, potential and current.

    Raises ``ValueError`` where type of electrode, area or reference is neither on record nor
    given, or there is no sweep.
    """
    if is_run_file(path):
        return _of_run(load_run(path), options)
    table = read_table(path)
    area = options["area_cm2"]
    if area is None:
        raise ValueError(f"{path.name}: the electrode's area is not in a table; give area_cm2")
    time, potential, current = (table.take(each) for each in (TIMES, POTENTIALS, CURRENTS))
    shift = _shift(options, None, path.name)
    pieces = sweeps_of(time, potential + shift.shift.value, current, area * 1e-4)
    start = float(potential[0]) + shift.shift.value
    threshold = options["threshold_ua_cm2"] * MICROAMPERE_PER_CM2
    return WindowCell(
        name=path.stem,
        electrode_type=_electrode_type(options, None, path.name),
        results=_required(
            tuple(read_sweep(each, threshold, from_v=start) for each in pieces), path.name
        ),
        shift=shift,
        conditions=(("electrode area", f"{area:g} cm²"),),
        source=source_of_file(path),
    )


def is_window_run(run: Run) -> bool:
    """Whether a run has sweeps of the potential."""
    return bool(_segments(run))


def crossings(
    results: Sequence[SweepResult], thresholds_a_m2: Sequence[float]
) -> Iterator[tuple[SweepResult, float, Quantity | None]]:
    """Yield the onset of every outward sweep at every threshold."""
    for result in results:
        if result.outward:
            for threshold in thresholds_a_m2:
                found = onset_by_threshold(
                    result.sweep, result.baseline, threshold, from_v=result.from_v
                )
                yield result, threshold, found.potential


def _of_run(run: Run, options: Options) -> WindowCell:
    cell, segments = run.header.cell, _segments(run)
    area = options["area_cm2"]
    area_m2 = cell.get("electrode_area_m2") if area is None else area * 1e-4
    label = run.header.run_id
    if not segments:
        raise ValueError(f"{label} holds no sweep of the potential (voltammetry)")
    if area_m2 is None:
        raise ValueError(f"{label}: the electrode's area is not on record; give area_cm2")
    tags = [str(each.tags.get("electrode_type", "")) for each in segments]
    shift = _shift(options, str(cell.get("counter_electrode", "")), label)
    threshold = options["threshold_ua_cm2"] * MICROAMPERE_PER_CM2
    results = []
    for segment in segments:
        rows = run.readings_of(segment.number)
        potential = run.voltage_v[rows] + shift.shift.value
        pieces = sweeps_of(run.time_s[rows], potential, run.current_a[rows], area_m2)
        results += [read_sweep(each, threshold, from_v=float(potential[0])) for each in pieces]
    return WindowCell(
        name=name_of(run),
        electrode_type=_electrode_type(options, next(iter(filter(None, tags)), None), label),
        results=_required(tuple(results), label),
        shift=shift,
        conditions=conditions_of(run),
        source=source_of_run(run),
    )


def _segments(run: Run) -> list[RunSegment]:
    sweeps = [each for each in run.segments if each.kind == "Voltammetry"]
    tagged = [each for each in sweeps if each.tags.get("measurement") == "stability_window"]
    return tagged or sweeps


def _required(results: tuple[SweepResult, ...], label: str) -> tuple[SweepResult, ...]:
    if not results:
        raise ValueError(f"{label}: no sweep of the potential with 20 readings or more")
    return results


def _electrode_type(options: Options, tagged: str | None, label: str) -> ElectrodeType:
    found = options["electrode_type"] or tagged
    if found is None:
        raise ValueError(
            f"{label}: whether the electrode is planar or composite is not on record; "
            "give electrode_type"
        )
    return cast(ElectrodeType, found)


def _shift(options: Options, counter: str | None, label: str) -> ReferenceShift:
    reference = options["reference"]
    if reference is None and counter:
        reference = "Li-In" if counter in _INDIUM else "Li" if counter == "Li" else None
    if reference is None:
        raise ValueError(
            f"{label}: what the potential is measured against is not on record; give reference"
        )
    return shift_to_lithium(reference, options["lithium_per_indium"])
