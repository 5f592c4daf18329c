"""What the simulated LCR meter makes of a measured impedance, and how it tells it."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ..analyser.fixture import OVERFLOW, Corrections
from ..analyser.sweeper import Sample
from ..scpi.settings import Settings
from .settings import FUNCTIONS, Model

SOURCE_OHM: Final = 100.0
OPEN_OHM: Final = 1e9  # beyond it nothing can be measured
OVERLOADED, SOURCE_OVERLOADED, NOT_REGULATED = 1, 3, 4


class Point(NamedTuple):
    """Data A, data B and the status of one measurement."""

    data_a: float
    data_b: float
    status: int


@dataclass(frozen=True, slots=True)
class Source:
    """What the signal and the bias are, voltage or current, and of which model."""

    model: Model
    is_current: bool
    biases_current: bool


def judged(sample: Sample, settings: Settings, source: Source, corrections: Corrections) -> Point:
    """Correct a measured impedance, and say whether the source could do what was asked."""
    z_ohm = sample.z_ohm
    if not abs(z_ohm) < OPEN_OHM:
        return Point(OVERFLOW, OVERFLOW, OVERLOADED)
    status = 0
    if settings.flags["ALC"] and _needed_v(z_ohm, settings, source) > source.model.level_max_v:
        status = NOT_REGULATED
    bias_max_a = max(source.model.bias_max_a, source.model.level_max_a)
    if settings.flags["BIAS"] and _bias_a(z_ohm, settings, source) > bias_max_a:
        status = SOURCE_OVERLOADED
    true_ohm = corrections.corrected(z_ohm, sample.frequency_hz)
    parts = FUNCTIONS[settings.words["FUNC"]]
    return Point(*parts(true_ohm, math.tau * sample.frequency_hz), status)


def _needed_v(z_ohm: complex, settings: Settings, source: Source) -> float:
    """The level at the open terminals that gives what was asked for at the cell."""
    loop_ohm = abs(z_ohm + SOURCE_OHM)
    if source.is_current:
        return settings.numbers["CURR"] * loop_ohm
    return settings.numbers["VOLT"] * loop_ohm / abs(z_ohm)


def _bias_a(z_ohm: complex, settings: Settings, source: Source) -> float:
    if source.biases_current:
        return abs(settings.numbers["BIAS:CURR"])
    return abs(settings.numbers["BIAS:VOLT"] / z_ohm)


@dataclass(frozen=True, slots=True)
class Data:
    """The points that ``:FETC?`` tells; those of a list have a fourth field."""

    points: Sequence[Point]
    is_list: bool

    def told(self, settings: Settings) -> str | bytes:
        """Return them in the form that the settings ask for."""
        rows = [(*point, 0.0) if self.is_list else tuple(point) for point in self.points]
        if settings.words["FORM"] == "REAL":
            order = ">" if settings.words["BORD"] == "NORM" else "<"
            numbers = [number for row in rows for number in row]
            block = struct.pack(f"{order}{len(numbers)}d", *numbers)
            return f"#6{len(block):06d}".encode("ascii") + block
        digits = 9 if settings.flags["LONG"] else 5
        return ",".join(
            text
            for row in rows
            for text in (
                *(f"{number:+.{digits}E}" for number in row[:2]),
                *(f"{number:+.0f}" for number in row[2:]),
            )
        )
