"""The resistances that a fit supports, under no more names than it supports.

Rules (D. C. Sinclair and A. R. West's practice; J. T. S. Irvine, D. C. Sinclair, A. R. West,
Adv. Mater. 2 (1990) 132, for the capacitances, at L/A = 1 / cm): an arc is of the electrolyte
or of an interface, whichever its capacitance makes likelier (`names`). Bulk and grain boundary
are told apart only if the highest frequency reaches 3 x the bulk's apex, the apexes are a factor
10 apart, R_gb / R_bulk lies in 0.05 ... 20 and the bulk's permittivity in 5 ... 200. An interface
is named only if its resistance is known to 20 %. Electrodes that pass direct current have one:
where no arc is it, it is in what is called bulk + GB + interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...geometry import Geometry, Quantity, conductivity_s_per_m
from ..circuits.circuit import Leaf
from ..fitting.result import FitResult
from .arcs import Arc, arcs_of
from .grouping import sum_of
from .names import Name, is_of_electrolyte, name_probabilities
from .telling_apart import is_known, objections_to_telling_apart

_MERGED_EXPONENT = 0.7
BLOCKING_EXPONENT = 0.65
_BRUG_DIFFERS = 0.2
_MERGED_INTERFACE = (
    "no arc of the interfaces is resolved: their resistance is in the electrolyte's value, and a "
    "conductivity from it is a lower bound",
)


@dataclass(frozen=True, slots=True)
class Resistances:
    """What a fit says about the cell.

    Attributes
    ----------
    total : Quantity
        Between ohmic electrodes everything in the path of direct current; between blocking
        ones the low-frequency end of the electrolyte's arcs, before the electrodes' spur.
    electrolyte : Quantity
        The part of the electrolyte, named by `label`: "bulk + GB", "bulk and grain boundary"
        where they are told apart, "bulk + GB + interface" where ohmic electrodes show no arc.
    bulk, grain_boundary : Quantity or None
        Only where they can be told apart; `reasons` says why not.
    interface : Quantity or None
        All interface arcs together (both electrodes); None if no arc is one that is known to
        20 %, and between blocking electrodes, which have none.
    series : Quantity or None
        Leads and contacts, only if the bulk arc is resolved; else R0 is part of `electrolyte`.
    conductivity : Quantity or None
        L / (A R) of `electrolyte` in S/m, with the uncertainty of the geometry.
    blocking : bool
        Whether the electrodes block direct current.
    arcs : tuple of Arc
        Fastest first, with `names` beside them and in `likely` the probability of each of
        bulk, grain boundary, interface and electrode from the capacitances.
    """

    label: str
    total: Quantity
    electrolyte: Quantity
    bulk: Quantity | None
    grain_boundary: Quantity | None
    interface: Quantity | None
    series: Quantity | None
    conductivity: Quantity | None
    bulk_conductivity: Quantity | None
    temperature_k: float | None
    blocking: bool
    arcs: tuple[Arc, ...]
    names: tuple[str, ...]
    likely: tuple[Mapping[Name, float], ...]
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]


def resistances(
    fit: FitResult,
    geometry: Geometry | None = None,
    temperature_k: float | None = None,
    likely: tuple[Mapping[Name, float], ...] | None = None,
) -> Resistances:
    """Name the resistances of a fit, as far as window and capacitances allow.

    Parameters
    ----------
    fit : FitResult
        Of a circuit whose parts in series are R, L, arcs, and a CPE or diffusion at the end.
    geometry : Geometry, optional
        Without it capacitances are compared for a pellet of L/A = 0.03 to 1 / cm, and no
        conductivity is given; `assumptions` says so.
    temperature_k : float, optional
        Kept with the result.
    likely : tuple of mapping, optional
        The probability of each name for each arc, fastest first, if it is known from elsewhere;
        by default it follows from the capacitances.

    Raises
    ------
    ValueError
        If the circuit has no resistance in the path of direct current, or temperature_k <= 0.
    """
    if temperature_k is not None and not temperature_k > 0:
        raise ValueError(f"temperature_k is {temperature_k} K; it must be > 0")
    arcs = arcs_of(fit, geometry)
    plain = plain_resistors(fit)
    if not arcs and not plain:
        raise ValueError(f"{fit.circuit} has no resistance in series to report")
    blocking = is_blocking(fit)
    if likely is None:
        likely = name_probabilities([arc.capacitance_f for arc in arcs], geometry, blocking)
    ionic = [a for a, each in zip(arcs, likely, strict=True) if is_of_electrolyte(each)]
    contact = [arc for arc in arcs if arc not in ionic]
    merged = not blocking and not (contact and (ionic or plain))
    objections = objections_to_telling_apart(fit, ionic, geometry, merged)
    separate = not objections
    own = [arc.index for arc in ionic] + ([] if separate else plain)
    own = own or plain or [arc.index for arc in arcs]
    electrolyte = sum_of(fit, own)
    bulk = ionic[0].resistance if separate else None
    passing = [] if blocking else _diffusion_to_an_end(fit)
    whole = plain + [arc.index for arc in (ionic if blocking else arcs)] + passing
    interface = sum_of(fit, [arc.index for arc in contact]) if contact and not merged else None
    named = interface is not None and not blocking and is_known(interface)
    return Resistances(
        label=_label(separate, merged, len(ionic)),
        total=sum_of(fit, whole or [arc.index for arc in arcs]),
        electrolyte=electrolyte,
        bulk=bulk,
        grain_boundary=ionic[1].resistance if len(ionic) > 1 and separate and not merged else None,
        interface=interface if named else None,
        series=sum_of(fit, plain) if separate and plain else None,
        conductivity=conductivity_of(electrolyte, geometry),
        bulk_conductivity=None if bulk is None else conductivity_of(bulk, geometry),
        temperature_k=temperature_k,
        blocking=blocking,
        arcs=arcs,
        names=tuple(_name(arc, ionic, separate, merged, blocking) for arc in arcs),
        likely=likely,
        reasons=(
            *objections,
            *_contact_remark(interface, named, blocking),
            *_remarks(arcs),
        ),
        assumptions=(
            *_assumptions(geometry, bool(plain) and not separate),
            *(_MERGED_INTERFACE if merged else ()),
        ),
    )


def plain_resistors(fit: FitResult) -> list[int]:
    """Places of the resistors in series among the fit's parameters."""
    return [
        place.start
        for node, place in fit.parsed().terms
        if isinstance(node, Leaf) and node.element.symbol == "R"
    ]


def _diffusion_to_an_end(fit: FitResult) -> list[int]:
    return [
        place.start
        for node, place in fit.parsed().terms
        if isinstance(node, Leaf) and node.element.symbol == "Ws"
    ]


def is_blocking(fit: FitResult) -> bool:
    """Whether the circuit ends in a capacitance; a CPE of lower exponent is diffusion."""
    for node, place in fit.parsed().terms:
        symbol = node.element.symbol if isinstance(node, Leaf) else ""
        if symbol in ("C", "Wo", "TLMQ", "TLMEQ"):
            return True
        if symbol == "CPE" and fit.values[place.stop - 1] >= BLOCKING_EXPONENT:
            return True
    return False


def conductivity_of(resistance: Quantity, geometry: Geometry | None) -> Quantity | None:
    """L / (A R) in S/m; None without a geometry."""
    return None if geometry is None else conductivity_s_per_m(resistance, geometry)


def _label(separate: bool, merged: bool, arcs: int) -> str:
    if merged:
        return "bulk + GB + interface"
    if separate and arcs == 1:
        return "bulk"
    return "bulk and grain boundary" if separate else "bulk + GB"


def _name(arc: Arc, ionic: Sequence[Arc], separate: bool, merged: bool, blocking: bool) -> str:
    if arc not in ionic:
        return "electrode contact" if blocking else "interface"
    if not separate:
        return _label(separate, merged, len(ionic))
    if arc is ionic[0]:
        return "bulk"
    return "GB + interface" if merged else "grain boundary"


def _remarks(arcs: Sequence[Arc]) -> tuple[str, ...]:
    found = []
    for arc in arcs:
        if arc.exponent < _MERGED_EXPONENT:
            found.append(f"{arc.code}: exponent {arc.exponent:.2f} < 0.7, two processes merged")
        brug = arc.brug_capacitance_f
        if brug is not None and abs(brug / arc.capacitance_f - 1) > _BRUG_DIFFERS:
            found.append(
                f"{arc.code}: capacitance {arc.capacitance_f:.2g} F through the thickness "
                f"(Hsu-Mansfeld), {brug:.2g} F over the surface (Brug)"
            )
    return tuple(found)


def _contact_remark(contact: Quantity | None, named: bool, blocking: bool) -> tuple[str, ...]:
    if contact is None or named:
        return ()
    if blocking:
        return (
            f"an arc of {contact.value:.3g} ohm is one of the blocking electrodes' contact by its "
            "capacitance: it is in no value",
        )
    return ("interface: the data do not determine its resistance to 20 %",)


def _assumptions(geometry: Geometry | None, series_counted: bool) -> tuple[str, ...]:
    found = []
    if geometry is None:
        found.append("geometry not given: capacitances judged for a pellet of L/A = 0.03 to 1 / cm")
    if series_counted:
        found.append("R0 counted as electrolyte, with the leads in it: no bulk arc is resolved")
    return tuple(found)
