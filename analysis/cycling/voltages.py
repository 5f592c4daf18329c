"""Mean voltage, hysteresis and energy efficiency, with what the readings leave open of them.

What the voltmeter itself may err is in none of them: an offset of it cancels in a hysteresis, a
gain in an energy efficiency.
"""

from __future__ import annotations

import math

import numpy as np

from ..geometry import Quantity
from .cycles import UNSTATED, Cycle, Meter
from .half_cycles import HalfCycle


def mean_voltage(half: HalfCycle) -> Quantity:
    """Return the integral of V dq over that of dq, in V.

    In its error are the spacing of the readings, within the half-cycle and at its end, and charge
    that passed unseen; the gain of the current cancels. Without error where nothing bounds that
    charge.
    """
    value = half.mean_voltage_v
    if half.unobserved_c is None:
        return Quantity(value, None, "V")
    end_c = half.sampling_c * abs(float(half.voltage_v[-1]) - value)
    unseen = half.unobserved_c / math.sqrt(3) * float(np.ptp(half.voltage_v))
    error_j = math.sqrt(_spacing_j(half) ** 2 + end_c**2 + unseen**2)
    return Quantity(value, error_j / half.capacity_c, "V")


def hysteresis(cycle: Cycle) -> Quantity | None:
    """Return the mean voltage of the charge less that of the discharge, of a whole cycle."""
    if cycle.charge is None or cycle.discharge is None or not cycle.is_whole:
        return None
    up, down = mean_voltage(cycle.charge), mean_voltage(cycle.discharge)
    errors = [up.standard_error, down.standard_error]
    known = [each for each in errors if each is not None]
    error = math.hypot(*known) if len(known) == len(errors) else None
    return Quantity(up.value - down.value, error, "V")


def energy_efficiency(cycle: Cycle, meter: Meter = UNSTATED) -> Quantity | None:
    """Return the energy taken out over the energy put in, of a whole cycle.

    The gain of the current cancels; its offset adds to one and takes from the other, as in a
    coulombic efficiency.
    """
    charge, discharge = cycle.charge, cycle.discharge
    if charge is None or discharge is None or not cycle.is_whole:
        return None
    ratio = discharge.energy_j / charge.energy_j
    out, into = _doubt_j(discharge), _doubt_j(charge)
    if out is None or into is None:
        return Quantity(ratio, None, "1")
    offset_a = meter.current_offset_a or 0.0
    offset_j = offset_a * (
        discharge.mean_voltage_v * discharge.duration_s
        + ratio * charge.mean_voltage_v * charge.duration_s
    )
    error_j = math.sqrt(out**2 + (ratio * into) ** 2 + offset_j**2)
    return Quantity(ratio, error_j / charge.energy_j, "1")


def _doubt_j(half: HalfCycle) -> float | None:
    """Doubt of an energy: of its readings' spacing, of its end, and of unseen charge."""
    if half.unobserved_c is None:
        return None
    end_j = half.sampling_c * float(half.voltage_v[-1])
    unseen_j = half.unobserved_c / math.sqrt(3) * half.mean_voltage_v
    return math.sqrt(_spacing_j(half) ** 2 + end_j**2 + unseen_j**2)


def _spacing_j(half: HalfCycle) -> float:
    """A third of what the trapezoids change by if every other reading is left out (Richardson,
    Phil. Trans. R. Soc. A 210 (1911) 307); with two readings, what lies between them.
    """
    volts, passed = half.voltage_v, half.charge_c
    if volts.size < 3:
        return float(np.ptp(volts)) * half.capacity_c / math.sqrt(12)
    fewer = np.append(np.arange(0, volts.size - 1, 2), volts.size - 1)
    all_j, fewer_j = (
        float(((v[1:] + v[:-1]) / 2) @ np.diff(q))
        for v, q in ((volts, passed), (volts[fewer], passed[fewer]))
    )
    return abs(all_j - fewer_j) / 3
