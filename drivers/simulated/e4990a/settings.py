"""What can be set on the simulated impedance analyser, and how long it takes for a point.

After the E4990A Help; levels, points and times from memory of its data sheet (5991-3888EN).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..analyser.fixture import Fixture
from ..electronics import Electronics
from ..scpi.settings import FlagSetting, NumberSetting, Setting, WordSetting

OPTIONS: Final[Mapping[str, float]] = {
    "e4990a-120": 120e6,
    "e4990a-050": 50e6,
    "e4990a-030": 30e6,
    "e4990a-020": 20e6,
    "e4990a-010": 10e6,
}
"""Highest frequency in Hz of each model, which is named after its option."""
LOWEST_HZ: Final = 20.0
POINTS_AT_MOST: Final = 1601

ELECTRONICS: Final = Electronics(
    voltage_gain=2e-4,
    voltage_offset_v=1e-4,
    current_gain=2e-4,
    impedance_noise=2e-4,
    bandwidth_hz=1e12,
    input_ohm=1e12,
    lead_ohm=0.0,
    compliance_v=42.0,
)
"""0.04 % of basic accuracy, up to the highest frequency; leads belong to the fixture."""
FIXTURE: Final = Fixture(lead_h=3e-8, stray_f=1e-12, short_h=3e-10, open_f=1e-14)
"""A cell holder close to the terminals, and its standards: what the twin is served with."""

_POINT_MS: Final = (3.0, 12.0, 26.0, 63.0, 190.0)
_PERIODS: Final = (1.0, 2.0, 4.0, 6.0, 10.0)
_TYPES = {"LINear": "LIN", "LOGarithmic": "LOG", "SEGMent": "SEGM"}
_SOURCES = {"INTernal": "INT", "MANual": "MAN", "EXTernal": "EXT", "BUS": "BUS"}
_MODES = {"VOLTage": "VOLT", "CURRent": "CURR"}
_FORMATS = {"ASCii": "ASC", "REAL32": "REAL32", "REAL": "REAL"}
_PARAMETERS = {
    word: word
    for word in ("R", "X", "Z", "TZ", "Y", "TY", "G", "B", "CP", "CS", "LP", "LS", "D", "Q")
}


def point_s(frequency_hz: float, aperture: int, averages: int) -> float:
    """Return the time of one point, whole periods at low frequencies.

    >>> point_s(1e6, 5, 1), point_s(20.0, 5, 1)
    (0.19, 0.5)
    """
    at = aperture - 1
    return averages * max(_POINT_MS[at] / 1e3, _PERIODS[at] / frequency_hz)


def settings_of(highest_hz: float) -> tuple[Setting, ...]:
    """Return everything that can be set and has a value of its own."""
    sense, source = "SENSe[1]", "SOURce[1]"
    return (
        WordSetting("TYPE", f"{sense}:SWEep:TYPE", _TYPES, "LIN"),
        WordSetting("DIR", f"{sense}:SWEep:DIRection", {"UP": "UP", "DOWN": "DOWN"}, "UP"),
        NumberSetting("STAR", f"{sense}:FREQuency:STARt", LOWEST_HZ, highest_hz, LOWEST_HZ),
        NumberSetting("STOP", f"{sense}:FREQuency:STOP", LOWEST_HZ, highest_hz, highest_hz),
        NumberSetting("POIN", f"{sense}:SWEep:POINts", 2, POINTS_AT_MOST, 201),
        NumberSetting("APER", f"{sense}:APERture[:TIME]", 1, 5, 1),
        FlagSetting("AVER", f"{sense}:AVERage[:STATe]"),
        NumberSetting("COUN", f"{sense}:AVERage:COUNt", 1, 999, 1),
        FlagSetting("SWEEP:AVER", "CALCulate[1]:AVERage[:STATe]"),
        NumberSetting("SWEEP:COUN", "CALCulate[1]:AVERage:COUNt", 1, 999, 16),
        FlagSetting("TRIG:AVER", "TRIGger[:SEQuence]:AVERage"),
        WordSetting("PAR1", "CALCulate[1]:PARameter1:DEFine", _PARAMETERS, "Z"),
        WordSetting("PAR2", "CALCulate[1]:PARameter2:DEFine", _PARAMETERS, "TZ"),
        WordSetting("MODE", f"{source}:MODE", _MODES, "VOLT"),
        NumberSetting("VOLT", f"{source}:VOLTage[:LEVel]", 5e-3, 1.0, 0.5),
        NumberSetting("CURR", f"{source}:CURRent[:LEVel]", 200e-6, 20e-3, 10e-3),
        FlagSetting("ALC", f"{source}:ALC[:STATe]"),
        FlagSetting("BIAS", f"{source}:BIAS:STATe"),
        WordSetting("BIAS:MODE", f"{source}:BIAS:MODE", _MODES, "VOLT"),
        NumberSetting("BIAS:VOLT", f"{source}:BIAS:VOLTage[:LEVel]", -40.0, 40.0, 0.0),
        NumberSetting("BIAS:CURR", f"{source}:BIAS:CURRent[:LEVel]", -0.1, 0.1, 0.0),
        FlagSetting("DC", f"{sense}:DC:MEASure:ENABle"),
        WordSetting("TRIG", "TRIGger[:SEQuence]:SOURce", _SOURCES, "INT"),
        FlagSetting("CONT", "INITiate[1]:CONTinuous", default=True),
        WordSetting(
            "FPO", f"{sense}:CORRection:COLLect:FPOints", {"FIXed": "FIX", "USER": "USER"}, "FIX"
        ),
        WordSetting("FORM", "FORMat:DATA", _FORMATS, "ASC"),
        WordSetting("BORD", "FORMat:BORDer", {"NORMal": "NORM", "SWAPped": "SWAP"}, "NORM"),
        FlagSetting("MARK", "CALCulate[1]:MARKer[1][:STATe]"),
        WordSetting("MARK:TYPE", "CALCulate[1]:MARKer[1]:FUNCtion:TYPE", {"PEAK": "PEAK"}, "PEAK"),
        WordSetting(
            "SPAC", "DISPlay:WINDow[1]:X:SPACing", {"LINear": "LIN", "OBASe": "OBAS"}, "LIN"
        ),
    )


KEPT: Final = ("FORM", "BORD", "FPO")
"""What ``*RST`` and ``:SYST:PRES`` leave as it is."""
