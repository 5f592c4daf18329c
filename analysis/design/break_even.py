"""How thin a solid separator must be, or how heavy a cathode, to match a given energy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cell_model import SolidCell, SolidElectrolyte, solid_cell_energy, with_loading
from .propagation import require_positive

Per = Literal["mass", "volume"]


def break_even_thickness_m(
    cell: SolidCell,
    *,
    specific_energy_j_per_kg: float | None = None,
    energy_density_j_per_m3: float | None = None,
) -> float | None:
    """Thickness of the separator at which the cell has a reference energy, in m; else None.

    None says that the cell stays below the reference even without a separator. The reference is
    the caller's: with an energy per mass, L = (E / E_ref - w_0) / rho, w_0 the mass per area of
    everything else; with an energy per volume, L = E / E_ref - L_0 (Wu, Xiao 2016, section 3).

    Raises
    ------
    ValueError
        If not exactly one reference is given, or it is not positive.

    Examples
    --------
    >>> found = break_even_thickness_m(SolidCell(), specific_energy_j_per_kg=263.558 * 3600)
    >>> round(found * 1e6, 1)
    41.0
    """
    bare = replace(cell, separator_m=0.0)
    energy = cell.active.areal_energy_j_per_m2
    per, reference = _reference(specific_energy_j_per_kg, energy_density_j_per_m3)
    room = energy / reference - _extent(bare, per)
    thickness_m = room / (cell.electrolyte.density_kg_per_m3 if per == "mass" else 1.0)
    return thickness_m if thickness_m > 0 else None


def break_even_loading_kg_per_m2(
    cell: SolidCell,
    *,
    specific_energy_j_per_kg: float | None = None,
    energy_density_j_per_m3: float | None = None,
) -> float | None:
    """Loading of active material at which the cell has a reference energy, in kg/m2; else None.

    Mass and thickness of the cell are linear in the loading, so the answer is exact. None says
    that no loading suffices. Errors as in :func:`break_even_thickness_m`.

    Examples
    --------
    >>> cell = SolidCell(separator_m=100e-6)
    >>> found = break_even_loading_kg_per_m2(cell, energy_density_j_per_m3=638.74 * 3.6e6)
    >>> f"{found * 100:.1f} mg/cm2"
    '16.7 mg/cm2'
    """
    per, reference = _reference(specific_energy_j_per_kg, energy_density_j_per_m3)
    loading = cell.active.loading_kg_per_m2
    slope = (_extent(with_loading(cell, 2 * loading), per) - _extent(cell, per)) / loading
    fixed = _extent(cell, per) - slope * loading
    gain = cell.active.areal_energy_j_per_m2 / loading / reference - slope
    return fixed / gain if gain > 0 else None


def _reference(
    specific_energy_j_per_kg: float | None, energy_density_j_per_m3: float | None
) -> tuple[Per, float]:
    match specific_energy_j_per_kg, energy_density_j_per_m3:
        case float() | int() as reference, None:
            require_positive(specific_energy_j_per_kg=reference)
            return "mass", reference
        case None, float() | int() as reference:
            require_positive(energy_density_j_per_m3=reference)
            return "volume", reference
    raise ValueError("give one reference: an energy per mass or an energy per volume")


def _extent(cell: SolidCell, per: Per) -> float:
    """Mass per area in kg/m2, or thickness in m, of the whole cell."""
    found = solid_cell_energy(cell)
    density = found.specific_energy_j_per_kg if per == "mass" else found.energy_density_j_per_m3
    return cell.active.areal_energy_j_per_m2 / density


@dataclass(frozen=True, eq=False)
class EnergyMap:
    """Energies of one electrolyte over loadings and thicknesses, as arrays to draw.

    Attributes
    ----------
    electrolyte : SolidElectrolyte
    thickness_m : ndarray, shape (n,)
    loading_kg_per_m2 : ndarray, shape (m,)
    specific_energy_j_per_kg, energy_density_j_per_m3 : ndarray, shape (m, n)
    break_even_m : ndarray, shape (m,)
        Thickness at which the cell has the reference energy per mass; NaN where it never has.
    """

    electrolyte: SolidElectrolyte
    thickness_m: NDArray[np.float64]
    loading_kg_per_m2: NDArray[np.float64]
    specific_energy_j_per_kg: NDArray[np.float64]
    energy_density_j_per_m3: NDArray[np.float64]
    break_even_m: NDArray[np.float64]


def energy_maps(
    cell: SolidCell,
    electrolytes: Sequence[SolidElectrolyte],
    thickness_m: ArrayLike,
    loading_kg_per_m2: ArrayLike,
    reference_j_per_kg: float,
) -> Mapping[str, EnergyMap]:
    """Energy against separator thickness and loading for a set of electrolytes, by name.

    `cell` gives every other parameter; thickness of shape (n,), loading of shape (m,).

    Raises
    ------
    ValueError
        If a loading or the reference is not positive, or a thickness is negative.

    Examples
    --------
    >>> maps = energy_maps(SolidCell(), [SolidElectrolyte(name="LGPS", density_kg_per_m3=2000.0)],
    ...                    [20e-6, 100e-6], [0.195], 264 * 3600)
    >>> (maps["LGPS"].specific_energy_j_per_kg / 3600).round(0)
    array([[406., 278.]])
    """
    thickness = np.atleast_1d(np.asarray(thickness_m, dtype=np.float64))
    loading = np.atleast_1d(np.asarray(loading_kg_per_m2, dtype=np.float64))
    if (thickness < 0).any():
        raise ValueError(f"a thickness is {thickness.min():g} m; it must be >= 0")
    return {
        each.name: _map(replace(cell, electrolyte=each), thickness, loading, reference_j_per_kg)
        for each in electrolytes
    }


def _map(
    cell: SolidCell,
    thickness: NDArray[np.float64],
    loading: NDArray[np.float64],
    reference_j_per_kg: float,
) -> EnergyMap:
    bare = [replace(with_loading(cell, float(m)), separator_m=0.0) for m in loading]
    energy = np.array([each.active.areal_energy_j_per_m2 for each in bare])
    mass = np.array([_extent(each, "mass") for each in bare])
    depth = np.array([_extent(each, "volume") for each in bare])
    limits = [
        break_even_thickness_m(each, specific_energy_j_per_kg=reference_j_per_kg) for each in bare
    ]
    return EnergyMap(
        cell.electrolyte,
        thickness,
        loading,
        energy[:, None] / (mass[:, None] + thickness * cell.electrolyte.density_kg_per_m3),
        energy[:, None] / (depth[:, None] + thickness),
        np.array([math.nan if limit is None else limit for limit in limits]),
    )
