"""What a material could store: charge per mass and per volume, and the thickness of lithium."""

from __future__ import annotations

from ..units import FARADAY_C_PER_MOL
from .formula import molar_mass_kg_per_mol
from .propagation import require_positive


def specific_charge_c_per_kg(formula: str, electrons: float) -> float:
    """Charge per mass n F / M in C/kg of the material written (1 mAh/g is 3600 C/kg).

    Faraday's law. The mass is that of the formula as written: of S, not of the Li2S it becomes.

    Raises
    ------
    ValueError
        If the number of electrons is not positive or the formula cannot be read.

    Examples
    --------
    >>> [round(specific_charge_c_per_kg(*each) / 3600, 1) for each in
    ...  (("Li", 1), ("S", 2), ("FeS2", 4), ("Mg", 2))]
    [3861.9, 1672.0, 893.6, 2205.4]
    """
    require_positive(electrons=electrons)
    return electrons * FARADAY_C_PER_MOL / molar_mass_kg_per_mol(formula)


def charge_density_c_per_m3(formula: str, electrons: float, density_kg_per_m3: float) -> float:
    """Charge per volume in C/m3 (1 mAh/cm3 is 3.6e6 C/m3). Errors as in the one per mass.

    Examples
    --------
    >>> round(charge_density_c_per_m3("Mg", 2, 1738.0) / 3.6e6)
    3833
    """
    require_positive(density_kg_per_m3=density_kg_per_m3)
    return specific_charge_c_per_kg(formula, electrons) * density_kg_per_m3


LITHIUM_DENSITY_KG_PER_M3 = 534.0
"""At 293 K (CRC Handbook of Chemistry and Physics)."""


def lithium_thickness_m(
    areal_charge_c_per_m2: float, density_kg_per_m3: float = LITHIUM_DENSITY_KG_PER_M3
) -> float:
    """Thickness of dense lithium that holds an areal charge, in m.

    Raises ValueError if charge or density is not positive.

    Examples
    --------
    1 mAh/cm2:

    >>> round(lithium_thickness_m(3.6e4) * 1e6, 2)
    4.85
    """
    require_positive(areal_charge_c_per_m2=areal_charge_c_per_m2)
    return areal_charge_c_per_m2 / charge_density_c_per_m3("Li", 1, density_kg_per_m3)
