"""The open-circuit curve about a pulse, from the rests of a titration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .stretches import Floats
from .titration import Pulse, Titration


@dataclass(frozen=True, slots=True, eq=False)
class OpenCircuit:
    """U(x) - U(0) in V, a polynomial through rests; x is the charge since the pulse began, in C.

    Rests are at ``charge_c`` with ``volts`` against the rest before the pulse, and standard errors
    ``errors_v``; shape (m,).
    """

    charge_c: Floats
    volts: Floats
    errors_v: Floats

    def at(self, charge_c: Floats) -> Floats:
        """The voltage at charges, of their shape."""
        return np.asarray(self._weights(charge_c) @ self.volts)

    def shares(self, charge_c: Floats) -> Iterator[tuple[Floats, float]]:
        """For each rest: by how much the curve moves with it, and its standard error."""
        weights = self._weights(charge_c)
        yield from zip(weights.T, self.errors_v.tolist(), strict=True)

    @property
    def slope_v_per_c(self) -> float:
        """Its slope where the pulse begins."""
        small = 1e-4 * float(np.ptp(self.charge_c))
        low, high = self.at(np.array([-small, small]))
        return float(high - low) / (2 * small)

    @property
    def bend(self) -> float:
        """The steepest over the flattest slope between two rests that follow each other."""
        order = np.argsort(self.charge_c)
        slopes = np.abs(np.diff(self.volts[order]) / np.diff(self.charge_c[order]))
        return float(slopes.max() / max(slopes.min(), 1e-300))

    def _weights(self, charge_c: Floats) -> Floats:
        """Lagrange's polynomials, shape (n, m)."""
        x, at = np.asarray(charge_c, dtype=float), self.charge_c
        columns = []
        for k in range(at.size):
            others = np.delete(at, k)
            columns.append(np.prod((x[:, None] - others) / (at[k] - others), axis=1))
        return np.stack(columns, axis=1)


def open_circuit_about(pulse: Pulse, titrated: Titration, points: int) -> OpenCircuit:
    """Return it through the so many rests nearest to the middle of a pulse.

    Only rests about pulses of the same direction count: a cell has a hysteresis.
    """
    alike = [each for each in titrated.pulses if each.direction == pulse.direction]
    middle_c = titrated.rests[pulse.before].charge_c + pulse.charge_c / 2
    near = sorted(
        {each.before for each in alike} | {each.after for each in alike},
        key=lambda n: abs(titrated.rests[n].charge_c - middle_c),
    )[:points]
    rests, origin = [titrated.rests[n] for n in near], titrated.rests[pulse.before]
    return OpenCircuit(
        charge_c=np.array([rest.charge_c - origin.charge_c for rest in rests]),
        volts=np.array([rest.voltage.value - origin.voltage.value for rest in rests]),
        errors_v=np.array([rest.voltage.standard_error or 0.0 for rest in rests]),
    )
