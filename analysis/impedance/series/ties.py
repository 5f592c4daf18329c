"""How the spectra of a series depend on one another: one linear map.

Every coordinate of every spectrum is u = D theta + d. A shared quantity has one theta, a free or
smooth one has one for each spectrum, and an Arrhenius-tied one has two: its values at the coldest
and at the hottest temperature, between which ln(R/T) is linear in 1/T.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..arrays import Float

BOLTZMANN_EV_PER_K = 8.617333e-5
Role = Literal["free", "shared", "arrhenius", "smooth", "fixed"]
Form = Literal["sigma*T", "sigma"]


@dataclass(frozen=True, eq=False)
class Ties:
    """The map from P joint coordinates theta to those of m spectra, u (m, p).

    `matrix` (m, p, P), `offset` (m, p), `roles` (p,), and for each of the p places the slice of
    theta that it takes.
    """

    matrix: Float
    offset: Float
    roles: tuple[Role, ...]
    places: tuple[slice, ...]

    @classmethod
    def of(
        cls, roles: tuple[Role, ...], at: Float, fixed: Mapping[int, float], form: Form = "sigma*T"
    ) -> Ties:
        """Lay the map for `roles` (p,) over the coordinate `at` (m,); `fixed` are values of u."""
        m, p = len(at), len(roles)
        offset = np.zeros((m, p))
        blocks, places, used = [], [], 0
        for place, role in enumerate(roles):
            block = _block(role, at)
            if role == "fixed":
                offset[:, place] = fixed[place]
            if role == "arrhenius" and form == "sigma*T":
                offset[:, place] = np.log(at)
            blocks.append(block)
            places.append(slice(used, used + block.shape[1]))
            used += block.shape[1]
        matrix = np.zeros((m, p, used))
        for place, block in enumerate(blocks):
            matrix[:, place, places[place]] = block
        return cls(matrix, offset, roles, tuple(places))

    @property
    def count(self) -> int:
        """The number of joint coordinates."""
        return int(self.matrix.shape[2])

    def spread(self, theta: Float) -> Float:
        """Coordinates u (..., m, p) at joint coordinates theta (..., P)."""
        u: Float = np.einsum("mpq,...q->...mp", self.matrix, theta) + self.offset
        return u

    def gather(self, u: Float, weight: Float) -> Float:
        """Joint coordinates (P,) that come nearest to u (m, p), each counted by weight (m, p)."""
        theta = np.zeros(self.count)
        for place, own in enumerate(self.places):
            w = weight[:, place] / weight[:, place].max(initial=1e-300) + 1e-9
            block = self.matrix[:, place, own] * w[:, None]
            theta[own] = np.linalg.lstsq(
                block, (u[:, place] - self.offset[:, place]) * w, rcond=None
            )[0]
        return theta

    def limits(self, lower: Float, upper: Float) -> tuple[Float, Float]:
        """Bounds of theta, each (P,), from those of the coordinates of a spectrum, (p,)."""
        low, high = np.empty(self.count), np.empty(self.count)
        for place, own in enumerate(self.places):
            shift = self.offset[:, place] if self.roles[place] == "arrhenius" else np.zeros(1)
            low[own], high[own] = lower[place] - shift.min(), upper[place] - shift.max()
        return low, high


def _block(role: Role, at: Float) -> Float:
    if role == "fixed":
        return np.zeros((len(at), 0))
    if role == "shared":
        return np.ones((len(at), 1))
    if role == "arrhenius":
        share = cold_share(at)
        return np.stack([share, 1.0 - share], axis=1)
    return np.eye(len(at))


def cold_share(temperature_k: Float) -> Float:
    """Where each temperature lies in 1/T: 1 at the coldest, 0 at the hottest; shape (m,)."""
    inverse = 1.0 / temperature_k
    share: Float = (inverse - inverse.min()) / (inverse.max() - inverse.min())
    return share
