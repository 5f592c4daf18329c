"""Which driver is for an instrument that has said who it is, and where a bench file has it."""

import re
from collections.abc import Iterable
from typing import Final

from ...drivers.capabilities import Identity
from .roles import Role
from .table import DRIVERS

_KNOWN: Final = (
    ("PalmSens", r"es4|espico|senswb|mes4|nexus", "methodscript"),
    ("Keithley", r"MODEL 24(50|60|61|70)\b", "keithley_2450"),
    ("Keithley", r"MODEL 24([0-4]0|01|25)\b", "keithley_2400"),
    ("Keithley", r"MODEL 622[01]\b", "keithley_6221"),
    ("Keysight|Agilent", r"E4980A", "e4980a"),
    ("Keysight|Agilent", r"E4990A", "e4990a"),
    ("Keysight|Agilent", r"B29[01][12]A", "keysight_b2900"),
    ("Novocontrol", r"", "novocontrol_alpha"),
    ("Zahner", r"", "zahner_zennium"),
    ("Solartron", r"12(60|55)", "solartron_1260"),
    ("Solartron", r"128[67]", "solartron_1287"),
    ("Eurotherm", r"32", "eurotherm_3200"),
    ("Julabo", r"", "julabo"),
    ("LSCI|Lake Shore", r"33[56]", "lake_shore_336"),
)
"""Maker and model as regular expressions, and the driver; the first that fits is taken."""


def driver_for(identity: Identity) -> str | None:
    """Return the driver of an instrument; ``None`` if there is none that we know of."""
    for maker, model, driver in _KNOWN:
        is_maker = re.search(maker, identity.manufacturer, re.IGNORECASE)
        if is_maker and re.search(model, identity.model, re.IGNORECASE) and driver in DRIVERS:
            return driver
    return None


def address_for(driver: str, candidates: Iterable[str]) -> str | None:
    """Return the first of several names of one place that a driver takes."""
    form = DRIVERS[driver].address
    return next((each for each in candidates if form.fullmatch(each)), None)


def bench_lines(driver: str, address: str, name: str = "A1") -> list[str]:
    """Return the lines of a bench file that say where an instrument of a driver is.

    >>> bench_lines("methodscript", "COM3")
    ['[channel.A1.potentiostat]', 'driver = "methodscript"', 'address = "COM3"']
    """
    role = DRIVERS[driver].roles[0]
    table = "[oven.box]" if role is Role.OVEN else f"[channel.{name}.{role.value}]"
    if role is Role.AUXILIARY:
        table = f"[channel.{name}.auxiliary.{driver}]"
    return [table, f'driver = "{driver}"', f'address = "{address}"']
