"""A circuit as an object: a tree of elements in series and in parallel.

Text becomes a circuit in :mod:`.circuit_code`. Every evaluation works on stacks of
parameter sets: values of shape (..., p) give impedances of shape (..., n).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex, Float
from .elements import ELEMENTS, Element, Law, Parameter
from .frequencies import Frequencies

_POINTS_AT_ONCE = 16384
"""Points evaluated together: their arrays stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One element of the circuit under its name, as ``R1``."""

    name: str
    element: Element

    def __str__(self) -> str:
        return self.name

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names as in impedance.py: the element's own if it has one parameter, else _0, _1."""
        count = len(self.element.parameters)
        return (self.name,) if count == 1 else tuple(f"{self.name}_{k}" for k in range(count))

    def impedance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Z, of a shape that broadcasts to (b, n); writes its derivatives into `slopes`."""
        return _apply(self.element.law, w, values, slopes)

    def admittance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Y and its derivatives likewise."""
        if self.element.admittance is None:
            return _inverted(self.impedance(w, values, slopes), slopes)
        return _apply(self.element.admittance, w, values, slopes)


@dataclass(frozen=True, slots=True)
class Series:
    """The same current through all parts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return "-".join(map(str, self.parts))

    def impedance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Z, of a shape that broadcasts to (b, n); writes its derivatives into `slopes`."""
        shares = _shares(self.parts, values, slopes)
        return _sum(part.impedance(w, own, by_own) for part, own, by_own in shares)

    def admittance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Y and its derivatives likewise."""
        return _inverted(self.impedance(w, values, slopes), slopes)


@dataclass(frozen=True, slots=True)
class Parallel:
    """The same voltage across all parts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"p({','.join(map(str, self.parts))})"

    def impedance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Z, of a shape that broadcasts to (b, n); writes its derivatives into `slopes`."""
        return _inverted(self.admittance(w, values, slopes), slopes)

    def admittance(self, w: Frequencies, values: Float, slopes: Complex) -> Complex:
        """Y and its derivatives likewise."""
        shares = _shares(self.parts, values, slopes)
        return _sum(part.admittance(w, own, by_own) for part, own, by_own in shares)


Node = Leaf | Series | Parallel


def leaves(node: Node) -> Iterator[Leaf]:
    """Every element below a node, from left to right."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def size(node: Node) -> int:
    """Count the parameters below a node."""
    return sum(len(leaf.element.parameters) for leaf in leaves(node))


def _shares(
    parts: tuple[Node, ...], values: Float, slopes: Complex
) -> Iterator[tuple[Node, Float, Complex]]:
    at = 0
    for part in parts:
        end = at + size(part)
        yield part, values[..., at:end], slopes[..., at:end, :]
        at = end


def _apply(law: Law, w: Frequencies, values: Float, slopes: Complex) -> Complex:
    z, derivatives = law(w, *(values[..., k, None] for k in range(values.shape[-1])))
    for k, derivative in enumerate(derivatives):
        slopes[..., k, :] = derivative
    return z


def _sum(terms: Iterable[Complex]) -> Complex:
    first, *others = terms
    for other in others:
        first = first + other
    return first


def _inverted(z: Complex, slopes: Complex) -> Complex:
    """Return 1/z and turn its derivatives into those of 1/z, -dz/z^2, in place."""
    inverse: Complex = np.reciprocal(z)
    slopes *= np.negative(inverse * inverse)[..., None, :]
    return inverse


@dataclass(frozen=True, repr=False)
class Circuit:
    """An equivalent circuit; ``str(circuit)`` is its code in impedance.py's language.

    Made by :func:`parse_circuit`.
    """

    root: Node

    def __str__(self) -> str:
        return str(self.root)

    def __repr__(self) -> str:
        return f"Circuit({str(self)!r})"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Parameter names in the order of the code, as ``("R1", "CPE1_0", "CPE1_1")``."""
        return tuple(name for leaf in leaves(self.root) for name in leaf.parameter_names)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What each parameter is, in the order of `names`."""
        return tuple(p for leaf in leaves(self.root) for p in leaf.element.parameters)

    @property
    def units(self) -> tuple[str, ...]:
        """The unit of each parameter, in the order of `names`; empty for a pure number."""
        return tuple(parameter.unit for parameter in self.parameters)

    @property
    def user_elements(self) -> tuple[Element, ...]:
        """The elements that are not among the known ones, each once.

        ``parse_circuit(str(circuit), elements=circuit.user_elements)`` is the circuit again.
        """
        used = {leaf.element.symbol: leaf.element for leaf in leaves(self.root)}
        return tuple(own for symbol, own in used.items() if ELEMENTS.get(symbol) != own)

    @property
    def terms(self) -> tuple[tuple[Node, slice], ...]:
        """The parts in series at the top, each with the place of its parameters."""
        parts = self.root.parts if isinstance(self.root, Series) else (self.root,)
        places = []
        at = 0
        for part in parts:
            places.append((part, slice(at, at + size(part))))
            at += size(part)
        return tuple(places)

    def impedance_ohm(
        self, frequency_hz: ArrayLike, values: Mapping[str, float] | ArrayLike
    ) -> Complex:
        """Complex impedance at frequencies of shape (n,).

        `values` is a mapping from every parameter name to its value, or an array of shape
        (..., p) in the order of `names`; the result has shape (..., n).

        Raises
        ------
        ValueError
            If a parameter is missing, unknown, or the last axis is not p long.
        """
        return self.impedance_and_slopes(frequency_hz, self.as_array(values))[0]

    def impedance_and_slopes(
        self, frequency_hz: ArrayLike, values: Float
    ) -> tuple[Complex, Complex]:
        """Z, shape (..., n), and dZ/d(ln p) (dZ/dp for an exponent), shape (..., p, n).

        Frequencies are (n,), or (..., n) where each parameter set has its own. Both results
        are new and C-contiguous, so that a caller may work in them and may see the slopes as
        real numbers: ``slopes.view(numpy.float64)`` has the shape (..., p, 2n).

        Examples
        --------
        >>> from solidcell.analysis.impedance import parse_circuit
        >>> circuit = parse_circuit("p(R1,C1)")
        >>> z, slopes = circuit.impedance_and_slopes([1 / (2 * np.pi)], [[10.0, 0.1], [5.0, 0.2]])
        >>> z.round(9).tolist(), slopes.shape
        ([[(5-5j)], [(2.5-2.5j)]], (2, 2, 1))
        """
        values = np.asarray(values, dtype=np.float64)
        w = Frequencies.of_hertz(frequency_hz)
        stack = np.broadcast_shapes(values.shape[:-1], w.omega.shape[:-1])
        count, width = w.omega.shape[-1], values.shape[-1]
        sets = np.broadcast_to(values, (*stack, width)).reshape(-1, width)
        if w.omega.ndim > 1:
            w = Frequencies(np.broadcast_to(w.omega, (*stack, count)).reshape(-1, count))
        z = np.empty((len(sets), count), dtype=np.complex128)
        slopes = np.empty((len(sets), width, count), dtype=np.complex128)
        together = max(1, _POINTS_AT_ONCE // max(count, 1))
        for start in range(0, len(sets), together):
            rows = slice(start, start + together)
            z[rows] = self.root.impedance(w.of_sets(rows), sets[rows], slopes[rows])
        return z.reshape(*stack, count), slopes.reshape(*stack, width, count)

    def as_array(self, values: Mapping[str, float] | ArrayLike) -> Float:
        """Put `values` into an array in the order of `names`."""
        if isinstance(values, Mapping):
            self.require_known(values)
            if missing := [name for name in self.names if name not in values]:
                raise ValueError(f"no value for {', '.join(missing)} of circuit {self}")
            return np.array([values[name] for name in self.names], dtype=np.float64)
        array = np.asarray(values, dtype=np.float64)
        if array.ndim == 0 or array.shape[-1] != len(self.names):
            raise ValueError(
                f"circuit {self} has {len(self.names)} parameters ({', '.join(self.names)}), "
                f"got values of shape {array.shape}"
            )
        return array

    def require_known(self, values: Mapping[str, object]) -> None:
        """Raise ValueError if a key of `values` is no parameter of this circuit."""
        if unknown := sorted(values.keys() - set(self.names)):
            raise ValueError(
                f"circuit {self} has no parameter {', '.join(unknown)}; "
                f"it has {', '.join(self.names)}"
            )
