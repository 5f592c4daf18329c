"""Write a segment as techniques that the instrument carries out by itself, limits included.

Source: EC-Lab Development Package, sections 7.2 (OCV), 7.3 (CV), 7.11 (PEIS), 7.13 (GEIS), 7.36
(CPLIMIT) and 7.37 (CALIMIT): labels of parameters, and "test configuration format". Labels were
compared with those of EPICS-ECLab (STFC), pyeclab and PyExpLabSys; the bits of a test with
pyeclab's, written for an instrument.

A galvanostatic segment is CPLIMIT, a potentiostatic one CALIMIT: their tests are carried out on
board. A step longer than 14.3 h is split into several of the same technique, which follow each
other without a break; a rest into several rests.
"""

import math
from dataclasses import dataclass
from typing import Final

from ..segment_course import Expected, scan_duration_s
from ..segment_limits import sweep_points
from ..segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from .eclib import Parameter, Technique, Value
from .models import (
    AUTOMATIC_CURRENT,
    AUTOMATIC_VOLTAGE,
    BANDWIDTH,
    STEP_MAX_S,
    Channel,
    voltage_range,
)

OCV: Final = 100
CV: Final = 103
PEIS: Final = 104
GEIS: Final = 107
CPLIMIT: Final = 155
CALIMIT: Final = 157

_ACTIVE: Final = 1
_ABOVE: Final = 1 << 2
_OF_VOLTAGE: Final = 0 << 5
_OF_CURRENT: Final = 3 << 5
_STOP_EXPERIMENT: Final = 2
_NEVER: Final = 10.0  # V or A: a change that never comes, so that time alone asks for a record
_BOOLEANS: Final = frozenset({"vs_initial", "vs_final", "Average_over_dE", "sweep", "Correction"})
_INTEGERS: Final = frozenset(
    {
        *("Step_number", "N_Cycles", "Scan_number", "Frequency_number", "Average_N_times"),
        *("Test1_Config", "Test2_Config", "Test3_Config", "Exit_Cond"),
        *("I_Range", "E_Range", "Bandwidth"),
    }
)
WAIT_PERIODS: Final = 0.1
_SQRT2: Final = math.sqrt(2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What to load for a segment, and what should come; ``silence_s``: how long nothing may."""

    techniques: tuple[Technique, ...]
    expected: Expected
    silence_s: float


def programme_for(segment: DeviceSegment, channel: Channel) -> Programme:
    """Write a segment that has been checked."""
    match segment:
        case Rest():
            return _rest(segment)
        case Galvanostatic():
            return _galvanostatic(segment, channel)
        case Potentiostatic():
            return _potentiostatic(segment, channel)
        case Voltammetry():
            return _voltammetry(segment, channel)
        case ImpedanceSweep():
            return _impedance(segment, channel)


def _parameters(**values: Value | list[Value]) -> tuple[Parameter, ...]:
    """A list is an array: one parameter for each index."""
    return tuple(
        Parameter(label, _typed(label, each), index)
        for label, value in values.items()
        for index, each in enumerate(value if isinstance(value, list) else [value])
    )


def _typed(label: str, value: Value) -> Value:
    """Give a value the type of its label: an integer sent for a single is another number."""
    if label in _BOOLEANS:
        return bool(value)
    return int(value) if label in _INTEGERS else float(value)


def _parts(duration_s: float) -> list[Value]:
    count = max(1, math.ceil(duration_s / STEP_MAX_S))
    return [duration_s / count] * count


def _bandwidth(channel: Channel) -> int:
    return min(BANDWIDTH, channel.bandwidth)


def _rest(segment: Rest) -> Programme:
    period_s = min(segment.sample_period_s, segment.duration_s)
    techniques = tuple(
        Technique(
            "ocv",
            OCV,
            _parameters(
                Rest_time_T=part_s,
                Record_every_dE=_NEVER,
                Record_every_dT=period_s,
                E_Range=AUTOMATIC_VOLTAGE,
            ),
        )
        for part_s in _parts(segment.duration_s)
    )
    return _timed(techniques, period_s, segment.duration_s)


def _timed(techniques: tuple[Technique, ...], period_s: float, duration_s: float) -> Programme:
    return Programme(
        techniques=techniques,
        expected=Expected(period_s=period_s, duration_s=duration_s),
        silence_s=3.0 * period_s + 5.0,
    )


def _steps(
    stem: str, number: int, level: tuple[str, float], duration_s: float, **others: Value
) -> Technique:
    """A technique of equal steps that together last for ``duration_s``; ``others`` in each one."""
    parts = _parts(duration_s)
    every: dict[str, Value | list[Value]] = {
        name: [value] * len(parts) if name.startswith(("Test", "Exit")) else value
        for name, value in others.items()
    }
    return Technique(
        stem,
        number,
        _parameters(
            **{level[0]: [level[1]] * len(parts)},
            vs_initial=[False] * len(parts),
            Duration_step=parts,
            Step_number=len(parts) - 1,
            N_Cycles=0,
            **every,
        ),
    )


def _galvanostatic(segment: Galvanostatic, channel: Channel) -> Programme:
    period_s = min(segment.sample_period_s, segment.duration_s)
    widest_v = max(abs(segment.voltage_min_v), abs(segment.voltage_max_v))
    technique = _steps(
        "cplimit",
        CPLIMIT,
        ("Current_step", segment.current_a),
        segment.duration_s,
        Record_every_dT=period_s,
        Record_every_dE=_NEVER,
        Test1_Config=_OF_VOLTAGE | _ABOVE | _ACTIVE,
        Test1_Value=segment.voltage_max_v,
        Test2_Config=_OF_VOLTAGE | _ACTIVE,
        Test2_Value=segment.voltage_min_v,
        Test3_Config=0,
        Test3_Value=0.0,
        Exit_Cond=_STOP_EXPERIMENT,
        I_Range=channel.current_range(segment.current_a),  # the automatic one is not allowed here
        E_Range=voltage_range(widest_v),
        Bandwidth=_bandwidth(channel),
    )
    return _timed((technique,), period_s, segment.duration_s)


def _potentiostatic(segment: Potentiostatic, channel: Channel) -> Programme:
    period_s = min(segment.sample_period_s, segment.duration_s)
    technique = _steps(
        "calimit",
        CALIMIT,
        ("Voltage_step", segment.voltage_v),
        segment.duration_s,
        Record_every_dT=period_s,
        Record_every_dI=_NEVER,
        Test1_Config=_OF_CURRENT | _ABOVE | _ACTIVE,
        Test1_Value=segment.current_max_a,
        Test2_Config=_OF_CURRENT | _ACTIVE,
        Test2_Value=-segment.current_max_a,
        Test3_Config=0,
        Test3_Value=0.0,
        Exit_Cond=_STOP_EXPERIMENT,
        I_Range=AUTOMATIC_CURRENT,
        E_Range=voltage_range(segment.voltage_v),
        Bandwidth=_bandwidth(channel),
    )
    return _timed((technique,), period_s, segment.duration_s)


def _voltammetry(segment: Voltammetry, channel: Channel) -> Programme:
    """Start, both vertices, start, and the end, which is the start again."""
    corners: list[Value] = [
        segment.start_v,
        segment.vertex1_v,
        segment.vertex2_v,
        segment.start_v,
        segment.start_v,
    ]
    period_s = segment.step_v / segment.scan_rate_v_per_s
    technique = Technique(
        "cv",
        CV,
        _parameters(
            vs_initial=[False] * len(corners),
            Voltage_step=corners,
            Scan_Rate=[segment.scan_rate_v_per_s] * len(corners),
            Scan_number=2,
            Record_every_dE=segment.step_v,
            Average_over_dE=False,
            N_Cycles=segment.cycles - 1,
            Begin_measuring_I=0.5,
            End_measuring_I=1.0,
            I_Range=channel.current_range(segment.current_max_a),
            E_Range=voltage_range(max(abs(float(corner)) for corner in corners)),
            Bandwidth=_bandwidth(channel),
        ),
    )
    return _timed((technique,), period_s, scan_duration_s(segment))


def _impedance(segment: ImpedanceSweep, channel: Channel) -> Programme:
    """Amplitudes are rms in a segment, peak values in a technique, which has few ranges to set."""
    peak = _SQRT2 * segment.amplitude
    common: dict[str, Value | list[Value]] = {
        "vs_initial": False,
        "vs_final": False,
        "Duration_step": 0.0,
        "Step_number": 0,
        "Record_every_dT": 1.0,
        "Initial_frequency": segment.frequency_max_hz,
        "Final_frequency": segment.frequency_min_hz,
        "sweep": False,  # true would be linear
        "Frequency_number": sweep_points(segment),
        "Average_N_times": 1,
        "Correction": False,
        "Wait_for_steady": WAIT_PERIODS,
    }
    if segment.mode is ImpedanceMode.POTENTIOSTATIC:
        technique = Technique(
            "peis",
            PEIS,
            _parameters(
                Initial_Voltage_step=segment.bias,
                Final_Voltage_step=segment.bias,
                Amplitude_Voltage=peak,
                Record_every_dI=_NEVER,
                **common,
            ),
        )
    else:
        technique = Technique(
            "geis",
            GEIS,
            _parameters(
                Initial_Current_step=segment.bias,
                Final_Current_step=segment.bias,
                Amplitude_Current=peak,
                Record_every_dE=_NEVER,
                I_Range=channel.current_range(abs(segment.bias) + peak),
                **common,
            ),
        )
    return Programme(
        techniques=(technique,),
        expected=Expected(points=sweep_points(segment)),
        silence_s=10.0 + 20.0 / segment.frequency_min_hz,
    )
