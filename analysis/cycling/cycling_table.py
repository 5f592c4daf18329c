"""The table of all cycles of a cell, in the units of the laboratory."""

from __future__ import annotations

from collections.abc import Sequence

from ..end_words import end_words
from ..sheets.sheet import Table
from .basis import Basis
from .cycles import HELD, Cycle, coulombic_efficiency
from .retention import Retention

PERCENT = 100.0


def cycle_table(
    basis: Basis, cycles: Sequence[Cycle], kept: Retention | None, number: int
) -> Table:
    """Return one row a cycle; the retention only where cycles are compared with the reference."""
    share = dict(zip(kept.numbers, kept.retained, strict=True)) if kept is not None else {}
    rows = [_row(each, basis, share.get(each.number)) for each in cycles]
    names = tuple(rows[0])
    return Table(
        name=f"cycles_{number}" if number else "cycles",
        title=f"Cycles of {basis.cell}",
        columns={name: [row[name] for row in rows] for name in names},
        note=f"capacity per gram of {basis.material}; retention only at the reference's rate",
    )


def _row(each: Cycle, basis: Basis, retained: float | None) -> dict[str, object]:
    charge, discharge = each.charge, each.discharge
    efficiency: float | None
    try:
        efficiency = coulombic_efficiency(each, basis.meter).value * PERCENT
    except ValueError:
        efficiency = None
    one = discharge or charge
    energy = each.energy_efficiency
    hysteresis = each.hysteresis_v
    return {
        "cycle": each.number,
        "phase": each.phase,
        "rate_c": None if one is None else basis.rate_c(one),
        "current_density_ma_cm2": None if one is None else basis.density_ma_cm2(abs(one.current_a)),
        "charge_mah_g": None if charge is None else basis.per_gram(charge.capacity_c),
        "discharge_mah_g": None if discharge is None else basis.per_gram(discharge.capacity_c),
        "discharge_mah_cm2": None if discharge is None else basis.per_area(discharge.capacity_c),
        "coulombic_efficiency_percent": efficiency,
        "energy_efficiency_percent": None if energy is None else energy * PERCENT,
        "mean_charge_v": None if charge is None else charge.mean_voltage_v + basis.shift_v,
        "mean_discharge_v": None if discharge is None else discharge.mean_voltage_v + basis.shift_v,
        "hysteresis_mv": None if hysteresis is None else hysteresis * 1e3,
        "retention_percent": None if retained is None else float(retained) * PERCENT,
        "charge_end": "" if charge is None else end_words(charge.end, HELD),
        "discharge_end": "" if discharge is None else end_words(discharge.end, HELD),
    }
