"""Whether an instrument goes on measuring, or only goes on answering."""

from typing import Final

from ...drivers.readings import Reading

REPEATS: Final = 5
"""So often the same reading may come again; once more, and the instrument is taken for stuck."""
STANDSTILLS: Final = 5
"""So often in a row the instrument's time may stand still while its values change."""


class Staleness:
    """Follows the instrument's own time through one segment."""

    def __init__(self) -> None:
        self._last: Reading | None = None
        self._repeats = 0
        self._standstills = 0

    def take(self, reading: Reading) -> str | None:
        """Say why this reading, the next, cannot be a new measurement, or ``None``."""
        last, self._last = self._last, reading
        if last is None:
            return None
        if reading.time_s < last.time_s:
            return (
                f"the instrument's time ran backwards, from {last.time_s:.9g} s to "
                f"{reading.time_s:.9g} s"
            )
        same = reading == last
        stands = reading.time_s == last.time_s and not same
        self._repeats = self._repeats + 1 if same else 0
        self._standstills = self._standstills + 1 if stands else 0
        if self._repeats >= REPEATS:
            return (
                f"the instrument repeats one reading: {reading.voltage_v:g} V at "
                f"{reading.time_s:g} s came {self._repeats + 1} times"
            )
        if self._standstills >= STANDSTILLS:
            return (
                f"the instrument's time stands still at {reading.time_s:.9g} s while its values "
                f"change, {self._standstills + 1} readings long"
            )
        return None
