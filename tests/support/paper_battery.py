"""A full cell on paper: a voltage that is a straight line of its charge, and fades by the cycle."""

from dataclasses import dataclass

from solidcell.drivers.readings import ImpedancePoint, Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Segment,
    SegmentEnd,
    SegmentResult,
)


@dataclass
class PaperBattery:
    """Answers segments as an instrument with such a cell would, without resistance.

    ``fade`` is the share of its capacity that each discharge takes for good.
    """

    capacity_c: float
    empty_v: float = 2.5
    full_v: float = 4.25
    fade: float = 0.0
    charge_c: float = 0.0
    resistance_ohm: float = 100.0

    @property
    def voltage_v(self) -> float:
        return self.empty_v + (self.full_v - self.empty_v) * self.charge_c / self.capacity_c

    def answer(self, segment: Segment) -> SegmentResult:
        match segment:
            case Galvanostatic():
                return self._driven(segment)
            case Potentiostatic():
                assert segment.watch is not None
                reading = Reading(segment.duration_s / 2, segment.voltage_v, 0.0)
                detail = segment.watch(reading) or ""
                end = SegmentEnd.WATCH if detail else SegmentEnd.COMPLETED
                return SegmentResult(end=end, detail=detail, duration_s=reading.time_s)
            case ImpedanceSweep():
                points = tuple(ImpedancePoint(t, 10.0**-t, self.resistance_ohm) for t in range(3))
                return SegmentResult(end=SegmentEnd.COMPLETED, duration_s=60.0, impedance=points)
            case Rest():
                last = Reading(segment.duration_s, self.voltage_v, 0.0)
                return SegmentResult(
                    end=SegmentEnd.COMPLETED, duration_s=segment.duration_s, last=last
                )
            case _:
                return SegmentResult(end=SegmentEnd.COMPLETED)

    def _driven(self, segment: Galvanostatic) -> SegmentResult:
        slope_v_per_c = (self.full_v - self.empty_v) / self.capacity_c
        room_v = (
            segment.voltage_max_v - self.voltage_v
            if segment.current_a > 0
            else self.voltage_v - segment.voltage_min_v
        )
        to_limit_s = max(room_v, 0.0) / slope_v_per_c / abs(segment.current_a)
        is_limit = to_limit_s <= segment.duration_s
        duration_s = min(to_limit_s, segment.duration_s)
        moved_c = segment.current_a * duration_s
        self.charge_c += moved_c
        if segment.current_a < 0 and is_limit:
            self.capacity_c *= 1.0 - self.fade
        return SegmentResult(
            end=SegmentEnd.VOLTAGE_LIMIT if is_limit else SegmentEnd.COMPLETED,
            duration_s=duration_s,
            charge_c=moved_c,
            last=Reading(duration_s, self.voltage_v, segment.current_a),
        )
