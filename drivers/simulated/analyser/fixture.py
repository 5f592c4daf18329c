"""What lies between an analyser and the cell, and how the analyser takes it out again.

Open and short compensation follow from the two-terminal model of a fixture: what is measured of a
cell Z is Zs + 1 / (1/Z + Yo), with the impedance Zs of the fixture shorted and its admittance Yo
left open (Keysight, "Impedance Measurement Handbook", 6th edition, chapter 4). What a standard has
of its own (the inductance of a shorting bar, say) is taken for the fixture's: that remains.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from ..electronics import Electronics

OVERFLOW: Final = 9.9e37


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """Leads and holder: ``lead_h`` in series, ``stray_f`` across the cell.

    ``short_h`` is the inductance of the shorting bar, ``open_f`` what the open contacts have more
    than the cell's own place. Without any of them nothing lies between.
    """

    lead_h: float = 0.0
    stray_f: float = 0.0
    short_h: float = 0.0
    open_f: float = 0.0

    def before(self, electronics: Electronics) -> Electronics:
        """Return the electronics with this fixture before it."""
        return replace(electronics, lead_h=self.lead_h, stray_f=self.stray_f)

    def shorted_ohm(self, frequency_hz: float) -> complex:
        """What is measured with the shorting bar in."""
        return 2j * math.pi * frequency_hz * (self.lead_h + self.short_h)

    def open_siemens(self, frequency_hz: float) -> complex:
        """What is measured with open contacts, leads included."""
        omega = 2 * math.pi * frequency_hz
        capacitance_f = self.stray_f + self.open_f
        return 1j * omega * capacitance_f / (1 - omega**2 * self.lead_h * capacitance_f)


@dataclass(slots=True)
class Correction:
    """Data of one standard, taken at ``frequencies_hz``: short in ohm, open in S."""

    frequencies_hz: tuple[float, ...] = ()
    values: tuple[complex, ...] = ()

    def at(self, frequency_hz: float) -> complex:
        """Return the value at any frequency, straight between those that were measured."""
        if not self.values:
            return 0j
        grid, values = np.array(self.frequencies_hz), np.array(self.values)
        real = np.interp(frequency_hz, grid, values.real)
        return complex(real, np.interp(frequency_hz, grid, values.imag))


@dataclass(slots=True)
class Corrections:
    """Open and short data, and whether they are in use."""

    fixture: Fixture
    open: Correction = field(default_factory=Correction)
    short: Correction = field(default_factory=Correction)
    open_on: bool = False
    short_on: bool = False

    def measure_open(self, frequencies_hz: Sequence[float]) -> None:
        """Take open data, as if the contacts had been opened, and use them."""
        grid = tuple(sorted(frequencies_hz))
        self.open = Correction(grid, tuple(map(self.fixture.open_siemens, grid)))
        self.open_on = True

    def measure_short(self, frequencies_hz: Sequence[float]) -> None:
        """Take short data, as if the shorting bar had been put in, and use them."""
        grid = tuple(sorted(frequencies_hz))
        self.short = Correction(grid, tuple(map(self.fixture.shorted_ohm, grid)))
        self.short_on = True

    def corrected(self, z_ohm: complex, frequency_hz: float) -> complex:
        """Take out of a measured impedance what is known of the fixture."""
        shorted_ohm = self.short.at(frequency_hz) if self.short_on else 0j
        stray_siemens = self.open.at(frequency_hz) if self.open_on else 0j
        if self.open_on and shorted_ohm:  # the open was measured through the leads, too
            stray_siemens /= 1 - stray_siemens * shorted_ohm
        inner_ohm = z_ohm - shorted_ohm
        return inner_ohm / (1 - inner_ohm * stray_siemens)


def printed_open_ohm(admittance_siemens: complex) -> complex:
    """Return open data as an impedance; without any stray it overflows."""
    return 1 / admittance_siemens if admittance_siemens else complex(OVERFLOW, OVERFLOW)
