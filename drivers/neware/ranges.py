"""What a Neware channel may be asked for, and what is assumed without a document to show for it.

The server does not say which cycler hangs on it: what a channel can do is printed on its label,
and stands in the options of the bench file.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from ..capabilities import Envelope
from ..errors import OutOfRangeError, UnsupportedError
from ..segments import DeviceSegment, Galvanostatic, Potentiostatic, Rest

CycledSegment: TypeAlias = Rest | Galvanostatic | Potentiostatic
SEGMENTS: Final = frozenset({"Rest", "Galvanostatic", "Potentiostatic"})
SAMPLE_PERIOD_MIN_S: Final = 0.1  # rows are dated to a tenth of a second
DURATION_MAX_S: Final = 365 * 86_400.0
LEVEL_DIGITS: Final = 6  # decimals of mA and of ms in a step file; volts come in 0.1 mV
SMALLEST_CURRENT_A: Final = 1e-3 * 10**-LEVEL_DIGITS

UNVERIFIED: Final = (
    ("a rest, and a channel whose test is over, leave the cell open", "`cycler`, `make_safe`"),
    ("a test has a row at the end of its step (so in recordings)", "`ending`: earlier is a fault"),
    ("`true` of `inquiredf` says that all rows of an ended test are stored", "`running`"),
    ("a bar code of 19 letters and digits comes back whole from `inquire`", "`running`"),
    ("the server reads the job's file before it answers `start`", "kept until the test is over"),
    ("a constant voltage step of type 3 charges, of type 19 discharges, and holds either way once "
     "it is reached", "`step_file`"),
    ("`Curr` of a constant voltage step limits its current", "`step_file`, and the host looks"),
    ("a negative lower limit of `Protect/Main/Curr` limits the discharge", "`step_file`"),
    ("voltage scans (type 25), which only one source writes", "refused"),
    ("shortest period of records, 0.1 s", "`ranges`"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRange:
    """What the label of the cycler says of one channel."""

    voltage_min_v: float
    voltage_max_v: float
    current_max_a: float

    @property
    def envelope(self) -> Envelope:
        """The same in the vocabulary that all devices share."""
        return Envelope(
            voltage_max_v=self.voltage_max_v,
            current_max_a=self.current_max_a,
            segments=SEGMENTS,
        )


def checked(segment: DeviceSegment, channel: ChannelRange) -> CycledSegment:
    """Return the segment, or raise ``OutOfRangeError`` or ``UnsupportedError``."""
    match segment:
        case Rest():
            pass
        case Galvanostatic():
            _check_galvanostatic(segment, channel)
        case Potentiostatic():
            _check_voltage("voltage", segment.voltage_v, channel)
            _check_current("current limit", segment.current_max_a, channel)
            if segment.current_max_a < 0:
                raise OutOfRangeError(f"current limit: {segment.current_max_a:g} A is below 0")
        case _:
            raise UnsupportedError(
                f"{segment.name!r} is a {type(segment).__name__}: a Neware channel does "
                f"{', '.join(sorted(SEGMENTS))}; impedance needs an analyser beside it"
            )
    _within("sample period", segment.sample_period_s, "s", SAMPLE_PERIOD_MIN_S, DURATION_MAX_S)
    _within("duration", segment.duration_s, "s", SAMPLE_PERIOD_MIN_S, DURATION_MAX_S)
    return segment


def _check_galvanostatic(segment: Galvanostatic, channel: ChannelRange) -> None:
    _check_current("current", segment.current_a, channel)
    _check_voltage("lower voltage limit", segment.voltage_min_v, channel)
    _check_voltage("upper voltage limit", segment.voltage_max_v, channel)
    if not segment.voltage_min_v < segment.voltage_max_v:
        raise OutOfRangeError(
            f"lower voltage limit: {segment.voltage_min_v:g} V must be below the upper one, "
            f"{segment.voltage_max_v:g} V"
        )


def _check_current(what: str, current_a: float, channel: ChannelRange) -> None:
    _within(what, abs(current_a), "A", SMALLEST_CURRENT_A, channel.current_max_a)


def _check_voltage(what: str, voltage_v: float, channel: ChannelRange) -> None:
    _within(what, voltage_v, "V", channel.voltage_min_v, channel.voltage_max_v)


def _within(what: str, value: float, unit: str, low: float, high: float) -> None:
    if not low <= value <= high:  # NaN is not within either
        raise OutOfRangeError(
            f"{what}: {value:g} {unit} is out of range, must be from {low:g} to {high:g} {unit}"
        )
