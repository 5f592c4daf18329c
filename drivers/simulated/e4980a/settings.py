"""What can be set on the simulated LCR meter, and what its models are fitted with.

After the E4980A/AL User's Guide, E4980-90230; levels and options as PyMeasure and QCoDeS use them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..analyser.fixture import Fixture
from ..electronics import Electronics
from ..scpi.settings import FlagSetting, NumberSetting, Setting, WordSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How a meter names itself, its options, and its ends in SI (rms for levels)."""

    name: str
    options: str
    frequency_max_hz: float
    level_max_v: float = 2.0
    level_max_a: float = 0.02
    bias_max_v: float = 2.0
    bias_max_a: float = 0.0


MODELS: Final[Mapping[str, Model]] = {
    "e4980a": Model(name="E4980A", options="0", frequency_max_hz=2e6),
    "e4980a-001": Model(
        name="E4980A",
        options="001",
        frequency_max_hz=2e6,
        level_max_v=20.0,
        level_max_a=0.1,
        bias_max_v=40.0,
        bias_max_a=0.1,
    ),
    "e4980al-100": Model(name="E4980AL", options="100", frequency_max_hz=1e6),
    "e4980al-050": Model(name="E4980AL", options="050", frequency_max_hz=500e3),
    "e4980al-030": Model(name="E4980AL", options="030", frequency_max_hz=300e3),
}

ELECTRONICS: Final = Electronics(
    voltage_gain=2.5e-4,
    voltage_offset_v=1e-4,
    current_gain=2.5e-4,
    impedance_noise=2e-4,
    bandwidth_hz=1e10,
    input_ohm=1e12,
    lead_ohm=0.0,
    compliance_v=42.0,
)
"""0.05 % of basic accuracy; its frequency response has been calibrated away."""
FIXTURE: Final = Fixture(lead_h=4e-8, stray_f=2e-12, short_h=3e-10, open_f=1e-14)
"""A cell holder on four coaxial leads, and its standards: what the twin is served with."""

Parts: TypeAlias = Callable[[complex, float], tuple[float, float]]
"""From an impedance in ohm and an angular frequency in rad/s to data A and data B."""


def _parallel_capacitance_f(z: complex, omega: float) -> float:
    return (1 / z).imag / omega


def _series_capacitance_f(z: complex, omega: float) -> float:
    return -1 / (omega * z.imag) if z.imag else math.inf


def _dissipation(z: complex, _: float) -> float:
    return abs(z.real / z.imag) if z.imag else math.inf


FUNCTIONS: Final[Mapping[str, Parts]] = {
    "RX": lambda z, _: (z.real, z.imag),
    "ZTD": lambda z, _: (abs(z), math.degrees(math.atan2(z.imag, z.real))),
    "ZTR": lambda z, _: (abs(z), math.atan2(z.imag, z.real)),
    "GB": lambda z, _: ((1 / z).real, (1 / z).imag),
    "YTD": lambda z, _: (abs(1 / z), math.degrees(math.atan2((1 / z).imag, (1 / z).real))),
    "YTR": lambda z, _: (abs(1 / z), math.atan2((1 / z).imag, (1 / z).real)),
    "CPD": lambda z, w: (_parallel_capacitance_f(z, w), _dissipation(z, w)),
    "CPG": lambda z, w: (_parallel_capacitance_f(z, w), (1 / z).real),
    "CPRP": lambda z, w: (_parallel_capacitance_f(z, w), 1 / (1 / z).real),
    "CSD": lambda z, w: (_series_capacitance_f(z, w), _dissipation(z, w)),
    "CSRS": lambda z, w: (_series_capacitance_f(z, w), z.real),
    "LSRS": lambda z, w: (z.imag / w, z.real),
}
"""The functions that the twin knows, of more that the instrument has."""

_WORDS_OF_SOURCE = {"INTernal": "INT", "HOLD": "HOLD", "EXTernal": "EXT", "BUS": "BUS"}
_PAGES = {"MEASurement": "MEAS", "LIST": "LIST", "MSETup": "MSET", "LSETup": "LSET"}


def settings_of(model: Model) -> tuple[Setting, ...]:
    """Return everything that can be set on one model and has a value of its own."""
    root = "CORRection"
    return (
        NumberSetting("FREQ", "FREQuency[:CW]", 20.0, model.frequency_max_hz, 1e3),
        NumberSetting("VOLT", "VOLTage[:LEVel]", 0.0, model.level_max_v, 1.0),
        NumberSetting("CURR", "CURRent[:LEVel]", 0.0, model.level_max_a, 0.01),
        NumberSetting("BIAS:VOLT", "BIAS:VOLTage[:LEVel]", -model.bias_max_v, model.bias_max_v, 0),
        NumberSetting("BIAS:CURR", "BIAS:CURRent[:LEVel]", -model.bias_max_a, model.bias_max_a, 0),
        FlagSetting("BIAS", "BIAS:STATe"),
        FlagSetting("ALC", "AMPLitude:ALC"),
        WordSetting("FUNC", "FUNCtion:IMPedance[:TYPE]", {word: word for word in FUNCTIONS}, "CPD"),
        FlagSetting("AUTO", "FUNCtion:IMPedance:RANGe:AUTO", default=True),
        NumberSetting("RANG", "FUNCtion:IMPedance:RANGe[:VALue]", 0.1, 1e5, 1e5),
        WordSetting("TRIG", "TRIGger:SOURce", _WORDS_OF_SOURCE, "INT"),
        FlagSetting("CONT", "INITiate:CONTinuous", default=True),
        WordSetting("PAGE", "DISPlay:PAGE", _PAGES, "MEAS"),
        WordSetting("MODE", "LIST:MODE", {"SEQuence": "SEQ", "STEPped": "STEP"}, "SEQ"),
        WordSetting("FORM", "FORMat[:DATA]", {"ASCii": "ASC", "REAL": "REAL"}, "ASC"),
        WordSetting("BORD", "FORMat:BORDer", {"NORMal": "NORM", "SWAPped": "SWAP"}, "NORM"),
        FlagSetting("LONG", "FORMat:ASCii:LONG"),
        NumberSetting("LENG", f"{root}:LENGth", 0, 4, 0),
        FlagSetting("LOAD", f"{root}:LOAD:STATe"),
    )
