"""A circuit as an object: a tree of elements in series and in parallel.

Text becomes a circuit in :mod:`.circuit_code`. Every evaluation works on stacks of
parameter sets: values of shape (..., p) give impedances of shape (..., n).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex, Float
from .elements import Element, Parameter


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

    def evaluate(self, s: Complex, log_s: Complex, values: Float) -> tuple[Complex, Complex]:
        """Z, shape (..., n), and its derivatives, shape (..., p, n)."""
        count = len(self.element.parameters)
        z, slopes = self.element.law(s, log_s, *(values[..., k, None] for k in range(count)))
        return z, np.stack(np.broadcast_arrays(*slopes), axis=-2)


@dataclass(frozen=True, slots=True)
class Series:
    """The same current through all parts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return "-".join(map(str, self.parts))

    def evaluate(self, s: Complex, log_s: Complex, values: Float) -> tuple[Complex, Complex]:
        """Z, shape (..., n), and its derivatives, shape (..., p, n)."""
        results = [part.evaluate(s, log_s, v) for part, v in _shares(self.parts, values)]
        z = results[0][0]
        for other, _ in results[1:]:
            z = z + other
        return z, np.concatenate([slope for _, slope in results], axis=-2)


@dataclass(frozen=True, slots=True)
class Parallel:
    """The same voltage across all parts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"p({','.join(map(str, self.parts))})"

    def evaluate(self, s: Complex, log_s: Complex, values: Float) -> tuple[Complex, Complex]:
        """Z, shape (..., n), and its derivatives, shape (..., p, n)."""
        results = [part.evaluate(s, log_s, v) for part, v in _shares(self.parts, values)]
        y = 1.0 / results[0][0]
        for other, _ in results[1:]:
            y = y + 1.0 / other
        z = 1.0 / y
        slopes = [((z / part) ** 2)[..., None, :] * slope for part, slope in results]
        return z, np.concatenate(slopes, axis=-2)


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


def _shares(parts: tuple[Node, ...], values: Float) -> Iterator[tuple[Node, Float]]:
    at = 0
    for part in parts:
        yield part, values[..., at : at + size(part)]
        at += size(part)


@dataclass(frozen=True)
class Circuit:
    """An equivalent circuit; ``str(circuit)`` is its code in impedance.py's language.

    Made by :func:`parse_circuit`.
    """

    root: Node

    def __str__(self) -> str:
        return str(self.root)

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
        """Z, shape (..., n), and dZ/d(ln p) (dZ/dp for an exponent), shape (..., p, n)."""
        omega = 2.0 * np.pi * np.asarray(frequency_hz, dtype=np.float64)
        s: Complex = np.asarray(1j * omega, dtype=np.complex128)
        log_s: Complex = np.asarray(np.log(omega) + 0.5j * np.pi, dtype=np.complex128)
        return self.root.evaluate(s, log_s, values)

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
