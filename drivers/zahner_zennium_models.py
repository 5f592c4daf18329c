"""What Thales says of a Zahner potentiostat, and how sure we are of it.

Source: as in ``zahner_zennium.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .capabilities import Identity
from .errors import BadReplyError, InstrumentFaultError, WrongInstrumentError

FREQUENCY_HZ: Final = (1e-5, 8e6)
AMPLITUDE_V: Final = (1e-3, 1.0)
AMPLITUDE_MIN_A: Final = 1e-9
PERIODS: Final = (1, 100)
NEAR_ZERO: Final[Mapping[str, float]] = {"Pset": 2e-5, "Cset": 2e-6}
"""What may stand for zero: the maker's example of a setup shows 1e-5 V and 1e-6 A."""
LIMITS: Final = ("Cmin", "Cmax", "Pmin", "Pmax")
SETUP: Final = ("Pset", "Cset", "Frq", "Ampl", "Nw", "Pot", "Gal", "GAL", *LIMITS)

UNVERIFIED: Final = (
    ("`3,ScriptRemote,0,OFF` breaks off a measurement of impedance", "`thales_link`, `make_safe`"),
    ("in galvanostatic mode a setup shows `Gal=-1` and `GAL=1`", "as they are set; `_MODES`"),
    ("`Pot=0` opens the cell", "two programs call it so"),
    ("`Ampl` is an rms value, in mV or mA; if a peak, the signal is 0.7 of it", "`_prepare`"),
    ("a setup shows `Ampl` in mV and mA, or in V and A", "`require_in_force` takes either"),
    ("levels of zero may be shown as 1e-5 V, 1e-6 A", "`NEAR_ZERO`, from an example"),
    ("a positive current is anodic at the working electrode", "`read`"),
    ("one value takes 0.3 s", "said of one model; `READING_S`"),
    ("up to 8 MHz, 1 V; not every model has this", "refused by Thales in that case"),
    ("a setting's answer has ERROR in it, or it was taken", "and it is read back"),
    ("`0,RS` at the end leaves the cell as it is", "`ThalesLink.close`"),
)
"""What no manual could be read for: (what is assumed, where it stands)."""

_NUMBER: Final = r"\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*"
_ITEM: Final = re.compile(rf"([A-Za-z%]+)={_NUMBER}")
_MEASURED: Final = {
    "POTENTIAL": re.compile(rf"potential={_NUMBER}V?"),
    "CURRENT": re.compile(rf"current={_NUMBER}A?"),
}
_IMPEDANCE: Final = re.compile(rf"impedance={_NUMBER},{_NUMBER}")


def recognise(reply: str, version: str = "") -> Identity:
    """Read the answer to ``ALLNUM``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("0;33021;ZENNIUM").serial
    '33021'
    """
    found = re.fullmatch(r".*;([^;]+);([A-Za-z][^;]*)", reply)
    if found is None:
        raise WrongInstrumentError(f"expected serial number and name of a Zahner, got {reply!r}")
    return Identity(
        manufacturer="Zahner", model=found[2].strip(), serial=found[1].strip(), firmware=version
    )


def parse_setup(reply: str) -> dict[str, float]:
    """Read the answer to ``SENDSETUP``.

    >>> items = ";".join(f"{name}=1.0e+00" for name in SETUP)
    >>> parse_setup(f"OK;SETUP;{items};DEV=0;ENDSETUP")["Frq"]
    1.0
    """
    if not (reply.startswith("OK;SETUP;") and reply.endswith(";ENDSETUP")):
        raise BadReplyError(f"expected OK;SETUP;…;ENDSETUP, got {reply[:60]!r}")
    found = [_ITEM.fullmatch(item) for item in reply.split(";")[2:-1]]
    setup = {one[1]: float(one[2]) for one in found if one is not None}
    if missing := [name for name in SETUP if name not in setup]:
        raise BadReplyError(f"a setup without {', '.join(missing)}: {reply[:60]!r}")
    return setup


def parse_measured(what: str, reply: str) -> float:
    """Read the answer to ``POTENTIAL`` or ``CURRENT``, in V or A.

    >>> parse_measured("POTENTIAL", "potential=  9.99915e-01V")
    0.999915
    """
    require_no_error(what, reply)
    found = _MEASURED[what].fullmatch(reply)
    if found is None:
        raise BadReplyError(f"{what}: expected a value, got {reply!r}")
    return float(found[1])


def parse_impedance(reply: str) -> complex:
    """Read the answer to ``IMPEDANCE``, in ohm; a capacitive imaginary part is negative.

    >>> parse_impedance("impedance=  1.0e+03,-5.0e+01")
    (1000-50j)
    """
    require_no_error("IMPEDANCE", reply)
    found = _IMPEDANCE.fullmatch(reply)
    if found is None:
        raise BadReplyError(f"IMPEDANCE: expected two numbers, got {reply!r}")
    return complex(float(found[1]), float(found[2]))


def require_no_error(command: str, reply: str) -> None:
    """Raise ``InstrumentFaultError`` if a command was refused, or a measurement broke off."""
    if "ERROR" in reply or "interrupted" in reply:
        raise InstrumentFaultError(f"{command}: {reply}")


def require_in_force(setup: Mapping[str, float], expected: Mapping[str, float]) -> None:
    """Raise ``InstrumentFaultError`` unless a setup is as expected, to 0.1 %."""
    for name, asked in expected.items():
        got = setup[name]
        allowed = max(1e-3 * abs(asked), 0.0 if asked else NEAR_ZERO.get(name, 0.0))
        if abs(got - asked) <= allowed or (name == "Ampl" and abs(1e3 * got - asked) <= allowed):
            continue
        raise InstrumentFaultError(f"{name}: {asked:g} was asked for, and {got:g} is in force")
