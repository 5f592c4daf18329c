"""Currents at held voltages, out of a run or of a table: time counts from each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..columns_file import read_columns
from ..run_rows import RunSegment
from ..runs import Run
from .arrays import Float
from .steady_current import steady_current
from .steady_line import Hold

Rows: TypeAlias = NDArray[np.intp]
_APART_V = 1e-3
_END_OF_REST_S = 300.0
NOT_OF_THIS_RANGE = 2 | 4
"""Overload and underload, as the run file marks readings."""


@dataclass(frozen=True, eq=False)
class HeldVoltage:
    """One voltage with its readings, shape (n,): time since the step in s, current in A.

    `gap_s` is the longest time without readings between two segments of it. `rest_v` is what was
    measured at the end of the rest before, None where there was none. `marked` readings are left
    out, since the instrument marked them as beyond its range, or as too little for it.
    """

    voltage_v: float
    time_s: Float
    current_a: Float
    temperature_k: float | None = None
    pressure_pa: float | None = None
    gap_s: float = 0.0
    rest_v: float | None = None
    marked: int = 0

    def hold(self, begin_s: float) -> Hold:
        """Extrapolate to the steady current, or say why not."""
        try:
            found = steady_current(self.time_s, self.current_a, begin_s=begin_s)
        except ValueError as refused:
            return Hold(self.voltage_v, None, str(refused))
        return Hold(self.voltage_v, found)


def marked_words(held: Sequence[HeldVoltage]) -> tuple[str, ...]:
    """Say how many readings of all holds are left out as marked by the instrument; or nothing."""
    many = sum(one.marked for one in held)
    told = "marked by the instrument as beyond its range, or as too small for it, and left out"
    return (f"readings {told}: {many}",) if many else ()


def held_voltages(run: Run, measurement: str) -> list[HeldVoltage]:
    """The holds of a run, in order: those tagged so, else all that are of no other measurement.

    Segments that follow each other at one voltage are one hold. The voltage is the one measured.

    Raises
    ------
    ValueError
        If there is none.
    """
    every = [s for s in run.segments if s.kind == "Potentiostatic" and not s.is_of_a_pause]
    tagged = [
        s
        for s in every
        if s.tags.get("measurement") == measurement and s.tags.get("phase", "hold") == "hold"
    ]
    chosen = tagged or [s for s in every if "measurement" not in s.tags]
    found = [
        _held(run, list(group)) for _, group in groupby(_with_run_of_numbers(chosen), key=_same)
    ]
    held = [one for one in found if one.time_s.size]
    if not held:
        raise ValueError(
            f"{run.path.name} holds no {measurement.replace('_', ' ')}: it needs potentiostatic "
            "segments with readings that belong to no other measurement"
        )
    return held


def held_in_table(path: Path) -> list[HeldVoltage]:
    """The holds of a table with the columns time_s, voltage_v and current_a.

    A new hold begins where the voltage changes by more than 1 mV. Its step was one sampling period
    before its first reading, or at the last reading of the hold before if that is later: what was
    between, such as a rest, need not be in the table. The first time counts from the first step.
    """
    columns, _ = read_columns(path, ("time_s", "voltage_v", "current_a"))
    t, v, i = (columns[name] for name in ("time_s", "voltage_v", "current_a"))
    if (np.diff(t) <= 0).any():
        at = int(np.argmax(np.diff(t) <= 0)) + 1
        raise ValueError(f"{path}: time_s does not increase at its value {t[at]:g} s")
    begins = np.flatnonzero(np.append(True, np.abs(np.diff(v)) > _APART_V))
    ends = np.append(begins[1:], t.size)
    found = []
    for begin, end in zip(begins, ends, strict=True):
        since = max(t[begin - 1], _period_before(t[begin:end])) if begin else min(0.0, t[0])
        own = slice(begin, end)
        found.append(_since_the_step(float(v[own].mean()), t[own] - since, i[own]))
    return found


def _period_before(time_s: Float) -> float:
    return float(2 * time_s[0] - time_s[1]) if time_s.size > 1 else -np.inf


def _with_run_of_numbers(segments: Sequence[RunSegment]) -> list[tuple[int, float, RunSegment]]:
    """Each segment with a key that neighbours of one voltage share."""
    found: list[tuple[int, float, RunSegment]] = []
    key = 0
    for k, one in enumerate(segments):
        volt = _set_voltage(one)
        follows = k > 0 and segments[k - 1].number + 1 == one.number
        if not (follows and abs(volt - found[-1][1]) <= _APART_V):
            key += 1
        found.append((key, volt, one))
    return found


def _same(one: tuple[int, float, RunSegment]) -> int:
    return one[0]


def _set_voltage(segment: RunSegment) -> float:
    return float(segment.tags.get("set_voltage_v", segment.settings.get("voltage_v", np.nan)))


def _held(run: Run, group: Sequence[tuple[int, float, RunSegment]]) -> HeldVoltage:
    segments = [one for _, _, one in group]
    rows_of_each = [np.r_[run.readings_of(s.number)] for s in segments]
    rows, marked = _without_marked(run, np.concatenate(rows_of_each).astype(np.intp))
    kelvin, pascal = run.temperature_k[rows], run.stack_pressure_pa[rows]
    voltage = run.voltage_v[rows]
    held = _since_the_step(
        float(np.mean(voltage)) if rows.size else _set_voltage(segments[0]),
        run.time_s[rows] - segments[0].start_s,
        run.current_a[rows],
    )
    gaps = [
        float(run.time_s[later[0]] - run.time_s[earlier[-1]])
        for earlier, later in pairwise(rows_of_each)
        if earlier.size and later.size
    ]
    return HeldVoltage(
        held.voltage_v,
        held.time_s,
        held.current_a,
        _middle(kelvin),
        _middle(pascal),
        max(gaps, default=0.0),
        _rest_before(run, segments[0].number),
        marked,
    )


def _without_marked(run: Run, rows: Rows) -> tuple[Rows, int]:
    """The rows that the instrument did not mark, and how many it did; all, if most are marked.

    While an instrument finds its range, the readings have the resolution of another one.
    """
    good = (run.flags[rows] & NOT_OF_THIS_RANGE) == 0
    if 2 * int(good.sum()) < rows.size:
        return rows, 0
    return rows[good], int(rows.size - good.sum())


def _rest_before(run: Run, number: int) -> float | None:
    """Mean voltage over the last minutes of the rest before a hold; spectra may lie between."""
    for one in reversed([s for s in run.segments if s.number < number]):
        rows = run.readings_of(one.number)
        t = run.time_s[rows]
        if one.kind == "Rest" and t.size:
            return float(np.mean(run.voltage_v[rows][t >= t[-1] - _END_OF_REST_S]))
        if one.kind != "ImpedanceSweep":
            return None
    return None


def _since_the_step(voltage_v: float, time_s: Float, current_a: Float) -> HeldVoltage:
    kept = time_s > 0
    kept[1:] &= np.diff(time_s) > 0
    return HeldVoltage(voltage_v, time_s[kept], current_a[kept])


def _middle(values: Float) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None
