"""A front end with a known spectrum: a resistance, and one arc of a resistor and a capacitor."""

import math

from support.ohmic_cell import OhmicCell


class ArcCell(OhmicCell):
    """``series_ohm`` and an arc of ``arc_ohm`` and ``arc_f``; slow signals see both resistances."""

    def __init__(
        self,
        series_ohm: float = 20.0,
        arc_ohm: float = 80.0,
        arc_f: float = 1e-6,
        emf_v: float = 0.0,
    ) -> None:
        super().__init__(series_ohm + arc_ohm, emf_v)
        self.series_ohm, self.arc_ohm, self.arc_f = series_ohm, arc_ohm, arc_f

    def z_ohm(self, frequency_hz: float) -> complex:
        s = 2j * math.pi * frequency_hz
        return self.series_ohm + self.arc_ohm / (1 + s * self.arc_ohm * self.arc_f)

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        self._pass_time(at_s + duration_s)
        return self.z_ohm(frequency_hz)
