"""The sheet of galvanostatic cycling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..geometry import Quantity
from ..runs import Run, load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, number_of, refusals_of, refused_number
from ..sheets.sources import source_of_run
from .basis import (
    BASIS_OPTIONS,
    Basis,
    basis_of,
    capacity_numbers,
    common_notes,
    conditions_of,
    notes_on_gaps,
)
from .cycles import Cycle, capacity_c, coulombic_efficiency, cycles_of
from .cycling_plots import capacity_plot, profile_plot
from .cycling_table import cycle_table
from .formation import FormationLoss, formation_loss
from .half_cycles import half_cycles
from .retention import Retention, mean_of_replicates, retention
from .stretches import stretches_of

PERCENT = 100.0
CURVED = 0.5  # likeness of neighbouring cycles about the line of the fade


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    run: Run
    basis: Basis
    cycles: tuple[Cycle, ...]
    kept: Retention | None
    kept_refused: str
    formed: FormationLoss | None
    formed_refused: str
    warnings: tuple[str, ...]


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one cell, or of several made alike; errors as in ``half_cycles``."""
    cells = [_cell(load_run(path), options) for path in files]
    numbers = _numbers(cells[0]) if len(cells) == 1 else _replicate_numbers(cells)
    first = cells[0]
    return Sheet(
        kind="cycling",
        title="Galvanostatic cycling",
        subject=", ".join(cell.basis.cell for cell in cells),
        headline=_headline(numbers),
        conditions=conditions_of(first.run, first.basis),
        numbers=numbers,
        tables=tuple(
            cycle_table(cell.basis, cell.cycles, cell.kept, number)
            for number, cell in enumerate(cells)
        ),
        plots=(
            capacity_plot([(cell.basis, cell.cycles) for cell in cells]),
            profile_plot(first.cycles, first.basis),
        ),
        assumptions=(
            *common_notes(first.basis),
            "coulombic efficiency is a discharge over the charge before it",
        ),
        warnings=tuple(note for cell in cells for note in cell.warnings),
        refusals=refusals_of(numbers),
        sources=tuple(source_of_run(cell.run) for cell in cells),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run has charges and discharges of a full cell."""
    tags = {str(segment.tags.get("measurement", "")) for segment in run.segments}
    if tags & {"cycling", "rate_capability", "self_discharge"}:
        return True
    if any(tags) or any(segment.phase for segment in run.segments):
        return False
    current_a = run.current_a[np.isfinite(run.current_a)]
    down = run.voltage_v[run.current_a < 0]
    return bool((current_a > 0).any() and down.size and np.median(down) > 0)


def _cell(run: Run, options: Options) -> _Cell:
    basis = basis_of(run, options)
    halves = half_cycles(stretches_of(run, "cycling"))
    cycles = cycles_of(halves)
    kept, formed, kept_refused, formed_refused = None, None, "", ""
    try:
        kept = retention(cycles, options["reference_cycle"], basis.meter)
    except ValueError as reason:
        kept_refused = str(reason)
    try:
        formed = formation_loss(cycles, basis.meter)
    except ValueError as reason:
        formed_refused = str(reason)
    broken = [
        f"cycle {each.number} did not end at its voltages"
        for each in cycles
        if each.charge is not None and each.discharge is not None and not each.is_whole
    ]
    return _Cell(
        run=run,
        basis=basis,
        cycles=cycles,
        kept=kept,
        kept_refused=kept_refused,
        formed=formed,
        formed_refused=formed_refused,
        warnings=(*broken, *notes_on_gaps(halves)),
    )


def _headline(numbers: Sequence[Number]) -> str:
    stated = {each.name: each for each in numbers if each.value is not None}
    parts = []
    for name, words in (
        ("reference_mah_g", "{:.4g} mAh/g"),
        ("retention_percent", "{:.4g} % retained"),
        ("efficiency_percent", "mean coulombic efficiency {:.4g} %"),
    ):
        if name in stated:
            parts.append(words.format(stated[name].value))
    return "; ".join(parts) or "no whole cycle"


def _numbers(cell: _Cell) -> tuple[Number, ...]:
    numbers = [*_formation_numbers(cell)]
    kept = cell.kept
    if kept is None:
        numbers.append(refused_number("retention_percent", "retention", "%", cell.kept_refused))
        return tuple(numbers)
    reference = next(each for each in cell.cycles if each.number == kept.reference)
    if reference.discharge is not None:
        charge = capacity_c(reference.discharge, cell.basis.meter)
        label = f"discharge capacity of cycle {kept.reference}, the reference"
        numbers += capacity_numbers(charge, cell.basis, "reference", label)
    numbers.append(_retention_number(kept))
    numbers.append(_fade_number(kept))
    numbers.append(_mean_efficiency(cell, kept))
    numbers += _voltage_numbers(reference, cell.basis)
    if kept.life_cycles is not None:
        numbers.append(
            Number(
                name="life_to_80_percent_cycles",
                label="cycles until 80 % was first passed",
                unit="cycles",
                value=float(kept.life_cycles),
            )
        )
    return tuple(numbers)


def _formation_numbers(cell: _Cell) -> list[Number]:
    formed, label = cell.formed, "first coulombic efficiency"
    if formed is None:
        refused = cell.formed_refused
        return [refused_number("first_efficiency_percent", label, "%", refused)]
    cycles = f"{len(formed.numbers)} cycle{'s' if len(formed.numbers) > 1 else ''}"
    return [
        *capacity_numbers(formed.first_charge, cell.basis, "first_charge", "first charge"),
        *capacity_numbers(formed.first_discharge, cell.basis, "first_discharge", "first discharge"),
        number_of(formed.first_efficiency, "first_efficiency_percent", label, "%", PERCENT),
        capacity_numbers(
            formed.total_loss, cell.basis, "formation_loss", f"lost for good in {cycles}"
        )[0],
    ]


def _retention_number(kept: Retention) -> Number:
    last = float(kept.retained[-1]) * PERCENT
    error = float(kept.standard_error[-1]) * PERCENT
    return Number(
        name="retention_percent",
        label=f"retention of cycle {kept.numbers[-1]} over cycle {kept.reference}",
        unit="%",
        value=last,
        standard_error=error,
        interval=(last - 1.96 * error, last + 1.96 * error),
        note="of this one cell",
    )


def _fade_number(kept: Retention) -> Number:
    name, label, unit = "fade_percent_per_cycle", "fade rate", "%/cycle"
    if kept.fade_per_cycle is None:
        return refused_number(name, label, unit, kept.fade_refused)
    note = (
        "" if kept.likeness < CURVED else "cycles do not scatter about a line: its interval is wide"
    )
    return number_of(
        kept.fade_per_cycle, name, label, unit, PERCENT, interval=kept.fade_interval, note=note
    )


def _mean_efficiency(cell: _Cell, kept: Retention) -> Number:
    name, label = "efficiency_percent", "mean coulombic efficiency from the reference on"
    values = []
    for each in cell.cycles:
        if each.number in kept.numbers:
            try:
                values.append(coulombic_efficiency(each, cell.basis.meter))
            except ValueError:
                continue
    if not values:
        return refused_number(name, label, "%", "no charge before any of the discharges")
    array = np.array([each.value for each in values])
    spread = float(array.std(ddof=1) / np.sqrt(array.size)) if array.size > 1 else None
    return number_of(
        Quantity(float(array.mean()), spread, "1"),
        name,
        label,
        "%",
        PERCENT,
        note=f"n = {array.size} cycles",
    )


def _voltage_numbers(reference: Cycle, basis: Basis) -> list[Number]:
    found = []
    if reference.discharge is not None:
        found.append(
            Number(
                name="mean_discharge_voltage_v",
                label="mean discharge voltage of the reference",
                unit="V",
                value=reference.discharge.mean_voltage_v + basis.shift_v,
            )
        )
    for name, label, unit, value, factor in (
        ("hysteresis_mv", "voltage hysteresis", "mV", reference.hysteresis_v, 1e3),
        (
            "energy_efficiency_percent",
            "energy efficiency",
            "%",
            reference.energy_efficiency,
            PERCENT,
        ),
    ):
        if value is not None:
            found.append(Number(name=name, label=label, unit=unit, value=value * factor))
    return found


def _replicate_numbers(cells: Sequence[_Cell]) -> tuple[Number, ...]:
    """Means over cells, each cell counted once; the interval is over cells."""
    common = min((len(cell.kept.numbers) for cell in cells if cell.kept), default=0)
    kept = [cell.kept for cell in cells if cell.kept is not None]
    rows = (
        (
            "reference_mah_g",
            "discharge capacity of the reference cycle",
            "mAh/g",
            [_per_gram(cell) for cell in cells],
        ),
        (
            "retention_percent",
            f"retention after {max(common - 1, 0)} cycles",
            "%",
            [float(each.retained[common - 1]) * PERCENT for each in kept if common],
        ),
    )
    return tuple(_mean_number(name, label, unit, values) for name, label, unit, values in rows)


def _per_gram(cell: _Cell) -> float | None:
    return None if cell.kept is None else cell.basis.per_gram(cell.kept.reference_c)


def _mean_number(name: str, label: str, unit: str, values: Sequence[float | None]) -> Number:
    known = [value for value in values if value is not None]
    try:
        mean, interval = mean_of_replicates(known)
    except ValueError as reason:
        return refused_number(name, label, unit, str(reason))
    return number_of(
        mean, name, label, unit, interval=interval, note=f"mean of n = {len(known)} cells"
    )


MEASUREMENT = Measurement(
    name="cycling",
    title="Cycling: capacity, efficiency, retention",
    takes="the run file of a full cell; several of cells made alike are replicates",
    options=(
        *BASIS_OPTIONS,
        Option(
            "reference_cycle",
            "Cycle that retention refers to; by default the first after formation.",
            kind=int,
            low=0,
        ),
    ),
    make=make,
    example="cycling cell-7.run.sqlite --active-mass-mg 12.2 --active-material NMC811",
    suits=suits,
)
