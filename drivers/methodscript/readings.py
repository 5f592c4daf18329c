"""What the values of a package mean: readings, impedance points, and why a loop stopped.

Source: PalmSens MethodSCRIPT, "variable types". ``ab`` and ``ba`` are measured, ``da`` and ``db``
are set values; a package has either, at the place where the script added it.
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
    """Read time, voltage and current, in this order; else ``BadReplyError``."""
    time, voltage, current = _take(package, _TIME, _VOLTAGE, _CURRENT)
    return Reading(time.value, voltage.value, current.value, _flags(voltage, current))


def reading_at_open_circuit(package: Package) -> Reading:
    """Read time and voltage; the cell switch is open, so the current is 0 A."""
    time, voltage = _take(package, _TIME, ("ab",))
    return Reading(time.value, voltage.value, 0.0, _flags(voltage))


def impedance_point(package: Package) -> ImpedancePoint:
    """Read time, the frequency really applied, and Z' + iZ'' (capacitive: Z'' below 0)."""
    time, frequency, real, imaginary = _take(package, _TIME, ("dc",), ("cc",), ("cd",))
    return ImpedancePoint(
        time.value,
        frequency.value,
        complex(real.value, imaginary.value),
        _flags(real, imaginary),
    )


def _take(package: Package, *wanted: tuple[str, ...]) -> tuple[Value, ...]:
    """Return the values if each is of a type allowed at its place: the script set their order."""
    there = [value.type for value in package.values]
    if len(there) != len(wanted) or any(
        kind not in kinds for kind, kinds in zip(there, wanted, strict=True)
    ):
        raise BadReplyError(
            f"a package has {there}; expected {', then '.join(' or '.join(w) for w in wanted)}"
        )
    return package.values


def _flags(*values: Value) -> Flag:
    """The status bits of an instrument's value are ours, bit for bit."""
    status = 0
    for value in values:
        status |= value.status
    return Flag(status) if status else Flag.NONE
