"""Arcs that could be exchanged are told apart by their time constants, fastest first."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..arrays import Float, Index
from ..circuits.circuit import Circuit, Node, leaves
from .coordinates import time_constant


def fastest_first(circuit: Circuit, values: Float, touched: Collection[str]) -> Index:
    """Return the orders (m, p) that sort exchangeable parts in series by time constant.

    Parts are exchangeable when they are built alike, have a time constant, and none of their
    parameters is in `touched` (bounded, fixed or tied by the caller, so that the place has a
    meaning). `values` has shape (m, p).
    """
    order = np.tile(np.arange(values.shape[1]), (len(values), 1))
    groups: dict[str, list[tuple[Float, slice]]] = {}
    for node, place in circuit.terms:
        tau = time_constant(node, values[:, place])
        if tau is None or set(circuit.names[place]) & set(touched):
            continue
        groups.setdefault(_shape(node), []).append((tau, place))
    for members in groups.values():
        rank = np.argsort(np.stack([tau for tau, _ in members]), axis=0, kind="stable")
        columns = np.array([np.arange(place.start, place.stop) for _, place in members])
        for (_, place), taken in zip(members, rank, strict=True):
            order[:, place] = columns[taken]
    return order


def _shape(node: Node) -> str:
    """Return the code of a part with the names' numbers taken out."""
    code = str(node)
    for leaf in leaves(node):
        code = code.replace(leaf.name, leaf.element.symbol, 1)
    return code
