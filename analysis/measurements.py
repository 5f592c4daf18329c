"""The measurements that a sheet can be made of, by name."""

from importlib import import_module
from typing import Final

from .sheets.measurement import Measurement

MEASUREMENTS: Final[dict[str, tuple[str, str]]] = {
    "arrhenius": (".transport.arrhenius_sheet", "Conductivity over temperature: Ea in both forms"),
    "bruce-vincent": (".transport.bruce_vincent_sheet", "Cation transference number of a polymer"),
    "conductivity": (".transport.conductivity_sheet", "Conductivity of a pellet by impedance"),
    "dc-polarisation": (".transport.dc_polarisation_sheet", "Electronic conductivity"),
    "meyer-neldel": (".transport.meyer_neldel_sheet", "Prefactor against activation energy"),
    "pressure-series": (".transport.pressure_series_sheet", "Dependence on stack pressure"),
    "thickness-series": (".transport.thickness_series_sheet", "Conductivity by thickness"),
    "transference": (".transport.transference_sheet", "Ionic transference number"),
    "batch": (".lithium.batch_sheet", "Statistics of any number over the sheets of many cells"),
    "coulombic-efficiency": (
        ".lithium.coulombic_efficiency_sheet",
        "Coulombic efficiency of plating and stripping on a lithium-free electrode",
    ),
    "critical-current": (
        ".lithium.critical_current_sheet",
        "Critical current density of a batch of cells",
    ),
    "critical-current-map": (
        ".lithium.critical_current_map_sheet",
        "Critical current density over charge, pressure and temperature",
    ),
    "galvanodynamic": (
        ".lithium.galvanodynamic_sheet",
        "Critical current density by a galvanodynamic ramp",
    ),
    "lithium-life": (
        ".lithium.lithium_life_sheet",
        "Life of a batch of symmetric cells, in charge or in time",
    ),
    "plating-stripping": (
        ".lithium.plating_stripping_sheet",
        "Plating and stripping: polarisation, resistance, life",
    ),
    "conductivity-ageing": (
        ".stability.conductivity_ageing_sheet",
        "Chemical stability: conductivity over time in a solvent or in air",
    ),
    "gas-evolution": (
        ".stability.gas_evolution_sheet",
        "Gas given off in moist air: cm³ per gram",
    ),
    "interphase-growth": (
        ".stability.interphase_growth_sheet",
        "Growth of the interphase over time, one material or several compared",
    ),
    "stability-window": (
        ".stability.stability_window_sheet",
        "Stability window from slow sweeps of the potential",
    ),
    "cycling": (".cycling.cycling_sheet", "Cycling: capacity, efficiency, retention"),
    "gitt": (".cycling.gitt_sheet", "Titration: open-circuit voltage and diffusion coefficient"),
    "incremental-capacity": (".cycling.incremental_capacity_sheet", "Incremental capacity dQ/dV"),
    "rate-capability": (
        ".cycling.rate_capability_sheet",
        "Rate capability: capacity against C-rate and current density",
    ),
    "self-discharge": (
        ".cycling.self_discharge_sheet",
        "Self-discharge per month, for a while and for good",
    ),
}
"""Name: the module that has it as ``MEASUREMENT``, and its title. Imported when it is asked for."""


def measurement(name: str) -> Measurement:
    """Return the measurement of that name. Raises ``ValueError`` naming those that there are."""
    if name not in MEASUREMENTS:
        raise ValueError(f"unknown measurement {name!r}; allowed: {', '.join(MEASUREMENTS)}")
    found: Measurement = import_module(MEASUREMENTS[name][0], __package__).MEASUREMENT
    return found
