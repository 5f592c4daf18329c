"""The watch of a current ramp: a voltage that falls while the current grows is a short."""

from typing import Final

from ...drivers.readings import Reading

FALLEN_TO: Final = 0.85
"""Below this share of the highest voltage so far, though the current is higher now."""
IN_A_ROW: Final = 4
"""So many readings of it, one after the other, are no noise."""


class RampWatch:
    """Watches one ramp from its first segment to its last.

    While the current grows in one direction, the voltage of a healthy cell grows with it: dV/dJ is
    its resistance, and greater than 0. A current path beside the electrolyte makes the voltage
    fall instead.

    >>> watch = RampWatch()
    >>> [watch.see(Reading(float(n), 0.1 * n, 1e-4 * n)) for n in range(4)]
    [None, None, None, None]
    >>> for n in range(4, 8):
    ...     alarm = watch.see(Reading(float(n), 0.1, 1e-4 * n))
    >>> alarm
    'the voltage fell to 0.33 of its highest, 0.3 V, while the current grew'
    """

    def __init__(self) -> None:
        self._highest_v = 0.0
        self._fallen = 0

    def see(self, reading: Reading) -> str | None:
        """Look at one reading; a text is an alarm."""
        voltage_v = abs(reading.voltage_v)
        self._highest_v = max(self._highest_v, voltage_v)
        is_low = voltage_v < FALLEN_TO * self._highest_v
        self._fallen = self._fallen + 1 if is_low else 0
        if self._fallen < IN_A_ROW:
            return None
        share = voltage_v / self._highest_v
        return (
            f"the voltage fell to {share:.2f} of its highest, {self._highest_v:.3g} V, "
            "while the current grew"
        )
