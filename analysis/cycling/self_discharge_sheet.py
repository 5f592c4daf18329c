"""The sheet of self-discharge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..geometry import Quantity
from ..runs import Run, load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Item, Panel, Plot, line
from ..sheets.sheet import Number, Sheet, number_of, refused_number
from ..sheets.sources import source_of_run
from .basis import (
    BASIS_OPTIONS,
    MAH_CM2,
    Basis,
    basis_of,
    capacity_numbers,
    common_notes,
    conditions_of,
    notes_on_gaps,
)
from .half_cycles import half_cycles
from .self_discharge import DAY_S, SelfDischarge, longest_hold, self_discharge
from .stretches import Stretch, stretches_of

PERCENT = 100.0
MICROAMPERE_CM2 = 1e-2  # A/m2
S_CM = 100.0  # S/m


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run; raises ``ValueError`` where there is no hold at open circuit."""
    if len(files) != 1:
        raise ValueError(f"self-discharge is of one run file, got {len(files)}")
    run = load_run(files[0])
    basis = basis_of(run, options)
    stretches = stretches_of(run, "self_discharge")
    hold = longest_hold(stretches)
    found, reason = None, ""
    try:
        found = self_discharge(stretches, basis.meter)
    except ValueError as problem:
        reason = str(problem)
    numbers = (*_numbers(found, reason, basis), *_leak(found, reason, basis, run, hold, options))
    return Sheet(
        kind="self-discharge",
        title="Self-discharge",
        subject=basis.cell,
        headline=reason
        or f"{numbers[0].value:.3g} % per month over {hold.duration_s / DAY_S:.3g} d",
        conditions=(
            *conditions_of(run, basis),
            ("at open circuit", f"{hold.duration_s / DAY_S:.4g} d"),
        ),
        numbers=numbers,
        plots=(_plot(hold, basis),),
        assumptions=(
            *common_notes(basis),
            "a month has 30.4 days, and the loss is spread evenly over it",
            "what the cycle after the wait gives again was lost for a while; the rest for good, "
            "the fading of the cycles between among it",
        ),
        warnings=notes_on_gaps(half_cycles(stretches)),
        refusals=tuple(f"{n.label}: {n.refused}" for n in numbers if n.refused),
        sources=(source_of_run(run),),
        settings=options,
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
        name = f"{key}_percent"
        numbers.append(
            refused_number(name, words, "%", "no whole cycle followed the wait")
            if part is None
            else number_of(part, name, words, "%", PERCENT / found.before_c)
        )
    return tuple(numbers)


def _leak(
    found: SelfDischarge | None,
    reason: str,
    basis: Basis,
    run: Run,
    hold: Stretch,
    options: Options,
) -> tuple[Number, ...]:
    name, label, unit = "leak_ua_cm2", "leak that explains what comes back", "µA/cm²"
    if found is None or basis.area_m2 is None:
        measured = refused_number(name, label, unit, reason or "the electrode area is not known")
    else:
        factor = 1 / basis.area_m2 / MICROAMPERE_CM2
        measured = number_of(found.leak_a, name, label, unit, factor)
    return measured, _bound(basis, run.header.cell, hold, options)


def _bound(basis: Basis, cell: Any, hold: Stretch, options: Options) -> Number:
    """The ohmic leak of the electrolyte: J = sigma_e V / L, an upper bound."""
    name, label, unit = "ohmic_leak_ua_cm2", "leak by the electrolyte's electrons", "µA/cm²"
    conductivity = options["electronic_conductivity_s_cm"]
    thickness = options["separator_um"]
    thickness_m = cell.get("thickness_m") if thickness is None else thickness * 1e-6
    if conductivity is None or thickness_m is None:
        missing = "electronic conductivity" if conductivity is None else "separator's thickness"
        return refused_number(name, label, unit, f"the {missing} is not given")
    mean_v = float(hold.voltage_v.mean())
    density = conductivity * S_CM * mean_v / float(thickness_m)
    return Number(
        name=name,
        label=label,
        unit=unit,
        value=density / MICROAMPERE_CM2,
        note=f"σ_e V / L at {mean_v:.3g} V: at most this much is ohmic"
        + (
            ""
            if basis.area_m2 is None
            else f", {_per_month(density, hold):.3g} mAh/cm² in the wait"
        ),
    )


def _per_month(density_a_m2: float, hold: Stretch) -> float:
    return density_a_m2 * hold.duration_s / MAH_CM2


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
        Option("separator_um", "Thickness of the separator; by default the cell's.", low=0.1),
    ),
    make=make,
    example="self-discharge cell-7.run.sqlite --active-mass-mg 12.2",
    suits=suits,
)
