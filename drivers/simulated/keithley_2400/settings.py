"""What can be set on the simulated Series 2400: header, allowed values, value after ``*RST``.

After 2400S-900-01 Rev. K, tables 18-2 to 18-11. Accepted without any effect on the simulated
reading: source delays, the moving filter, auto zero, the trigger's lines and the display.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..scpi.settings import FlagSetting, NumberSetting, Setting, WordSetting

FUNCTIONS: Final = {"CURRent[:DC]": "CURR", "VOLTage[:DC]": "VOLT"}
SOURCE_FUNCTIONS: Final = {"CURRent": "CURR", "VOLTage": "VOLT", "MEMory": "MEM"}
OFF_STATES: Final = {"NORMal": "NORM", "HIMPedance": "HIMP", "ZERO": "ZERO", "GUARd": "GUAR"}
ELEMENTS: Final = ("VOLT", "CURR", "RES", "TIME", "STAT")
LONGEST_RUN: Final = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLimits:
    """Full scales of the ranges, and (highest limit, largest range of the source) by function.

    ``current_source``: (full scale in A, voltage compliance in V up to which it may be used),
    ascending, and so for ``voltage_source``; ``protection_v`` are the levels of over-voltage
    protection.
    """

    current_source: tuple[tuple[float, float], ...]
    voltage_source: tuple[tuple[float, float], ...]
    current_limit_min_a: float
    protection_v: tuple[float, ...]

    @property
    def current_ranges_a(self) -> tuple[float, ...]:
        """Full scales of the current source and the ammeter."""
        return tuple(scale for scale, _ in self.current_source)

    @property
    def voltage_ranges_v(self) -> tuple[float, ...]:
        """Full scales of the voltage source and the voltmeter."""
        return tuple(scale for scale, _ in self.voltage_source)

    @property
    def current_max_a(self) -> float:
        """The largest level of current."""
        return max(limit for _, limit in self.voltage_source)

    @property
    def voltage_max_v(self) -> float:
        """The largest level of voltage."""
        return max(limit for _, limit in self.current_source)


def _scales(scales: tuple[float, ...], limit: float) -> tuple[tuple[float, float], ...]:
    return tuple((scale, limit) for scale in scales)


_SMALL_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
_LARGE_A = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_2401 = ModelLimits(
    current_source=_scales((*_SMALL_A, 1.0), 21.0),
    voltage_source=_scales((0.2, 2.0, 20.0), 1.05),
    current_limit_min_a=1e-9,
    protection_v=(20.0,),
)
_2425 = ModelLimits(
    current_source=(*_scales(_LARGE_A, 105.0), (3.0, 21.0)),
    voltage_source=(*_scales((0.2, 2.0, 20.0), 3.15), (100.0, 1.05)),
    current_limit_min_a=1e-8,
    protection_v=(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0),
)
MODELS: Mapping[str, ModelLimits] = {
    "2400": ModelLimits(
        current_source=(*_scales(_SMALL_A, 210.0), (1.0, 21.0)),
        voltage_source=(*_scales((0.2, 2.0, 20.0), 1.05), (200.0, 0.105)),
        current_limit_min_a=1e-9,
        protection_v=(20.0, 40.0, 60.0, 80.0, 100.0, 120.0, 160.0),
    ),
    "2400-LV": _2401,
    "2401": _2401,
    "2410": ModelLimits(
        current_source=(*_scales((1e-6, 1e-5, 1e-4, 1e-3, 2e-2), 1100.0), (0.1, 21.0), (1.0, 21.0)),
        voltage_source=(*_scales((0.2, 2.0, 20.0), 1.05), (1000.0, 0.021)),
        current_limit_min_a=1e-9,
        protection_v=(20.0, 40.0, 100.0, 200.0, 300.0, 400.0, 500.0),
    ),
    "2420": ModelLimits(
        current_source=(*_scales(_LARGE_A, 63.0), (3.0, 21.0)),
        voltage_source=(*_scales((0.2, 2.0, 20.0), 3.15), (60.0, 1.05)),
        current_limit_min_a=1e-8,
        protection_v=(6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 48.0),
    ),
    "2425": _2425,
    "2430": _2425,
    "2440": ModelLimits(
        current_source=(*_scales(_LARGE_A, 42.0), (5.0, 10.5)),
        voltage_source=(*_scales((0.2, 2.0, 10.0), 5.25), (40.0, 1.05)),
        current_limit_min_a=1e-8,
        protection_v=(4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0),
    ),
}


def settings_of(limits: ModelLimits) -> tuple[Setting, ...]:
    """Return everything that can be set on one model."""
    smallest_v = 2e-4
    return (
        WordSetting("SOUR:FUNC", "SOURce[1]:FUNCtion[:MODE]", SOURCE_FUNCTIONS, "VOLT"),
        FlagSetting("CLE:AUTO", "SOURce[1]:CLEar:AUTO"),
        NumberSetting("SOUR:DEL", "SOURce[1]:DELay", 0.0, 999.9999, 0.0),
        FlagSetting("SOUR:DEL:AUTO", "SOURce[1]:DELay:AUTO", default=True),
        *_source("CURR", "CURRent", limits.current_ranges_a, limits.current_max_a),
        *_source("VOLT", "VOLTage", limits.voltage_ranges_v, limits.voltage_max_v),
        NumberSetting(
            "OVP", "SOURce[1]:VOLTage:PROTection[:LEVel]", limits.protection_v[0],
            limits.voltage_max_v, limits.voltage_max_v, is_size=True, rounds_up=True,
        ),
        *_sense("CURR", "CURRent[:DC]", limits.current_ranges_a, 1e-4),
        *_sense("VOLT", "VOLTage[:DC]", limits.voltage_ranges_v, limits.voltage_ranges_v[2]),
        *_sense("RES", "RESistance", tuple(2.1 * 10.0**n for n in range(9)), 2.1e5),
        WordSetting("RES:MODE", "[SENSe[1]:]RESistance:MODE", {"MANual": "MAN", "AUTO": "AUTO"}, "AUTO"),  # noqa: E501
        NumberSetting(
            "PROT:CURR", "[SENSe[1]:]CURRent[:DC]:PROTection[:LEVel]",
            limits.current_limit_min_a, limits.current_max_a, 1.05e-4, is_size=True,
        ),
        NumberSetting(
            "PROT:VOLT", "[SENSe[1]:]VOLTage[:DC]:PROTection[:LEVel]",
            smallest_v, limits.voltage_max_v, 21.0, is_size=True,
        ),
        FlagSetting("CONC", "[SENSe[1]:]FUNCtion:CONCurrent", default=True),
        FlagSetting("AVER", "[SENSe[1]:]AVERage[:STATe]"),
        NumberSetting("AVER:COUN", "[SENSe[1]:]AVERage:COUNt", 1, 100, 10),
        WordSetting("AVER:TCON", "[SENSe[1]:]AVERage:TCONtrol", {"REPeat": "REP", "MOVing": "MOV"}, "REP"),  # noqa: E501
        *_general(),
    )  # fmt: skip


def _general() -> Iterator[Setting]:
    yield FlagSetting("OUTP", "OUTPut[1][:STATe]")
    yield WordSetting("SMOD", "OUTPut[1]:SMODe", OFF_STATES, "NORM")
    yield WordSetting("TERM", "ROUTe:TERMinals", {"FRONt": "FRON", "REAR": "REAR"}, "FRON")
    yield WordSetting(
        "FORM", "FORMat[:DATA]", {"ASCii": "ASC", "REAL[,32]": "REAL", "SREal": "REAL"}, "ASC"
    )
    yield WordSetting("BORD", "FORMat:BORDer", {"NORMal": "NORM", "SWAPped": "SWAP"}, "NORM")
    yield FlagSetting("RSEN", "SYSTem:RSENse")
    yield WordSetting(
        "AZER",
        "SYSTem:AZERo[:STATe]",
        {"ON": "1", "OFF": "0", "1": "1", "0": "0", "ONCE": "0"},
        "1",
    )
    yield NumberSetting("LFR", "SYSTem:LFRequency", 50, 60, 50)
    yield FlagSetting("LFR:AUTO", "SYSTem:LFRequency:AUTO", default=True)
    yield FlagSetting("BEEP", "SYSTem:BEEPer:STATe", default=True)
    yield FlagSetting("DISP", "DISPlay:ENABle", default=True)
    for layer, sources in (
        ("ARM", {"IMMediate": "IMM", "TIMer": "TIM", "BUS": "BUS", "MANual": "MAN"}),
        ("TRIGger", {"IMMediate": "IMM", "TLINk": "TLIN"}),
    ):
        key = layer[:4].upper()
        yield NumberSetting(f"{key}:COUN", f"{layer}[:SEQuence[1]]:COUNt", 1, LONGEST_RUN, 1)
        yield WordSetting(f"{key}:SOUR", f"{layer}[:SEQuence[1]]:SOURce", sources, "IMM")
    yield NumberSetting("TRIG:DEL", "TRIGger[:SEQuence[1]]:DELay", 0.0, 999.9999, 0.0)
    yield NumberSetting("ARM:TIM", "ARM[:SEQuence[1]]:TIMer", 0.001, 99999.99, 0.1)


def _source(key: str, name: str, ranges: tuple[float, ...], highest: float) -> Iterator[Setting]:
    root = f"SOURce[1]:{name}"
    level = f"{root}[:LEVel][:IMMediate][:AMPLitude]"
    yield NumberSetting(f"SOUR:{key}", level, -highest, highest, 0.0)
    yield NumberSetting(
        f"SOUR:{key}:RANG", f"{root}:RANGe", ranges[0], highest, ranges[2],
        is_size=True, rounds_up=True,
    )  # fmt: skip
    yield FlagSetting(f"SOUR:{key}:AUTO", f"{root}:RANGe:AUTO", default=True)
    modes = {"FIXed": "FIX", "SWEep": "SWE", "LIST": "LIST"}
    yield WordSetting(f"MODE:{key}", f"{root}:MODE", modes, "FIX")


def _sense(key: str, name: str, ranges: tuple[float, ...], default: float) -> Iterator[Setting]:
    root = f"[SENSe[1]:]{name}"
    yield NumberSetting(
        f"SENS:{key}:RANG", f"{root}:RANGe[:UPPer]", ranges[0], 1.1 * ranges[-1], default,
        is_size=True, rounds_up=True,
    )  # fmt: skip
    yield FlagSetting(f"SENS:{key}:AUTO", f"{root}:RANGe:AUTO", default=True)
    yield NumberSetting(f"NPLC:{key}", f"{root}:NPLCycles", 0.01, 10.0, 1.0)
