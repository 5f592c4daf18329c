"""Stretches of a run: what one segment read, with what it was asked for and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..run_rows import RunSegment
from ..runs import Run

Floats = NDArray[np.float64]
DRIVEN_KINDS = ("Galvanostatic", "Potentiostatic")
_IDLE = 1e-3  # of the largest current of the run: below, a segment carries none


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """The readings of one segment, shape (n,), and what its tags say.

    ``time_s`` is that of the run; the segment began at ``start_s``. ``cycle``, ``phase``,
    ``rate_c`` and ``pulse`` are ``None`` or empty where the protocol said nothing. ``direction``
    is +1 for charge (anodic), -1 for discharge, 0 for none. ``unobserved_c`` bounds the charge that
    may have passed in gaps that no reading tells of; ``None``: there is no bound.
    """

    kind: str
    start_s: float
    time_s: Floats
    voltage_v: Floats
    current_a: Floats
    temperature_k: Floats
    direction: int
    cycle: int | None = None
    phase: str = ""
    rate_c: float | None = None
    pulse: int | None = None
    end: str | None = None
    unobserved_c: float | None = 0.0

    @property
    def is_driven(self) -> bool:
        """Whether a current or a voltage was held."""
        return self.kind in DRIVEN_KINDS and self.direction != 0

    @property
    def duration_s(self) -> float:
        """From its beginning to its last reading."""
        return float(self.time_s[-1]) - self.start_s

    @property
    def charge_c(self) -> Floats:
        """Charge after each reading, signed as the current, shape (n,): trapezoids.

        Before the first reading the current is that of the first one, back to the beginning.
        """
        return _running(self.time_s, self.start_s, self.current_a)

    @property
    def energy_j(self) -> float:
        """Energy put in, in the same way; negative when it was taken out."""
        return float(_running(self.time_s, self.start_s, self.current_a * self.voltage_v)[-1])


def stretches_of(run: Run, measurement: str | None = None) -> tuple[Stretch, ...]:
    """Every segment of a run that has readings, oldest first, without those of a pause.

    ``measurement`` keeps only what belongs to that item of the protocol, if anything in the run is
    tagged with it; a run without such tags is taken whole.
    """
    wanted = [each for each in run.segments if not each.is_of_a_pause]
    tagged = [each for each in wanted if each.tags.get("measurement") == measurement]
    if measurement is not None and tagged:
        wanted = tagged
    idle_a = _IDLE * float(np.abs(run.current_a).max(initial=0.0))
    found = [_stretch(run, segment, idle_a) for segment in wanted]
    return tuple(each for each in found if each is not None)


def stretches_of_item(run: Run, measurement: str) -> tuple[Stretch, ...]:
    """As ``stretches_of``, for an analysis that what was made for another would lead astray.

    Raises ValueError if the run's segments are tagged as parts of other measurements only.
    """
    tags = {str(each.tags["measurement"]) for each in run.segments if "measurement" in each.tags}
    if tags and measurement not in tags:
        raise ValueError(
            f"{run.path.name}: no segment is of {measurement}; the run is of "
            f"{', '.join(sorted(tags))}"
        )
    return stretches_of(run, measurement)


def _stretch(run: Run, segment: RunSegment, idle_a: float) -> Stretch | None:
    rows = run.readings_of(segment.number)
    current_a = run.current_a[rows]
    keep = np.isfinite(current_a) & np.isfinite(run.voltage_v[rows])
    if not keep.any() or segment.kind == "ImpedanceSweep":
        return None
    tags = segment.tags
    made = Stretch(
        kind=segment.kind,
        start_s=float(segment.start_s),
        time_s=run.time_s[rows][keep],
        voltage_v=run.voltage_v[rows][keep],
        current_a=current_a[keep],
        temperature_k=run.temperature_k[rows][keep],
        direction=0,
        cycle=_whole(tags.get("cycle")),
        phase=str(tags.get("phase", "")),
        rate_c=None if tags.get("rate_c") is None else float(tags["rate_c"]),
        pulse=_whole(tags.get("pulse")),
        end=segment.end,
        unobserved_c=_unobserved(run, segment),
    )
    return replace(made, direction=_direction(made, tags.get("direction"), idle_a))


def _direction(made: Stretch, said: object, idle_a: float) -> int:
    if made.kind not in DRIVEN_KINDS:
        return 0
    if isinstance(said, int | float) and said:
        return 1 if said > 0 else -1
    mean_a = float(made.charge_c[-1]) / max(made.duration_s, 1e-9)
    return int(np.sign(mean_a)) if abs(mean_a) > idle_a else 0


def _unobserved(run: Run, segment: RunSegment) -> float | None:
    """Bound of the charge that passed unseen in the gap that this segment broke off at."""
    whole = segment.number if segment.continues is None else segment.continues
    if segment.continues is not None:
        return 0.0  # counted with the part that was broken off
    ends = [
        end
        for gap in run.gaps
        if gap.segment == whole
        for end in (gap.charge_min_c, gap.charge_max_c)
    ]
    if any(end is None for end in ends):
        return None
    return max((abs(end) for end in ends if end is not None), default=0.0)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _running(time_s: Floats, start_s: float, rate: Floats) -> Floats:
    steps = np.diff(time_s, prepend=start_s)
    before = np.concatenate([rate[:1], rate[:-1]])
    return np.asarray(np.cumsum(steps * (rate + before) / 2))


def electrode_area_m2(run: Run) -> float | None:
    """The area that current densities refer to, from the cell record of the run."""
    area = run.header.cell.get("electrode_area_m2")
    return None if area is None else float(area)


def is_symmetric(stretches: Sequence[Stretch]) -> bool:
    """Whether charge and discharge lie on both sides of 0 V: nothing is charged then."""
    down = [float(np.median(each.voltage_v)) for each in stretches if each.direction < 0]
    return bool(down) and float(np.median(down)) <= 0.0
