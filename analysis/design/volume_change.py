"""How much a host swells when it takes up lithium."""

from __future__ import annotations

from .formula import composition, molar_mass_kg_per_mol
from .propagation import require_positive


def volume_change(
    before: str,
    density_before_kg_per_m3: float,
    after: str,
    density_after_kg_per_m3: float,
    host: str,
) -> float:
    """Relative change of volume V2/V1 - 1 per atom of the host element, which stays.

    Parameters
    ----------
    before, after : str
        Formulas; they may hold different numbers of host atoms.
    density_before_kg_per_m3, density_after_kg_per_m3 : float
        Of the dense materials.
    host : str
        The element whose atoms are the same before and after.

    Raises
    ------
    ValueError
        If a density is not positive, or a formula cannot be read or lacks the host.

    Examples
    --------
    Sulfur of 2.03 g/cm3 becomes Li2S of 1.67 g/cm3:

    >>> f"{volume_change('S', 2030.0, 'Li2S', 1670.0, 'S'):.1%}"
    '74.2%'
    """
    require_positive(
        density_before_kg_per_m3=density_before_kg_per_m3,
        density_after_kg_per_m3=density_after_kg_per_m3,
    )
    first = _volume_per_host_m3_per_mol(before, density_before_kg_per_m3, host)
    return _volume_per_host_m3_per_mol(after, density_after_kg_per_m3, host) / first - 1.0


def _volume_per_host_m3_per_mol(formula: str, density_kg_per_m3: float, host: str) -> float:
    atoms = composition(formula).get(host, 0.0)
    if atoms == 0.0:
        raise ValueError(f"there is no {host!r} in {formula!r} that could stay the same")
    return molar_mass_kg_per_mol(formula) / density_kg_per_m3 / atoms
