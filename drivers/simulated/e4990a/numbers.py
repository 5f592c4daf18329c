"""How the simulated analyser prints numbers, one or many."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ..scpi.settings import Settings


class Numbers:
    """Prints in the form that the settings ask for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def told(self, numbers: Sequence[float]) -> str | bytes:
        """Return an array, as text or as a block."""
        form = self._settings.words["FORM"]
        if form == "ASC":
            return ",".join(map(self.printed, numbers))
        order = ">" if self._settings.words["BORD"] == "NORM" else "<"
        kind = "d" if form == "REAL" else "f"
        block = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        return f"#6{len(block):06d}".encode("ascii") + block

    @staticmethod
    def printed(number: float) -> str:
        """Return one number as text, with an exponent of three digits.

        >>> Numbers.printed(20.0)
        '+2.00000000000E+001'
        """
        mantissa, _, exponent = f"{number:+.11E}".partition("E")
        return f"{mantissa}E{int(exponent):+04d}"
