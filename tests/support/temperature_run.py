"""A recorded temperature series of a known cell: what a worker writes, without a worker."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from solidcell.acquisition.record.writer import RunWriter
from solidcell.analysis.impedance import parse_circuit
from support.runs import header

BULK_EV, INTERFACE_EV = 0.30, 0.45
TEMPERATURES_C = (-20.0, 10.0, 40.0)
AREA_M2, THICKNESS_M = 0.5e-4, 1e-3
BENCH = {
    "name": "A1",
    "role": "galvanostat",
    "driver": "keithley_2450",
    "address": "USB0::0x05E6::0x2450::04400001::INSTR",
    "limits": {"current_max_a": 0.1},
    "devices": [
        {
            "role": "galvanostat",
            "driver": "keithley_2450",
            "address": "USB0::0x05E6::0x2450::04400001::INSTR",
            "options": {},
            "name": "",
        },
        {
            "role": "impedance_analyser",
            "driver": "e4990a",
            "address": "TCPIP0::127.0.0.1::5025::SOCKET",
            "options": {},
            "name": "",
        },
        {
            "role": "pressure_gauge",
            "driver": "load_cell",
            "address": "COM4",
            "options": {},
            "name": "",
        },
    ],
    "oven": {
        "name": "box",
        "device": {
            "role": "oven",
            "driver": "eurotherm_3200",
            "address": "COM3",
            "options": {},
            "name": "box",
        },
    },
}
_CIRCUIT = parse_circuit("p(R1,CPE1)-p(R2,CPE2)")
_FREQUENCY_HZ = np.logspace(6, -1, 29)
_CAPACITANCE_F, _EXPONENT = 2e-6, 0.9  # of the interface, the same at every temperature


def resistances_ohm(kelvin: float) -> tuple[float, float]:
    """Of electrolyte and interface, both an Arrhenius law of R / T."""
    beyond = (1 / kelvin - 1 / 300.0) / 8.617333262e-5
    bulk, interface = (
        r * kelvin / 300.0 * np.exp(ev * beyond)
        for r, ev in ((200.0, BULK_EV), (150.0, INTERFACE_EV))
    )
    return float(bulk), float(interface)


def impedance_ohm(kelvin: float) -> np.ndarray:
    """Of the cell, with noise of 0.1 %, the same at every call."""
    bulk, interface = resistances_ohm(kelvin)
    slow = _CAPACITANCE_F**_EXPONENT * interface ** (_EXPONENT - 1.0)
    z = _CIRCUIT.impedance_ohm(_FREQUENCY_HZ, [bulk, 2e-10, 1.0, interface, slow, _EXPONENT])
    random = np.random.default_rng(round(kelvin))
    noise = random.standard_normal((2, z.size)) @ np.diag(np.abs(z)) * 1e-3
    return np.asarray(z + noise[0] + 1j * noise[1])


def write_series(
    path: Path,
    temperatures_c: Sequence[float] = TEMPERATURES_C,
    *,
    ends: bool = True,
    waits_s: float = 0.0,
    pressure_pa: float | None = 2e6,
) -> Path:
    """Record one spectrum a temperature: asked for, ten minutes on the way, half an hour soaked.

    ``waits_s`` is how long somebody else holds the oven before the first one.
    """
    cell = {
        "name": "pellet 9",
        "electrolyte": "LLZO",
        "electrode_area_m2": AREA_M2,
        "thickness_m": THICKNESS_M,
    }
    with RunWriter.create(
        path, header(cell=cell, bench=BENCH, protocol={"name": "Arrhenius"})
    ) as to:
        _instruments(to)
        at_s = 1.0
        for number, celsius in enumerate(temperatures_c):
            at_s = _soak(to, at_s, celsius + 273.15, waits_s if number == 0 else 0.0, pressure_pa)
            at_s = _sweep(to, at_s, celsius + 273.15)
        if ends:
            to.event(at_s, "run_ended", {"reason": "completed", "detail": ""})
    return path


def _instruments(to: RunWriter) -> None:
    identities = {
        "galvanostat": {"manufacturer": "Keithley", "model": "2450", "serial": "04400001"},
        "impedance_analyser": {"manufacturer": "Keysight", "model": "E4990A", "serial": "MY54"},
    }
    to.event(0.0, "instrument", {"model": "2450 + E4990A", "devices": identities})
    oven = {"oven": {"manufacturer": "Eurotherm", "model": "3216", "serial": "", "firmware": "1"}}
    to.event(0.0, "surroundings", {"devices": oven})


def _soak(
    to: RunWriter, at_s: float, kelvin: float, waits_s: float, pressure_pa: float | None
) -> float:
    settings = {"temperature_k": kelvin, "tolerance_k": 0.3, "stable_s": 1800.0}
    number = to.segment(at_s, "SetTemperature", f"{kelvin - 273.15:g} °C", settings, {})
    begin_s = at_s
    told = ((0.0, "waiting"), (waits_s, "heating"), (waits_s + 600.0, "soaking"))
    for later_s, state in (*told, (waits_s + 2400.0, "soaked")):
        who = "run B holds 80 °C" if state == "waiting" else ""
        body = {"state": state, "target_k": kelvin, "waiting_for": who}
        to.event(begin_s + later_s, "oven", body)
    for later_s in range(0, 2400, 300):
        away_k = 20.0 * np.exp(-later_s / 150.0)
        to.auxiliary(begin_s + waits_s + later_s, "oven", kelvin - away_k, "K")
        if pressure_pa is not None:
            to.auxiliary(begin_s + waits_s + later_s, "stack_pressure", pressure_pa, "Pa")
    at_s = begin_s + waits_s + 2400.0
    _ended(to, at_s, number, begin_s)
    return at_s + 1.0


def _sweep(to: RunWriter, at_s: float, kelvin: float) -> float:
    settings = {"frequency_max_hz": 1e6, "frequency_min_hz": 0.1, "points_per_decade": 6.0}
    number = to.segment(at_s, "ImpedanceSweep", "impedance", settings, {})
    for k, (f, z) in enumerate(zip(_FREQUENCY_HZ, impedance_ohm(kelvin), strict=True)):
        to.impedance_point(number, at_s + k, float(f), z.real, z.imag, 0, temperature_k=kelvin)
    _ended(to, at_s + 60.0, number, at_s)
    return at_s + 61.0


def _ended(to: RunWriter, at_s: float, number: int, began_s: float) -> None:
    body = {"number": number, "end": "completed", "detail": "", "began_s": began_s}
    to.event(at_s, "segment_ended", {**body, "duration_s": at_s - began_s})
