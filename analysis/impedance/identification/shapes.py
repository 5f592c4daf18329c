"""The circuits that are tried: leads, a row of arcs, and what the spectrum ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..arrays import Float

Tail: TypeAlias = Literal["", "CPE", "W", "Ws", "Wo"]
"""Ohmic; blocking; diffusion without an end, to an end that passes it, to one that blocks it."""

_PARAMETERS = {"": 0, "CPE": 2, "W": 1, "Ws": 2, "Wo": 2}


@dataclass(frozen=True, slots=True)
class Shape:
    """``[L0-][R0-]p(R1,CPE1)-...[-tail]`` of so many arcs."""

    arcs: int
    tail: Tail = ""
    series: bool = True
    inductor: bool = False

    @property
    def code(self) -> str:
        """The circuit in impedance.py's language."""
        arcs = [f"p(R{k},CPE{k})" for k in range(1, self.arcs + 1)]
        tail = [f"{self.tail}{self.arcs + 1}"] if self.tail else []
        return "-".join(["L0"] * self.inductor + ["R0"] * self.series + arcs + tail)

    @property
    def parameters(self) -> int:
        """How many numbers it has."""
        return self.inductor + self.series + 3 * self.arcs + _PARAMETERS[self.tail]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Values of a shape by what they belong to; `arcs` (k, 3) are R, Q and exponent."""

    inductance_h: Float
    series_ohm: Float
    arcs: Float
    tail: Float

    @classmethod
    def of(cls, shape: Shape, values: Float) -> Parts:
        """Take values (p,) of a shape apart."""
        first = shape.inductor + shape.series
        last = first + 3 * shape.arcs
        return cls(
            values[: int(shape.inductor)],
            values[int(shape.inductor) : first],
            values[first:last].reshape(-1, 3),
            values[last:],
        )

    def values(self) -> Float:
        """Put them together again, shape (p,)."""
        return np.concatenate([self.inductance_h, self.series_ohm, self.arcs.ravel(), self.tail])
