"""Segments, spectra and auxiliary traces of a run, as arrays, from the rows of its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.rows import AuxiliaryReading, ImpedancePoint

Floats: TypeAlias = NDArray[np.float64]
Tags: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSegment:
    """A segment and how it ended; ``end`` is ``None`` while it runs or if the run broke off."""

    number: int
    kind: str
    name: str
    settings: Mapping[str, Any]
    tags: Tags
    start_s: float
    end: str | None
    detail: str
    duration_s: float | None

    @property
    def continues(self) -> int | None:
        """The number of the segment that this one is a later part of, ``None`` for a whole one."""
        number = self.tags.get("continues")
        return None if number is None else int(number)

    @property
    def is_of_a_pause(self) -> bool:
        """Whether it is what a paused run did, and nothing that the plan asked for."""
        return bool(self.tags.get("paused"))

    @property
    def phase(self) -> str:
        """The part of a critical-current test it belongs to; empty in any other run."""
        return str(self.tags.get("phase", ""))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunSweep:
    """One impedance spectrum of a run, in the order in which it was measured.

    ``z_ohm`` is complex, shape (n,), as measured: negative imaginary part where capacitive.
    ``temperature_k`` is the median of its points, or of the readings nearest in time where they
    have none, and ``None`` where nothing was measured. ``temperature_span_k`` is by how much it
    moved from the first point to the last, ``None`` where fewer than two have one.
    """

    segment: int
    name: str
    tags: Tags
    elapsed_s: float
    frequency_hz: Floats
    z_ohm: NDArray[np.complex128]
    temperature_k: float | None
    temperature_span_k: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AuxiliaryTrace:
    """What was read beside the cell under one name; shape (n,), ``value`` in ``unit`` (SI)."""

    time_s: Floats
    value: Floats
    unit: str


def sweeps_of(
    segments: Sequence[RunSegment],
    points: Sequence[ImpedancePoint],
    time_s: Floats,
    temperature_k: Floats,
) -> tuple[RunSweep, ...]:
    """Gather points into spectra; the readings tell how warm it was where the points do not."""
    by_segment: dict[int, list[ImpedancePoint]] = {}
    for point in points:
        by_segment.setdefault(point.segment, []).append(point)
    known = {segment.number: segment for segment in segments}
    return tuple(
        RunSweep(
            segment=number,
            name=known[number].name,
            tags=known[number].tags,
            elapsed_s=rows[0].elapsed_s,
            frequency_hz=np.array([p.frequency_hz for p in rows]),
            z_ohm=np.array([complex(p.z_real_ohm, p.z_imag_ohm) for p in rows]),
            **_warmth(rows, time_s, temperature_k),
        )
        for number, rows in by_segment.items()
    )


def _warmth(
    rows: list[ImpedancePoint], time_s: Floats, temperature_k: Floats
) -> dict[str, float | None]:
    own = [point.temperature_k for point in rows if point.temperature_k is not None]
    if not own:
        return {"temperature_k": _temperature_near(rows[0].elapsed_s, time_s, temperature_k)}
    span_k = own[-1] - own[0] if len(own) > 1 else None
    return {"temperature_k": float(np.median(own)), "temperature_span_k": span_k}


def traces_of(readings: Sequence[AuxiliaryReading]) -> dict[str, AuxiliaryTrace]:
    """Gather auxiliary readings by name."""
    by_name: dict[str, list[AuxiliaryReading]] = {}
    for reading in readings:
        by_name.setdefault(reading.name, []).append(reading)
    return {
        name: AuxiliaryTrace(
            time_s=np.array([row.elapsed_s for row in rows]),
            value=np.array([row.value for row in rows]),
            unit=rows[-1].unit,
        )
        for name, rows in by_name.items()
    }


def _temperature_near(at_s: float, time_s: Floats, temperature_k: Floats) -> float | None:
    place = int(np.searchsorted(time_s, at_s))
    near = temperature_k[max(0, place - 5) : place + 1]
    near = near[np.isfinite(near)]
    return float(np.median(near)) if near.size else None
