"""The elements of a circuit by their symbols.

Names, parameter order and laws are those of impedance.py where it has the element, so that a
circuit string means the same here and there; it has none of :data:`ONLY_HERE`.

A law is called with the :class:`.Frequencies` and, for b parameter sets, one array of shape
(b, 1) for each parameter. It returns Z and, for each parameter, dZ/d(ln p) if the parameter is
fitted in its logarithm, else dZ/dp; each broadcasts to (b, n).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from ..arrays import Complex
from . import laws_distributed as distributed
from . import laws_lumped as lumped
from . import laws_relaxation as relaxation

Law: TypeAlias = Callable[..., tuple[Complex, tuple[Complex, ...]]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an element.

    `scale` says whether it is fitted as its logarithm or as it is. `impedance_power` and
    `time_power` say how it changes when every impedance, or every time, of the circuit is
    multiplied by a factor; a `time_power` of None means the element's own exponent (a CPE's Q
    goes with t^alpha). The powers of La are those at alpha = 1. `typical` stands in for a pure
    number before anything is known.
    """

    unit: str
    scale: Literal["log", "linear"]
    lower: float
    upper: float
    impedance_power: float = 0.0
    time_power: float | None = 0.0
    typical: float = 1.0


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of circuit element: its symbol, its parameters and its law.

    `letters` are the parameters' names in the law's formula, the first line of its docstring.
    `admittance`, where it is as simple as the impedance, is a law that gives Y and its
    derivatives instead of Z and its derivatives.
    """

    symbol: str
    meaning: str
    letters: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    law: Law
    admittance: Law | None = None


OHM = Parameter("ohm", "log", 1e-9, 1e18, impedance_power=1.0)
FARAD = Parameter("F", "log", 1e-21, 1e9, impedance_power=-1.0, time_power=1.0)
HENRY = Parameter("H", "log", 1e-18, 1e9, impedance_power=1.0, time_power=1.0)
SIGMA = Parameter("ohm s^-1/2", "log", 1e-9, 1e18, impedance_power=1.0, time_power=-0.5)
TAU = Parameter("s", "log", 1e-18, 1e18, time_power=1.0)
SKIN = Parameter("ohm s^1/2", "log", 1e-15, 1e9, impedance_power=1.0, time_power=0.5)
Q = Parameter("ohm^-1 s^a", "log", 1e-21, 1e9, impedance_power=-1.0, time_power=None)
ALPHA = Parameter("", "linear", 0.2, 1.0, typical=0.9)
BETA = Parameter("", "linear", 0.1, 1.0, typical=0.9)
RATIO = Parameter("", "log", 1e-6, 1e6)

_KINDS = (
    Element("R", "resistor", ("R",), (OHM,), lumped.resistor, lumped.resistor_admittance),
    Element("C", "capacitor", ("C",), (FARAD,), lumped.capacitor, lumped.capacitor_admittance),
    Element("L", "inductor", ("L",), (HENRY,), lumped.inductor, lumped.inductor_admittance),
    Element("Ls", "inductor with skin effect", ("L", "A"), (HENRY, SKIN), lumped.skin_inductor),
    Element("La", "inductor with losses", ("L", "alpha"), (HENRY, ALPHA), lumped.lossy_inductor),
    Element(
        "CPE",
        "constant phase element",
        ("Q", "alpha"),
        (Q, ALPHA),
        lumped.constant_phase,
        lumped.constant_phase_admittance,
    ),
    Element(
        "W",
        "semi-infinite Warburg diffusion",
        ("A",),
        (SIGMA,),
        lumped.warburg,
        lumped.warburg_admittance,
    ),
    Element(
        "Wo", "finite diffusion, blocked end", ("Z0", "tau"), (OHM, TAU), distributed.warburg_open
    ),
    Element(
        "Ws",
        "finite diffusion, open to a reservoir",
        ("Z0", "tau"),
        (OHM, TAU),
        distributed.warburg_short,
    ),
    Element("G", "Gerischer", ("R", "t"), (OHM, TAU), relaxation.gerischer),
    Element(
        "Gs",
        "Gerischer of finite length",
        ("R", "t", "phi"),
        (OHM, TAU, RATIO),
        relaxation.finite_gerischer,
    ),
    Element("K", "Debye relaxation", ("R", "tau"), (OHM, TAU), relaxation.debye),
    Element("Zarc", "depressed arc", ("R", "tau", "gamma"), (OHM, TAU, ALPHA), relaxation.zarc),
    Element(
        "HN",
        "Havriliak-Negami relaxation",
        ("R", "tau", "alpha", "beta"),
        (OHM, TAU, ALPHA, BETA),
        relaxation.havriliak_negami,
    ),
    Element(
        "TLMQ",
        "porous electrode over CPEs",
        ("R_ion", "Q", "gamma"),
        (OHM, Q, ALPHA),
        distributed.transmission_line,
    ),
    Element(
        "TLMEQ",
        "composite electrode, ionic and electronic rail, CPE between",
        ("R_ion", "R_el", "Q", "alpha"),
        (OHM, OHM, Q, ALPHA),
        distributed.two_rails,
    ),
    Element(
        "TLMEZ",
        "composite electrode, ionic and electronic rail, R and CPE between",
        ("R_ion", "R_el", "R_ct", "Q", "alpha"),
        (OHM, OHM, OHM, Q, ALPHA),
        distributed.two_rails_reacting,
    ),
    Element(
        "T",
        "macrohomogeneous porous electrode",
        ("A", "B", "a", "b"),
        (OHM, OHM, RATIO, TAU),
        distributed.macrohomogeneous,
    ),
)
ELEMENTS: Mapping[str, Element] = MappingProxyType({kind.symbol: kind for kind in _KINDS})
"""Every element by its symbol."""

ONLY_HERE = frozenset({"Ls", "HN", "TLMEQ", "TLMEZ"})
"""Symbols of the elements that impedance.py does not have."""
