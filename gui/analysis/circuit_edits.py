"""Circuits changed by menu and keys: an arc more, an element less. Each returns the new code."""

from __future__ import annotations

from collections.abc import Iterable

from ...analysis.impedance import Circuit, parse_circuit
from ...analysis.impedance.circuits.circuit import Leaf, Node, Parallel, Series, leaves

_TAILS = ("CPE", "W", "Wo", "Ws", "C", "TLMQ", "G", "Gs")


class CircuitEditError(ValueError):
    """A circuit that cannot be changed so; the message says why."""


def add_arc(code: str) -> str:
    """Put one more arc in series, before an electrode's branch at the end.

    >>> add_arc("R0-p(R1,CPE1)-CPE2")
    'R0-p(R1,CPE1)-p(R2,CPE3)-CPE2'
    >>> add_arc("")
    'p(R1,CPE1)'
    """
    if not code.strip():
        return "p(R1,CPE1)"
    return _insert(code, f"p({_fresh(code, 'R')},{_fresh(code, 'CPE')})")


def add_in_series(code: str, symbol: str) -> str:
    """Put one more element in series: leads first, electrodes last.

    >>> add_in_series("R0-p(R1,CPE1)", "L"), add_in_series("R0-p(R1,CPE1)", "W")
    ('L1-R0-p(R1,CPE1)', 'R0-p(R1,CPE1)-W1')
    """
    name = _fresh(code, symbol)
    if not code.strip():
        return name
    if symbol in ("L", "La", "Ls"):
        return f"{name}-{code}"
    return f"{code}-{name}" if symbol in _TAILS else _insert(code, name)


def add_beside(code: str, leaf_name: str, symbol: str) -> str:
    """Put one more element in parallel with the named one.

    >>> add_beside("R0-p(R1,CPE1)", "R1", "C"), add_beside("R0-R1", "R1", "CPE")
    ('R0-p(R1,CPE1,C1)', 'R0-p(R1,CPE1)')
    """
    circuit = _with_leaf(code, leaf_name)
    added = parse_circuit(_fresh(code, symbol)).root
    return str(_beside(circuit.root, leaf_name, added))


def remove_leaf(code: str, leaf_name: str) -> str:
    """Take one element out; what stood beside it alone stands in series.

    Raises ``CircuitEditError`` for the last one.

    >>> remove_leaf("R0-p(R1,CPE1)", "CPE1"), remove_leaf("R0-p(R1,CPE1)", "R0")
    ('R0-R1', 'p(R1,CPE1)')
    """
    circuit = _with_leaf(code, leaf_name)
    left = _without(circuit.root, {leaf_name})
    if left is None:
        raise CircuitEditError(f"{leaf_name} is the last element: a circuit needs one")
    return str(left)


def remove_arc(code: str, leaf_name: str) -> str:
    """Take out the whole part in series in which an element stands.

    >>> remove_arc("R0-p(R1,CPE1)-p(R2,CPE2)", "CPE1")
    'R0-p(R2,CPE2)'
    """
    circuit = _with_leaf(code, leaf_name)
    for node, _ in circuit.terms:
        names = {leaf.name for leaf in leaves(node)}
        if leaf_name in names:
            left = _without(circuit.root, names)
            if left is None:
                raise CircuitEditError(f"{node} is all there is: a circuit needs one element")
            return str(left)
    raise CircuitEditError(f"{code} has no element {leaf_name}")


def _insert(code: str, part: str) -> str:
    """Put a part at the end, but before an electrode's branch."""
    terms = [str(node) for node, _ in parse_circuit(code).terms]
    last = parse_circuit(terms[-1]).root
    is_tail = isinstance(last, Leaf) and last.element.symbol in _TAILS
    at = len(terms) - 1 if is_tail else len(terms)
    return "-".join([*terms[:at], part, *terms[at:]])


def _fresh(code: str, symbol: str) -> str:
    taken = {leaf.name for leaf in leaves(parse_circuit(code).root)} if code.strip() else set()
    number = 1
    while f"{symbol}{number}" in taken:
        number += 1
    return f"{symbol}{number}"


def _with_leaf(code: str, leaf_name: str) -> Circuit:
    circuit = parse_circuit(code)
    if leaf_name not in {leaf.name for leaf in leaves(circuit.root)}:
        raise CircuitEditError(f"{code} has no element {leaf_name or '(none is selected)'}")
    return circuit


def _beside(node: Node, leaf_name: str, added: Node) -> Node:
    if isinstance(node, Leaf):
        return Parallel((node, added)) if node.name == leaf_name else node
    if isinstance(node, Parallel) and any(str(part) == leaf_name for part in node.parts):
        return Parallel((*node.parts, added))
    parts = tuple(_beside(part, leaf_name, added) for part in node.parts)
    return Series(parts) if isinstance(node, Series) else Parallel(parts)


def _without(node: Node, names: Iterable[str]) -> Node | None:
    if isinstance(node, Leaf):
        return None if node.name in names else node
    left = [kept for part in node.parts if (kept := _without(part, names)) is not None]
    if len(left) < 2:
        return left[0] if left else None
    flat: list[Node] = []
    for part in left:  # a branch that lost its fellows joins the line it stands in
        is_inner = type(part) is type(node) and not isinstance(part, Leaf)
        flat += part.parts if is_inner and not isinstance(part, Leaf) else [part]
    return Series(tuple(flat)) if isinstance(node, Series) else Parallel(tuple(flat))
