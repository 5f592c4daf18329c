"""Starting values from the data alone, for a whole stack of spectra at once.

A series circuit is linear in the size of each of its parts once their time constants are
given. So a coarse grid of time constants (and of exponents, for a lone CPE) is laid over the
measured window, the sizes are solved for by least squares at every combination at once, kept
from going negative, and the combinations are ranked by what they leave unexplained.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Complex, Float, Index
from ..circuits.circuit import Circuit, Leaf, Node, Parallel, Series, leaves
from .nonnegative_sizes import sizes_and_costs
from .objective import Stack
from .settings import FitSettings

_MOST_COMBINATIONS = 600
_LONE_EXPONENTS = (0.88, 0.5)
_INNER = tuple(itertools.product((1.0, 30.0, 1e3), (0.3, 3.0)))
_SCALE_ONLY = frozenset({"R", "C", "L", "W"})
_SMALLEST_SHARE = 1e-3
_MOST_TIMES = 18
_FEWEST_TIMES = 4
_BEYOND_WINDOW = 0.3
_NUMBERS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Unit-sized parts of a circuit, and the combinations that are tried.

    `impedances` (k, n) are those of the parts, of which term t may be those from `offsets[t]`
    on, with the parameters `sets[t]`; `choices` (c, t) says which each combination takes.
    """

    places: tuple[slice, ...]
    powers: tuple[Float, ...]
    sets: tuple[Float, ...]
    impedances: Complex
    offsets: Index
    choices: Index


def starting_values(circuit: Circuit, stack: Stack, settings: FitSettings, count: int) -> Float:
    """Return `count` starts for a fit to each spectrum, best first, shape (m, count, p).

    The starts of a spectrum differ from one another by at least two steps of the grid in some
    time constant; where there are fewer such, the last is repeated. What the settings know is
    put in place of what the data say.
    """
    parts = dictionary(circuit, stack.frequency_hz)
    together = max(1, _NUMBERS_AT_ONCE // len(parts.choices))
    near = _near(parts.choices)
    found = np.empty((len(stack), count, len(circuit.names)))
    gram, pull = _normal_equations(parts, stack)
    for begin in range(0, len(stack), together):
        rows = slice(begin, begin + together)
        chosen, size = _best(parts, gram[:, :, rows], pull[:, rows], near, count)
        found[rows] = _values(parts, chosen, size)
    return settings.with_known(circuit, found)


def dictionary(circuit: Circuit, frequency_hz: Float) -> Dictionary:
    """Lay the grid for a circuit over the window of the frequencies (n,)."""
    terms = circuit.terms
    moving = sum(_is_timed(node) for node, _ in terms)
    lone = sum(_is_lone_cpe(node) for node, _ in terms)
    taus = _time_grid(frequency_hz, moving, len(_LONE_EXPONENTS) ** lone)
    shapes = [_shape(node) for node, _ in terms]
    sets = [_sets(node, taus) for node, _ in terms]
    impedances: list[Complex] = []
    begins: dict[str, int] = {}
    for (node, _), shape, own in zip(terms, shapes, sets, strict=True):
        if shape not in begins:
            begins[shape] = sum(map(len, impedances))
            impedances.append(Circuit(node).impedance_ohm(frequency_hz, own))
    return Dictionary(
        places=tuple(place for _, place in terms),
        powers=tuple(_powers(node) for node, _ in terms),
        sets=tuple(sets),
        impedances=np.concatenate(impedances),
        offsets=np.array([begins[shape] for shape in shapes]),
        choices=_combinations(shapes, [len(own) for own in sets]),
    )


def _is_lone_cpe(node: Node) -> bool:
    return isinstance(node, Leaf) and node.element.symbol == "CPE"


def _is_timed(node: Node) -> bool:
    scale_only = isinstance(node, Leaf) and node.element.symbol in _SCALE_ONLY
    return not (scale_only or _is_lone_cpe(node))


def _shape(node: Node) -> str:
    # a lone element of a shape is not exchangeable with a block of another
    return f"{type(node).__name__} {'-'.join(leaf.element.symbol for leaf in leaves(node))}"


def _powers(node: Node) -> Float:
    return np.array([p.impedance_power for leaf in leaves(node) for p in leaf.element.parameters])


def _time_grid(frequency_hz: Float, moving: int, others: int) -> Float:
    low = math.log10(1.0 / (2 * math.pi * frequency_hz.max())) - _BEYOND_WINDOW
    high = math.log10(1.0 / (2 * math.pi * frequency_hz.min())) + _BEYOND_WINDOW
    points = _MOST_TIMES
    while moving and points > _FEWEST_TIMES:
        if math.comb(points - moving + 1, moving) * others <= _MOST_COMBINATIONS:
            break
        points -= 1
    return np.logspace(low, high, points)


def _sets(node: Node, taus: Float) -> Float:
    if _is_lone_cpe(node):
        return np.array([[1.0, alpha] for alpha in _LONE_EXPONENTS])
    times = taus if _is_timed(node) else np.ones(1)
    return np.array([_unit_values(node, tau, inner) for tau in times for inner in _inner(node)])


def _inner(node: Node) -> list[tuple[float, float]]:
    """How far the time and the size of a part's inner elements may be from its own.

    The elements of a plain arc share one time constant; a branch within it has its own.
    """
    nested = isinstance(node, Parallel) and any(isinstance(part, Series) for part in node.parts)
    return list(_INNER) if nested else [(1.0, 1.0)]


def _unit_values(node: Node, tau: float, inner: tuple[float, float]) -> list[float]:
    """Parameters that give the node an impedance of about one ohm and the time constant.

    What follows the first element of a branch is `inner`: (times, size) away from it.
    """
    values = []
    within = {leaf.name for leaf in _later_leaves(node)}
    for leaf in leaves(node):
        later, larger = inner if leaf.name in within else (1.0, 1.0)
        exponents = [p.typical for p in leaf.element.parameters if p.scale == "linear"]
        for parameter in leaf.element.parameters:
            power = exponents[0] if parameter.time_power is None else parameter.time_power
            size = larger**parameter.impedance_power
            values.append(parameter.typical * size * (tau * later) ** power)
    return values


def _later_leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Parallel):
        for part in node.parts:
            if isinstance(part, Series):
                for later in part.parts[1:]:
                    yield from leaves(later)
            else:
                yield from _later_leaves(part)


def _combinations(shapes: list[str], options: list[int]) -> Index:
    """Which set each term uses, shape (c, t); like terms in rising order and not neighbours.

    Two arcs on neighbouring times would only mend the coarseness of the grid under one arc.
    """
    groups: dict[str, list[int]] = {}
    for k, shape in enumerate(shapes):
        groups.setdefault(shape, []).append(k)
    members = list(groups.values())
    picks = [_rising(options[group[0]], len(group)) for group in members]
    mesh = np.indices([len(pick) for pick in picks]).reshape(len(picks), -1)
    rows = np.empty((mesh.shape[1], len(shapes)), dtype=np.intp)
    for group, pick, which in zip(members, picks, mesh, strict=True):
        rows[:, group] = pick[which]
    return rows[:: math.ceil(len(rows) / (2 * _MOST_COMBINATIONS))]


def _rising(options: int, members: int) -> Index:
    """Every rising choice of `members` out of `options`, at least two apart if that many fit."""
    if options < 2 * members - 1:
        return np.minimum(np.arange(members), options - 1)[None, :]
    spread = np.array(list(itertools.combinations(range(options - members + 1), members)))
    return spread + np.arange(members)


def _near(choices: Index) -> Bool:
    """Tell which combinations (c, c) are next to each other in every term."""
    near = np.ones((len(choices), len(choices)), dtype=np.bool_)
    for column in choices.T.astype(np.int16):
        near &= np.abs(column[:, None] - column) < 2
    return near


def _normal_equations(parts: Dictionary, stack: Stack) -> tuple[Float, Float]:
    """Products of the weighted parts with each other (k, k, m) and with the data (k, m)."""
    squares = np.swapaxes(stack.weight, 0, 1) ** 2
    real, imaginary = parts.impedances.real, parts.impedances.imag
    size, n = real.shape
    both = np.concatenate([real[:, None] * real, imaginary[:, None] * imaginary], axis=2)
    gram = both.reshape(-1, 2 * n) @ np.concatenate([squares[0], squares[1]], axis=1).T
    pull = real @ (squares[0] * stack.z_ohm.real).T
    pull += imaginary @ (squares[1] * stack.z_ohm.imag).T
    return gram.reshape(size, size, -1), pull


def _best(
    parts: Dictionary, gram: Float, pull: Float, near: Bool, count: int
) -> tuple[Index, Float]:
    """The best combinations (m, count), and the sizes (m, count, t) of their terms."""
    picks = parts.choices + parts.offsets
    length = np.sqrt(np.einsum("kkm->km", gram)) + 1e-300
    gram, pull = gram / (length * length[:, None]), pull / length
    sizes, cost = sizes_and_costs(gram, pull, picks)
    chosen = np.empty((cost.shape[1], count), dtype=np.intp)
    spectra = np.arange(cost.shape[1])
    for k in range(count):
        chosen[:, k] = np.argmin(cost, axis=0)
        none_left = np.isinf(cost[chosen[:, k], spectra])
        chosen[none_left, k] = chosen[none_left, max(k - 1, 0)]
        cost[near[chosen[:, k]].T] = np.inf
    size = sizes[:, chosen, spectra[:, None]]
    # what came out as nothing still starts as something, or the logarithm has no value
    size = np.maximum(size, _SMALLEST_SHARE * size.max(axis=0) + 1e-300)
    lengths = length[picks[chosen], spectra[:, None, None]]
    return chosen, np.moveaxis(size, 0, -1) / lengths


def _values(parts: Dictionary, chosen: Index, size: Float) -> Float:
    columns = []
    for t, (own, powers) in enumerate(zip(parts.sets, parts.powers, strict=True)):
        columns.append(own[parts.choices[chosen, t]] * size[..., t, None] ** powers)
    return np.concatenate(columns, axis=-1)
