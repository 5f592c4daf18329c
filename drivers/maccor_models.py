"""What a Maccor channel may be asked for, its states, and what is assumed without a document.

Source: PyPI pymacnet (MIT), ``status_dictionary``. MacNet does not say what a channel can do: that
is on the label of the cycler, and stands in the options of the bench file.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from .errors import OutOfRangeError

UNVERIFIED: Final = (
    ("the current of a status is as large as it flows; its sign is not relied on", "`read`"),
    ("a reset ends the test and opens the cell, and does nothing to an idle channel", "`reset`"),
    ("the status of an idle channel tells its voltage as it is now", "`read`"),
    ("a direct test may be started with its current already on", "`source_current`"),
    ("safety limits hold until they are set anew; they are sent before every start", "`_start`"),
    ("negative voltages, where the channel has them", "limits of the mode, safety limits"),
    ("a reply bears the number of its request, as JSON-RPC has it", "`macnet`"),
    ("largest currents of the ranges 1 to 3: 0.15, 5, 150 mA, as one laboratory has them",
     "options of the bench file"),
    ("`MacNetDirectModeWD` in System.ini is off: the output is set once a segment", "`_start`"),
)  # fmt: skip


class Stat(IntEnum):
    """States of a channel."""

    AVAILABLE = 0
    SELECTED = 1
    ACTIVE = 2
    SUSPENDED = 3
    COMPLETED = 4
    PROBLEM = 5
    NOT_AVAILABLE = 6
    RESET = 7
    START = 8
    POWER_FAIL = 9
    NO_CONTROLLER = 10
    SHUT_DOWN = 11
    STARTING = 12
    BLOCKED = 13
    WAITING = 14
    IMPEDANCE = 15
    REMOTE_MAINTENANCE = 16


IDLE: Final = (Stat.AVAILABLE, Stat.SELECTED, Stat.COMPLETED, Stat.RESET)
"""No test, and the cell open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRange:
    """What the label of the cycler says of one channel; ``ranges_a`` ascend, the widest last."""

    voltage_min_v: float
    voltage_max_v: float
    ranges_a: tuple[float, ...]

    @property
    def current_max_a(self) -> float:
        """The widest range."""
        return self.ranges_a[-1]

    def number_for(self, current_a: float) -> int:
        """Return the number (from 1) of the smallest range that holds a current."""
        return next(n for n, full_a in enumerate(self.ranges_a, 1) if abs(current_a) <= full_a)

    def check(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` for a current, or the voltage it may reach, beyond these."""
        most_a, most_v = self.current_max_a, self.voltage_max_v
        if not abs(current_a) <= most_a:
            raise OutOfRangeError(
                f"current: {current_a:g} A is out of range, must be from {-most_a:g} to "
                f"{most_a:g} A"
            )
        if current_a and not 0 < voltage_limit_v <= most_v:
            raise OutOfRangeError(
                f"voltage limit: {voltage_limit_v:g} V is out of range, must be above 0 and at "
                f"most {most_v:g} V"
            )
