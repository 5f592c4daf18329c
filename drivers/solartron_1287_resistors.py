"""The standard resistors through which a Solartron 1287 or 1286 measures its current.

Source: SI 1287 User Guide, 12876000, chapter 3, section 2; their numbers as in ``UNVERIFIED`` of
``solartron_1287.py``.
"""

from typing import Final

FULL_SCALES_A: Final = (2.0, 0.2, 20e-3, 2e-3, 200e-6, 20e-6, 2e-6, 200e-9)
"""With RR1 (0.1 ohm) to RR8 (1 Mohm), which all develop 200 mV."""
FULL_SCALE_V: Final = 0.2


def resistor_for(current_a: float) -> int:
    """Return the number of the largest standard resistor whose full scale holds a current.

    >>> resistor_for(-1.5e-3), resistor_for(2.0), resistor_for(1e-9)
    (4, 1, 8)
    """
    least_a = abs(current_a) * (1 - 1e-9)
    held = [n for n, full_a in enumerate(FULL_SCALES_A, start=1) if least_a <= full_a]
    return held[-1] if held else 1


def ohm_of(resistor: int) -> float:
    """Return a standard resistor's resistance.

    >>> ohm_of(4)
    100.0
    """
    return round(FULL_SCALE_V / FULL_SCALES_A[resistor - 1], 6)
