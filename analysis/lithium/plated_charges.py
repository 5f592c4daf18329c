"""The half-cycles of a run as charges plated on, and stripped from, the working electrode."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..critical_current.half_cycles import charge_c
from ..run_rows import RunSegment
from ..runs import Run
from .coulombic_efficiency import HalfCycleCharge

FloatArray: TypeAlias = NDArray[np.float64]

AT_CUT_OFF = "voltage_limit"
LEAPT_V = 0.05  # beyond the cut-off: nobody looked when it was passed
READINGS_MIN = 2  # a half-cycle that ended at its first reading has moved nothing


def plated_charges(run: Run) -> tuple[HalfCycleCharge, ...]:
    """Half-cycles in order of time; a half-cycle in several parts is one.

    Negative current plates the working electrode. A stripping half-cycle counts as ended by its
    cut-off where the record says that its voltage limit ended it.

    Raises
    ------
    ValueError
        If the cell record has no area, or the run no half-cycle that has ended.
    """
    area_m2 = run.header.cell.get("electrode_area_m2")
    if not area_m2:
        raise ValueError(f"{run.path.name}: the cell record has no electrode_area_m2")
    found = tuple(_charges(run, float(area_m2)))
    if not found:
        raise ValueError(f"{run.path.name}: no half-cycle with a current is in this run")
    return found


def _charges(run: Run, area_m2: float) -> Iterator[HalfCycleCharge]:
    driven = [s for s in run.segments if not s.is_of_a_pause and _current_a(s) != 0]
    for plates, parts in groupby(driven, key=lambda segment: _current_a(segment) < 0):
        half = list(parts)
        courses = [_course(run, part) for part in half]
        yield HalfCycleCharge(
            plates=plates,
            charge_c_per_m2=abs(sum(charge_c(*course) for course in courses)) / area_m2,
            at_cut_off=half[-1].end == AT_CUT_OFF,
            ending_c_per_m2=_ending_c(*courses[-1]) / area_m2,
        )


def _current_a(segment: RunSegment) -> float:
    if segment.kind != "Galvanostatic":
        return 0.0
    return float(segment.settings.get("current_a", 0.0))


def _course(run: Run, part: RunSegment) -> tuple[FloatArray, FloatArray]:
    """Times since the part began, and the current that lithium carried.

    Where the voltage leapt beyond the cut-off, that current had ended before the last reading,
    though the source drove it on, through the copper or the electrolyte.
    """
    rows = run.readings_of(part.number)
    time_s, current_a = run.time_s[rows] - part.start_s, run.current_a[rows].copy()
    if len(time_s) < READINGS_MIN:
        return time_s[:0], current_a[:0]
    cut_off_v = part.settings.get("voltage_max_v", math.inf)
    if part.end == AT_CUT_OFF and run.voltage_v[rows][-1] > cut_off_v + LEAPT_V:
        current_a[-1] = 0.0
    return time_s, current_a


def _ending_c(time_s: FloatArray, current_a: FloatArray) -> float:
    """Standard uncertainty of a charge whose current fell at some time between two readings.

    The trapezoid takes the middle; the time of the fall is uniform over the interval (JCGM
    100:2008, 4.3.7).
    """
    return float(abs(np.diff(current_a[-2:]) * np.diff(time_s[-2:])).sum() / math.sqrt(12))
