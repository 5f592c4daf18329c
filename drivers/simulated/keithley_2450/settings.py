"""What can be set on the simulated source meter: header, allowed values, value after ``*RST``.

After the command pages of 2450-901-01 Rev. B, 2461-901-01 Rev. A and 2470-901-01 Rev. A; figures
of the 2460 are assumed to be those of the 2461. Accepted without any effect on the simulated
reading: source delays, the moving filter and high capacitance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..scpi.settings import FlagSetting, NumberSetting, Setting, WordSetting

FUNCTIONS = {"CURRent[:DC]": "CURR", "VOLTage[:DC]": "VOLT"}
MEASURE_FUNCTIONS = {**FUNCTIONS, "RESistance": "RES"}
PRINTED_FUNCTIONS: Final = {"CURR": '"CURR:DC"', "VOLT": '"VOLT:DC"'}
OFF_STATES = {"NORMal": "NORM", "HIMPedance": "HIMP", "ZERO": "ZERO", "GUARd": "GUAR"}
PROTECTION = {"NONE": "NONE"} | {
    f"PROT{volts}": f"PROT{volts}" for volts in (2, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180)
}
FORMATS = {"ASCii": "ASC", "REAL": "REAL", "SREal": "SRE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLimits:
    """Full scales of the ranges, largest levels, smallest limits, voltage limit after *RST.

    ``boundaries`` are (V, A) of full scales: the pairs that can be used at once, each with 5 %
    more.
    """

    current_ranges_a: tuple[float, ...]
    voltage_ranges_v: tuple[float, ...]
    current_max_a: float
    voltage_max_v: float
    current_limit_min_a: float
    voltage_limit_min_v: float
    voltage_limit_reset_v: float
    boundaries: tuple[tuple[float, float], ...]


_SMALL_A = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_LARGE = ModelLimits(
    current_ranges_a=(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 4.0, 5.0, 7.0),
    voltage_ranges_v=(0.2, 2.0, 7.0, 10.0, 20.0, 100.0),
    current_max_a=7.35,
    voltage_max_v=105.0,
    current_limit_min_a=1e-6,
    voltage_limit_min_v=0.2,
    voltage_limit_reset_v=7.35,
    boundaries=((100.0, 1.0), (20.0, 4.0), (10.0, 5.0), (7.0, 7.0)),
)
MODELS: Mapping[str, ModelLimits] = {
    "2450": ModelLimits(
        current_ranges_a=_SMALL_A,
        voltage_ranges_v=(0.02, 0.2, 2.0, 20.0, 200.0),
        current_max_a=1.05,
        voltage_max_v=210.0,
        current_limit_min_a=1e-9,
        voltage_limit_min_v=0.02,
        voltage_limit_reset_v=21.0,
        boundaries=((200.0, 0.1), (20.0, 1.0)),
    ),
    "2460": _LARGE,
    "2461": _LARGE,
    "2470": ModelLimits(
        current_ranges_a=_SMALL_A,
        voltage_ranges_v=(0.2, 2.0, 20.0, 200.0, 1000.0),
        current_max_a=1.05,
        voltage_max_v=1100.0,
        current_limit_min_a=1e-9,
        voltage_limit_min_v=0.02,
        voltage_limit_reset_v=0.21,
        boundaries=((1000.0, 0.02), (200.0, 0.1), (20.0, 1.0)),
    ),
}


def settings_of(limits: ModelLimits) -> tuple[Setting, ...]:
    """Return everything that can be set on one model."""
    return (
        WordSetting("SOUR:FUNC", "SOURce[1]:FUNCtion[:MODE]", FUNCTIONS, "VOLT"),
        WordSetting(
            "SENS:FUNC", "[SENSe[1]:]FUNCtion[:ON]", MEASURE_FUNCTIONS, "CURR", PRINTED_FUNCTIONS
        ),
        NumberSetting("SENS:COUN", "[SENSe[1]:]COUNt", 1, 300_000, 1),
        FlagSetting("OUTP", "OUTPut[1][:STATe]"),
        WordSetting("TERM", "ROUTe:TERMinals", {"FRONt": "FRON", "REAR": "REAR"}, "FRON"),
        WordSetting("FORM", "FORMat[:DATA]", FORMATS, "ASC"),
        WordSetting("BORD", "FORMat:BORDer", {"NORMal": "NORM", "SWAPped": "SWAP"}, "SWAP"),
        NumberSetting("PREC", "FORMat:ASCii:PRECision", 0, 16, 0),
        WordSetting("PROT", "SOURce[1]:VOLTage:PROTection[:LEVel]", PROTECTION, "NONE"),
        *_source("CURR", "CURRent", limits.current_ranges_a, limits.current_max_a),
        *_source("VOLT", "VOLTage", limits.voltage_ranges_v, limits.voltage_max_v),
        NumberSetting(
            "VLIM", "SOURce[1]:CURRent:VLIMit[:LEVel]", limits.voltage_limit_min_v,
            limits.voltage_max_v, limits.voltage_limit_reset_v, is_size=True,
        ),
        NumberSetting(
            "ILIM", "SOURce[1]:VOLTage:ILIMit[:LEVel]", limits.current_limit_min_a,
            limits.current_max_a, 1.05e-4, is_size=True,
        ),
        *_sense("CURR", "CURRent[:DC]", limits.current_ranges_a, 1e-4),
        *_sense("VOLT", "VOLTage[:DC]", limits.voltage_ranges_v, 20.0),
        *_sense("RES", "RESistance", (2.0, 2e1, 2e2, 2e3, 2e4, 2e5, 2e6, 2e7, 2e8), 2e5),
    )  # fmt: skip


def _source(key: str, name: str, ranges: tuple[float, ...], highest: float) -> Iterator[Setting]:
    root = f"SOURce[1]:{name}"
    level = f"{root}[:LEVel][:IMMediate][:AMPLitude]"
    yield NumberSetting(f"SOUR:{key}", level, -highest, highest, 0.0)
    yield NumberSetting(
        f"SOUR:{key}:RANG", f"{root}:RANGe", ranges[0], highest, ranges[0], is_size=True,
        rounds_up=True,
    )  # fmt: skip
    yield FlagSetting(f"SOUR:{key}:AUTO", f"{root}:RANGe:AUTO", default=True)
    yield FlagSetting(f"SOUR:{key}:READ", f"{root}:READ:BACK", default=True)
    yield FlagSetting(f"SOUR:{key}:CAP", f"{root}:HIGH:CAPacitance")
    yield NumberSetting(f"SOUR:{key}:DEL", f"{root}:DELay", 0.0, 1e4, 0.0)
    yield FlagSetting(f"SOUR:{key}:DEL:AUTO", f"{root}:DELay:AUTO", default=True)
    yield WordSetting(f"SMOD:{key}", f"OUTPut[1]:{name}[:DC]:SMODe", OFF_STATES, "NORM")


def _sense(key: str, name: str, ranges: tuple[float, ...], default: float) -> Iterator[Setting]:
    root = f"[SENSe[1]:]{name}"
    yield NumberSetting(
        f"SENS:{key}:RANG", f"{root}:RANGe[:UPPer]", ranges[0], 1.05 * ranges[-1], default,
        is_size=True, rounds_up=True,
    )  # fmt: skip
    yield FlagSetting(f"SENS:{key}:AUTO", f"{root}:RANGe:AUTO", default=True)
    yield NumberSetting(f"SENS:{key}:NPLC", f"{root}:NPLCycles", 0.01, 10.0, 1.0)
    yield FlagSetting(f"SENS:{key}:RSEN", f"{root}:RSENse")
    yield FlagSetting(f"SENS:{key}:AVER", f"{root}:AVERage[:STATe]")
    yield NumberSetting(f"SENS:{key}:AVER:COUN", f"{root}:AVERage:COUNt", 1, 100, 10)
    words = {"REPeat": "REP", "MOVing": "MOV"}
    yield WordSetting(f"SENS:{key}:AVER:TCON", f"{root}:AVERage:TCONtrol", words, "REP")
