"""What may be tied along a series: the parameters of a circuit, and what an arc is made of.

A name is a parameter of the circuit (``"R0"``, ``"CPE1_1"``) or belongs to an arc, which is called
by its storing element: ``"C(CPE1)"`` is the effective capacitance tau / R of the arc of CPE1 and
``"tau(CPE1)"`` its time constant. ``"exponents"`` means the exponents of all arcs and
``"capacitances"`` the effective capacitances of all arcs. A CPE's Q is a capacitance only at
exponent 1: where C is constant, Q = (C R)^alpha / R moves with R.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..circuits.circuit import Circuit, Leaf, Node, Parallel, leaves

Kind = Literal["parameter", "tau", "C"]
EXPONENTS, CAPACITANCES = "exponents", "capacitances"
_OF_ARC = re.compile(r"(C|tau)\(\s*(\w+)\s*\)")


@dataclass(frozen=True, slots=True)
class ArcPlaces:
    """Where the parameters of one arc stand in the circuit.

    `store` is the place of C or Q, or of the time constant where `timed`; `exponent` is None
    where the element has none.
    """

    element: str
    resistance: int
    store: int
    exponent: int | None
    timed: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One quantity that a caller named: which place it takes, and as what."""

    name: str
    place: int
    kind: Kind


def arc_places(circuit: Circuit) -> tuple[ArcPlaces, ...]:
    """Return the arcs in series in a circuit: R beside C or CPE, Zarc and K."""
    found = (_arc(node, place.start) for node, place in circuit.terms)
    return tuple(arc for arc in found if arc is not None)


def wanted(circuit: Circuit, names: Iterable[str]) -> tuple[Wanted, ...]:
    """Look up the quantities that a caller named.

    Raises
    ------
    ValueError
        If a name is neither a parameter nor a quantity of an arc; the message lists what is.

    Examples
    --------
    >>> from solidcell.analysis.impedance import parse_circuit
    >>> from solidcell.analysis.impedance.series.quantities import wanted
    >>> circuit = parse_circuit("R0-p(R1,CPE1)")
    >>> [one.name for one in wanted(circuit, ["R0", "capacitances", "exponents"])]
    ['R0', 'C(CPE1)', 'CPE1_1']
    """
    arcs = arc_places(circuit)
    found: dict[int, Wanted] = {}
    for name in _spelt_out(circuit, arcs, names):
        one = _one(circuit, arcs, name)
        if found.setdefault(one.place, one).kind != one.kind:
            raise ValueError(f"{found[one.place].name} and {one.name} are one degree of freedom")
    return tuple(found.values())


def _spelt_out(
    circuit: Circuit, arcs: tuple[ArcPlaces, ...], names: Iterable[str]
) -> Iterator[str]:
    for name in names:
        if name == EXPONENTS:
            yield from (circuit.names[arc.exponent] for arc in arcs if arc.exponent is not None)
        elif name == CAPACITANCES:
            yield from (f"C({arc.element})" for arc in arcs)
        else:
            yield name


def _one(circuit: Circuit, arcs: tuple[ArcPlaces, ...], name: str) -> Wanted:
    if name in circuit.names:
        return Wanted(name, circuit.names.index(name), "parameter")
    match = _OF_ARC.fullmatch(name)
    arc = next((a for a in arcs if match and a.element == match[2]), None)
    if match is None or arc is None:
        of_arcs = ", ".join(f"C({a.element}), tau({a.element})" for a in arcs)
        words = f", {of_arcs}, {EXPONENTS}, {CAPACITANCES}" if arcs else ""
        known = f"{', '.join(circuit.names)}{words}"
        raise ValueError(f"circuit {circuit} has nothing called {name!r}; it has {known}")
    is_tau = match[1] == "tau"
    stored_as_it_is = is_tau if arc.timed else (not is_tau and arc.exponent is None)
    if stored_as_it_is:
        return Wanted(circuit.names[arc.store], arc.store, "parameter")
    return Wanted(f"{match[1]}({arc.element})", arc.store, "tau" if is_tau else "C")


def _arc(node: Node, at: int) -> ArcPlaces | None:
    if isinstance(node, Leaf):
        if node.element.symbol not in ("Zarc", "K"):
            return None
        return ArcPlaces(node.name, at, at + 1, at + 2 if _has_exponent(node) else None, True)
    return _arc_of_parts(node, at) if isinstance(node, Parallel) else None


def _has_exponent(leaf: Leaf) -> bool:
    return any(parameter.scale == "linear" for parameter in leaf.element.parameters)


def _arc_of_parts(node: Parallel, at: int) -> ArcPlaces | None:
    """The first resistor and the first C or CPE, as for the time constant of a part."""
    resistance = store = None
    for leaf in leaves(node):
        if leaf.element.symbol == "R" and resistance is None:
            resistance = at
        elif leaf.element.symbol in ("C", "CPE") and store is None:
            store = leaf, at
        at += len(leaf.element.parameters)
    if resistance is None or store is None:
        return None
    leaf, place = store
    return ArcPlaces(
        leaf.name, resistance, place, place + 1 if _has_exponent(leaf) else None, False
    )
