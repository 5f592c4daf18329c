"""Write one segment as a step file of BTS 8, which the server starts as a test of its own.

Source: step files that PyPI aurora-unicycler (MIT) writes for BTS 8.0, version 17, and files saved
by BTS Client 8.0.1 (version 18) in public repositories, which agree in all that is used here:
voltages in 0.1 mV, currents in mA, times in ms, a positive number for a current either way, and
the step type for its direction.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..segments import Galvanostatic, Potentiostatic, Rest
from .ranges import LEVEL_DIGITS, CycledSegment

CHARGE, DISCHARGE, HOLD_CHARGING, REST, END, HOLD_DISCHARGING = 1, 2, 3, 4, 6, 19
"""``Step_Type`` of a step."""

_CLIENT: Final = "BTS Client 8.0.0.478(2024.06.24)(R3)"
_VERSION: Final = "17"
_WHOLE_NUMBER_RATES: Final = "103"  # currents are given as they are, not as C rates
_TENTH_MV: Final = 1e4
_MILLI: Final = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What ends a test at once, whatever its step asks for. Infinite: not limited."""

    voltage_min_v: float = -math.inf
    voltage_max_v: float = math.inf
    current_max_a: float = math.inf


def step_file(
    segment: CycledSegment,
    protection: Protection,
    *,
    voltage_now_v: float,
    remark: str,
    guid: UUID,
    written: datetime,
) -> bytes:
    """Return the step file of one segment: one step, and the end.

    ``voltage_now_v`` says in which direction a voltage is reached: by charging from below.
    """
    root = Element("root")
    config = SubElement(
        root,
        "config",
        type="Step File",
        version=_VERSION,
        client_version=_CLIENT,
        date=f"{written:%Y%m%d%H%M%S}",
        Guid=str(guid),
    )
    _write_head(SubElement(config, "Head_Info"), remark)
    whole = SubElement(config, "Whole_Prt")
    _write_protection(SubElement(SubElement(whole, "Protect"), "Main"), protection)
    record = SubElement(SubElement(whole, "Record"), "Main")
    _value(record, "Time", segment.sample_period_s * _MILLI)
    steps = SubElement(config, "Step_Info", Num="2")
    kind, limits = _step(segment, voltage_now_v)
    step = SubElement(steps, "Step1", Step_ID="1", Step_Type=str(kind))
    main = SubElement(SubElement(step, "Limit"), "Main")
    for name, value in limits.items():
        _value(main, name, value)
    SubElement(steps, "Step2", Step_ID="2", Step_Type=str(END))
    SubElement(SubElement(config, "SMBUS"), "SMBUS_Info", Num="0", AdjacentInterval="0")
    indent(root)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _step(segment: CycledSegment, voltage_now_v: float) -> tuple[int, dict[str, float]]:
    """The type of the step, and its limits in the units of the file."""
    time = {"Time": segment.duration_s * _MILLI}
    match segment:
        case Rest():
            return REST, time
        case Galvanostatic():
            charges = segment.current_a > 0
            stop_v = segment.voltage_max_v if charges else segment.voltage_min_v
            level = {"Curr": abs(segment.current_a) * _MILLI}
            stop = {"Stop_Volt": stop_v * _TENTH_MV}
            return (CHARGE if charges else DISCHARGE), {**level, **time, **stop}
        case Potentiostatic():
            charges = segment.voltage_v >= voltage_now_v
            level = {
                "Curr": segment.current_max_a * _MILLI,
                "Volt": segment.voltage_v * _TENTH_MV,
            }
            return (HOLD_CHARGING if charges else HOLD_DISCHARGING), {**level, **time}
        case _:
            assert_never(segment)


def _write_head(head: Element, remark: str) -> None:
    for name, value in (("Operate", "66"), ("Scale", "1")):
        SubElement(head, name, Value=value)
    SubElement(head, "Start_Step", Value="1", Hide_Ctrl_Step="0")
    for name, value in (
        ("Creator", "solidcell"),
        ("Remark", remark),
        ("RateType", _WHOLE_NUMBER_RATES),
    ):
        SubElement(head, name, Value=value)


def _write_protection(main: Element, protection: Protection) -> None:
    volt = SubElement(main, "Volt")
    _value(volt, "Upper", protection.voltage_max_v * _TENTH_MV)
    _value(volt, "Lower", protection.voltage_min_v * _TENTH_MV)
    curr = SubElement(main, "Curr")
    _value(curr, "Upper", protection.current_max_a * _MILLI)
    _value(curr, "Lower", -protection.current_max_a * _MILLI)


def _value(parent: Element, name: str, value: float) -> None:
    if math.isfinite(value):
        SubElement(parent, name, Value=f"{value:.{LEVEL_DIGITS}f}")
