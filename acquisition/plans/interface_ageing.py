"""Interface ageing: a spectrum at regular times, and rest between."""

from dataclasses import dataclass, replace
from typing import Final

from ...drivers.segments import ImpedanceSweep, Rest, SegmentEnd
from .pieces import BIAS_DIGITS
from .stubs import Steps, carry_out

FIRST_REST_S: Final = 10.0
_REST_MIN_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceAgeing:
    """The test in SI: a spectrum at once, then one each ``every_s`` until ``total_s`` are over."""

    every_s: float
    total_s: float
    impedance: ImpedanceSweep
    sample_period_s: float

    @property
    def spectra(self) -> int:
        """How many spectra there are.

        >>> sweep = ImpedanceSweep(
        ...     frequency_max_hz=1e6, frequency_min_hz=1.0, points_per_decade=10, amplitude=0.01
        ... )
        >>> InterfaceAgeing(
        ...     every_s=3600.0, total_s=18e4, impedance=sweep, sample_period_s=60.0
        ... ).spectra
        51
        """
        return int(self.total_s / self.every_s + 1e-9) + 1


def interface_ageing(test: InterfaceAgeing) -> Steps:
    """Measure spectra at equal times from beginning to beginning, about the voltage at rest.

    A spectrum that takes longer than the time between two is followed by a short rest.
    """
    rest_s, bias_v = FIRST_REST_S, 0.0
    for number in range(test.spectra):
        tags = {"cycle": number}
        rested = yield from carry_out(
            Rest(
                duration_s=rest_s,
                sample_period_s=min(test.sample_period_s, rest_s),
                name="ageing",
                tags={**tags, "phase": "rest"},
            )
        )
        if rested.last is not None:
            bias_v = round(rested.last.voltage_v, BIAS_DIGITS) + 0.0
        elif rested.end is SegmentEnd.SKIPPED:
            continue  # nobody knows the voltage that the sweep would have to be about
        sweep = replace(test.impedance, bias=bias_v, tags={**tags, "phase": "check"})
        swept = yield from carry_out(sweep)
        rest_s = max(test.every_s - swept.duration_s, _REST_MIN_S)
