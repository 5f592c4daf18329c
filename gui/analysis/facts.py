"""The resistances that a fit supports, as names and texts for the side panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...analysis.impedance import FitResult, Quantity, resistances
from ...analysis.impedance.identification.names import Name
from ...analysis.spectra import LabelledSpectrum
from ..display_units import with_error_text
from .quantities import PREFIXES

_LEAST_CHANCE: Final = 0.05
Facts = tuple[tuple[str, str], ...]


def resistance_facts(found: FitResult, measured: LabelledSpectrum) -> Facts:
    """Bulk, grain boundary, interface, total, and the conductivity where the size is known."""
    try:
        named = resistances(found, measured.geometry, measured.temperature_k)
    except ValueError as error:
        return (("resistances", f"none: {error}"),)
    parts: dict[str, Quantity | None] = (
        {named.label: named.electrolyte}
        if named.bulk is None
        else {"bulk": named.bulk, "grain boundary": named.grain_boundary}
    )
    parts |= {"interface": named.interface, "total": named.total}
    facts = [(name, _ohm_text(q)) for name, q in parts.items() if q is not None]
    for arc, name, likely in zip(named.arcs, named.names, named.likely, strict=True):
        facts.append((arc.code, _name_text(name, likely)))
    if named.conductivity is not None:
        sigma, doubt = named.conductivity.value * 10, named.conductivity.standard_error
        told = with_error_text(sigma, None if doubt is None else doubt * 10, "mS/cm")
        facts.append(("conductivity", told))
    if measured.temperature_k is not None:
        facts.append(("temperature", f"{measured.temperature_k - 273.15:.1f} °C"))
    facts += [("remark", reason) for reason in named.reasons]
    return tuple(facts)


def _name_text(name: str, likely: Mapping[Name, float]) -> str:
    """What an arc may be called, and what its capacitance alone makes it."""
    ranked = sorted(likely.items(), key=lambda pair: -pair[1])
    chances = ", ".join(f"{100 * p:.0f} % {kind}" for kind, p in ranked if p >= _LEAST_CHANCE)
    return f"{name} (by its capacitance {chances})" if chances else name


def _ohm_text(quantity: Quantity) -> str:
    """A resistance with its error, both with the prefix of the value."""
    steps = [(factor, prefix) for prefix, factor in PREFIXES.items() if factor >= 1e-3]
    fitting = [step for step in sorted(steps) if step[0] <= abs(quantity.value)]
    factor, prefix = fitting[-1] if fitting else (1.0, "")
    error = quantity.standard_error
    scaled = None if error is None else error / factor
    return with_error_text(quantity.value / factor, scaled, f"{prefix}Ω")
