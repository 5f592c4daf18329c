"""The calculators of cell design, by name; a sheet is made of their options alone."""

from importlib import import_module
from typing import Final

from .sheets.measurement import Measurement

DESIGNS: Final[dict[str, tuple[str, str]]] = {
    "areal": (".transport.areal_sheet", "areal conductance, resistance and ohmic drop of a layer"),
    "break-even": (".design.break_even_sheet", "separator thickness that matches a liquid cell"),
    "capacity": (".design.capacity_sheet", "theoretical capacity and volume change"),
    "cost": (".design.cost_sheet", "cost of a cell's materials and of a membrane"),
    "energy": (".design.energy_sheet", "specific energy, by the mass it is over"),
    "leakage": (
        ".transport.leakage_sheet",
        "self-discharge that an electronic conductivity allows",
    ),
    "materials": (".materials.sheet", "published values, and a measured one among them"),
    "ohmic-limit": (".design.ohmic_limit_sheet", "thickest electrolyte for an ohmic drop"),
}
"""Name: the module that has it as ``MEASUREMENT``, and its title. Imported when it is asked for."""


def design(name: str) -> Measurement:
    """Return the calculator of that name. Raises ``ValueError`` naming those that there are."""
    if name not in DESIGNS:
        raise ValueError(f"unknown calculation {name!r}; allowed: {', '.join(DESIGNS)}")
    found: Measurement = import_module(DESIGNS[name][0], __package__).MEASUREMENT
    return found
