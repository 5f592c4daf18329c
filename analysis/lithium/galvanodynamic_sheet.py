"""``solidcell analyse galvanodynamic``: a critical current from a current that climbs steadily."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ..critical_current import CriticalCurrent, analyse_critical_current
from ..run_rows import RunSegment
from ..runs import Run, load_run
from ..sheets.measurement import Measurement, Options, one_file
from ..sheets.plot import Axis, Item, Panel, Plot, Span, line, points
from ..sheets.sheet import Number, Sheet, number_of
from ..sheets.sources import source_of_run
from ..statistics.censored import Floats
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .condition_words import condition_texts
from .critical_current_cells import cell_of_run
from .galvanodynamic import RampResult, analyse_ramp
from .ramp_rate import RampRate, ramp_rate

PHASE: Final = "ramp"
_MA_CM2_MIN: Final = 6.0
"""mA/cm²/min in 1 A/m²/s."""


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one ramp; errors as in ``analyse_ramp``, and if the run has none."""
    run = load_run(one_file(files, "a ramp"))
    time_s, current_a, voltage_v = _readings(run)
    verdict = analyse_critical_current(run)
    ramp = analyse_ramp(time_s, current_a, voltage_v, float(run.header.cell["electrode_area_m2"]))
    rate = ramp_rate(_stairs(run), float(run.header.cell["electrode_area_m2"]))
    row = cell_of_run(run, verdict)
    return Sheet(
        kind="galvanodynamic",
        title="Critical current density by a galvanodynamic ramp",
        subject=row.cell,
        headline=f"{verdict.interval}; {_failure(verdict)}; of the voltage alone: {ramp.evidence}",
        conditions=(
            ("ramp", f"{ramp.ramp_a_per_m2_s * _MA_CM2_MIN:.3g} mA/cm²/min"),
            *_evidence(verdict),
            *condition_texts([row.condition])[1:],
        ),
        numbers=_numbers(ramp, rate, verdict),
        plots=(_plot(ramp, voltage_v),),
        assumptions=(
            "the critical current depends on the rate of the ramp: the charge moved before the "
            "failure, J²/(2 dJ/dt), belongs to it",
        ),
        warnings=(*_off_plan(rate), *_disagreement(ramp, verdict), *verdict.warnings),
        refusals=(),
        sources=(source_of_run(run),),
        settings=options,
    )


def _stairs(run: Run) -> list[RunSegment]:
    return [segment for segment in run.segments if segment.phase == PHASE]


def _readings(run: Run) -> tuple[Floats, Floats, Floats]:
    """Of all stairs of the ramp, in order of time."""
    rows = [run.readings_of(stair.number) for stair in _stairs(run)]
    if not any(row.stop > row.start for row in rows):
        raise ValueError(f"{run.path.name}: no reading of this run belongs to a ramp")
    time_s, current_a, voltage_v = (
        np.concatenate([column[row] for row in rows])
        for column in (run.time_s, run.current_a, run.voltage_v)
    )
    driven = current_a != 0
    return time_s[driven], current_a[driven], voltage_v[driven]


def _failure(verdict: CriticalCurrent) -> str:
    """What failed, with the grade of all the evidence: voltage, spectra, cycles after it."""
    grade = f", evidence grade {verdict.evidence_grade}" if verdict.evidence_grade else ""
    return verdict.failure + grade


def _evidence(verdict: CriticalCurrent) -> tuple[tuple[str, str], ...]:
    return (("evidence", "; ".join(verdict.evidence)),) if verdict.evidence else ()


def _numbers(
    ramp: RampResult, rate: RampRate | None, verdict: CriticalCurrent
) -> tuple[Number, ...]:
    failed = verdict.failed_ma_cm2
    bound = "no failure: right-censored" if failed is None else f"failed by {failed:.4g} mA/cm²"
    seen = ramp.critical_current_a_per_m2
    numbers = [
        Number(
            name="critical_current_passed_ma_cm2",
            label="passed",
            unit="mA/cm²",
            value=verdict.passed_ma_cm2,
            note=bound,
        ),
        Number(
            name="charge_before_failure_mah_cm2",
            label="charge before the failure",
            unit="mAh/cm²",
            value=ramp.charge_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2,
        ),
        Number(
            name="ramp_ma_cm2_min",
            label="ramp",
            unit="mA/cm²/min",
            value=ramp.ramp_a_per_m2_s * _MA_CM2_MIN,
        )
        if rate is None
        else number_of(
            rate.measured,
            "ramp_ma_cm2_min",
            "ramp",
            "mA/cm²/min",
            _MA_CM2_MIN,
            note=f"planned: {rate.planned * _MA_CM2_MIN:.4g} mA/cm²/min",
        ),
    ]
    if seen.has_failed:
        numbers.append(
            Number(
                name="critical_current_by_voltage_ma_cm2",
                label=f"first reading with a {ramp.failure}",
                unit="mA/cm²",
                value=seen.high / 10,
                note="voltage alone, without the spectra",
            )
        )
    return tuple(numbers)


def _off_plan(rate: RampRate | None) -> tuple[str, ...]:
    if rate is None or not rate.is_off_plan:
        return ()
    measured, planned = rate.measured.value * _MA_CM2_MIN, rate.planned * _MA_CM2_MIN
    return (
        f"the current climbed by {measured:.3g} mA/cm²/min and not by the planned {planned:.3g} "
        f"({100 * rate.deviation:+.3g} %), beyond its error: the critical current belongs to the "
        "measured rate",
    )


def _disagreement(ramp: RampResult, verdict: CriticalCurrent) -> tuple[str, ...]:
    if (ramp.failure == "none") == (verdict.failed_ma_cm2 is None):
        return ()
    return (
        f"voltage and verdict disagree: dV/dJ says {ramp.failure}, the verdict with the spectra "
        f"{verdict.failure}; the verdict counts",
    )


def _plot(ramp: RampResult, voltage_v: Floats) -> Plot:
    density = ramp.density_a_per_m2 / 10
    seen = ramp.critical_current_a_per_m2
    failed: tuple[Item, ...] = ()
    if seen.has_failed:
        failed = (Span(ramp.failure, seen.high / 10, float(density.max())),)
    axis = Axis(label="J / mA cm⁻²")
    panels = (
        Panel(
            x=axis,
            y=Axis(label="|V| / mV"),
            items=(points("|V|", density, 1e3 * np.abs(voltage_v)), *failed),
        ),
        Panel(
            x=axis,
            y=Axis(label="dV/dJ / Ω cm²"),
            items=(line("dV/dJ", density, 1e4 * ramp.differential_ohm_m2), *failed),
        ),
    )
    caption = (
        f"Voltage and its slope over the climbing current, n = {density.size} readings; the slope "
        "is a least-squares line over nine readings and a twentieth of the ramp at least."
    )
    return Plot(name="ramp", caption=caption, panels=panels)


def suits(run: Run) -> bool:
    """Whether a run holds a galvanodynamic ramp."""
    return any(segment.phase == PHASE for segment in run.segments)


MEASUREMENT = Measurement(
    name="galvanodynamic",
    title="Critical current density by a galvanodynamic ramp",
    takes="a run with a galvanodynamic ramp",
    options=(),
    make=make,
    example="galvanodynamic ramp.run.sqlite",
    suits=suits,
)
