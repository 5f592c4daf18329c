"""Which resistances of a series are one process, from the coldest spectrum to the hottest.

Where the capacitances of the arcs are shared, an arc is the same process at every temperature:
what the coldest spectra tell apart stays apart in the others. Otherwise every spectrum counts for
what it shows alone, and the total is what all of them have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import Geometry
from ..arrays import Float
from ..circuits.circuit import Leaf
from ..fitting.errors_of_fit import Withheld
from ..identification.resistances import Resistances, resistances
from .quantities import arc_places
from .result import SeriesFit

LARGEST_ERROR_OF_A_PART = 0.3
LARGEST_ERROR_OF_A_TOTAL = 0.5
_MATTERS = 1e-3
_NOT_ELECTROLYTE = ("interface", "electrode contact")
_SMALLEST_VARIANCE = 1e-20


@dataclass(frozen=True, slots=True)
class Process:
    """Resistances that add up to one process: for each spectrum (its row) their places."""

    name: str
    members: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The spectra in which it is known."""
        return tuple(row for row, _ in self.members)


@dataclass(frozen=True, slots=True)
class Processes:
    """What of a cell can be followed along a series; `reasons` says what cannot, and why."""

    bulk: Process | None
    grain_boundary: Process | None
    total: Process
    interface: Process | None
    named: tuple[Resistances, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Places of the resistances of one spectrum."""

    bulk: tuple[int, ...]
    grain_boundary: tuple[int, ...]
    total: tuple[int, ...]
    interface: tuple[int, ...]
    label: str


def processes_of(series: SeriesFit, geometry: Geometry | None = None) -> Processes:
    """Follow bulk, grain boundary, their sum and the interface along a series."""
    thermal = series.along == "temperature_k"
    named = tuple(
        resistances(one, geometry, float(at) if thermal else None)
        for one, at in zip(series, series.at, strict=True)
    )
    parts = [_parts(series, one) for one in named]
    told = [row for row, one in enumerate(parts) if one.bulk]
    if told and keeps_arcs(series):
        common = [parts[row].bulk for row in told]
        first = parts[max(told, key=lambda row: common.count(parts[row].bulk))]
        parts = [first] * len(parts)
    total = _process(series, parts[0].label, [one.total for one in parts], LARGEST_ERROR_OF_A_TOTAL)
    bulk, boundary, interface = (
        _process(series, name, places, LARGEST_ERROR_OF_A_PART)
        for name, places in (
            ("bulk", [one.bulk for one in parts]),
            ("grain boundary", [one.grain_boundary for one in parts]),
            ("interface", [one.interface for one in parts]),
        )
    )
    reasons = () if told else tuple(_apart(series, named))
    return Processes(
        bulk if bulk.members else None,
        boundary if boundary.members else None,
        total,
        interface if interface.members else None,
        named,
        (*reasons, *_missing(series, (bulk, boundary, interface, total))),
    )


def keeps_arcs(series: SeriesFit) -> bool:
    """Whether every arc's capacitance is shared, so that an arc is one process throughout."""
    arcs = arc_places(series.circuit)
    return bool(arcs) and all(
        series.roles[arc.store] == "shared" and _is_capacitance(series, arc.store) for arc in arcs
    )


def log_conductance(series: SeriesFit, process: Process) -> tuple[Float, Float]:
    """Logarithms of 1/R of a process in its spectra, (k,), and their covariance (k, k)."""
    size = len(series.names)
    slopes = np.zeros((len(process.members), len(series) * size))
    logs = np.empty(len(process.members))
    for k, (row, places) in enumerate(process.members):
        r = series.values[row, list(places)]
        logs[k] = -np.log(r.sum())
        slopes[k, row * size + np.array(places)] = -r / r.sum()
    covariance = slopes @ series.covariance_log @ slopes.T
    return logs, covariance + _SMALLEST_VARIANCE * np.eye(len(logs))


def _is_capacitance(series: SeriesFit, place: int) -> bool:
    return series.coordinate_names[place].startswith("C(") or series.circuit.units[place] == "F"


def _parts(series: SeriesFit, named: Resistances) -> _Parts:
    arcs = list(zip(named.arcs, named.names, strict=True))
    ionic = tuple(arc.index for arc, name in arcs if name not in _NOT_ELECTROLYTE)
    apart = named.bulk is not None
    plain = tuple(
        place.start
        for node, place in series.circuit.terms
        if isinstance(node, Leaf) and node.element.symbol == "R"
    )
    total = ionic if apart else (*plain, *ionic)
    return _Parts(
        bulk=ionic[:1] if apart else (),
        grain_boundary=ionic[1:2] if named.grain_boundary is not None else (),
        total=total or tuple(arc.index for arc in named.arcs),
        interface=tuple(arc.index for arc, name in arcs if name == "interface"),
        label="bulk + GB" if apart else named.label,
    )


def _process(
    series: SeriesFit, name: str, places: Sequence[tuple[int, ...]], largest: float
) -> Process:
    """Keep the spectra in which the sum is known."""
    candidates = ((row, own) for row, own in enumerate(places) if own)
    return Process(
        name, tuple((row, own) for row, own in candidates if _is_known(series, row, own, largest))
    )


def _is_known(series: SeriesFit, row: int, places: tuple[int, ...], largest: float) -> bool:
    r = series.values[row, list(places)]
    bounds = (Withheld.LOWER_BOUND, Withheld.UPPER_BOUND)
    at_bound = np.isin(series.withheld[row, list(places)], bounds)
    if (at_bound & (r > _MATTERS * r.sum())).any():
        return False
    _, covariance = log_conductance(series, Process("", ((row, places),)))
    return bool(covariance[0, 0] <= largest**2)


def _apart(series: SeriesFit, named: Sequence[Resistances]) -> Iterable[str]:
    """Why bulk and grain boundary stay one even where they are furthest apart."""
    coldest = int(series.order()[0])
    unit = " K" if series.along == "temperature_k" else ""
    yield from (
        f"at {series.at[coldest]:g}{unit}, {reason}"
        for reason in named[coldest].reasons
        if "told apart" in reason
    )


def _missing(series: SeriesFit, processes: Iterable[Process]) -> Iterable[str]:
    for process in processes:
        missing = sorted(set(range(len(series))) - set(process.rows))
        if process.members and missing:
            where = ", ".join(f"{series.at[row]:g}" for row in missing)
            yield f"{process.name}: not known at {where}"
