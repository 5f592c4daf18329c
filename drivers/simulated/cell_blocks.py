"""What the files of all sorts of simulated cells have in common: fields, faults, and changes."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from .changes import Change
from .front_end import Faults
from .simulated_cell import SimulatedCell

ZERO_CELSIUS_K: Final = 273.15

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Volt = Annotated[float, Field(ge=-20, le=20, allow_inf_nan=False)]
Celsius = Annotated[float, Field(ge=-60, le=170, allow_inf_nan=False)]  # lithium melts at 180
Megapascal = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]

_STEPS_OF_WARMING: Final = 100
_LEFT_AT_THE_END: Final = 0.002  # of the step, when the last of it is taken at once


class Block(BaseModel):
    """A block of a cell file: unknown names and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PressureStep(Block):
    """The stack pressure becomes another at a time."""

    at_h: NotNegative
    stack_pressure_mpa: Megapascal


class TemperatureStep(Block):
    """The oven's temperature becomes another; the cell follows with its thermal time constant."""

    at_h: NotNegative
    temperature_c: Celsius
    time_constant_min: NotNegative = 10.0


class ProbeContact(Block):
    """A contact in series with the cell turns bad for a while."""

    at_h: NotNegative
    duration_s: Positive
    ohm: Positive


class CommonFaults(Block):
    """What goes wrong around any cell; everything is optional."""

    pressure_steps: list[PressureStep] = []
    temperature_steps: list[TemperatureStep] = []
    probe_contacts: list[ProbeContact] = []
    mains_pickup_mv: NotNegative = 0.0
    mains_hz: Positive = 50.0
    swapped: bool = False


class CellBlock(Block, ABC):
    """A simulated cell as it stands in its file, of whatever sort."""

    kind: str
    seed: Annotated[int, Field(ge=0)]
    electrode_area_cm2: Positive
    thickness_um: Positive
    stack_pressure_mpa: Megapascal
    temperature_c: Celsius
    faults: CommonFaults = CommonFaults()

    @abstractmethod
    def cell(self, seed: int | None = None) -> SimulatedCell:
        """Return the cell that it describes; ``seed`` replaces the file's."""

    def wiring_faults(self) -> Faults:
        """Return what is wrong between the cell and its instruments."""
        return Faults(
            probe_contacts=tuple(
                (each.at_h * 3600, each.duration_s, each.ohm) for each in self.faults.probe_contacts
            ),
            pickup_v=self.faults.mains_pickup_mv * 1e-3,
            mains_hz=self.faults.mains_hz,
            swapped=self.faults.swapped,
        )

    def changes(self) -> list[Change]:
        """Return what the faults do to temperature and stack pressure."""
        steps = [
            Change(at_s=step.at_h * 3600, stack_pressure_pa=step.stack_pressure_mpa * 1e6)
            for step in self.faults.pressure_steps
        ]
        return steps + _warming(self.temperature_c, self.faults.temperature_steps)


def _warming(start_c: float, steps: Sequence[TemperatureStep]) -> list[Change]:
    """Follow the oven exponentially, in small steps; the next step of the oven cuts it short."""
    changes: list[Change] = []
    cell_c = start_c
    ordered = sorted(steps, key=lambda step: step.at_h)
    for step, after in zip_longest(ordered, ordered[1:]):
        began_s, constant_s = step.at_h * 3600, step.time_constant_min * 60
        ends_s = math.inf if after is None else after.at_h * 3600
        from_c = cell_c
        for n in range(1, _STEPS_OF_WARMING + 1):
            left = 1 - n / _STEPS_OF_WARMING
            at_s = began_s - constant_s * math.log(max(left, _LEFT_AT_THE_END))
            if at_s >= ends_s:
                break
            cell_c = step.temperature_c + (from_c - step.temperature_c) * left
            changes.append(Change(at_s=at_s, temperature_k=cell_c + ZERO_CELSIUS_K))
    return changes
