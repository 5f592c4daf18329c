"""What each model of the Alpha-A reaches, what its answers mean, and how sure we are of it.

Source: as in ``novocontrol_alpha.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .capabilities import Identity
from .errors import BadReplyError, InstrumentFaultError, WrongInstrumentError
from .impedance_sweeps import Reach
from .readings import Flag

IDENTITY: Final = re.compile(
    r"(ALPHA[^,]*),\s*(Novocontrol[^,]*),\s*([^_,]+)_([^,]+)", re.IGNORECASE
)
FREQUENCY_MIN_HZ: Final = 3e-6
FREQUENCY_MAX_HZ: Final = {"AL": 3e5, "AK": 3e6, "AN": 2e7, "AT": 4e7}
MODEL_WITHIN_IDENTITY: Final = re.compile(r"_(A[LKNT])")
AMPLITUDE_MIN_V: Final = 1e-3
AMPLITUDE_MAX_V: Final = ((4e6, 3.0), (1e7, 2.0))  # up to this frequency; 1 V above
AMPLITUDE_ABOVE_V: Final = 1.0
BIAS_MAX_V: Final = 40.0

RUNNING, DONE = "5", "3"
STATES: Final = {
    "0": "no measurement was begun",
    "1": "it was broken off",
    "2": "an error stopped it",
    DONE: "done",
    "4": "it pauses",
    RUNNING: "it goes on",
}
"""Second number of the answer to ``ZTSTAT?``."""

ANSWERS: Final = {
    "CA": "not during a calibration",
    "CN": "not while the counter electrode output is connected",
    "CR": "the interface needs a calibration that it does not have",
    "EC": "the analyser asks for its test of the connections",
    "ER": "the analyser reports an error",
    "HR": "the reference calibration is not valid",
    "II": "the sample interface does not have this",
    "IM": "not in this mode of measurement",
    "IP": "the parameter is not valid",
    "MR": "not while a measurement runs",
    "NA": "the dc bias is not activated",
    "NC": "not while the counter electrode output is disconnected",
    "NI": "the calibration was not initialised",
    "NO": "the calibration was not initialised",
    "RE": "a parameter is out of range",
    "UC": "the command is unknown",
}
"""What is answered in place of OK."""

VALID, EMPTY, UNFINISHED, DISCONNECTED = 2, 0, 1, 6
OUT_OF_RANGE: Final = (3, 4, 5)  # V1, current, V1 of the reference

UNVERIFIED: Final = (
    ("answers end with NUL, CR and EOI; commands with EOI alone", "JUMP cuts two bytes; `Station`"),
    ("`MST` is answered OK, or not at all", "the sources differ; both are understood"),
    ("`ACV?`, `DCV?`, `DCE?`, `ZSLCAL?` answer NAME=number", "two of three; `_asked`"),
    ("`ZCONSPL=0` lets go of the cell, `ZCONSPL=1` takes it", "one source for 0, none for 1"),
    ("every answer to `ZRE?` has six decimals and an exponent of two digits", "one example"),
    ("serial number and model are behind the version in `*IDN?`", "one example; `IDENTITY`"),
    ("3 V up to 4 MHz, 2 V up to 10 MHz, 1 V above", "the lowest of two sources"),
    ("least amplitude 1 mV, bias up to 40 V", "one source each"),
    ("a reference measurement doubles the time of a point", "waits longer if need be"),
    ("frequencies are reported to 0.1 %", "`FREQUENCY_TOLERANCE`"),
)
"""What no manual could be read for: (what is assumed, where it stands)."""

_NUMBER: Final = r"([+-]?\d\.\d{6}e[+-]\d\d)"
_RESULT: Final = re.compile(rf"ZRE={_NUMBER} {_NUMBER} {_NUMBER} ([0-6]) ([01])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One point as the analyser has it; a capacitive imaginary part is negative."""

    frequency_hz: float
    z_ohm: complex
    flags: Flag


def recognise(reply: str, model: str = "") -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("ALPHA Analyzer, Novocontrol Technologies, 6.54_736_ATBF_16012018_G3").model
    'AT'
    """
    found = IDENTITY.fullmatch(reply.strip())
    if found is None:
        raise WrongInstrumentError(f"expected a Novocontrol Alpha-A, and {reply!r} answered")
    says = MODEL_WITHIN_IDENTITY.search(f"_{found[4]}")
    return Identity(
        manufacturer=found[2].strip(),
        model=model or (says[1] if says else "AL"),
        serial=found[4].strip(),
        firmware=found[3].strip(),
    )


def reach_of(model: str) -> Reach:
    """Return what a model reaches."""
    return Reach(
        name=f"Alpha-{model}",
        frequency_hz=(FREQUENCY_MIN_HZ, FREQUENCY_MAX_HZ[model]),
        points=(1, 10_000),
        amplitude_v=(AMPLITUDE_MIN_V, AMPLITUDE_MAX_V[0][1]),
        amplitude_a=(0.0, 0.0),
        bias_v=BIAS_MAX_V,
        bias_a=0.0,
    )


def highest_amplitude_v(frequency_hz: float) -> float:
    """Return the largest signal (rms) at a frequency.

    >>> [highest_amplitude_v(f) for f in (1e3, 5e6, 2e7)]
    [3.0, 2.0, 1.0]
    """
    return next(
        (volts for up_to_hz, volts in AMPLITUDE_MAX_V if frequency_hz <= up_to_hz),
        AMPLITUDE_ABOVE_V,
    )


def parse_result(reply: str) -> Result:
    """Read the answer to ``ZRE?``: real and imaginary part in series, frequency, two statuses.

    >>> parse_result("ZRE=6.714035e+02 -1.029636e+02 4.999991e+02 2 0").z_ohm
    (671.4035-102.9636j)
    """
    found = _RESULT.fullmatch(reply)
    if found is None:
        raise BadReplyError(f"expected ZRE= and a result of five numbers, got {reply!r}")
    status = int(found[4])
    if status in (EMPTY, UNFINISHED):
        raise BadReplyError(f"the measurement is done, and its result is not there: {reply!r}")
    if status == DISCONNECTED:
        raise InstrumentFaultError(f"the source was disconnected while it measured: {reply!r}")
    z_ohm = complex(float(found[1]), float(found[2]))
    return Result(float(found[3]), z_ohm, Flag.OVERLOAD if status in OUT_OF_RANGE else Flag.NONE)
