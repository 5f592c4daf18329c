"""The words for what a run is doing and has done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..acquisition.record.rows import RunHeader
from ..acquisition.session import RunState, RunStateName
from .display_units import number_text
from .theme import Tone


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as a person sees it: never by colour alone."""

    icon: str
    text: str
    tone: Tone


STATES: Final[Mapping[RunStateName, StateWords]] = {
    RunStateName.RUNNING: StateWords("▶", "Running", "accent"),
    RunStateName.PAUSED: StateWords("‖", "Paused", "warning"),
    RunStateName.RECOVERING: StateWords("⟳", "Being made safe", "warning"),
    RunStateName.DEAD: StateWords("⚠", "Output unknown", "danger"),
    RunStateName.UNREADABLE: StateWords("⚠", "Unreadable", "danger"),
    RunStateName.COMPLETED: StateWords("✔", "Completed", "good"),
    RunStateName.STOPPED: StateWords("■", "Stopped", "muted"),
    RunStateName.EMERGENCY_STOP: StateWords("■", "Emergency stop", "danger"),
    RunStateName.LIMIT_TRIPPED: StateWords("▲", "Limit tripped", "danger"),
    RunStateName.FAILED: StateWords("✖", "Failed", "danger"),
    RunStateName.INTERRUPTED: StateWords("⚠", "Interrupted", "warning"),
}
PAUSED_OPEN: Final = StateWords("‖", "Paused: cell open", "warning")
PAUSED_AT_REST: Final = StateWords("‖", "Paused: at rest, 0 A, output on", "warning")
UNDER_WAY: Final = (RunStateName.RUNNING, RunStateName.PAUSED, RunStateName.RECOVERING)
NO_RUN: Final = StateWords("○", "No run open", "muted")
STARTING: Final = StateWords("⟳", "Starting", "accent")
STOPPING: Final = StateWords("⟳", "Stopping", "warning")


def state_words(state: RunState) -> StateWords:
    """A run's state in words; of a pause also what becomes of the cell meanwhile."""
    if state.state is RunStateName.PAUSED:
        return PAUSED_OPEN if state.safe else PAUSED_AT_REST
    return STATES[state.state]


def simulation_text(header: RunHeader) -> str:
    """What must be said of a run whose instrument is a twin; empty for a real one."""
    if header.clock_speed != 1.0:
        return f"SIMULATED — the clock of this run goes {header.clock_speed:g} × faster than ours"
    found = [(role, _is_here(address)) for role, _, address in devices_of(header.bench)]
    here = [role for role, is_here in found if is_here]
    if not here:
        return ""
    if len(here) == len(found):
        whose = "instrument is a twin" if len(here) == 1 else "instruments are twins"
        return f"SIMULATED — the {whose} on this machine"
    return f"SIMULATED in part — twins on this machine: {', '.join(here)}"


def devices_of(bench: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Role, driver and address of every device of a channel, its oven last, from a run's head."""
    told = bench.get("devices") or ([bench] if bench.get("address") else [])
    oven = bench.get("oven")
    named = [(_role(device), device) for device in told]
    if oven:
        named.append((f"oven {oven.get('name', '')}".strip(), oven.get("device", {})))
    return [
        (role, str(device.get("driver", "unknown")), str(device.get("address", "not given")))
        for role, device in named
    ]


def cell_facts(cell: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of what a critical current cannot be read without."""
    si = {key: value for key, value in cell.items() if isinstance(value, int | float)}
    texts = [
        ("Cell", str(cell.get("name", "not given"))),
        ("Electrolyte", str(cell.get("electrolyte", "not given"))),
        ("Electrodes", f"{cell.get('working_electrode')} | {cell.get('counter_electrode')}"),
        ("Area", _scaled(si.get("electrode_area_m2"), 1e4, "cm²")),
        ("Thickness", _scaled(si.get("thickness_m"), 1e6, "µm")),
        ("Temperature", _celsius(si.get("temperature_k"))),
        ("Stack pressure", _scaled(si.get("stack_pressure_pa"), 1e-6, "MPa")),
        ("Conductivity", _scaled(si.get("conductivity_s_per_m"), 10.0, "mS/cm")),
    ]
    return [(name, text) for name, text in texts if "None" not in text]


def run_facts(header: RunHeader) -> list[tuple[str, str]]:
    """Name and value of what a run says of itself."""
    devices = [
        (role.capitalize(), f"{driver} at {address}")
        for role, driver, address in devices_of(header.bench)
    ]
    return [
        ("Begun", header.created_utc.replace("T", " ").split("+")[0].removesuffix("Z") + " UTC"),
        ("Channel", header.channel),
        *devices,
        ("Protocol", str(header.protocol.get("name", header.protocol.get("protocol", "")))),
        ("Operator", header.operator or "not given"),
        ("Software", f"solidcell {header.software_version}"),
    ]


def has_critical_current(protocol: Mapping[str, Any]) -> bool:
    """Whether a protocol is a critical-current test, or a sequence in which one stands."""
    test = "critical_current"
    segments = protocol.get("segments", ())
    return protocol.get("protocol") == test or any(each.get("segment") == test for each in segments)


def channel_limit_facts(bench: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of the limits of the position, from the head of a run."""
    limits = bench.get("limits", {})
    known = {
        "voltage_min_v": ("Voltage, lowest", 1.0, "V"),
        "voltage_max_v": ("Voltage, highest", 1.0, "V"),
        "current_max_a": ("Current, either way", 1e3, "mA"),
        "charge_max_c": ("Net charge", 1 / 3.6, "mAh"),
        "duration_max_s": ("Time", 1 / 3600, "h"),
    }
    return [
        (name, f"{limits[key] * scale:g} {unit}")
        for key, (name, scale, unit) in known.items()
        if key in limits
    ]


def _role(device: Mapping[str, Any]) -> str:
    role = str(device.get("role") or "instrument").replace("_", " ")
    return f"{role} {device.get('name') or ''}".strip()


def _is_here(address: str) -> bool:
    return any(name in address for name in ("127.0.0.1", "localhost", "[::1]"))


def _scaled(value: float | None, scale: float, unit: str) -> str:
    return "not given" if value is None else number_text(value * scale, unit)


def _celsius(kelvin: float | None) -> str:
    return "not given" if kelvin is None else f"{kelvin - 273.15:.4g} °C"
