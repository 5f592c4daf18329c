"""The arcs of a fitted circuit: resistance, time constant, effective capacitance.

Effective capacitance of an arc of R and CPE: Hsu and Mansfeld, Corrosion 57 (2001) 747,
C = tau / R = Q^(1/a) R^((1-a)/a), for a distribution through the thickness (bulk, grain
boundary, interphase); Brug et al., J. Electroanal. Chem. 176 (1984) 275,
C = Q^(1/a) (1/Rs + 1/R)^((a-1)/a), for a distribution over the surface (double layer).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...geometry import Geometry, Quantity
from ..arrays import Float
from ..circuits.circuit import Leaf, Node, Parallel
from ..fitting.coordinates import time_constant
from ..fitting.result import FitResult

VACUUM_PERMITTIVITY_F_PER_M = 8.854188e-12


@dataclass(frozen=True, slots=True)
class Arc:
    """One arc of a fit, fastest first.

    `capacitance_f` is Hsu and Mansfeld's; `brug_capacitance_f` Brug's, None without a series
    resistance; `permittivity` = C L / (eps0 A), None without a geometry, means something for
    the bulk only. `index` is the place of its resistance among the fit's parameters.
    """

    code: str
    index: int
    resistance: Quantity
    time_constant_s: float
    exponent: float
    capacitance_f: float
    brug_capacitance_f: float | None
    permittivity: float | None

    @property
    def apex_hz(self) -> float:
        """Frequency of the arc's highest -Z''."""
        return 1.0 / (2 * math.pi * self.time_constant_s)


def arcs_of(fit: FitResult, geometry: Geometry | None = None) -> tuple[Arc, ...]:
    """Return the arcs in series in a fit, p(R,C), p(R,CPE), Zarc or K, fastest first."""
    circuit = fit.parsed()
    series = sum(
        fit[node.name]
        for node, _ in circuit.terms
        if isinstance(node, Leaf) and node.element.symbol == "R"
    )
    found = [
        _arc(fit, node, place, series, geometry) for node, place in circuit.terms if _is_arc(node)
    ]
    return tuple(sorted(found, key=lambda arc: arc.time_constant_s))


def _is_arc(node: Node) -> bool:
    if isinstance(node, Leaf):
        return node.element.symbol in ("Zarc", "K")
    if not isinstance(node, Parallel) or len(node.parts) != 2:
        return False
    symbols = sorted(part.element.symbol for part in node.parts if isinstance(part, Leaf))
    return symbols in (["C", "R"], ["CPE", "R"])


def _arc(fit: FitResult, node: Node, place: slice, series: float, geometry: Geometry | None) -> Arc:
    names = fit.names[place]
    at = place.start + next(k for k, unit in enumerate(fit.units[place]) if unit == "ohm")
    r = float(fit.values[at])
    tau = float(np.asarray(time_constant(node, fit.values[place])))
    exponent = _exponent(fit, place)
    c = tau / r
    brug = None
    if series > 0:
        charge = tau**exponent / r
        brug = charge ** (1 / exponent) * (1 / series + 1 / r) ** ((exponent - 1) / exponent)
    permittivity = None
    if geometry is not None:
        permittivity = c * geometry.length_over_area_per_m / VACUUM_PERMITTIVITY_F_PER_M
    resistance = Quantity(r, fit.standard_error(fit.names[at]), "ohm")
    code = str(node) if len(names) > 1 else names[0]
    return Arc(code, at, resistance, tau, exponent, c, brug, permittivity)


def _exponent(fit: FitResult, place: slice) -> float:
    values: Float = fit.values[place]
    units = fit.units[place]
    return next((float(v) for v, unit in zip(values, units, strict=True) if unit == ""), 1.0)
