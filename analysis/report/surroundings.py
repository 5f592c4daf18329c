"""What was read beside the cell, and how its temperatures came about, as tables that are drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..run_rows import RunSegment
from ..runs import Run
from ..sheets.extremes import keep_extremes
from ..units import ZERO_CELSIUS_K
from ..wording import NOT_GIVEN, duration
from .plotted import SECONDS_PER_HOUR, PlottedTable
from .table import Grid

ASKED = "asked of the oven"
CELSIUS = "°C"
_SHOWN = {"K": (CELSIUS, 1.0, -ZERO_CELSIUS_K), "Pa": ("MPa", 1e-6, 0.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """How one temperature of the plan came about; times since the run began, ``None`` if never.

    ``granted_s`` is when the oven began to go there: before, somebody else held it. ``stable_s``
    is when it came within the tolerance for good.
    """

    segment: RunSegment
    granted_s: float | None
    stable_s: float | None
    soaked_s: float | None

    @property
    def target_c(self) -> float:
        """What was asked for."""
        return float(self.segment.settings["temperature_k"]) - ZERO_CELSIUS_K


def soaks_of(run: Run) -> tuple[Soak, ...]:
    """Every temperature that the plan set."""
    return tuple(_soak(run, one) for one in run.segments if one.kind == "SetTemperature")


def _soak(run: Run, segment: RunSegment) -> Soak:
    later = [s.start_s for s in run.segments if s.number > segment.number]
    until_s = min(later, default=float("inf"))
    told = [
        (event.elapsed_s, event.body.get("state"))
        for event in run.events
        if event.kind == "oven" and segment.start_s <= event.elapsed_s < until_s
    ]
    granted = [at_s for at_s, state in told if state != "waiting"]
    stable = [at_s for at_s, state in told if state == "soaking"]
    soaked = [at_s for at_s, state in told if state == "soaked"]
    return Soak(
        segment=segment,
        granted_s=granted[0] if granted else None,
        stable_s=stable[-1] if stable and soaked else None,
        soaked_s=soaked[0] if soaked else None,
    )


def soak_table(soaks: tuple[Soak, ...]) -> PlottedTable:
    """One row a temperature; times in hours since the run began."""
    return PlottedTable(
        "soaks",
        {
            "segment": [one.segment.number for one in soaks],
            "asked_c": [one.target_c for one in soaks],
            "asked_at_h": [_hours(one.segment.start_s) for one in soaks],
            "oven_given_at_h": [_hours(one.granted_s) for one in soaks],
            "stable_from_h": [_hours(one.stable_s) for one in soaks],
            "soaked_at_h": [_hours(one.soaked_s) for one in soaks],
            "tolerance_k": [one.segment.settings.get("tolerance_k") for one in soaks],
            "stable_for_s": [one.segment.settings.get("stable_s") for one in soaks],
        },
    )


def soak_grid(soaks: tuple[Soak, ...]) -> Grid:
    """The same as a person reads it: how long each part took."""
    rows = tuple(
        (
            f"{one.target_c:.4g} °C".replace("-", "−"),
            _between(one.segment.start_s, one.granted_s),
            _between(one.granted_s, one.stable_s),
            _between(one.stable_s, one.soaked_s),
            f"within {one.segment.settings.get('tolerance_k', 0.0):g} K "
            f"for {duration(one.segment.settings.get('stable_s'))}",
            "soaked" if one.soaked_s is not None else _ended(one.segment),
        )
        for one in soaks
    )
    header = (
        "asked for",
        "waited for the oven",
        "on its way",
        "noted stable for",
        "wanted",
        "ended",
    )
    return Grid("Temperatures", header, rows)


def surroundings_table(run: Run, soaks: tuple[Soak, ...]) -> PlottedTable | None:
    """Every line read beside the cell, and what was asked of the oven; ``None`` if there is none.

    Long lines keep the smallest and the largest of every stretch of time.
    """
    names: list[str] = []
    parts: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    units: list[str] = []
    left_out = False
    for name, line in run.auxiliary.items():
        unit, factor, offset = _SHOWN.get(line.unit, (line.unit, 1.0, 0.0))
        kept = keep_extremes((line.value,))
        left_out |= kept.size < line.value.size
        parts.append((line.time_s[kept], line.value[kept] * factor + offset))
        names += [name] * kept.size
        units += [unit] * kept.size
    if soaks:
        parts.append(_asked(run, soaks))
        names += [ASKED] * parts[-1][0].size
        units += [CELSIUS] * parts[-1][0].size
    if not names:
        return None
    times_s, values = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    columns = {"line": names, "time_h": times_s / SECONDS_PER_HOUR, "value": values, "unit": units}
    note = "the smallest and largest of every stretch of time, none averaged" if left_out else ""
    return PlottedTable("surroundings", columns, note)


def _asked(run: Run, soaks: tuple[Soak, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of what was asked for, from the first time on to the end of the run."""
    last_s = max((e.elapsed_s for e in run.events), default=soaks[-1].segment.start_s)
    ends_s = [*(one.segment.start_s for one in soaks[1:]), last_s]
    pairs = [(one.segment.start_s, end_s) for one, end_s in zip(soaks, ends_s, strict=True)]
    return np.ravel(pairs), np.repeat([one.target_c for one in soaks], 2)


def _ended(segment: RunSegment) -> str:
    return (segment.end or "no end recorded").replace("_", " ")


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_PER_HOUR


def _between(from_s: float | None, to_s: float | None) -> str:
    return NOT_GIVEN if from_s is None or to_s is None else duration(to_s - from_s)
