"""``solidcell analyse plating-stripping``: a symmetric cell's course and life."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ..runs import load_run
from ..sheets.measurement import Measurement, Options, one_file
from ..sheets.sheet import Number, Sheet, Table, refused_number
from ..sheets.sources import source_of_run
from ..statistics import Observation
from ..statistics.censored import Floats
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .condition_words import condition_texts
from .coulombic_efficiency import EFFICIENCY_IN_EXCESS
from .critical_current_cells import cell_of_run
from .plating_stripping import Life, PlatingStripping, analyse_plating_stripping, suits
from .plating_stripping_plot import course_plot

_HOUR_S: Final = 3600.0
_PER_CM2: Final = 1e4
_SAME_DENSITY: Final = 0.02


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; errors as in ``analyse_plating_stripping``."""
    run = load_run(one_file(files, "a course (lithium-life takes many)"))
    found = analyse_plating_stripping(run)
    row = cell_of_run(run, found.verdict)
    shorted = ("life: the cell was shorted before the test",) if found.life is None else ()
    return Sheet(
        kind="plating-stripping",
        title="Plating and stripping",
        subject=row.cell,
        headline=_headline(found),
        conditions=(
            ("current density", _densities(found)),
            *condition_texts([row.condition])[1:],
        ),
        numbers=_numbers(found),
        tables=(_table(found),),
        plots=(course_plot(run, found),),
        assumptions=(
            "resistances hold both interfaces; polarisation is voltage at the end of a half-cycle",
            "life counts from the first half-cycle to the failure that the judge of "
            "critical-current tests finds, gaps in the cycling included",
        ),
        warnings=found.warnings,
        refusals=(*shorted, f"coulombic efficiency: {EFFICIENCY_IN_EXCESS}"),
        sources=(source_of_run(run),),
        settings=options,
    )


def _headline(found: PlatingStripping) -> str:
    life = found.life
    if life is None:
        return "shorted before the test"
    charge = _mah(life.cumulative_c_per_m2)
    hours = _hours(life.time_s)
    if life.censored:
        return f"no failure in {hours.low:.4g} h, {charge.low:.4g} mAh/cm² passed in all"
    grade = f", evidence grade {life.grade}" if life.grade else ""
    return (
        f"{life.failure} after {_between(hours)} h, {_between(charge)} mAh/cm² passed in all{grade}"
    )


def _numbers(found: PlatingStripping) -> tuple[Number, ...]:
    course, use = found.course, found.use
    whole = _whole(found)
    asr = course.asr_end_ohm_m2[whole] * _PER_CM2
    cycle_mv = 1e3 * found.hysteresis_v
    depth = use.depth_of_discharge
    return (
        *_life_numbers(found.life),
        _known("asr_first_ohm_cm2", "ASR, first half-cycle", "Ω cm²", _edge(asr, 0)),
        _known("asr_last_ohm_cm2", "ASR, last whole half-cycle", "Ω cm²", _edge(asr, -1)),
        _known(
            "hysteresis_mv", "V(+) − V(−), median of cycles", "mV", _median(cycle_mv[: len(asr)])
        ),
        Number(
            name="areal_capacity_mah_cm2",
            label="largest charge of a half-cycle",
            unit="mAh/cm²",
            value=use.capacity_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2,
        ),
        Number(name="lithium_moved_um", label="lithium moved", unit="µm", value=use.moved_m * 1e6),
        refused_number(
            "depth_of_discharge_percent", "depth of discharge", "%", "lithium thickness not given"
        )
        if depth is None
        else Number(
            name="depth_of_discharge_percent",
            label="depth of discharge",
            unit="%",
            value=100 * depth,
        ),
    )


def _life_numbers(life: Life | None) -> tuple[Number, ...]:
    if life is None:
        return (refused_number("life_h", "life", "h", "the cell was shorted before the test"),)
    pairs = (
        ("life", "life", "h", _hours(life.time_s)),
        ("life_charge", "charge passed to failure", "mAh/cm²", _mah(life.cumulative_c_per_m2)),
    )
    return (
        *(_bounds(name, label, unit, seen) for name, label, unit, seen in pairs),
        Number(name="cycles_survived", label="whole cycles", unit="", value=float(life.cycles)),
    )


def _bounds(name: str, label: str, unit: str, seen: Observation) -> Number:
    """A life as its lower bound, the upper one beside it: never as one exact number."""
    suffix = "h" if unit == "h" else "mah_cm2"
    note = "no failure: right-censored" if not seen.has_failed else f"failed by {seen.high:.4g}"
    return Number(
        name=f"{name}_survived_{suffix}",
        label=f"{label}, survived",
        unit=unit,
        value=seen.low,
        note=note if not seen.has_failed else f"{note} {unit}",
    )


def _known(name: str, label: str, unit: str, value: float | None) -> Number:
    if value is None:
        reason = "no half-cycle before a failure has enough readings"
        return refused_number(name, label, unit, reason)
    return Number(name=name, label=label, unit=unit, value=value)


def _whole(found: PlatingStripping) -> slice:
    """The half-cycles before the failure: resistances after it are those of a short."""
    if found.life is None or found.life.censored:
        return slice(None)
    begin_s = found.course.start_s[0]
    until = found.course.end_s - begin_s <= found.life.time_s.low + 1e-6
    return slice(0, int(until.sum()))


def _table(found: PlatingStripping) -> Table:
    course = found.course
    columns = {
        "start_h": course.start_s / _HOUR_S,
        "direction": course.direction.astype(int),
        "current_density_ma_cm2": course.density_a_per_m2 / 10,
        "charge_mah_cm2": course.charge_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2,
        "cumulative_charge_mah_cm2": course.cumulative_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2,
        "asr_start_ohm_cm2": course.asr_start_ohm_m2 * _PER_CM2,
        "asr_end_ohm_cm2": course.asr_end_ohm_m2 * _PER_CM2,
        "polarisation_mv": course.polarisation_v * 1e3,
    }
    return Table(
        name="half-cycles",
        title="Every half-cycle",
        columns={name: values.tolist() for name, values in columns.items()},
        note="direction +1 strips the working electrode; ASR holds both interfaces",
    )


def _densities(found: PlatingStripping) -> str:
    """One current density, or the span of a run that has several."""
    known = np.abs(found.course.density_a_per_m2[np.isfinite(found.course.density_a_per_m2)]) / 10
    if not known.size:
        return "not known"
    low, high = float(known.min()), float(known.max())
    if high - low <= _SAME_DENSITY * high:
        return f"{float(np.median(known)):.3g} mA/cm²"
    return f"{low:.3g} to {high:.3g} mA/cm²"


def _edge(values: Floats, place: int) -> float | None:
    known = values[np.isfinite(values)]
    return float(known[place]) if known.size else None


def _median(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None


def _hours(seen: Observation) -> Observation:
    return Observation(seen.low / _HOUR_S, seen.high / _HOUR_S)


def _mah(seen: Observation) -> Observation:
    return Observation(seen.low / MILLIAMPERE_HOUR_PER_CM2, seen.high / MILLIAMPERE_HOUR_PER_CM2)


def _between(seen: Observation) -> str:
    return f"{seen.low:.4g} to {seen.high:.4g}"


MEASUREMENT = Measurement(
    name="plating-stripping",
    title="Plating and stripping: polarisation, resistance, life",
    takes="a plating and stripping run of a symmetric cell",
    options=(),
    make=make,
    example="plating-stripping life.run.sqlite",
    suits=suits,
)
