"""The sheet of incremental capacity: dQ/dV of chosen cycles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..runs import Run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, line
from ..sheets.sheet import Number, Sheet, Table
from ..units import MILLIAMPERE_HOUR
from .basis import BASIS_OPTIONS, Basis
from .cycling_sheet import suits as suits_cycling
from .half_cycles import HalfCycle, half_cycles
from .incremental_capacity import IncrementalCapacity, of_half_cycle
from .one_cell import one_cell, sheet_of
from .stretches import stretches_of

MOST_CYCLES = 6


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; errors as in ``half_cycles`` and ``incremental_capacity``."""
    cell = one_cell(files, options, "incremental capacity")
    basis = cell.basis
    halves = half_cycles(stretches_of(cell.run, "cycling"))
    chosen = _chosen(halves, options["cycles"])
    bin_v, smooth_v = options["bin_mv"] * 1e-3, options["smooth_mv"] * 1e-3
    curves = [(half, of_half_cycle(half, bin_v=bin_v, smooth_v=smooth_v)) for half in chosen]
    smoothed = (
        f"smoothed with a Gaussian of {options['smooth_mv']:g} mV standard deviation"
        if smooth_v
        else "not smoothed"
    )
    numbers = tuple(_peak(half, curve, basis) for half, curve in curves)
    return sheet_of(
        cell,
        "incremental-capacity",
        "Incremental capacity dQ/dV",
        f"{len(curves)} half-cycles in bins of {options['bin_mv']:g} mV, {smoothed}",
        numbers=numbers,
        tables=tuple(_table(half, curve, basis) for half, curve in curves),
        plots=(_plot(curves, basis, smoothed),),
        assumptions=(
            "what passed while a voltage was held is left out: it has no dV",
            "the height of a peak is stated without error: it is of this bin and this smoothing",
        ),
    )


def _chosen(halves: Sequence[HalfCycle], asked: str) -> list[HalfCycle]:
    there = sorted({half.cycle for half in halves})
    if not asked:
        wanted = {there[0], there[-1]}
    else:
        try:
            wanted = {int(part) for part in asked.split(",")}
        except ValueError:
            raise ValueError(f"cycles is {asked!r}; allowed: numbers with commas, 1,5,50") from None
        if missing := wanted - set(there):
            raise ValueError(
                f"cycle {min(missing)} is not there; there are {there[0]} to {there[-1]}"
            )
    if len(wanted) > MOST_CYCLES:
        raise ValueError(f"{len(wanted)} cycles asked for; at most {MOST_CYCLES} in one figure")
    return [half for half in halves if half.cycle in wanted]


def _name(half: HalfCycle) -> str:
    return f"{'charge' if half.direction > 0 else 'discharge'}_{half.cycle}"


def _shown(curve: IncrementalCapacity, basis: Basis) -> list[float]:
    """In mAh/g/V, or in mAh/V where the mass is not known."""
    mass_g = 1.0 if basis.mass is None else basis.mass.value * 1e3
    return [float(value) / MILLIAMPERE_HOUR / mass_g for value in curve.capacity_c_per_v]


def _unit(basis: Basis) -> str:
    return "mah_v" if basis.mass is None else "mah_g_v"


def _peak(half: HalfCycle, curve: IncrementalCapacity, basis: Basis) -> Number:
    return Number(
        name=f"peak_{_name(half)}_v",
        label=f"highest dQ/dV of {_name(half).replace('_', ' ')}",
        unit="V",
        value=curve.peak_v + basis.shift_v,
        standard_error=curve.bin_v / 12**0.5,
        note=f"{max(_shown(curve, basis)):.4g} {'mAh/V' if basis.mass is None else 'mAh/g/V'}",
    )


def _table(half: HalfCycle, curve: IncrementalCapacity, basis: Basis) -> Table:
    sign = half.direction
    return Table(
        name=_name(half),
        title=f"dQ/dV of {_name(half).replace('_', ' ')}",
        columns={
            "voltage_v": [float(each) + basis.shift_v for each in curve.voltage_v],
            f"dq_dv_{_unit(basis)}": [sign * each for each in _shown(curve, basis)],
        },
    )


def _plot(
    curves: Sequence[tuple[HalfCycle, IncrementalCapacity]], basis: Basis, smoothed: str
) -> Plot:
    cycles = sorted({half.cycle for half, _ in curves})
    items: list[Item] = []
    for half, curve in curves:
        values = [half.direction * each for each in _shown(curve, basis)]
        name = _name(half).replace("_", " ")
        items.append(
            line(name, curve.voltage_v + basis.shift_v, values, colour=cycles.index(half.cycle))
        )
    unit = "mAh V⁻¹" if basis.mass is None else f"mAh g⁻¹ V⁻¹ ({basis.material})"
    panel = Panel(x=Axis(label="V / V"), y=Axis(label=f"dQ/dV / {unit}"), items=tuple(items))
    caption = f"Incremental capacity, charge above and discharge below zero; {smoothed}."
    return Plot(name="incremental_capacity", caption=caption, panels=(panel,))


def suits(run: Run) -> bool:
    """Whether a run has charges and discharges of a full cell."""
    return suits_cycling(run)


MEASUREMENT = Measurement(
    name="incremental-capacity",
    title="Incremental capacity dQ/dV",
    takes="the run file of a full cell",
    options=(
        *BASIS_OPTIONS,
        Option("cycles", "Cycles with commas, 1,5,50.", str, "", unset="first and last"),
        Option("bin_mv", "Width of the bins of voltage.", default=5.0, low=0.1, high=200.0),
        Option("smooth_mv", "Smoothing; nothing unless asked for.", default=0.0, low=0.0),
    ),
    make=make,
    example="incremental-capacity cell-7.run.sqlite --cycles 1,50 --active-mass-mg 12.2",
    suits=suits,
)
