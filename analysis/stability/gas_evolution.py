"""How much gas an electrolyte gives off: hydrogen sulfide from moist air, as a rule.

n = integral of c Q dt / V_m with a flow, or c V / V_m in a closed volume; per gram as cm3 of gas at
0 degC and 101.325 kPa. Muramatsu, Hayashi, Ohtomo, Hama and Tatsumisago, Solid State Ionics 182
(2011) 116.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import Quantity

GAS_CONSTANT: Final = 8.314462618
NORMAL_K: Final = 273.15
NORMAL_PA: Final = 101_325.0
NORMAL_MOLAR_M3: Final = GAS_CONSTANT * NORMAL_K / NORMAL_PA


@dataclass(frozen=True, slots=True, eq=False)
class GasEvolution:
    """What came off; volumes are at 0 degC and 101.325 kPa.

    ``course_m3_kg`` has shape (n,): gas per mass of electrolyte so far.
    ``below_detection`` is the share of readings under the limit of detection: they count as zero
    in ``amount``, and as the limit in ``at_most_mol``.
    """

    time_s: NDArray[np.float64]
    course_m3_kg: NDArray[np.float64]
    amount: Quantity
    at_most_mol: float
    per_mass: Quantity
    below_detection: float
    warnings: tuple[str, ...]


def gas_evolution(
    time_s: ArrayLike,
    fraction: ArrayLike,
    mass_kg: float,
    *,
    flow_m3_s: float | None = None,
    volume_m3: float | None = None,
    temperature_k: float = 298.15,
    pressure_pa: float = NORMAL_PA,
    detection_limit: float = 0.0,
    relative_uncertainty: float = 0.0,
) -> GasEvolution:
    """Count gas from its volume fraction (1 ppm is 1e-6), shape (n,), over time.

    Give ``flow_m3_s`` where carrier gas carries it off, or ``volume_m3`` where it gathers in a
    closed vessel; ``temperature_k`` and ``pressure_pa`` are those of that flow or volume.
    ``relative_uncertainty`` is of sensor and flow (or volume) together, standard, and is common to
    all readings; mass is taken to be exact.

    Raises
    ------
    ValueError
        If neither or both of flow and volume are given, or a value is out of its range.

    Examples
    --------
    40 ppm in 0.1 L/min for 40 min from 0.1 g:

    >>> found = gas_evolution([0, 2400], [4e-5, 4e-5], 1e-4, flow_m3_s=1e-4 / 60)
    >>> f"{found.per_mass.value * 1e3:.3f} cm3/g"  # m3/kg = 1000 cm3/g
    '1.466 cm3/g'
    """
    time, c = np.asarray(time_s, dtype=np.float64), np.asarray(fraction, dtype=np.float64)
    _require(time, c, mass_kg, flow_m3_s, volume_m3)
    for name, value in (("temperature_k", temperature_k), ("pressure_pa", pressure_pa)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; it must be finite and > 0")
    molar_m3 = GAS_CONSTANT * temperature_k / pressure_pa
    seen = np.where(c < detection_limit, 0.0, c)
    most = np.maximum(c, detection_limit)
    course, highest = (_moles(time, each, flow_m3_s, volume_m3) / molar_m3 for each in (seen, most))
    moles = float(course[-1])
    missed = float((c < detection_limit).mean())
    volume = moles * NORMAL_MOLAR_M3 / mass_kg
    return GasEvolution(
        time_s=time,
        course_m3_kg=course * NORMAL_MOLAR_M3 / mass_kg,
        amount=Quantity(moles, moles * relative_uncertainty, "mol"),
        at_most_mol=float(highest[-1]),
        per_mass=Quantity(volume, volume * relative_uncertainty, "m3/kg"),
        below_detection=missed,
        warnings=_warnings(missed, seen, flow_m3_s),
    )


def _require(
    time: NDArray[np.float64],
    c: NDArray[np.float64],
    mass_kg: float,
    flow_m3_s: float | None,
    volume_m3: float | None,
) -> None:
    if time.shape != c.shape or time.ndim != 1 or time.size < 2:
        raise ValueError("times and volume fractions must have one length, of two or more")
    if not (np.diff(time) > 0).all():
        raise ValueError("time_s must rise from one reading to the next")
    if not (np.isfinite(c).all() and (c >= 0).all() and (c <= 1).all()):
        raise ValueError("a volume fraction must be between 0 and 1; 1 ppm is 1e-6")
    if (flow_m3_s is None) == (volume_m3 is None):
        raise ValueError("give the flow of a carrier gas or the volume of a closed vessel: one")
    for name, value in (("mass_kg", mass_kg), ("flow_m3_s", flow_m3_s), ("volume_m3", volume_m3)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; it must be finite and > 0")


def _moles(
    time: NDArray[np.float64],
    c: NDArray[np.float64],
    flow_m3_s: float | None,
    volume_m3: float | None,
) -> NDArray[np.float64]:
    """Return the volume of gas so far, at the conditions of flow or vessel."""
    if volume_m3 is not None:
        return np.asarray(c * volume_m3)
    steps = (c[1:] + c[:-1]) / 2 * np.diff(time) * (flow_m3_s or 0.0)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _warnings(missed: float, seen: NDArray[np.float64], flow_m3_s: float | None) -> tuple[str, ...]:
    found = []
    if missed > 0.05:
        found.append(f"{missed:.0%} of the readings are below the limit of detection")
    if flow_m3_s is not None and seen.max() > 0 and seen[-1] > 0.1 * seen.max():
        found.append("gas is still coming off at the end: more would follow")
    return tuple(found)
