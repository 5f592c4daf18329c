"""The figure of plating and stripping: voltage and current, resistance, charge passed."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..runs import Run
from ..sheets.extremes import keep_extremes
from ..sheets.plot import Axis, Item, Panel, Plot, Span, line, points
from ..statistics.censored import Floats
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .plating_stripping import Course, PlatingStripping

_HOUR_S: Final = 3600.0
_PER_CM2: Final = 1e4
_MOST_POINTS: Final = 2000


def course_plot(run: Run, found: PlatingStripping) -> Plot:
    """Draw what was read, and what each half-cycle comes to at the time that it is of."""
    course = found.course
    begin, end = _hours(course, course.start_s), _hours(course, course.end_s)
    failed: tuple[Item, ...] = ()
    if found.life is not None and not found.life.censored:
        life = found.life.time_s
        failed = (Span(f"{found.life.failure} in here", life.low / _HOUR_S, life.high / _HOUR_S),)
    time = Axis(label="t / h")
    asr = Axis(label="ASR / Ω cm² (two interfaces)")
    panels = (
        Panel(
            x=time,
            y=Axis(label="V / mV"),
            right=Axis(label="J / mA cm⁻²"),
            items=(_voltage(run, course), *failed),
            right_items=(_current(course),),
        ),
        Panel(
            x=time,
            y=asr,
            items=(
                points("start of half-cycle", begin, course.asr_start_ohm_m2 * _PER_CM2),
                points("end of half-cycle", end, course.asr_end_ohm_m2 * _PER_CM2, colour=1),
                *failed,
            ),
        ),
        Panel(x=time, y=Axis(label="charge passed / mAh cm⁻²"), items=(_charge(course), *failed)),
    )
    caption = (
        f"Voltage, resistance and charge of n = {begin.size} half-cycles of one cell; of the "
        "readings the smallest and largest of every stretch of time, none averaged."
    )
    return Plot(name="course", caption=caption, panels=panels)


def _voltage(run: Run, course: Course) -> Item:
    """The readings from the first half-cycle to the end of the last."""
    inside = (run.time_s >= course.start_s[0]) & (run.time_s <= course.end_s[-1])
    t, volt = run.time_s[inside], run.voltage_v[inside]
    kept = keep_extremes((volt,), _MOST_POINTS)
    return line("V", _hours(course, t[kept]), volt[kept] * 1e3)


def _current(course: Course) -> Item:
    """The current as it was set: constant through each half-cycle, none between them."""
    begin, end = _hours(course, course.start_s), _hours(course, course.end_s)
    density, none = course.density_a_per_m2 / 10, np.zeros_like(begin)
    times = np.column_stack([begin, begin, end, end]).ravel()
    return line("J", times, np.column_stack([none, density, density, none]).ravel(), colour=3)


def _charge(course: Course) -> Item:
    """What has passed in both directions: it grows within a half-cycle and rests between."""
    after = course.cumulative_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2
    before = after - np.abs(course.charge_c_per_m2) / MILLIAMPERE_HOUR_PER_CM2
    times = np.column_stack([_hours(course, course.start_s), _hours(course, course.end_s)])
    return line("both directions", times.ravel(), np.column_stack([before, after]).ravel())


def _hours(course: Course, time_s: Floats) -> Floats:
    return np.asarray((time_s - course.start_s[0]) / _HOUR_S, dtype=np.float64)
