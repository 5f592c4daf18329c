"""What the values of a package mean: readings, impedance points, and why a loop stopped.

Source: PalmSens MethodSCRIPT, "variable types". ``ab`` and ``ba`` are measured, ``da`` and ``db``
are set values; the measured one is preferred where a package has both.
"""

from enum import StrEnum

from ..errors import BadReplyError
from ..readings import Flag, ImpedancePoint, Reading
from ..segments import SegmentEnd
from .stream import Package, Value

_TIME = ("eb",)
_VOLTAGE = ("ab", "da")
_CURRENT = ("ba", "db")


class Trip(StrEnum):
    """What our scripts say just before they stop at a limit."""

    VOLTAGE_HIGH = "voltage above limit"
    VOLTAGE_LOW = "voltage below limit"
    CURRENT_HIGH = "current above limit"
    CURRENT_LOW = "current below limit"


def end_for(text: str) -> SegmentEnd | None:
    """Why the segment ended, if ``text`` from the script says so."""
    if text in (Trip.VOLTAGE_HIGH, Trip.VOLTAGE_LOW):
        return SegmentEnd.VOLTAGE_LIMIT
    if text in (Trip.CURRENT_HIGH, Trip.CURRENT_LOW):
        return SegmentEnd.CURRENT_LIMIT
    return None


def reading(package: Package) -> Reading:
    """Read time, voltage and current. Raises ``BadReplyError`` if one is not there."""
    time, voltage = _find(package, _TIME), _find(package, _VOLTAGE)
    current = _find(package, _CURRENT)
    return Reading(time.value, voltage.value, current.value, _flags(voltage, current))


def reading_at_open_circuit(package: Package) -> Reading:
    """Read time and voltage; the cell switch is open, so the current is 0 A."""
    time, voltage = _find(package, _TIME), _find(package, ("ab",))
    return Reading(time.value, voltage.value, 0.0, _flags(voltage))


def impedance_point(package: Package) -> ImpedancePoint:
    """Read time, the frequency really applied, and Z' + iZ'' (capacitive: Z'' below 0)."""
    real, imaginary = _find(package, ("cc",)), _find(package, ("cd",))
    return ImpedancePoint(
        _find(package, _TIME).value,
        _find(package, ("dc",)).value,
        complex(real.value, imaginary.value),
        _flags(real, imaginary),
    )


def _find(package: Package, types: tuple[str, ...]) -> Value:
    for wanted in types:
        for value in package.values:
            if value.type == wanted:
                return value
    there = [value.type for value in package.values]
    raise BadReplyError(f"a package has {there}, but none of {list(types)}")


def _flags(*values: Value) -> Flag:
    """The status bits of an instrument's value are ours, bit for bit."""
    status = 0
    for value in values:
        status |= value.status
    return Flag(status) if status else Flag.NONE
