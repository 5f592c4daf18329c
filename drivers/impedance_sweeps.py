"""What all analysers share about an impedance sweep: its grid, its limits, its compensation.

The grid is that of every instrument here: logarithmic, from the highest to the lowest frequency,
both included. What is recorded are the frequencies that the instrument says it has used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .capabilities import Json
from .clock import Clock
from .errors import BadReplyError, InstrumentFaultError, OutOfRangeError, UnsupportedError
from .segments import DeviceSegment, ImpedanceMode, ImpedanceSweep

FREQUENCY_TOLERANCE = 0.01
"""How far a frequency may be from the one asked for, which an instrument rounds to its own."""
POLL_WALL_S = 0.08
PATIENCE_WALL_S = 30.0
PATIENCE_FACTOR = 5.0


def sweep_points(segment: ImpedanceSweep) -> int:
    """Number of points, both ends included, nearest to the density asked for."""
    decades = math.log10(segment.frequency_max_hz / segment.frequency_min_hz)
    if decades == 0:
        return 1
    return max(1, round(decades * segment.points_per_decade)) + 1


def frequencies_hz(segment: ImpedanceSweep) -> tuple[float, ...]:
    """The grid of a sweep, from the highest to the lowest frequency.

    >>> sweep = ImpedanceSweep(
    ...     frequency_max_hz=1e4, frequency_min_hz=1e2, points_per_decade=1, amplitude=0.01
    ... )
    >>> [round(frequency_hz, 6) for frequency_hz in frequencies_hz(sweep)]
    [10000.0, 1000.0, 100.0]
    """
    last = sweep_points(segment) - 1
    if last == 0:
        return (segment.frequency_max_hz,)
    ratio = segment.frequency_min_hz / segment.frequency_max_hz
    inner = (segment.frequency_max_hz * ratio ** (n / last) for n in range(1, last))
    return (segment.frequency_max_hz, *inner, segment.frequency_min_hz)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an analyser can do; each pair is the lowest and the highest, in SI, rms.

    ``bias_v`` and ``bias_a`` are the largest dc levels either way; ``bias_steps_v``, if there are
    any, are the only ones, besides 0 V.
    """

    name: str
    frequency_hz: tuple[float, float]
    points: tuple[int, int]
    amplitude_v: tuple[float, float]
    amplitude_a: tuple[float, float]
    bias_v: float
    bias_a: float
    bias_steps_v: tuple[float, ...] = ()


def require_sweep(segment: DeviceSegment, name: str) -> ImpedanceSweep:
    """Return ``segment`` if it is a sweep, or raise ``UnsupportedError``."""
    if not isinstance(segment, ImpedanceSweep):
        raise UnsupportedError(
            f"{segment.name!r}: the {name} measures impedance and does nothing else; for a "
            f"{type(segment).__name__} segment the channel needs a galvanostat or a potentiostat"
        )
    return segment


def check_sweep(sweep: ImpedanceSweep, reach: Reach) -> None:
    """Raise ``OutOfRangeError`` unless an analyser of this reach can do ``sweep``."""
    low_hz, high_hz = reach.frequency_hz
    _within("lowest frequency", sweep.frequency_min_hz, "Hz", low_hz, high_hz, reach)
    _within("highest frequency", sweep.frequency_max_hz, "Hz", low_hz, high_hz, reach)
    if sweep.frequency_min_hz > sweep.frequency_max_hz:
        raise OutOfRangeError(
            f"lowest frequency: {sweep.frequency_min_hz:g} Hz is above the highest, "
            f"{sweep.frequency_max_hz:g} Hz"
        )
    _within("points per decade", sweep.points_per_decade, "", 1e-3, 1e4, reach)
    _within("number of points", sweep_points(sweep), "", *reach.points, reach)
    if sweep.mode is ImpedanceMode.GALVANOSTATIC:
        _within("amplitude (rms)", sweep.amplitude, "A", *reach.amplitude_a, reach)
        _within("bias", sweep.bias, "A", -reach.bias_a, reach.bias_a, reach)
        return
    _within("amplitude (rms)", sweep.amplitude, "V", *reach.amplitude_v, reach)
    _within("bias", sweep.bias, "V", -reach.bias_v, reach.bias_v, reach)
    if reach.bias_steps_v and sweep.bias and sweep.bias not in reach.bias_steps_v:
        steps = ", ".join(f"{step:g}" for step in (0.0, *reach.bias_steps_v))
        raise OutOfRangeError(
            f"bias: {sweep.bias:g} V is none of {steps} V, which the {reach.name} has as it is "
            "fitted here"
        )


def _within(name: str, value: float, unit: str, low: float, high: float, reach: Reach) -> None:
    """``not low <= value <= high`` also refuses NaN."""
    if not low <= value <= high:
        of = f" {unit}" if unit else ""
        raise OutOfRangeError(
            f"{name}: {value:g}{of} is outside [{low:g}, {high:g}]{of} of the {reach.name}"
        )


def require_grid(said_hz: Sequence[float], asked_hz: Sequence[float]) -> None:
    """Raise ``BadReplyError`` unless the instrument uses the frequencies that it was given."""
    if len(said_hz) != len(asked_hz):
        raise BadReplyError(f"{len(asked_hz)} frequencies were set, {len(said_hz)} are said")
    for said, asked in zip(said_hz, asked_hz, strict=True):
        if not abs(said - asked) <= FREQUENCY_TOLERANCE * asked:
            raise BadReplyError(f"{asked:g} Hz was asked for, and the sweep has {said:g} Hz")


@dataclass(frozen=True, slots=True)
class Standard:
    """What was measured of a standard in place of the cell, at the time of compensation.

    ``values`` are in ``unit``, "ohm" or "S", one for each frequency.
    """

    frequencies_hz: tuple[float, ...]
    values: tuple[complex, ...]
    unit: str = "ohm"

    def as_json(self) -> Json:
        """Return it as lists: frequency, real part, imaginary part."""
        points = zip(self.frequencies_hz, self.values, strict=True)
        return {"unit": self.unit, "points": [[f, z.real, z.imag] for f, z in points]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """How leads and fixture are taken out of what is measured, by the instrument itself.

    ``load`` is ``None`` where it cannot be asked. ``standards`` holds the data of open, short and
    load as far as the instrument gives them out; ``cable_m`` is the length that it allows for, and
    ``points`` the instrument's word for the frequencies at which they were measured.
    """

    open: bool
    short: bool
    load: bool | None = None
    cable_m: float | None = None
    fixture: str = ""
    points: str = ""
    standards: Mapping[str, Standard] = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return it as it is recorded beside the data."""
        return {
            "open": self.open,
            "short": self.short,
            "load": self.load,
            "cable_m": self.cable_m,
            "fixture": self.fixture,
            "points": self.points,
            "standards": {name: standard.as_json() for name, standard in self.standards.items()},
        }


def pairs(numbers: Sequence[float]) -> tuple[complex, ...]:
    """Join real and imaginary parts that stand side by side. ``BadReplyError`` for odd ones.

    >>> pairs((1.0, -2.0))
    ((1-2j),)
    """
    if len(numbers) % 2:
        raise BadReplyError(f"expected pairs of numbers, got {len(numbers)} numbers")
    return tuple(map(complex, numbers[::2], numbers[1::2]))


def times_s(durations_s: Sequence[float], began_s: float, ended_s: float) -> Iterator[float]:
    """When each point was finished, if they shared the time that passed as their estimates do."""
    scale = (ended_s - began_s) / sum(durations_s)
    return (began_s + scale * passed_s for passed_s in accumulate(durations_s))


def patience_s(estimate_s: float, pace: float = 1.0) -> float:
    """How long to wait for what should take ``estimate_s``, on a clock ``pace`` times as fast."""
    return PATIENCE_FACTOR * estimate_s + PATIENCE_WALL_S * pace


def wait_until(
    is_done: Callable[[], bool], clock: Clock, *, estimate_s: float, what: str
) -> Generator[None, None, None]:
    """Ask again and again, and yield at least ten times a second, until ``is_done``.

    Gives up with ``InstrumentFaultError`` long after ``estimate_s`` has passed.
    """
    pace: float = getattr(clock, "speed", None) or 1.0
    limit_s = patience_s(estimate_s, pace)
    began_s = clock.now_s()
    while not is_done():
        passed_s = clock.now_s() - began_s
        if passed_s > limit_s:
            raise InstrumentFaultError(
                f"{what} is not done after {passed_s:.4g} s; {estimate_s:.4g} s were expected"
            )
        clock.sleep_until(clock.now_s() + POLL_WALL_S * pace)
        yield None
