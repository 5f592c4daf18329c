"""Write a segment as a MethodSCRIPT that the instrument carries out by itself.

Source: PalmSens MethodSCRIPT, "measurement loop commands". Every script switches the cell on at
most once, late, and opens it in ``on_finished:``, which also runs after an abort. Voltage and
current limits are tested on board after each reading, so they hold without the host. The order is
the vendor's: channel, mode, bandwidth, ranges, level, cell, loop.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from ..impedance_sweeps import sweep_points
from ..readings import Observation
from ..segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from .models import Model
from .numbers import si_number
from .order import Expected
from .readings import (
    Trip,
    impedance_point,
    reading,
    reading_at_open_circuit,
)
from .statements import (
    FINALLY,
    VARIABLES,
    applied_current_range,
    bandwidth,
    current_limit,
    interval_and_time,
    measured_current_ranges,
    mode,
    package,
    stop_if,
    voltage_ranges,
)
from .stream import Package

LOW_SPEED_MODE = 2
HIGH_SPEED_MODE = 3
GALVANOSTAT_MODE = 6
LOW_SPEED_PERIOD_S = 0.1
SILENCE_SLACK_S = 5.0
_SQRT2 = math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Script:
    """Lines to send, how long silence may last, and how a package becomes an observation."""

    lines: tuple[str, ...]
    silence_limit_s: float
    observe: Callable[[Package], Observation]
    expected: Expected


def script_for(segment: DeviceSegment, model: Model) -> Script:
    """Write ``segment``, which has been checked, for ``model``."""
    match segment:
        case Rest():
            lines, observe = rest_script(segment, model), reading_at_open_circuit
        case Galvanostatic():
            lines, observe = galvanostatic_script(segment, model), reading
        case Potentiostatic():
            lines, observe = potentiostatic_script(segment, model), reading
        case Voltammetry():
            period_s = segment.step_v / segment.scan_rate_v_per_s
            duration_s = segment.cycles * _path_v(segment) / segment.scan_rate_v_per_s
            return Script(
                voltammetry_script(segment, model),
                sampling_silence_s(period_s),
                reading,
                _expected(model, duration_s, period_s),
            )
        case ImpedanceSweep():
            silence_s = 10.0 / segment.frequency_min_hz + 2 * SILENCE_SLACK_S
            expected = replace(_expected(model), points=sweep_points(segment))
            return Script(impedance_script(segment, model), silence_s, impedance_point, expected)
    period_s = interval_s(segment.duration_s, segment.sample_period_s)
    expected = _expected(model, segment.duration_s, period_s)
    return Script(lines, sampling_silence_s(period_s), observe, expected)


def _expected(
    model: Model, duration_s: float | None = None, period_s: float | None = None
) -> Expected:
    return Expected(
        voltage_max_v=max(abs(model.slow.low_v), model.slow.high_v),
        current_max_a=model.current_max_a,
        duration_s=duration_s,
        period_s=period_s,
    )


def _path_v(segment: Voltammetry) -> float:
    turning_v = (segment.start_v, segment.vertex1_v, segment.vertex2_v, segment.start_v)
    return sum(abs(to_v - from_v) for from_v, to_v in pairwise(turning_v))


def sampling_silence_s(period_s: float) -> float:
    """How long an instrument that samples every ``period_s`` may be silent."""
    return 3.0 * period_s + SILENCE_SLACK_S


def interval_s(duration_s: float, sample_period_s: float) -> float:
    """The longest interval, not above ``sample_period_s``, that divides the duration evenly.

    So a loop neither ends early nor overruns: its charge is that of the whole duration.

    >>> interval_s(10.5, 1.0)
    0.9545454545454546
    """
    return duration_s / max(1, math.ceil(duration_s / sample_period_s - 1e-9))


def potentiostat_mode(period_s: float) -> int:
    """Low-speed mode, the quiet one, unless sampling is too fast for it."""
    return LOW_SPEED_MODE if period_s >= LOW_SPEED_PERIOD_S else HIGH_SPEED_MODE


def rest_script(segment: Rest, model: Model) -> tuple[str, ...]:
    """Measure the voltage with the cell switch open."""
    period_s = interval_s(segment.duration_s, segment.sample_period_s)
    return (
        "var t",
        "var p",
        *mode(potentiostat_mode(period_s)),
        *bandwidth(period_s),
        *voltage_ranges(model.slow.high_v, model),
        "cell_off",
        "timer_start",
        f"meas_loop_ocp p {interval_and_time(period_s, segment.duration_s)}",
        *package("t", "p"),
        "endloop",
        *FINALLY,
    )


def galvanostatic_script(segment: Galvanostatic, model: Model) -> tuple[str, ...]:
    """Apply a current; stop on board when the voltage leaves its limits."""
    period_s = interval_s(segment.duration_s, segment.sample_period_s)
    low_v, high_v = segment.voltage_min_v, segment.voltage_max_v
    current = si_number(segment.current_a)
    return (
        *VARIABLES,
        *mode(GALVANOSTAT_MODE),
        *bandwidth(period_s),
        *voltage_ranges(max(abs(low_v), abs(high_v)), model),
        *applied_current_range(abs(segment.current_a), model),
        "set_i 0",
        "cell_on",
        "timer_start",
        f"meas_loop_cp p c {current} {interval_and_time(period_s, segment.duration_s)}",
        *package("t", "p", "c"),
        *stop_if(f"p > {si_number(high_v)}", Trip.VOLTAGE_HIGH),
        *stop_if(f"p < {si_number(low_v)}", Trip.VOLTAGE_LOW),
        "endloop",
        *FINALLY,
    )


def potentiostatic_script(segment: Potentiostatic, model: Model) -> tuple[str, ...]:
    """Apply a voltage; stop on board when the current exceeds its limit either way."""
    period_s = interval_s(segment.duration_s, segment.sample_period_s)
    voltage = si_number(segment.voltage_v)
    return (
        *VARIABLES,
        *mode(potentiostat_mode(period_s)),
        *bandwidth(period_s),
        f"set_range_minmax da {voltage} {voltage}",
        *measured_current_ranges(segment.current_max_a, model),
        *voltage_ranges(model.slow.high_v, model),  # or the package repeats the set value
        f"set_e {voltage}",
        "cell_on",
        "timer_start",
        f"meas_loop_ca p c {voltage} {interval_and_time(period_s, segment.duration_s)}",
        *package("t", "p", "c"),
        *current_limit(segment.current_max_a),
        "endloop",
        *FINALLY,
    )


def voltammetry_script(segment: Voltammetry, model: Model) -> tuple[str, ...]:
    """Scan the voltage in a triangle; stop on board when the current exceeds its limit."""
    period_s = segment.step_v / segment.scan_rate_v_per_s
    turning_v = (segment.start_v, segment.vertex1_v, segment.vertex2_v)
    shape = " ".join(si_number(v) for v in (*turning_v, segment.step_v, segment.scan_rate_v_per_s))
    scans = f" nscans({segment.cycles})" if segment.cycles > 1 else ""
    return (
        *VARIABLES,
        *mode(potentiostat_mode(period_s)),
        *bandwidth(period_s),
        f"set_range_minmax da {si_number(min(turning_v))} {si_number(max(turning_v))}",
        *measured_current_ranges(segment.current_max_a, model),
        f"set_e {si_number(segment.start_v)}",
        "cell_on",
        "timer_start",
        f"meas_loop_cv p c {shape}{scans}",
        *package("t", "p", "c"),
        *current_limit(segment.current_max_a),
        "endloop",
        *FINALLY,
    )


def impedance_script(segment: ImpedanceSweep, model: Model) -> tuple[str, ...]:
    """Sweep the frequency downwards, applying a voltage or a current."""
    galvanostatic = segment.mode is ImpedanceMode.GALVANOSTATIC
    bias = si_number(segment.bias)
    if galvanostatic:
        peak_a = abs(segment.bias) + _SQRT2 * segment.amplitude
        setting = (
            *voltage_ranges(model.fast.high_v, model),
            *applied_current_range(peak_a, model),
            "set_i 0",
        )
    else:
        setting = (
            f"set_range_minmax da {bias} {bias}",
            *measured_current_ranges(model.current_max_a, model),
            *voltage_ranges(model.fast.high_v, model),
            f"set_e {bias}",
        )
    return (
        "var t",
        "var f",
        "var r",
        "var j",
        *mode(GALVANOSTAT_MODE if galvanostatic else HIGH_SPEED_MODE),
        f"set_max_bandwidth {si_number(segment.frequency_max_hz)}",
        *setting,
        "cell_on",
        "timer_start",
        f"meas_loop_{'geis' if galvanostatic else 'eis'} f r j {si_number(segment.amplitude)} "
        f"{si_number(segment.frequency_max_hz)} {si_number(segment.frequency_min_hz)} "
        f"{sweep_points(segment)}i {bias}",
        *package("t", "f", "r", "j"),
        "endloop",
        *FINALLY,
    )
