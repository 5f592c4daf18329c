"""How a current falls to its steady value: sums of exponentials, or with a power of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal, TypeAlias

import numpy as np

from .arrays import Float
from .decay_blocks import Blocks

Kind: TypeAlias = Literal["exponential", "power law"]

EXPONENT_RANGE = (0.1, 3.0)
_GRID_TIMES = 14
_GRID_EXPONENTS = 16


@dataclass(frozen=True)
class DecayModel:
    """I(t) = I_ss + sum of a_k f_k(t; q_k).

    `kinds` has one of ``"exponential"`` (f = exp(-t / tau), q = ln tau) and ``"power law"``
    (f = (t / T)^-n, q = ln n, T the end of the hold) for each term; a power law comes last. Without
    a term the current is constant.
    """

    kinds: tuple[Kind, ...]

    @property
    def family(self) -> Kind:
        """What decides where the current runs to: the power law, where there is one."""
        return self.kinds[-1] if self.kinds else "exponential"

    @property
    def name(self) -> str:
        """For people."""
        if not self.kinds:
            return "constant"
        many = self.kinds.count("exponential")
        words = [f"{many} exponential{'s' if many > 1 else ''}"] if many else []
        return " + ".join([*words, *(["power law"] if self.family == "power law" else [])])

    @property
    def terms(self) -> int:
        """How many terms decay."""
        return len(self.kinds)

    @property
    def parameters(self) -> int:
        """Of the curve: I_ss, amplitudes and rates."""
        return 1 + 2 * self.terms

    def columns(self, blocks: Blocks, rates: Float) -> Float:
        """Columns (m, 1 + terms) that I_ss and the amplitudes multiply."""
        every = [np.ones(len(blocks.count))]
        every += [
            term_column(kind, blocks, float(q)) for kind, q in zip(self.kinds, rates, strict=True)
        ]
        return np.stack(every, axis=1)

    def slopes(self, blocks: Blocks, rates: Float, amplitudes: Float) -> Float:
        """Derivative of the current by each q, shape (m, terms)."""
        t, end = blocks.time_s, blocks.end_s
        if not self.kinds:
            return np.empty((len(blocks.count), 0))
        every = [
            a * blocks.mean(_SLOPES[kind](t, float(q), end))
            for kind, q, a in zip(self.kinds, rates, amplitudes, strict=True)
        ]
        return np.stack(every, axis=1)

    def limits(self, blocks: Blocks) -> tuple[Float, Float]:
        """Lowest and highest q of each term, (terms,) each."""
        ends = np.array([limits_of(kind, blocks) for kind in self.kinds]).reshape(-1, 2)
        return ends[:, 0], ends[:, 1]

    def starts(self, blocks: Blocks) -> Iterator[Float]:
        """Rates worth a try, from the grids of both kinds of term."""
        many = self.kinds.count("exponential")
        times = combinations(grid_of("exponential", blocks), many)
        powers = grid_of("power law", blocks) if self.family == "power law" else [None]
        for some, power in product(times, powers):
            yield np.array([*some, *([] if power is None else [power])])


def term_column(kind: Kind, blocks: Blocks, q: float) -> Float:
    """One term's f, averaged over blocks, shape (m,)."""
    return blocks.mean(_SHAPES[kind](blocks.time_s, q, blocks.end_s))


def limits_of(kind: Kind, blocks: Blocks) -> tuple[float, float]:
    """Time constants from the first reading to the length of the hold; exponents 0.1 to 3."""
    if kind == "power law":
        return float(np.log(EXPONENT_RANGE[0])), float(np.log(EXPONENT_RANGE[1]))
    return float(np.log(blocks.time_s[0] / 3)), float(np.log(blocks.end_s))


def grid_of(kind: Kind, blocks: Blocks) -> Float:
    """Values of q to begin with."""
    many = _GRID_EXPONENTS if kind == "power law" else _GRID_TIMES
    return np.linspace(*limits_of(kind, blocks), many)


def _exponential(t: Float, q: float, _end: float) -> Float:
    return np.asarray(np.exp(-t * np.exp(-q)))


def _exponential_slope(t: Float, q: float, _end: float) -> Float:
    scaled = t * np.exp(-q)
    return np.asarray(scaled * np.exp(-scaled))


def _power(t: Float, q: float, end: float) -> Float:
    return np.asarray((t / end) ** -np.exp(q))


def _power_slope(t: Float, q: float, end: float) -> Float:
    return np.asarray(-np.exp(q) * np.log(t / end) * (t / end) ** -np.exp(q))


_Shape: TypeAlias = Callable[[Float, float, float], Float]
_SHAPES: dict[Kind, _Shape] = {"exponential": _exponential, "power law": _power}
_SLOPES: dict[Kind, _Shape] = {"exponential": _exponential_slope, "power law": _power_slope}

MODEL_CHAINS: tuple[tuple[DecayModel, ...], ...] = (
    (
        DecayModel(()),
        DecayModel(("exponential",)),
        DecayModel(("exponential", "exponential")),
        DecayModel(("exponential", "exponential", "exponential")),
    ),
    (DecayModel(("power law",)), DecayModel(("exponential", "power law"))),
)
