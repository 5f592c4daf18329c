"""Half-cycles that were never measured, for tests of what is made of them."""

import numpy as np
from solidcell.analysis.cycling.cycles import Cycle
from solidcell.analysis.cycling.half_cycles import HalfCycle


def half_cycle(
    capacity_c: float = 3600.0,
    direction: int = 1,
    *,
    cycle: int = 0,
    volts: float = 4.0,
    current_a: float = 1.0,
    **more,
) -> HalfCycle:
    """A half-cycle at one voltage."""
    duration_s = capacity_c / current_a
    return HalfCycle(
        **{
            "cycle": cycle,
            "direction": direction,
            "phase": "",
            "rate_c": None,
            "current_a": direction * current_a,
            "time_s": np.array([0.0, duration_s]),
            "voltage_v": np.array([volts, volts]),
            "charge_c": np.array([0.0, capacity_c]),
            "held": np.array([False, False]),
            "capacity_c": capacity_c,
            "energy_j": capacity_c * volts,
            "duration_s": duration_s,
            "sampling_c": 0.0,
            "unobserved_c": 0.0,
            "temperature_k": None,
            "end": "voltage_limit",
            "is_complete": True,
            "step_ohm": None,
            **more,
        }
    )


def cycle(number: int, discharge_c: float, charge_c: float | None = None, **more) -> Cycle:
    """A charge and a discharge; without loss unless the charge is told."""
    return Cycle(
        number=number,
        charge=half_cycle(discharge_c if charge_c is None else charge_c, 1, cycle=number),
        discharge=half_cycle(discharge_c, -1, cycle=number, volts=3.8, **more),
    )
