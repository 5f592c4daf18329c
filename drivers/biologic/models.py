"""What BioLogic's instruments are and can do, and how sure we are of it.

Source: EC-Lab Development Package, unit ``EClib.pas`` (device, range and bandwidth codes), sections
7.2 to 7.14 (technique files and data formats by series) and 7.36, 7.37 (limits). The limits of the
electronics are from memory of the makers' data sheets and cautious.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from ..errors import UnsupportedError, WrongInstrumentError
from ..segment_limits import Reach


class Series(Enum):
    """Which technique files and data formats an instrument uses."""

    VMP3 = "VMP3"
    SP300 = "SP-300"


class State(IntEnum):
    """What a channel does."""

    STOP = 0
    RUN = 1
    PAUSE = 2
    SYNC = 3


KERNEL_FIRMWARE: Final = 5
FIRMWARE_NAMES: Final = {
    0: "no firmware",
    1: "EC-Lab's firmware",
    4: "an unknown firmware",
    5: "the kernel",
    8: "an invalid firmware",
    10: "the calibration's firmware",
}
CURRENT_RANGES_A: Final = (
    *(10.0 ** (index - 10) for index in range(11)),  # codes 0 to 10: 100 pA to 1 A
)
AUTOMATIC_CURRENT: Final = 12
VOLTAGE_RANGES_V: Final = (2.5, 5.0, 10.0)  # codes 0 to 2
AUTOMATIC_VOLTAGE: Final = 3
BANDWIDTH: Final = 5
STEPS_MAX: Final = 20
TIMEBASE_S: Final = 24e-6
STEP_MAX_S: Final = TIMEBASE_S * 2**31
"""The longest that one step can last: 14.3 h. A longer segment is made of several."""
SAMPLE_PERIOD_MIN_S: Final = 1e-3
AMPLITUDE_MAX_V: Final = 0.5
"""Peak amplitude of an impedance measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One instrument's limits; those of a channel may be narrower."""

    name: str
    series: Series
    current_max_a: float = 0.4
    frequency_max_hz: float = 200e3
    frequency_min_hz: float = 1e-5
    voltage_max_v: float = 10.0


def _vmp3(name: str, current_max_a: float = 0.4, frequency_max_hz: float = 200e3) -> Model:
    return Model(
        name=name,
        series=Series.VMP3,
        current_max_a=current_max_a,
        frequency_max_hz=frequency_max_hz,
    )


def _sp300(name: str, current_max_a: float = 0.5, frequency_max_hz: float = 3e6) -> Model:
    return Model(
        name=name,
        series=Series.SP300,
        current_max_a=current_max_a,
        frequency_max_hz=frequency_max_hz,
    )


MODELS: Final[dict[int, Model]] = {
    1: _vmp3("VMP2"),
    3: _vmp3("BiStat"),
    5: _vmp3("VMP3"),
    6: _vmp3("VSP"),
    10: _vmp3("BiStat2"),
    12: _sp300("VMP-300"),
    13: _vmp3("SP-50", current_max_a=0.8),
    14: _vmp3("SP-150", current_max_a=0.8),
    16: _sp300("SP-300"),
    20: _sp300("VSP-300"),
    21: _sp300("SP-200"),
    22: _vmp3("MPG-2", current_max_a=0.1, frequency_max_hz=20e3),
    23: _sp300("SP-100"),
    27: _sp300("SP-240"),
}
"""By the device code that ``BL_Connect`` gives."""

BOARD_SERIES: Final = {1: Series.VMP3, 2: Series.SP300}
"""By the type of a channel's board, which decides where boards of both are in one chassis."""

UNVERIFIED: Final = (
    ("limits of the electronics", "0.4 A, 0.8 A (SP-50, SP-150), 0.1 A (MPG-2), 0.5 A (SP-300)"),
    ("frequencies", "10 uHz to 200 kHz (VMP3), 20 kHz (MPG-2), 3 MHz (SP-300)"),
    ("amplitude of an impedance measurement", "a peak value, at most 0.5 V"),
    ("phase of an impedance", "arg Z in radians; no unit in the manual, three clients take it so"),
    ("ranges of a sweep", "potentiostatic: chosen by the instrument, as in the manual's table"),
    ("points of a sweep", "fetched every 50 ms; a client that came every 0.3 s lost some"),
    ("unit of a scan rate", "V/s; the manual says mV/s, clients send V/s; the times tell"),
    ("number of frequencies", "both ends counted"),
    ("technique that ends at a limit", "records the point at which it did"),
    ("stopped channel", "its cell is open, also after a technique has ended by itself"),
    ("time of an impedance point", "seconds since the technique began"),
    ("current limit in voltammetry", "none on board; the host stops the channel"),
    ("sign of the current", "positive is anodic at the working electrode, as in EC-Lab"),
    ("several channels", "each has a connection of its own; -207 says that there are too many"),
    ("boosters and boards of the e-series", "refused: ranges and data formats are not known"),
)
"""What could not be read in the manual, and what was assumed instead."""


def model_of(device_code: int) -> Model:
    """Find the model. Raises ``WrongInstrumentError`` for a device that is none of ours."""
    model = MODELS.get(device_code)
    if model is None:
        known = ", ".join(model.name for model in MODELS.values())
        raise WrongInstrumentError(f"BioLogic device code {device_code} is none of {known}")
    return model


def series_of_board(board_type: int) -> Series:
    """Return what a channel's board speaks. Raises ``UnsupportedError`` for one not known."""
    if board_type not in BOARD_SERIES:
        raise UnsupportedError(
            f"the channel's board is of type {board_type}; its data format is not known to this "
            "driver, only types 1 (VMP3 series) and 2 (SP-300 series) are"
        )
    return BOARD_SERIES[board_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel as it was found. ``ranges`` are the lowest and highest code that it has."""

    model: Model
    series: Series
    ranges: tuple[int, int]
    bandwidth: int
    has_impedance: bool

    @property
    def current_max_a(self) -> float:
        """The largest current, of the electronics and of the channel's highest range."""
        return min(self.model.current_max_a, CURRENT_RANGES_A[self.ranges[1]])

    @property
    def reach(self) -> Reach:
        """What the channel can do."""
        return Reach(
            name=self.model.name,
            voltage_max_v=self.model.voltage_max_v,
            current_max_a=self.current_max_a,
            sample_period_min_s=SAMPLE_PERIOD_MIN_S,
            duration_max_s=STEPS_MAX * STEP_MAX_S,
            amplitude_max_v=AMPLITUDE_MAX_V,
            frequency_hz=(
                (self.model.frequency_min_hz, self.model.frequency_max_hz)
                if self.has_impedance
                else None
            ),
        )

    def current_range(self, current_a: float) -> int:
        """Return the code of the smallest range that holds a current.

        >>> Channel(model=MODELS[5], series=Series.VMP3, ranges=(4, 10), bandwidth=5,
        ...         has_impedance=True).current_range(-2e-3)
        8
        """
        low, high = self.ranges
        codes = (code for code in range(low, high) if abs(current_a) <= CURRENT_RANGES_A[code])
        return next(codes, high)


def voltage_range(voltage_v: float) -> int:
    """Return the code of the smallest range that holds a voltage, 4 % left to overshoot.

    >>> voltage_range(2.4), voltage_range(-2.5), voltage_range(10.0)
    (0, 1, 2)
    """
    codes = range(len(VOLTAGE_RANGES_V) - 1)
    return next(
        (code for code in codes if 1.04 * abs(voltage_v) <= VOLTAGE_RANGES_V[code]),
        len(VOLTAGE_RANGES_V) - 1,
    )
