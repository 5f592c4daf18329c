"""What an instrument said, taken down before any wire, and read by other code than the drivers'.

The digits of a line are put into a decimal number and converted once, so that a value agrees with
the record's bit for bit, or something has happened to it.
"""

import re
from typing import Any, NamedTuple

_PACKAGE_VALUE = re.compile(r"([a-z]{2})([0-9A-F]{7})([afpnum kMGTPEi])|([a-z]{2}) *nan")
_EXPONENTS = {**dict(zip("afpnum kMGTPE", range(-18, 21, 3), strict=True)), "i": 0}
_ZERO = 1 << 27
_READING_FIELDS = 6


class Said(NamedTuple):
    """One line that gives a reading: the instrument's own time, and both values in SI."""

    time_s: float
    voltage_v: float
    current_a: float


def package(line: str) -> dict[str, float] | None:
    """The values of a MethodSCRIPT package by their type code; ``None`` for any other line."""
    if not line.startswith("P"):
        return None
    values = {}
    for kind, digits, letter, kind_of_nan in _PACKAGE_VALUE.findall(line):
        if kind_of_nan:
            values[kind_of_nan] = float("nan")
        else:
            values[kind] = float(f"{int(digits, 16) - _ZERO}e{_EXPONENTS[letter]}")
    return values


def potentiostat_reading(line: str) -> Said | None:
    """Read a package of time, voltage and, unless the cell is open, current."""
    values = package(line)
    if values is None or "dc" in values:
        return None
    voltage_v = values["ab"] if "ab" in values else values["da"]
    current_a = values["ba"] if "ba" in values else values.get("db", 0.0)
    return Said(values["eb"], voltage_v, current_a)


def source_meter_reading(line: str) -> Said | None:
    """Read "time, source, unit, reading, unit, status"; ``None`` for any other answer."""
    fields = line.split(",")
    if len(fields) != _READING_FIELDS:
        return None
    values = {fields[2][:1].upper(): float(fields[1]), fields[4][:1].upper(): float(fields[3])}
    return Said(float(fields[0]), values["V"], values["A"])


READINGS: dict[str, Any] = {
    "methodscript": potentiostat_reading,
    "keithley_2450": source_meter_reading,
}
