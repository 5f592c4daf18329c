"""What a step file asks of a channel, read by the twin's own reader.

Source: step files of PyPI aurora-unicycler (MIT) and of BTS Client 8 in public repositories.
Values come in 0.1 mV, mA, ms and mA s; here they are SI. What this twin cannot carry out, as a
voltage scan, makes the whole file unreadable, and the server refuses to start it.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

_VOLT, _AMPERE, _SECOND, _COULOMB = 1e-4, 1e-3, 1e-3, 1e-3


class StepType(IntEnum):
    """Kinds of steps that the twin carries out."""

    CC_CHARGE = 1
    CC_DISCHARGE = 2
    CV_CHARGE = 3
    REST = 4
    LOOP = 5
    END = 6
    CCCV_CHARGE = 7
    CV_DISCHARGE = 19


class JobError(ValueError):
    """The file is no step file, or asks for what the twin does not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. Infinite or ``None`` is what the file does not set; currents are positive."""

    kind: StepType
    current_a: float | None = None
    voltage_v: float | None = None
    duration_s: float = math.inf
    stop_voltage_v: float | None = None
    stop_current_a: float | None = None
    loop_to: int = 0
    cycles: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a test is broken off as ``protect``."""

    voltage_min_v: float = -math.inf
    voltage_max_v: float = math.inf
    current_min_a: float = -math.inf
    current_max_a: float = math.inf
    charge_max_c: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """When a row is recorded: after so long, or after so much of a change."""

    time_s: float = math.inf
    voltage_v: float = math.inf
    current_a: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A whole step file; the last step is the end."""

    steps: tuple[Step, ...]
    limits: Limits
    recording: Recording


def read_job(content: bytes) -> Job:
    """Read a step file. Raises ``JobError``."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise JobError(f"no XML: {error}") from None
    config = root.find("config")
    if config is None or config.get("type") != "Step File":
        raise JobError("no step file")
    info = config.find("Step_Info")
    if info is None or len(info) != int(info.get("Num", "-1")):
        raise JobError("the number of steps is not that of Step_Info")
    steps = tuple(_step(item, number) for number, item in enumerate(info, 1))
    if not steps or steps[-1].kind is not StepType.END:
        raise JobError("the last step is not an end")
    protect = config.find("Whole_Prt/Protect/Main")
    record = config.find("Whole_Prt/Record/Main")
    return Job(steps=steps, limits=_limits(protect), recording=_recording(record))


def _step(item: Element, number: int) -> Step:
    if item.tag != f"Step{number}" or item.get("Step_ID") != str(number):
        raise JobError(f"step {number} is called {item.tag}")
    try:
        kind = StepType(int(item.get("Step_Type", "")))
    except ValueError:
        raise JobError(f"step {number}: type {item.get('Step_Type')} is not carried out") from None
    main, other = item.find("Limit/Main"), item.find("Limit/Other")
    step = Step(
        kind=kind,
        current_a=_value(main, "Curr", _AMPERE),
        voltage_v=_value(main, "Volt", _VOLT),
        duration_s=_or(_value(main, "Time", _SECOND), math.inf),
        stop_voltage_v=_value(main, "Stop_Volt", _VOLT),
        stop_current_a=_value(main, "Stop_Curr", _AMPERE),
        loop_to=int(_or(_value(other, "Start_Step", 1.0), 0)),
        cycles=int(_or(_value(other, "Cycle_Count", 1.0), 0)),
    )
    _require_complete(step, number)
    return step


def _require_complete(step: Step, number: int) -> None:
    missing = {
        StepType.CC_CHARGE: step.current_a is None,
        StepType.CC_DISCHARGE: step.current_a is None,
        StepType.CV_CHARGE: step.voltage_v is None,
        StepType.CV_DISCHARGE: step.voltage_v is None,
        StepType.CCCV_CHARGE: step.voltage_v is None or step.current_a is None,
        StepType.LOOP: not 1 <= step.loop_to < number,
        StepType.REST: step.duration_s == math.inf,
    }
    if missing.get(step.kind, False):
        raise JobError(f"step {number} of type {step.kind} lacks what it needs")


def _limits(main: Element | None) -> Limits:
    if main is None:
        return Limits()
    volt, curr, cap = main.find("Volt"), main.find("Curr"), main.find("Cap")
    return Limits(
        voltage_min_v=_or(_value(volt, "Lower", _VOLT), -math.inf),
        voltage_max_v=_or(_value(volt, "Upper", _VOLT), math.inf),
        current_min_a=_or(_value(curr, "Lower", _AMPERE), -math.inf),
        current_max_a=_or(_value(curr, "Upper", _AMPERE), math.inf),
        charge_max_c=_or(_value(cap, "Upper", _COULOMB), math.inf),
    )


def _recording(main: Element | None) -> Recording:
    return Recording(
        time_s=_or(_value(main, "Time", _SECOND), math.inf),
        voltage_v=_or(_value(main, "Volt", _VOLT), math.inf),
        current_a=_or(_value(main, "Curr", _AMPERE), math.inf),
    )


def _value(parent: Element | None, name: str, scale: float) -> float | None:
    item = None if parent is None else parent.find(name)
    if item is None:
        return None
    try:
        return float(item.get("Value", "")) * scale
    except ValueError:
        raise JobError(f"{name} is {item.get('Value')!r}") from None


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
