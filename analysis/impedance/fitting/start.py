"""Starting values from the data alone.

A series circuit is linear in the size of each of its parts once their time constants are
given. So a coarse grid of time constants (and of exponents, for a lone CPE) is laid over the
measured window, the sizes are solved for by least squares at every combination at once, kept
from going negative, and the combinations are ranked by what they leave unexplained.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Complex, Float, Index
from ..circuits.circuit import Circuit, Leaf, Node, leaves
from ..spectrum import Spectrum

_LARGEST_GRID = 3500
_LONE_EXPONENTS = (0.96, 0.9, 0.84, 0.76, 0.65, 0.5)
_SCALE_ONLY = frozenset({"R", "C", "L", "W"})
_SMALLEST_SHARE = 1e-4
_PER_DECADE = 2.2
_BEYOND_WINDOW = 0.3


@dataclass(frozen=True, slots=True)
class _Term:
    """One part in series: its possible unit-sized parameter sets, and what they look like."""

    place: slice
    shape: str
    sets: Float
    impedances: Complex
    powers: Float


def starting_values(circuit: Circuit, spectrum: Spectrum, weight: Float, count: int) -> list[Float]:
    """Return up to `count` starts for a fit, best first, each of shape (p,).

    `weight`, shape (n,) or (2, n), multiplies the residuals as in the fit. The starts differ
    from one another by at least two steps of the grid in some time constant.
    """
    terms = _terms(circuit, spectrum)
    choices = _combinations(terms)
    columns, offsets = _columns(terms, weight)
    target = _stacked(spectrum.z_ohm[None, :], weight)[0]
    sizes, cost = _solve(columns, target, choices + offsets)
    chosen: list[int] = []
    for candidate in np.argsort(cost, kind="stable"):
        if len(chosen) == count:
            break
        apart = (np.abs(choices[candidate] - choices[k]).max() >= 2 for k in chosen)
        if not chosen or all(apart):
            chosen.append(int(candidate))
    return [_values(circuit, terms, choices[k], sizes[k]) for k in chosen]


def _terms(circuit: Circuit, spectrum: Spectrum) -> list[_Term]:
    places = circuit.terms
    moving = sum(_is_timed(node) for node, _ in places)
    lone = sum(_is_lone_cpe(node) for node, _ in places)
    taus = _time_grid(spectrum, moving, len(_LONE_EXPONENTS) ** lone)
    return [_term(node, place, spectrum, taus) for node, place in places]


def _is_lone_cpe(node: Node) -> bool:
    return isinstance(node, Leaf) and node.element.symbol == "CPE"


def _is_timed(node: Node) -> bool:
    scale_only = isinstance(node, Leaf) and node.element.symbol in _SCALE_ONLY
    return not (scale_only or _is_lone_cpe(node))


def _time_grid(spectrum: Spectrum, moving: int, others: int) -> Float:
    low = math.log10(1.0 / (2 * math.pi * spectrum.frequency_hz.max())) - _BEYOND_WINDOW
    high = math.log10(1.0 / (2 * math.pi * spectrum.frequency_hz.min())) + _BEYOND_WINDOW
    points = max(4, round(_PER_DECADE * (high - low)))
    while moving and points > 4 and math.comb(points - moving, moving) * others > _LARGEST_GRID:
        points -= 1
    return np.logspace(low, high, points)


def _term(node: Node, place: slice, spectrum: Spectrum, taus: Float) -> _Term:
    if _is_lone_cpe(node):
        sets = np.array([[1.0, alpha] for alpha in _LONE_EXPONENTS])
    else:
        grid = taus if _is_timed(node) else taus[:1] ** 0
        sets = np.array([_unit_values(node, tau) for tau in grid])
    parameters = [p for leaf in leaves(node) for p in leaf.element.parameters]
    z, _ = Circuit(node).impedance_and_slopes(spectrum.frequency_hz, sets)
    # a lone element of a shape is not exchangeable with a block of another
    shape = "-".join(leaf.element.symbol for leaf in leaves(node))
    powers = np.array([p.impedance_power for p in parameters])
    return _Term(place, f"{type(node).__name__} {shape}", sets, z, powers)


def _unit_values(node: Node, tau: float) -> list[float]:
    """Parameters that give the node an impedance of about one ohm and the time constant."""
    values = []
    for leaf in leaves(node):
        exponents = [p.typical for p in leaf.element.parameters if p.scale == "linear"]
        for parameter in leaf.element.parameters:
            power = exponents[0] if parameter.time_power is None else parameter.time_power
            values.append(parameter.typical * tau**power)
    return values


def _combinations(terms: list[_Term]) -> Index:
    """Which set each term uses, shape (c, t); like terms in rising order and not neighbours.

    Two arcs on neighbouring times would only mend the coarseness of the grid under one arc.
    """
    groups: dict[str, list[int]] = {}
    for k, term in enumerate(terms):
        groups.setdefault(term.shape, []).append(k)
    members = list(groups.values())
    picks = [_rising(len(terms[group[0]].sets), len(group)) for group in members]
    mesh = np.indices([len(pick) for pick in picks]).reshape(len(picks), -1)
    rows = np.empty((mesh.shape[1], len(terms)), dtype=np.intp)
    for group, pick, which in zip(members, picks, mesh, strict=True):
        rows[:, group] = pick[which]
    stride = math.ceil(len(rows) / (4 * _LARGEST_GRID))
    return rows[::stride]


def _rising(options: int, members: int) -> Index:
    """Every rising choice of `members` out of `options`, at least two apart if that many fit."""
    if options < 2 * members - 1:
        return np.minimum(np.arange(members), options - 1)[None, :]
    spread = np.array(list(itertools.combinations(range(options - members + 1), members)))
    return spread + np.arange(members)


def _stacked(z: Complex, weight: Float) -> Float:
    """Real and imaginary parts side by side, weighted: (k, n) complex to (k, 2n)."""
    weights = np.broadcast_to(weight, (2, z.shape[1]))
    return np.concatenate([z.real * weights[0], z.imag * weights[1]], axis=1)


def _columns(terms: list[_Term], weight: Float) -> tuple[Float, Index]:
    columns = np.concatenate([_stacked(term.impedances, weight) for term in terms])
    lengths = [len(term.sets) for term in terms]
    return columns, np.cumsum([0, *lengths[:-1]])


def _solve(columns: Float, target: Float, picks: Index) -> tuple[Float, Float]:
    """Sizes (c, t) not below zero and the cost (c,) for every combination."""
    length = np.sqrt(np.einsum("km,km->k", columns, columns)) + 1e-300
    unit = columns / length[:, None]
    gram = unit @ unit.T
    right = unit @ target
    matrix = gram[picks[:, :, None], picks[:, None, :]]
    vector = right[picks]
    size = np.linalg.solve(matrix + 1e-9 * np.eye(picks.shape[1]), vector[..., None])[..., 0]
    size = np.maximum(size, 0.0)
    for _ in range(6):
        for k in range(picks.shape[1]):
            pull = vector[:, k] - np.einsum("ct,ct->c", matrix[:, k, :], size) + size[:, k]
            size[:, k] = np.maximum(pull, 0.0)
    fitted = np.einsum("ct,ctu,cu->c", size, matrix, size)
    cost = target @ target - 2.0 * np.einsum("ct,ct->c", size, vector) + fitted
    # what came out as nothing still starts as something, or the logarithm has no value
    floor = _SMALLEST_SHARE * math.sqrt(float(target @ target) / max(len(target), 1))
    floors = floor * math.sqrt(len(target)) / length[picks]
    return np.maximum(size / length[picks], floors), cost


def _values(circuit: Circuit, terms: list[_Term], choice: Index, size: Float) -> Float:
    values = np.empty(len(circuit.names))
    for k, term in enumerate(terms):
        values[term.place] = term.sets[choice[k]] * size[k] ** term.powers
    return values
