"""The calculator of an electrolyte layer: areal conductance, areal resistance, ohmic drop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Sheet, number_of
from ..units import MILLIAMPERE_PER_CM2, MILLISIEMENS_PER_CM
from .areal import areal


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet; raises ``ValueError`` where conductivity or thickness is missing."""
    for name in ("conductivity_ms_cm", "thickness_um"):
        if options[name] is None:
            raise ValueError(f"{name} is needed")
    value, percent = (
        options["conductivity_ms_cm"] * MILLISIEMENS_PER_CM,
        options["uncertainty_percent"],
    )
    conductivity = Quantity(value, None if percent is None else value * percent / 100, "S/m")
    density = options["current_density_ma_cm2"]
    found = areal(
        conductivity,
        options["thickness_um"] * 1e-6,
        density * MILLIAMPERE_PER_CM2,
        options["thickness_uncertainty_um"] * 1e-6,
    )
    return Sheet(
        kind="areal",
        title="Areal conductance of an electrolyte layer",
        subject=f"{options['conductivity_ms_cm']:g} mS/cm, {options['thickness_um']:g} µm",
        headline=f"{found.resistance.value * 1e4:.4g} Ω cm²",
        numbers=(
            number_of(found.resistance, "asr_ohm_cm2", "area-specific resistance", "Ω cm²", 1e4),
            number_of(
                found.conductance, "areal_conductance_ms_cm2", "areal conductance", "mS/cm²", 0.1
            ),
            number_of(found.drop, "ohmic_drop_mv", f"ohmic drop at {density:g} mA/cm²", "mV", 1e3),
        ),
        assumptions=("the layer alone: no interfaces",),
        settings=options,
    )


MEASUREMENT = Measurement(
    name="areal",
    title="Areal conductance, areal resistance and ohmic drop of a layer",
    takes="",
    options=(
        Option("conductivity_ms_cm", "Conductivity.", low=1e-12),
        Option("uncertainty_percent", "Its standard uncertainty.", low=0.0),
        Option("thickness_um", "Thickness of the layer.", low=1e-6),
        Option("thickness_uncertainty_um", "Its standard uncertainty.", default=0.0, low=0.0),
        Option("current_density_ma_cm2", "For the ohmic drop.", default=1.0, low=0.0),
    ),
    make=make,
    example="areal --conductivity-ms-cm 0.55 --thickness-um 66",
)
