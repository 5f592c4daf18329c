"""``solidcell design ohmic-limit``: how thick the electrolyte may be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..sheets.measurement import Measurement, Options
from ..sheets.plot import Axis, Mark, Panel, Plot, line
from ..sheets.sheet import Number, Sheet, number_of
from ..units import MICROMETRE, MILLIAMPERE_PER_CM2, MILLISIEMENS_PER_CM, OHM_CM2
from .ohmic_limit import ohmic_drop_v, ohmic_thickness_limit
from .options import doubtful, quantity


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of the ohmic limit; errors as in ``ohmic_thickness_limit``."""
    drop = quantity(options, "drop", "mv", 1e-3, "V")
    current = quantity(options, "current_density", "ma_cm2", MILLIAMPERE_PER_CM2, "A/m2")
    sigma = quantity(options, "conductivity", "ms_cm", MILLISIEMENS_PER_CM, "S/m")
    limit = ohmic_thickness_limit(drop, current, sigma)
    number = number_of(limit, "thickness_limit_um", "L", "µm", 1 / MICROMETRE)
    resistance = Number(
        name="areal_resistance_ohm_cm2",
        label="ASR at that thickness",
        unit="Ω cm²",
        value=drop.value / current.value / OHM_CM2,
    )
    thickness = np.linspace(0.02, 2, 100) * limit.value
    drops = [1e3 * ohmic_drop_v(each, current.value, sigma.value) for each in thickness]
    panel = Panel(
        x=Axis(label="L / µm"),
        y=Axis(label="JL/σ / mV"),
        items=(
            line("ohmic drop", thickness / MICROMETRE, drops),
            Mark("allowed", drop.value * 1e3, axis="y"),
            Mark("limit", limit.value / MICROMETRE),
        ),
    )
    return Sheet(
        kind="ohmic-limit",
        title="Ohmic thickness limit",
        subject=f"{options['conductivity_ms_cm']:g} mS/cm",
        headline=f"at most {limit.value / MICROMETRE:.4g} µm",
        conditions=(
            ("allowed drop", f"{options['drop_mv']:g} mV"),
            ("current density", f"{options['current_density_ma_cm2']:g} mA/cm²"),
        ),
        numbers=(number, resistance),
        plots=(Plot(name="ohmic-limit", caption="Ohmic drop by thickness.", panels=(panel,)),),
        assumptions=(
            "the electrolyte alone: neither interfaces nor electrodes lose voltage",
            "the conductivity is that at the temperature and pressure of use",
        ),
        settings=options,
    )


MEASUREMENT = Measurement(
    name="ohmic-limit",
    title="Thickest electrolyte for an allowed ohmic drop",
    takes="",
    options=(
        *doubtful("drop", "mv", "Voltage that may be lost in the electrolyte.", 50.0),
        *doubtful("current_density", "ma_cm2", "Current density.", 3.0),
        *doubtful("conductivity", "ms_cm", "Ionic conductivity."),
    ),
    make=make,
    example="ohmic-limit --drop-mv 50 --current-density-ma-cm2 3 --conductivity-ms-cm 0.1",
)
