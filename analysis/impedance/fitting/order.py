"""Arcs that could be exchanged are told apart by their time constants, fastest first."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..arrays import Float, Index
from ..circuits.circuit import Circuit, Node, leaves
from .coordinates import time_constant


def fastest_first(circuit: Circuit, values: Float, touched: Collection[str]) -> Index:
    """Return the order (p,) that sorts exchangeable parts in series by time constant.

    Parts are exchangeable when they are built alike, have a time constant, and none of their
    parameters is in `touched` (bounded or fixed by the caller, so that the place has a meaning).
    """
    order = np.arange(len(values))
    groups: dict[str, list[tuple[float, slice]]] = {}
    for node, place in circuit.terms:
        tau = time_constant(node, values[place])
        if tau is None or set(circuit.names[place]) & set(touched):
            continue
        groups.setdefault(_shape(node), []).append((float(tau), place))
    for members in groups.values():
        ranked = sorted(members, key=lambda member: member[0])
        for (_, place), (_, taken) in zip(members, ranked, strict=True):
            order[place] = np.arange(taken.start, taken.stop)
    return order


def _shape(node: Node) -> str:
    """Return the code of a part with the names' numbers taken out."""
    code = str(node)
    for leaf in leaves(node):
        code = code.replace(leaf.name, leaf.element.symbol, 1)
    return code
