"""What identification says of a spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...geometry import Quantity
from ..fitting.result import FitResult
from ..validity.kramers_kronig import KramersKronig
from .brick_layer import BrickLayer
from .choice import Candidate
from .names import Name
from .resistances import Resistances


@dataclass(frozen=True, slots=True)
class NamedArc:
    """One arc of the chosen circuit.

    `name` is what it may be called after all rules; `probability` that of each of bulk, grain
    boundary, interface and electrode from its capacitance alone. `separable` says whether its
    resistance is known to 20 % on its own. `capacitance_f` is tau / R; `per_length_f_per_m` that
    times L/A, `per_area_f_per_m2` over the area of one electrode; these and `permittivity` are
    None without a geometry. `window` says where its apex lies: "inside", "above" or "below" the
    measured frequencies.
    """

    code: str
    name: str
    probability: Mapping[Name, float]
    separable: bool
    resistance: Quantity
    time_constant_s: float
    exponent: float
    capacitance_f: float
    per_length_f_per_m: float | None
    per_area_f_per_m2: float | None
    permittivity: float | None
    apex_hz: float
    window: str
    activation_energy: Quantity | None


@dataclass(frozen=True, slots=True)
class Part:
    """What can be stated: one resistance, or the sum of those that cannot be separated.

    `known` says whether it is known to 20 %; leads and contacts need not be.
    """

    codes: tuple[str, ...]
    name: str
    resistance: Quantity
    known: bool

    @property
    def separable(self) -> bool:
        """Whether this is a single resistance that is known."""
        return len(self.codes) == 1 and self.known


@dataclass(frozen=True, eq=False, slots=True)
class Identification:
    """From a spectrum to a circuit, its arcs and their names. Made by :func:`identify`.

    Attributes
    ----------
    circuit, fit
        The chosen one.
    candidates : tuple of Candidate
        All that was tried, the best by the criterion first.
    arcs : tuple of NamedArc
        Fastest first.
    parts : tuple of Part
        The resistances that can be stated, from the fastest on.
    resistances : Resistances
        Total, electrolyte, bulk and so on; errors know the choice of the circuit.
    brick_layer : BrickLayer or None
        Where bulk and grain boundary are told apart.
    kramers_kronig : KramersKronig
    reasons, assumptions : tuple of str
        Why something is not stated, and what was taken for granted.
    """

    circuit: str
    fit: FitResult
    candidates: tuple[Candidate, ...]
    arcs: tuple[NamedArc, ...]
    parts: tuple[Part, ...]
    resistances: Resistances
    brick_layer: BrickLayer | None
    kramers_kronig: KramersKronig
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def separable(self) -> bool:
        """Whether every arc stands for itself."""
        return all(arc.separable for arc in self.arcs)
