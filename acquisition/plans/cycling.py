"""Charging and discharging between two voltages: the half-cycles of which cycling is made."""

import math
from dataclasses import dataclass
from typing import Final

from ...drivers.segments import Galvanostatic, ImpedanceSweep, Rest, Tags
from .conditions import CutOffReached
from .pieces import hold, spectrum_at_rest, until_current_falls_below
from .sequence import Item, Procedure, Repeat, tagged

CHARGE: Final = +1
DISCHARGE: Final = -1
BELOW_V: Final = 0.5
"""A charge may begin so far below the lowest voltage: a new cell, or one at rest for long."""
ABOVE_V: Final = 0.2
"""A discharge may begin so far above the highest voltage, as a hold leaves it."""
_HOLD_HEADROOM: Final = 1.5
"""A hold begins with the current of the charge before it; beyond so many times that it ends."""
_PULSES_BEYOND: Final = 1.5
"""A titration has at most so many times the pulses that the declared capacity takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a half-cycle goes. ``current_a`` is greater than 0; it lasts ``duration_s`` at most.

    ``rate_c`` is ``None`` where no capacity is declared.
    """

    current_a: float
    duration_s: float
    current_density_ma_cm2: float
    rate_c: float | None

    @property
    def words(self) -> str:
        """The pace as it stands in the name of a segment."""
        if self.rate_c is not None:
            return f"{self.rate_c:g} C"
        return f"{self.current_density_ma_cm2:.4g} mA/cm²"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Between which voltages, and how a half-cycle is finished.

    After a charge the highest voltage is held until the current falls below ``hold_until_a``, for
    ``hold_max_s`` at most; ``None`` for no such hold.
    """

    voltage_min_v: float
    voltage_max_v: float
    rest_s: float
    sample_period_s: float
    hold_until_a: float | None = None
    hold_max_s: float = 0.0

    def lowest_v(self, direction: int) -> float:
        """Where a half-cycle ends at the latest: for a charge (+1), well below where it begins.

        >>> window = Window(voltage_min_v=2.5, voltage_max_v=4.2, rest_s=0.0, sample_period_s=1.0)
        >>> window.lowest_v(DISCHARGE), window.lowest_v(CHARGE)
        (2.5, 2.0)
        """
        return self.voltage_min_v - (BELOW_V if direction > 0 else 0.0)

    def highest_v(self, direction: int) -> float:
        """The same above: for a discharge (-1), a little above where it begins."""
        return self.voltage_max_v + (ABOVE_V if direction < 0 else 0.0)

    @property
    def middle_v(self) -> float:
        """What a plan on paper takes for the voltage at rest."""
        return 0.5 * (self.voltage_min_v + self.voltage_max_v)


def half_cycle(pace: Pace, window: Window, direction: int, phase: str) -> tuple[Item, ...]:
    """Return a charge (``direction`` +1) with its hold, or a discharge (-1), and a rest."""
    word = "charge" if direction > 0 else "discharge"
    tags: Tags = {
        "phase": phase,
        "direction": direction,
        "current_density_ma_cm2": pace.current_density_ma_cm2,
        **({} if pace.rate_c is None else {"rate_c": pace.rate_c}),
    }
    driven = Galvanostatic(
        current_a=direction * pace.current_a,
        duration_s=pace.duration_s,
        voltage_min_v=window.lowest_v(direction),
        voltage_max_v=window.highest_v(direction),
        sample_period_s=window.sample_period_s,
        name=f"{word} {pace.words}",
        tags=tags,
    )
    held: tuple[Item, ...] = ()
    if direction > 0 and window.hold_until_a is not None:
        held = hold(
            window.voltage_max_v,
            window.hold_max_s,
            _HOLD_HEADROOM * pace.current_a,
            sample_period_s=window.sample_period_s,
            name=f"hold {window.voltage_max_v:g} V",
            tags={"phase": phase, "direction": direction, "set_voltage_v": window.voltage_max_v},
            watch=until_current_falls_below(window.hold_until_a, window.sample_period_s),
        )
    return (driven, *held, *_rest(window))


def one_cycle(
    charge: Pace, discharge: Pace, window: Window, phase: str, *, first: int = CHARGE
) -> tuple[Item, ...]:
    """Return a charge and a discharge, in the order that ``first`` says."""
    up = half_cycle(charge, window, CHARGE, phase)
    down = half_cycle(discharge, window, DISCHARGE, phase)
    return (*up, *down) if first == CHARGE else (*down, *up)


def spectrum(sweep: ImpedanceSweep, window: Window) -> Item:
    """Return a spectrum about the voltage at which the cell rests."""
    rest_s = window.rest_s
    return Procedure(
        lambda: spectrum_at_rest(rest_s, sweep, assumed_v=window.middle_v, tags={"phase": "check"})
    )


def titration(
    pulse: Pace, window: Window, *, pulse_s: float, relax_s: float, capacity_c: float, first: int
) -> tuple[Item, ...]:
    """Return pulses and relaxations to one cut-off, and then back to the other."""
    pulses = math.ceil(_PULSES_BEYOND * capacity_c / (pulse.current_a * pulse_s))
    return tuple(
        _titrated(pulse, window, direction, pulse_s, relax_s, pulses)
        for direction in (first, -first)
    )


def _titrated(
    pulse: Pace, window: Window, direction: int, pulse_s: float, relax_s: float, pulses: int
) -> Item:
    word = "charge" if direction > 0 else "discharge"
    rate = {} if pulse.rate_c is None else {"rate_c": pulse.rate_c}
    driven = Galvanostatic(
        current_a=direction * pulse.current_a,
        duration_s=pulse_s,
        voltage_min_v=window.lowest_v(direction),
        voltage_max_v=window.highest_v(direction),
        sample_period_s=window.sample_period_s,
        name=f"{word} pulse {pulse.words}",
        tags={"phase": "pulse", "current_density_ma_cm2": pulse.current_density_ma_cm2, **rate},
    )
    relaxed = Rest(
        duration_s=relax_s,
        sample_period_s=min(window.sample_period_s, relax_s),
        name=f"relaxation after a {word} pulse",
        tags={"phase": "relax"},
    )
    both = Repeat(pulses, (driven, relaxed), CutOffReached(), counter="pulse")
    return tagged({"direction": direction}, both)


def _rest(window: Window) -> tuple[Item, ...]:
    if not window.rest_s > 0:
        return ()
    rest = Rest(
        duration_s=window.rest_s,
        sample_period_s=min(window.sample_period_s, window.rest_s),
        tags={"phase": "rest"},
    )
    return (rest,)
