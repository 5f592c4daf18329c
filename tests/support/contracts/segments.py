"""Segments that many drivers must do or refuse, on a cell of 150 ohm."""

from collections.abc import Mapping

from solidcell.drivers.segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

REST = Rest(duration_s=4.0)
CURRENT = Galvanostatic(current_a=1e-3, duration_s=4.0, voltage_min_v=-2.0, voltage_max_v=2.0)
VOLTAGE = Potentiostatic(voltage_v=0.05, duration_s=4.0, current_max_a=0.1)
CYCLE = Voltammetry(
    start_v=0.0,
    vertex1_v=0.04,
    vertex2_v=-0.04,
    step_v=0.01,
    scan_rate_v_per_s=0.02,
    current_max_a=0.1,
)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e4,
    frequency_min_hz=100.0,
    points_per_decade=1,
    amplitude=0.01,
    name="impedance",
)
TOO_FAST = ImpedanceSweep(
    frequency_max_hz=1e9, frequency_min_hz=100.0, points_per_decade=1, amplitude=0.01
)
TOO_MUCH_CURRENT = Galvanostatic(
    current_a=5e3, duration_s=4.0, voltage_min_v=-2.0, voltage_max_v=2.0
)
TOO_MUCH_VOLTAGE = Potentiostatic(voltage_v=5e4, duration_s=4.0, current_max_a=1e-3)

SOURCE_METER: Mapping[str, DeviceSegment] = {
    "measure": REST,
    "galvanostatic": CURRENT,
    "potentiostatic": VOLTAGE,
    "voltammetry": CYCLE,
}
