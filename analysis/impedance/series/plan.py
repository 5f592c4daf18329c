"""What is settled before a series is fitted, and each of its spectra fitted alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..arrays import Float
from ..circuits.circuit import Circuit
from ..fitting.many import fit_many
from ..fitting.result import FitResult
from ..fitting.settings import FitSettings
from .coordinates import SpectrumCoordinates
from .entry import Entry
from .joint import SeriesStack
from .quantities import Wanted, arc_places
from .ties import Form, Role
from .warm_start import Walk


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that is settled before the fit of a series.

    `roles` (p,) of the places; `strengths` by place, of the smooth quantities whose strength is
    given; `start` by place, (m,) each; `thermal` if the series runs over temperature.
    """

    circuit: Circuit
    entry: Entry
    stack: SeriesStack
    tied: tuple[Wanted, ...]
    roles: tuple[Role, ...]
    form: Form
    strengths: Mapping[int, float]
    settings: FitSettings
    start: Mapping[int, Float]
    inductive: Literal["drop", "keep"]
    thermal: bool

    @property
    def is_tied(self) -> bool:
        """Whether anything binds the spectra together."""
        return bool(self.tied)


def fixed_coordinates(plan: Plan, coordinates: SpectrumCoordinates) -> dict[int, float]:
    """Coordinates of what is fixed, by place."""
    log = coordinates.log
    found = {}
    for name, value in plan.settings.fixed.items():
        place = plan.circuit.names.index(name)
        found[place] = float(np.log(value)) if log[place] else value
    return found


def touched_names(plan: Plan) -> frozenset[str]:
    """Parameters whose place has a meaning; none of the ties' if they treat every arc alike."""
    names = plan.circuit.names
    arcs = arc_places(plan.circuit)
    alike = {
        tuple(None if k is None else plan.roles[k] for k in (a.resistance, a.store, a.exponent))
        for a in arcs
    }
    tied = [] if len(alike) <= 1 else [names[one.place] for one in plan.tied]
    return frozenset((*tied, *plan.settings.touched))


def is_given(plan: Plan) -> bool:
    """Whether every parameter has a start of the caller's."""
    known = {plan.circuit.names.index(name) for name in plan.settings.fixed}
    return known | plan.start.keys() >= set(range(len(plan.circuit.names)))


def given_start(plan: Plan, walk: Walk) -> Float:
    """The caller's start as one row of joint coordinates, (1, P)."""
    values = np.ones((len(plan.entry.at), len(plan.circuit.names)))
    for name, value in plan.settings.fixed.items():
        values[:, plan.circuit.names.index(name)] = value
    for place, column in plan.start.items():
        values[:, place] = column
    return walk.gather(walk.coordinates.of_values(values))[None, :]


def alone_fits(plan: Plan) -> list[FitResult | None]:
    """Each spectrum fitted on its own, those on one grid in one call; None where it cannot be.

    Raises ValueError if none can.
    """
    settings = plan.settings
    found: dict[int, FitResult | None] = {}
    reasons = []
    for rows in _alike(plan):
        spectra = [plan.entry.spectra[row] for row in rows]
        try:
            many = fit_many(
                plan.circuit,
                spectra[0].frequency_hz,
                np.array([spectrum.z_ohm for spectrum in spectra]),
                start={plan.circuit.names[k]: column[rows] for k, column in plan.start.items()},
                fixed=settings.fixed,
                bounds=settings.bounds,
                weighting=plan.entry.weightings[rows[0]],
                inductive=plan.inductive,
            )
        except ValueError as error:
            reasons.append(str(error))
            continue
        found.update({row: many[k] for k, row in enumerate(rows) if not many.refusals[k]})
    if not found:
        raise ValueError("; ".join(dict.fromkeys(reasons)))
    return [found.get(row) for row in range(len(plan.entry.spectra))]


def _alike(plan: Plan) -> list[list[int]]:
    """Rows of spectra that have grid and weighting in common."""
    groups: dict[object, list[int]] = {}
    for row, spectrum in enumerate(plan.entry.spectra):
        weighting = plan.entry.weightings[row]
        key = weighting if isinstance(weighting, str) else row
        groups.setdefault((spectrum.frequency_hz.tobytes(), key), []).append(row)
    return list(groups.values())
