"""The coordinates in which a circuit is fitted.

Positive parameters are fitted in their logarithm, exponents as they are. A CPE's Q and alpha
are all but one number when Q is quoted at 1 rad/s, far from the measured window; inside the
fit Q is therefore replaced by the admittance at the arc's own frequency,
``ln|Y(w)| = ln Q + alpha ln w``, unless the caller bounded or fixed one of the pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bool, Complex, Float, Index
from ..circuits.circuit import Circuit, Leaf, Node, Parallel, Series, leaves
from .settings import FitSettings

_LONGEST_LOG_STEP = 1.5
_LONGEST_LINEAR_STEP = 0.15
_REFERRED = 700.0


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Between parameter values (b, p) and fitted coordinates (b, p) of one circuit.

    `log` (p,) says which parameters are logarithmic; `pairs` lists (Q, alpha) places that are
    referred to the logarithms of angular frequency in `log_reference`, shape (b, pairs). In
    `ties` (follower, leader) a parameter has no coordinate of its own.
    """

    circuit: Circuit
    log: Bool
    pairs: tuple[tuple[int, int], ...]
    log_reference: Float
    ties: tuple[tuple[int, int], ...]

    @classmethod
    def about(
        cls, circuit: Circuit, starts: Float, settings: FitSettings, lowest_omega: float
    ) -> Coordinates:
        """Choose coordinates for `starts`, shape (b, p).

        `lowest_omega` in rad/s is where the spectrum ends.
        """
        touched = settings.fixed.keys() | settings.bounds.keys()
        tied = {*settings.tied.keys(), *settings.tied.values()}
        place = circuit.names.index
        ties = tuple((place(a), place(b)) for a, b in settings.tied.items())
        log = np.array([p.scale == "log" for p in circuit.parameters])
        pairs, references = [], []
        for node, span in circuit.terms:
            for q in _constant_phases(node, span.start):
                if {circuit.names[q], circuit.names[q + 1]} & touched or circuit.names[q] in tied:
                    continue
                pairs.append((q, q + 1))
                tau = time_constant(node, starts[:, span])
                own = 3.0 * lowest_omega if tau is None else 1.0 / tau
                references.append(np.log(np.broadcast_to(own, len(starts))))
        reference = np.array(references).T if references else np.zeros((len(starts), 0))
        return cls(circuit, log, tuple(pairs), reference, ties)

    def take(self, rows: Index) -> Coordinates:
        """Return the coordinates of some of the starts."""
        return replace(self, log_reference=self.log_reference[rows])

    def join(self, other: Coordinates) -> Coordinates:
        """Return the coordinates of these starts and then those of `other`."""
        return replace(
            self, log_reference=np.concatenate([self.log_reference, other.log_reference])
        )

    def of(self, values: Float) -> Float:
        """Coordinates of parameter values, both (b, p)."""
        x = np.where(self.log, np.log(np.where(self.log, values, 1.0)), values)
        for k, (q, alpha) in enumerate(self.pairs):
            x[:, q] += x[:, alpha] * self.log_reference[:, k]
        return x

    def values(self, x: Float, rows: Index) -> Float:
        """Parameter values at coordinates x (k, p), which belong to the starts `rows` (k,)."""
        y = x.copy()
        for follower, leader in self.ties:
            y[:, follower] = y[:, leader]
        for k, (q, alpha) in enumerate(self.pairs):
            y[:, q] -= y[:, alpha] * self.log_reference[rows, k]
        return np.exp(y, out=y, where=self.log)

    def slopes(self, slopes: Complex, rows: Index) -> Complex:
        """Turn derivatives by ln p and alpha, (k, p, n), into those by coordinates, in place."""
        for k, (q, alpha) in enumerate(self.pairs):
            slopes[:, alpha] -= self.log_reference[rows, k, None] * slopes[:, q]
        for follower, leader in self.ties:
            slopes[:, leader] += slopes[:, follower]
            slopes[:, follower] = 0.0
        return slopes

    def covariance(self, covariance: Float) -> Float:
        """Turn covariances (b, p, p) of coordinates into those of ln p and alpha."""
        back = np.tile(np.eye(len(self.log)), (len(covariance), 1, 1))
        for follower, leader in self.ties:
            back[:, follower] = back[:, leader]
        for k, (q, alpha) in enumerate(self.pairs):
            back[:, q] -= self.log_reference[:, k, None] * back[:, alpha]
        turned: Float = back @ covariance @ np.swapaxes(back, 1, 2)
        return turned

    def limits(self, bounds: Mapping[str, tuple[float, float]]) -> tuple[Float, Float]:
        """Lower and upper bounds of the coordinates, each (p,); `bounds` replace the physical."""
        lower, upper = [], []
        for name, parameter in zip(self.circuit.names, self.circuit.parameters, strict=True):
            low, high = bounds.get(name, (parameter.lower, parameter.upper))
            lower.append(low)
            upper.append(high)
        low_x, high_x = np.array(lower), np.array(upper)
        with np.errstate(divide="ignore"):  # a bound of 0 on a positive value is no bound
            low_x = np.where(self.log, np.log(np.where(self.log, low_x, 1.0)), low_x)
        high_x = np.where(self.log, np.log(np.where(self.log, high_x, 1.0)), high_x)
        for q, _ in self.pairs:
            low_x[q], high_x[q] = -_REFERRED, _REFERRED
        return np.maximum(low_x, -_REFERRED), high_x

    @property
    def longest_step(self) -> Float:
        """How far one iteration may move each coordinate, shape (p,)."""
        return np.where(self.log, _LONGEST_LOG_STEP, _LONGEST_LINEAR_STEP)


def _constant_phases(node: Node, at: int) -> list[int]:
    places = []
    for leaf in leaves(node):
        if leaf.element.symbol == "CPE":
            places.append(at)
        at += len(leaf.element.parameters)
    return places


def time_constant(node: Node, values: Float) -> Float | None:
    """Time constant in seconds, shape (...), of a part with parameters (..., p), if it has one.

    An arc of R with C or CPE: (R Q)^(1/alpha), where R is the sum in its branch. An element
    with a time constant of its own: that. None for anything else.
    """
    if isinstance(node, Leaf):
        units = [parameter.unit for parameter in node.element.parameters]
        return values[..., units.index("s")] if "s" in units else None
    if isinstance(node, Series):
        return None
    return _arc_time(node, values)


def _arc_time(node: Parallel, values: Float) -> Float | None:
    resistance = charge = exponent = None
    at = 0
    for leaf in leaves(node):
        if leaf.element.symbol == "R" and resistance is None:
            resistance = values[..., at]
        elif leaf.element.symbol in ("C", "CPE") and charge is None:
            charge = values[..., at]
            exponent = values[..., at + 1] if leaf.element.symbol == "CPE" else 1.0
        at += len(leaf.element.parameters)
    if resistance is None or charge is None:
        return None
    log_tau = np.log(resistance * charge) / np.asarray(exponent)
    tau: Float = np.exp(np.clip(log_tau, -_REFERRED, _REFERRED))
    return tau
