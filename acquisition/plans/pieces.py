"""Pieces of which the measurements are put together: spectra at rest, holds that end by current."""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Final

from ...drivers.readings import Reading
from ...drivers.segments import (
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Segment,
    SegmentEnd,
    SegmentResult,
    Tags,
    Watch,
)
from .stubs import Steps, carry_out

SETTLED_SAMPLES: Final = 5
"""So many sample periods a potentiostat has before its current is looked at."""
BIAS_DIGITS: Final = 4


def rest_voltage_v(rest: Rest, assumed_v: float) -> Generator[Segment, SegmentResult, float | None]:
    """Rest, and return the voltage at its end.

    ``assumed_v`` where a plan is carried out on paper and nothing is read; ``None`` if the rest
    was broken off before anything was.
    """
    result = yield from carry_out(rest)
    if result.last is not None:
        return round(result.last.voltage_v, BIAS_DIGITS) + 0.0  # no bias is -0
    return assumed_v if result.end is SegmentEnd.COMPLETED else None


def spectrum_at_rest(
    rest_s: float, sweep: ImpedanceSweep, *, assumed_v: float = 0.0, tags: Tags | None = None
) -> Steps:
    """Rest for ``rest_s``, then sweep about the voltage that the cell has then.

    About 0 V a cell with a voltage of its own would be discharged by its own measurement. A rest
    that was skipped before anything was read is followed by no sweep.
    """
    tags = tags or {}
    rest = Rest(duration_s=max(rest_s, 1.0), name="rest before a spectrum", tags=tags)
    bias_v = yield from rest_voltage_v(rest, assumed_v)
    if bias_v is not None:
        yield from carry_out(replace(sweep, bias=bias_v, tags={**sweep.tags, **tags}))


def until_current_falls_below(current_a: float, sample_period_s: float) -> Watch:
    """Return a watch that ends a hold once its current is small; the first readings are left out.

    >>> watch = until_current_falls_below(1e-4, 1.0)
    >>> [watch(Reading(time_s, 4.2, 5e-5)) for time_s in (2.0, 6.0)]
    [None, 'the current has fallen below 0.0001 A']
    """

    def watch(reading: Reading) -> str | None:
        settled = reading.time_s >= SETTLED_SAMPLES * sample_period_s
        if settled and abs(reading.current_a) < current_a:
            return f"the current has fallen below {current_a:g} A"
        return None

    return watch


def hold(
    voltage_v: float,
    duration_s: float,
    current_max_a: float,
    *,
    sample_period_s: float,
    name: str,
    tags: Tags,
    later: tuple[float, float] | None = None,
    watch: Callable[[Reading], str | None] | None = None,
) -> tuple[Potentiostatic, ...]:
    """Return a constant voltage for ``duration_s``, in one segment or two.

    ``later`` is after how many seconds it is sampled less often, and the period then.
    """
    whole = Potentiostatic(
        voltage_v=voltage_v,
        duration_s=duration_s,
        current_max_a=current_max_a,
        sample_period_s=sample_period_s,
        name=name,
        tags=tags,
        watch=watch,
    )
    if later is None or later[0] >= duration_s:
        return (whole,)
    after_s, period_s = later
    rest = replace(whole, duration_s=duration_s - after_s, sample_period_s=period_s)
    return (replace(whole, duration_s=after_s), rest)
