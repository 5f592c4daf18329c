"""The numbers of cycling: of one cell, and the means over several made alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity
from ..runs import Run
from ..sheets.sheet import Number, number_of, refused_number
from .basis import Basis, capacity_numbers
from .cycles import Cycle, capacity_c, coulombic_efficiency
from .formation import FormationLoss
from .retention import Retention, mean_of_replicates
from .voltages import energy_efficiency, hysteresis, mean_voltage

PERCENT = 100.0
_OF_READINGS = "error of the readings' spacing: that of the voltmeter"
CURVED = 0.5  # likeness of neighbouring cycles about the line of the fade


@dataclass(frozen=True, slots=True, kw_only=True)
class CycledCell:
    """A cell with its cycles, and what they came to or why it was refused."""

    run: Run
    basis: Basis
    cycles: tuple[Cycle, ...]
    kept: Retention | None
    kept_refused: str
    formed: FormationLoss | None
    formed_refused: str
    warnings: tuple[str, ...]


def numbers_of(cell: CycledCell) -> tuple[Number, ...]:
    """Formation, reference, retention, fade, efficiency and voltages of one cell."""
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


def _formation_numbers(cell: CycledCell) -> list[Number]:
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


def _mean_efficiency(cell: CycledCell, kept: Retention) -> Number:
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
        mean = mean_voltage(reference.discharge)
        shown = Quantity(mean.value + basis.shift_v, mean.standard_error, "V")
        name, label = "mean_discharge_voltage_v", "mean discharge voltage of the reference"
        found.append(number_of(shown, name, label, "V", note=f"{_OF_READINGS} is not in it"))
    between = hysteresis(reference)
    if between is not None:
        note = f"{_OF_READINGS} is not in it, but for an offset, which cancels"
        found.append(
            number_of(between, "hysteresis_mv", "voltage hysteresis", "mV", 1e3, note=note)
        )
    kept = energy_efficiency(reference, basis.meter)
    if kept is not None:
        name, label = "energy_efficiency_percent", "energy efficiency"
        note = f"{_OF_READINGS} is not in it, but for its gain, which cancels"
        found.append(number_of(kept, name, label, "%", PERCENT, note=note))
    return found


def replicate_numbers(cells: Sequence[CycledCell]) -> tuple[Number, ...]:
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
            f"retention after {max(common - 1, 0)} cycle{'' if common == 2 else 's'}",
            "%",
            [float(each.retained[common - 1]) * PERCENT for each in kept if common],
        ),
    )
    return tuple(_mean_number(name, label, unit, values) for name, label, unit, values in rows)


def _per_gram(cell: CycledCell) -> float | None:
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
