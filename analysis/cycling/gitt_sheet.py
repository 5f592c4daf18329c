"""The sheet of a galvanostatic intermittent titration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ..geometry import Quantity
from ..runs import Run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, Points, floats, points
from ..sheets.sheet import Number, Sheet, Table, refused_number
from .basis import BASIS_OPTIONS, Basis
from .diffusion import SETTLED_S, Diffusion, diffusion_of
from .one_cell import one_cell, sheet_of
from .stretches import stretches_of_item
from .titration import Titration, titration

CM2_S: Final = 1e4  # of m2/s
_WORD = {1: "charge", -1: "discharge"}


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; errors as in ``titration`` and ``diffusion_of``."""
    cell = one_cell(files, options, "a titration")
    basis = cell.basis
    titrated = titration(stretches_of_item(cell.run, "gitt"))
    found: tuple[Diffusion, ...] = ()
    if options["particle_radius_um"] is not None:
        doubt = options["particle_radius_uncertainty_um"]
        radius = Quantity(
            options["particle_radius_um"] * 1e-6, None if doubt is None else doubt * 1e-6, "m"
        )
        found = diffusion_of(titrated, radius, options["settled_s"])
    numbers = tuple(_number(found, sign) for sign in _directions(titrated))
    return sheet_of(
        cell,
        "gitt",
        "Galvanostatic intermittent titration",
        _headline(numbers, titrated),
        numbers=numbers,
        tables=(_rests(titrated, basis), *((_pulses(found, basis),) if found else ())),
        plots=_plots(titrated, found, basis),
        assumptions=(
            "particles are spheres of one radius, filled evenly through the whole electrode",
            "the open-circuit voltage between two rests is a polynomial through the rests about it",
            "no charge leaks away during the rests: D is low by twice the share that does",
            "charge transfer and ohmic drop change at most evenly in time within a pulse",
        ),
        warnings=_warnings(found, options),
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as a titration."""
    return any(each.tags.get("measurement") == "gitt" for each in run.segments)


def _directions(titrated: Titration) -> list[int]:
    return sorted({pulse.direction for pulse in titrated.pulses}, reverse=True)


def _number(found: Sequence[Diffusion], sign: int) -> Number:
    name = f"diffusion_{_WORD[sign]}_cm2_s"
    label = f"D, median of the {_WORD[sign]} pulses"
    if not found:
        return refused_number(name, label, "cm²/s", "the radius of the particles is not given")
    known = [each.diffusion.value for each in found if each.direction == sign and each.diffusion]
    if not known:
        reasons = [each.refused for each in found if each.direction == sign]
        return refused_number(name, label, "cm²/s", f"no pulse gives one; the first: {reasons[0]}")
    logs = np.log(known)
    low, high = float(np.exp(logs.min())) * CM2_S, float(np.exp(logs.max())) * CM2_S
    return Number(
        name=name,
        label=label,
        unit="cm²/s",
        value=float(np.exp(np.median(logs))) * CM2_S,
        note=f"from {low:.2g} to {high:.2g} over {len(known)} pulses; each with its interval below",
    )


def _headline(numbers: Sequence[Number], titrated: Titration) -> str:
    stated = [number for number in numbers if number.value is not None]
    if not stated:
        return f"open-circuit voltage at {len(titrated.rests)} charges"
    return "; ".join(f"{n.label} {n.value:.3g} cm²/s" for n in stated)


def _warnings(found: Sequence[Diffusion], options: Options) -> tuple[str, ...]:
    notes = []
    if found and options["particle_radius_uncertainty_um"] is None:
        notes.append("the radius has no uncertainty: D goes with its square, and its own is larger")
    refused = [each for each in found if each.refused]
    if refused:
        notes.append(f"{len(refused)} of {len(found)} pulses give no D: the table says why")
    return tuple(notes)


def _charge(charge_c: float, basis: Basis) -> float:
    per_gram = basis.per_gram(charge_c)
    per_area = basis.per_area(charge_c)
    return charge_c if per_gram is None and per_area is None else per_gram or per_area or 0.0


def _charge_unit(basis: Basis) -> tuple[str, str]:
    if basis.mass is not None:
        return "charge_mah_g", basis.per_gram_label
    return ("charge_c", "C") if basis.area_m2 is None else ("charge_mah_cm2", "mAh cm⁻²")


def _rests(titrated: Titration, basis: Basis) -> Table:
    return Table(
        name="open_circuit",
        title="Voltage at the end of each rest",
        columns={
            _charge_unit(basis)[0]: [_charge(rest.charge_c, basis) for rest in titrated.rests],
            "voltage_v": [rest.voltage.value + basis.shift_v for rest in titrated.rests],
            "standard_error_mv": [
                1e3 * (rest.voltage.standard_error or 0.0) for rest in titrated.rests
            ],
            "still_moving_mv": [1e3 * rest.drift_v for rest in titrated.rests],
        },
        note="still_moving is what the voltage moved over the last fifth of the rest",
    )


def _pulses(found: Sequence[Diffusion], basis: Basis) -> Table:
    def interval(each: Diffusion, end: int) -> float | None:
        return None if each.interval is None else each.interval[end] * CM2_S

    def value(quantity: Quantity | None) -> float | None:
        return None if quantity is None else quantity.value * CM2_S

    return Table(
        name="pulses",
        title="Diffusion coefficient of every pulse",
        columns={
            "direction": [_WORD[each.direction] for each in found],
            _charge_unit(basis)[0]: [_charge(each.charge_c, basis) for each in found],
            "voltage_v": [each.voltage_v + basis.shift_v for each in found],
            "overpotential_mv": [1e3 * each.overpotential_v for each in found],
            "diffusion_cm2_s": [value(each.diffusion) for each in found],
            "diffusion_low_cm2_s": [interval(each, 0) for each in found],
            "diffusion_high_cm2_s": [interval(each, 1) for each in found],
            "pulse_over_diffusion_time": [each.time_over_diffusion_time for each in found],
            "short_time_law_cm2_s": [value(each.short_time) for each in found],
            "refused": [each.refused for each in found],
        },
        note="low and high are the ends of the 95 % interval; the short-time law is left out where "
        "it does not hold",
    )


def _plots(titrated: Titration, found: Sequence[Diffusion], basis: Basis) -> tuple[Plot, ...]:
    label = f"q / {_charge_unit(basis)[1]}"
    volts: list[Item] = [
        points(
            "open circuit",
            [_charge(rest.charge_c, basis) for rest in titrated.rests],
            [rest.voltage.value + basis.shift_v for rest in titrated.rests],
        )
    ]
    panels = [Panel(x=Axis(label=label), y=Axis(label="V / V"), items=tuple(volts))]
    coefficients = [
        _points_of([each for each in found if each.direction == sign], sign, basis)
        for sign in (1, -1)
    ]
    shown = tuple(each for each in coefficients if each is not None)
    if shown:
        axis = Axis(label="D / cm² s⁻¹", log=True)
        panels.append(Panel(x=Axis(label=label), y=axis, items=shown))
    caption = (
        "Open-circuit voltage and diffusion coefficient against charge passed; bars are 95 % "
        "intervals of each pulse."
    )
    return (Plot(name="titration", caption=caption, panels=tuple(panels)),)


def _points_of(found: Sequence[Diffusion], sign: int, basis: Basis) -> Points | None:
    known = [
        (each.charge_c, each.diffusion.value, *each.interval)
        for each in found
        if each.diffusion is not None and each.interval is not None
    ]
    if not known:
        return None
    charge, value, low, high = (floats(column) for column in zip(*known, strict=True))
    return Points(
        _WORD[sign],
        floats([_charge(float(each), basis) for each in charge]),
        value * CM2_S,
        (value - low) * CM2_S,
        (high - value) * CM2_S,
        marker="filled" if sign > 0 else "open",
        colour=0 if sign > 0 else 1,
    )


MEASUREMENT = Measurement(
    name="gitt",
    title="Titration: open-circuit voltage and diffusion coefficient",
    takes="the run file of a titration by pulses (GITT)",
    options=(
        *BASIS_OPTIONS,
        Option("particle_radius_um", "Radius of the active particles.", low=1e-4),
        Option("particle_radius_uncertainty_um", "Its standard uncertainty.", low=0.0),
        Option(
            "settled_s", "First seconds of a pulse that are left out.", default=SETTLED_S, low=0.0
        ),
    ),
    make=make,
    example="gitt cell-7.run.sqlite --particle-radius-um 2.5 --active-mass-mg 12.2",
    suits=suits,
)
