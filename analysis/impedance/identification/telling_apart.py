"""Whether the arcs of an electrolyte are its bulk and its grain boundaries."""

from __future__ import annotations

from collections.abc import Sequence

from ...geometry import Geometry, Quantity
from ..fitting.result import FitResult
from .arcs import VACUUM_PERMITTIVITY_F_PER_M, Arc
from .grouping import LARGEST_ERROR_ALONE

WINDOW_OVER_BULK_APEX = 3.0
BULK_OVER_BOUNDARY_APEX = 10.0
LONE_EXPONENT = 0.95
RESISTANCE_RATIO = (0.05, 20.0)
PERMITTIVITY = (5.0, 200.0)
_PELLETS_PER_CM = (0.03, 1.0)
_NOT = "bulk and GB not told apart: "


def is_known(resistance: Quantity) -> bool:
    """Whether a resistance is known well enough to bear a name."""
    relative = resistance.relative
    return relative is not None and relative <= LARGEST_ERROR_ALONE


def objections_to_telling_apart(
    fit: FitResult, ionic: Sequence[Arc], geometry: Geometry | None, merged: bool
) -> tuple[str, ...]:
    """Say why bulk and grain boundary cannot be told apart; empty if they can.

    `ionic` are the arcs of the electrolyte, fastest first; `merged` says that the interfaces'
    resistance may be in them. A single arc is the bulk where it is one relaxation (an exponent
    of 0.95 or more) with the bulk's permittivity in a known geometry: no boundary is in it that
    its capacitance would show.
    """
    if len(ionic) == 1 and geometry is not None and not merged:
        lone = ionic[0]
        if lone.exponent >= LONE_EXPONENT and not _bulk_objections(fit, lone, geometry):
            return ()
    return tuple(f"{_NOT}{found}" for found in _objections(fit, ionic, geometry))


def _bulk_objections(fit: FitResult, bulk: Arc, geometry: Geometry | None) -> tuple[str, ...]:
    """Why the fastest arc's value could not be stated as the bulk's."""
    found: list[str] = []
    highest = float(fit.spectrum.frequency_hz.max())
    if highest < WINDOW_OVER_BULK_APEX * bulk.apex_hz:
        found.append(
            f"the highest frequency, {highest:.3g} Hz, is below 3 x "
            f"the fastest arc's apex, {bulk.apex_hz:.3g} Hz"
        )
    if not is_known(bulk.resistance):
        found.append("the data do not determine the fastest arc")
    return (*found, *_permittivity_objection(bulk, geometry))


def _objections(fit: FitResult, ionic: Sequence[Arc], geometry: Geometry | None) -> tuple[str, ...]:
    if len(ionic) != 2:
        count = {0: "no electrolyte arc is", 1: "one electrolyte arc is"}.get(
            len(ionic), f"{len(ionic)} electrolyte arcs are"
        )
        return (f"{count} resolved, it takes two",)
    bulk, boundary = ionic
    found = list(_bulk_objections(fit, bulk, geometry))
    if bulk.apex_hz < BULK_OVER_BOUNDARY_APEX * boundary.apex_hz:
        found.append(
            f"the apexes, {bulk.apex_hz:.3g} and {boundary.apex_hz:.3g} Hz, are "
            "less than a factor 10 apart"
        )
    ratio = boundary.resistance.value / bulk.resistance.value
    if not RESISTANCE_RATIO[0] <= ratio <= RESISTANCE_RATIO[1]:
        found.append(f"R_gb / R_bulk = {ratio:.3g} lies outside 0.05 to 20")
    if not is_known(boundary.resistance):
        found.append("the data do not determine the slower arc")
    return tuple(found)


def _permittivity_objection(bulk: Arc, geometry: Geometry | None) -> tuple[str, ...]:
    if geometry is None:
        # the capacitances that 5 ... 200 give over the range of common pellets
        low = PERMITTIVITY[0] * VACUUM_PERMITTIVITY_F_PER_M / (_PELLETS_PER_CM[1] * 100)
        high = PERMITTIVITY[1] * VACUUM_PERMITTIVITY_F_PER_M / (_PELLETS_PER_CM[0] * 100)
        if low <= bulk.capacitance_f <= high:
            return ()
        return (
            f"the fastest arc's {bulk.capacitance_f:.2g} F is no bulk capacitance of "
            "a common pellet (geometry not given)",
        )
    value = bulk.permittivity
    if value is not None and PERMITTIVITY[0] <= value <= PERMITTIVITY[1]:
        return ()
    return (
        f"the fastest arc's permittivity would be {value:.3g}, outside 5 to 200: "
        "it is not the bulk",
    )
