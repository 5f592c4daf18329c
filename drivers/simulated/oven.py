"""A simulated oven (or climate chamber), and how a cell in it follows.

The chamber follows what the controller regulates to as a lag of first order, and a cell follows
the chamber with a lag of its own; both are solved exactly, so that it does not matter how often
anybody looks. Temperatures are absolute.
"""

import bisect
import math
from dataclasses import dataclass, replace

from .presets import REFERENCE_K

REGULATING_S = 120.0  # time constant of the chamber under its controller
COOLING_S = 1800.0  # and left alone
CELL_S = 300.0  # of a cell in its holder
FULL_POWER_K = 200.0  # above ambient, that the heater holds at full power
SETTLED_K = 1e-3
STEP_K = 0.1  # what a cell may warm in one cut of its life
SHORTEST_CUT_S = 1.0
LONGEST_CUT_S = 10.0
FELT_K = 2e-3  # a smaller change of temperature is not worth new rate constants


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From ``start_s`` on the chamber follows ``working_k + rate (t - start)``, lag ``tau_s``."""

    start_s: float
    chamber_k: float
    working_k: float
    rate_k_s: float
    tau_s: float

    def working(self, at_s: float) -> float:
        return self.working_k + self.rate_k_s * (at_s - self.start_s)

    @property
    def offset_k(self) -> float:
        """The chamber is at base + rate t + offset exp(-t / tau)."""
        return self.chamber_k - self.base_k

    @property
    def base_k(self) -> float:
        return self.working_k - self.rate_k_s * self.tau_s

    def chamber(self, at_s: float) -> float:
        past_s = at_s - self.start_s
        fading = self.offset_k * math.exp(-past_s / self.tau_s)
        return self.base_k + self.rate_k_s * past_s + fading

    def slope(self, at_s: float) -> float:
        return (self.working(at_s) - self.chamber(at_s)) / self.tau_s

    def within(self, from_s: float, to_s: float, inside_k: float, lag_s: float) -> float:
        """Return the temperature at ``to_s`` of what had ``inside_k`` at ``from_s``."""

        def forced(at_s: float) -> float:
            past_s = at_s - self.start_s
            share = self.tau_s / (self.tau_s - lag_s)
            fading = self.offset_k * share * math.exp(-past_s / self.tau_s)
            return self.base_k + self.rate_k_s * (past_s - lag_s) + fading

        left_k = (inside_k - forced(from_s)) * math.exp(-(to_s - from_s) / lag_s)
        return forced(to_s) + left_k


class SimulatedOven:
    """The chamber, its heater and its sensor, as the controller's twin commands them.

    It is off at first, and everything at ``ambient_k``. ``sensor_broken`` makes its sensor read
    nothing (NaN); what the controller does about that is the controller's business. Commands come
    in the order of time; one that comes late counts from the last one on. Anybody may ask for any
    time, past ones too.
    """

    def __init__(
        self,
        ambient_k: float = REFERENCE_K,
        *,
        regulating_s: float = REGULATING_S,
        cooling_s: float = COOLING_S,
    ) -> None:
        self.ambient_k = ambient_k
        self.sensor_broken = False
        self._regulating_s, self._cooling_s = regulating_s, cooling_s
        self._setpoint_k, self._ramp_k_s, self._is_on = ambient_k, math.inf, False
        self._stretches = [_Stretch(0.0, ambient_k, ambient_k, 0.0, cooling_s)]
        self._starts = [0.0]

    @property
    def setpoint_k(self) -> float:
        """The target, wherever a ramp to it stands."""
        return self._setpoint_k

    @property
    def is_on(self) -> bool:
        """Whether it regulates."""
        return self._is_on

    @property
    def was_used(self) -> bool:
        """Whether it has ever regulated; until then it leaves the cells as they are."""
        return len(self._stretches) > 1

    @property
    def time_constants_s(self) -> tuple[float, float]:
        """Those of the chamber: regulated, and left alone."""
        return self._regulating_s, self._cooling_s

    def set_setpoint(self, at_s: float, temperature_k: float) -> None:
        """Regulate to another temperature from ``at_s`` on (once it is on), by the ramp if any."""
        if temperature_k != self._setpoint_k:
            self._setpoint_k = temperature_k
            self._command(at_s)

    def set_ramp(self, at_s: float, k_per_s: float | None) -> None:
        """Approach targets at this rate from ``at_s`` on; ``None``: at once.

        Raises ``ValueError`` for a rate that is not greater than 0.
        """
        rate_k_s = math.inf if k_per_s is None else k_per_s
        if not rate_k_s > 0:
            raise ValueError(f"a ramp of {rate_k_s:g} K/s is not allowed: greater than 0")
        if rate_k_s != self._ramp_k_s:
            self._ramp_k_s = rate_k_s
            self._command(at_s)

    def switch(self, at_s: float, on: bool) -> None:
        """Regulate, or heat and cool no more. A ramp begins where the chamber is."""
        if on == self._is_on:
            return
        self._is_on = on
        self._command(at_s, from_k=self.chamber_k(at_s))

    def chamber_k(self, at_s: float) -> float:
        """Return the true temperature of the chamber."""
        return self._stretch(at_s).chamber(max(at_s, 0.0))

    def slope_k_s(self, at_s: float) -> float:
        """Return how fast the chamber warms."""
        return self._stretch(at_s).slope(max(at_s, 0.0))

    def temperature_k(self, at_s: float) -> float:
        """Return what its sensor reads: NaN if it is broken."""
        return math.nan if self.sensor_broken else self.chamber_k(at_s)

    def working_setpoint_k(self, at_s: float) -> float:
        """Return what it regulates to at this moment, on a ramp on its way to the target."""
        return self._stretch(at_s).working(at_s) if self._is_on else self._setpoint_k

    def output(self, at_s: float) -> float:
        """Return the heater's power, from 0 to 1 of its full power."""
        if not self._is_on:
            return 0.0
        loss_k = self.chamber_k(at_s) - self.ambient_k
        gain_k = self.slope_k_s(at_s) * self._cooling_s
        return min(max((loss_k + gain_k) / FULL_POWER_K, 0.0), 1.0)

    def next_stretch_s(self, at_s: float) -> float:
        """Return when, after ``at_s``, the present course of the chamber ends."""
        number = bisect.bisect_right(self._starts, at_s)
        return self._starts[number] if number < len(self._starts) else math.inf

    def inside_k(self, from_s: float, to_s: float, inside_k: float, lag_s: float) -> float:
        """Return the temperature at ``to_s`` of a body in it that had ``inside_k`` at ``from_s``.

        ``lag_s`` is the body's time constant; it must not equal one of the chamber's.
        """
        while from_s < to_s:
            until_s = min(self.next_stretch_s(from_s), to_s)
            inside_k = self._stretch(from_s).within(from_s, until_s, inside_k, lag_s)
            from_s = until_s
        return inside_k

    def _stretch(self, at_s: float) -> _Stretch:
        return self._stretches[max(bisect.bisect_right(self._starts, at_s) - 1, 0)]

    def _command(self, at_s: float, from_k: float | None = None) -> None:
        """Begin the course that the settings now ask for, in place of what was to come."""
        if not self._is_on and not self.was_used:
            return  # set while it is off from the beginning: nothing moves
        while len(self._starts) > 1 and self._starts[-1] > at_s and self._is_a_ramps_end():
            self._forget_last()
        at_s = max(at_s, self._starts[-1])
        before = self._stretches[-1]
        chamber_k = before.chamber(at_s)
        if not self._is_on:
            self._begin(_Stretch(at_s, chamber_k, self.ambient_k, 0.0, self._cooling_s))
            return
        working_k = before.working(at_s) if from_k is None else from_k
        self._regulate(at_s, chamber_k, working_k)

    def _regulate(self, at_s: float, chamber_k: float, working_k: float) -> None:
        away_k = self._setpoint_k - working_k
        hold = _Stretch(at_s, chamber_k, self._setpoint_k, 0.0, self._regulating_s)
        if math.isinf(self._ramp_k_s) or not away_k:
            self._begin(hold)
            return
        rate_k_s = math.copysign(self._ramp_k_s, away_k)
        ramp = _Stretch(at_s, chamber_k, working_k, rate_k_s, self._regulating_s)
        ends_s = at_s + away_k / rate_k_s
        self._begin(ramp)
        self._begin(replace(hold, start_s=ends_s, chamber_k=ramp.chamber(ends_s)))

    def _is_a_ramps_end(self) -> bool:
        return self._stretches[-2].rate_k_s != 0

    def _begin(self, stretch: _Stretch) -> None:
        self._stretches.append(stretch)
        self._starts.append(stretch.start_s)

    def _forget_last(self) -> None:
        self._stretches.pop()
        self._starts.pop()


class CellWarmth:
    """The temperature of one cell that stands in an oven; it lags behind the chamber."""

    def __init__(self, oven: SimulatedOven, start_k: float, lag_s: float = CELL_S) -> None:
        if lag_s in oven.time_constants_s:
            raise ValueError(f"a cell's time constant must differ from the oven's, {lag_s:g} s")
        self._oven, self._lag_s = oven, lag_s
        self._at_s, self._inside_k = 0.0, start_k

    def temperature_k(self, at_s: float) -> float | None:
        """Let it warm until ``at_s``; ``None`` as long as the oven has never been used."""
        if not self._oven.was_used:
            self._at_s = max(self._at_s, at_s)
            return None
        if at_s > self._at_s:
            warmed = self._oven.inside_k(self._at_s, at_s, self._inside_k, self._lag_s)
            self._at_s, self._inside_k = at_s, warmed
        return self._inside_k

    def longest_cut_s(self) -> float:
        """Return how long the present temperature may stand for the one to come."""
        until_s = self._oven.next_stretch_s(self._at_s) - self._at_s
        if not self._oven.was_used:
            return until_s
        away_k = abs(self._oven.chamber_k(self._at_s) - self._inside_k)
        slope_k_s = abs(self._oven.slope_k_s(self._at_s))
        if away_k < SETTLED_K and slope_k_s * LONGEST_CUT_S < SETTLED_K:
            return until_s
        moving_s = STEP_K / (away_k / self._lag_s + slope_k_s)
        return min(until_s, min(max(moving_s, SHORTEST_CUT_S), LONGEST_CUT_S))
