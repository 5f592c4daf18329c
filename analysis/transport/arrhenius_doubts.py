"""What to doubt of an Arrhenius line: the sign of its energy, and how far it is drawn out."""

from __future__ import annotations

from collections.abc import Sequence

from ..impedance import ArrheniusFit
from ..units import ZERO_CELSIUS_K
from .arrays import Float

_ROOM_K = ZERO_CELSIUS_K + 25.0
_FAR_K = 10.0
_LIKE_KELVIN_C = (250.0, 420.0)  # what a laboratory measures at, if it is read as °C by mistake


def doubts_of(lines: Sequence[ArrheniusFit]) -> tuple[str, ...]:
    """Return warnings on conductivities that fall with temperature, or are far from 25 °C."""
    found = []
    for one in lines:
        if one.activation_energy.value < 0:
            found.append(
                f"{one.name}: falls with the temperature, its activation energy is negative: "
                "hopping ions do not do that; look for drying, decomposition, a transition or lost "
                "contact"
            )
        beyond = extrapolated_k(one.temperature_k)
        if beyond > _FAR_K and one.unit != "S/m2":
            found.append(f"{one.name}: σ at 25 °C is {_far_words(one.temperature_k, beyond)}")
    return tuple(found)


def extrapolated_k(temperature_k: Float) -> float:
    """How far 25 °C is from the nearest of temperatures (m,) in K; 0 between them.

    >>> import numpy as np
    >>> extrapolated_k(np.array([313.15, 333.15])), extrapolated_k(np.array([273.15, 333.15]))
    (15.0, 0.0)
    """
    beyond = max(float(temperature_k.min()) - _ROOM_K, _ROOM_K - float(temperature_k.max()), 0.0)
    return round(beyond, 6)


def _far_words(temperature_k: Float, beyond_k: float) -> str:
    low, high = (float(end) - ZERO_CELSIUS_K for end in (temperature_k.min(), temperature_k.max()))
    words = (
        f"extrapolated by {beyond_k:.3g} K beyond what was measured, {low:.4g} to {high:.4g} °C: "
        "it holds if the line does"
    )
    if _LIKE_KELVIN_C[0] <= low and high <= _LIKE_KELVIN_C[1]:
        words += "; if these are kelvin, give them in °C"
    return words
