"""The sheet of self-discharge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..geometry import Quantity
from ..runs import Run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, line
from ..sheets.sheet import Number, Sheet, number_of, refused_number
from ..transport.leakage import self_discharge_bound
from ..units import MICROAMPERE_PER_CM2, SIEMENS_PER_CM
from ..wording import with_error
from .basis import BASIS_OPTIONS, Basis, capacity_numbers, notes_on_gaps
from .half_cycles import HalfCycle, half_cycles
from .one_cell import one_cell, sheet_of
from .self_discharge import DAY_S, SelfDischarge, longest_hold, self_discharge
from .stretches import Stretch, stretches_of_item

PERCENT = 100.0


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; raises ``ValueError`` where there is no hold at open circuit."""
    cell = one_cell(files, options, "self-discharge")
    run, basis = cell.run, cell.basis
    stretches = stretches_of_item(run, "self_discharge")
    hold = longest_hold(stretches)
    found, reason = None, ""
    try:
        found = self_discharge(stretches, basis.meter)
    except ValueError as problem:
        reason = str(problem)
    halves = half_cycles(stretches)
    numbers = (
        *_numbers(found, reason, basis),
        _leak(found, reason, basis),
        *_bound(basis, run.header.cell, hold, halves, options),
    )
    return sheet_of(
        cell,
        "self-discharge",
        "Self-discharge",
        reason or f"{numbers[0].value:.3g} % per month over {hold.duration_s / DAY_S:.3g} d",
        conditions=(("at open circuit", f"{hold.duration_s / DAY_S:.4g} d"),),
        numbers=numbers,
        plots=(_plot(hold, basis),),
        assumptions=(
            "a month has 30.4 days, and the loss is spread evenly over it",
            "what the cycle after the wait gives again was lost for a while; the rest for good, "
            "the fading of the cycles between among it",
        ),
        warnings=notes_on_gaps(halves),
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as a test of self-discharge."""
    return any(each.tags.get("measurement") == "self_discharge" for each in run.segments)


def _numbers(found: SelfDischarge | None, reason: str, basis: Basis) -> tuple[Number, ...]:
    name, label, unit = "self_discharge_percent_month", "self-discharge", "%/month"
    if found is None:
        return (refused_number(name, label, unit, reason),)
    value, error = found.per_month.value, found.per_month.standard_error or 0.0
    interval = (value - 1.96 * error, value + 1.96 * error)
    numbers = [
        number_of(found.per_month, name, label, unit, PERCENT, interval=interval),
        capacity_numbers(Quantity(found.before_c, None, "C"), basis, "before", "before")[0],
        capacity_numbers(Quantity(found.after_c, None, "C"), basis, "after", "after the wait")[0],
    ]
    for key, words, part in (
        ("reversible", "of that, comes back", found.reversible),
        ("irreversible", "of that, lost for good", found.irreversible),
    ):
        numbers.append(_part(part, f"{key}_percent", words, found.before_c))
    return tuple(numbers)


def _part(part: Quantity | None, name: str, words: str, before_c: float) -> Number:
    """A part of the loss; one below zero by more than its error is no part of a loss."""
    if part is None:
        return refused_number(name, words, "%", "no whole cycle followed the wait")
    told = number_of(part, name, words, "%", PERCENT / before_c)
    doubt = 2 * (told.standard_error or 0.0)
    if part.value >= 0 or told.value is None:
        return told
    if abs(told.value) <= doubt:
        return replace(told, note="nothing beyond its error")
    size = with_error(-told.value, told.standard_error, "%")
    reason = (
        f"the cycle after the wait gave {size} less than the discharge that ended the wait: "
        "nothing came back, and what the cell lost on is in the loss for good"
        if name == "reversible_percent"
        else f"the cycle after the wait gave {size} more than the one before it: nothing is lost "
        "for good"
    )
    return refused_number(name, words, "%", reason)


def _leak(found: SelfDischarge | None, reason: str, basis: Basis) -> Number:
    name, label, unit = "leak_ua_cm2", "leak that explains what comes back", "µA/cm²"
    if found is None or basis.area_m2 is None:
        return refused_number(name, label, unit, reason or "the electrode area is not known")
    back = found.reversible
    if back is not None and back.value < 2 * (back.standard_error or 0.0):
        return refused_number(name, label, unit, "nothing came back beyond its error")
    return number_of(found.leak_a, name, label, unit, 1 / basis.area_m2 / MICROAMPERE_PER_CM2)


def _bound(
    basis: Basis, cell: Any, hold: Stretch, halves: Sequence[HalfCycle], options: Options
) -> tuple[Number, ...]:
    """What the electrolyte's electrons leak at most, in the ohmic picture."""
    leak = ("ohmic_leak_ua_cm2", "leak by the electrolyte's electrons, at most", "µA/cm²")
    share = ("bound_percent_month", "self-discharge by that", "%/month")
    conductivity = options["electronic_conductivity_s_cm"]
    thickness = options["separator_um"]
    thickness_m = cell.get("thickness_m") if thickness is None else thickness * 1e-6
    before = [
        h for h in halves if h.direction < 0 and h.is_complete and h.time_s[-1] < hold.start_s
    ]
    for known, missing in (
        (conductivity, "the electronic conductivity of the electrolyte is not given"),
        (thickness_m, "the thickness of the separator is not given"),
        (basis.area_m2, "the electrode area is not known"),
        (before or None, "no whole discharge before the wait"),
    ):
        if known is None:
            return (refused_number(*leak, missing), refused_number(*share, missing))
    mean_v = float(hold.voltage_v.mean())
    bound = self_discharge_bound(
        Quantity(conductivity * SIEMENS_PER_CM, None, "S/m"),
        float(thickness_m),
        mean_v,
        before[-1].capacity_c / (basis.area_m2 or 1.0),
    )
    return (
        number_of(
            bound.current_density,
            *leak,
            1 / MICROAMPERE_PER_CM2,
            note=f"σ_e V / L at {mean_v:.3g} V",
        ),
        number_of(bound.loss_per_month, *share, PERCENT),
    )


def _plot(hold: Stretch, basis: Basis) -> Plot:
    days = (hold.time_s - hold.start_s) / DAY_S
    every = max(1, days.size // 2000)
    items: tuple[Item, ...] = (
        line("open circuit", days[::every], hold.voltage_v[::every] + basis.shift_v),
    )
    panel = Panel(x=Axis(label="t / d"), y=Axis(label="V / V"), items=items)
    return Plot(name="wait", caption="Voltage at open circuit during the wait.", panels=(panel,))


MEASUREMENT = Measurement(
    name="self-discharge",
    title="Self-discharge per month, for a while and for good",
    takes="the run file of a test of self-discharge",
    options=(
        *BASIS_OPTIONS,
        Option("electronic_conductivity_s_cm", "Of the electrolyte, to compare.", low=0.0),
        Option("separator_um", "Thickness of the separator.", low=0.1, unset="the cell record's"),
    ),
    make=make,
    example="self-discharge cell-7.run.sqlite --active-mass-mg 12.2",
    suits=suits,
)
