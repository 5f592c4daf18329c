"""Growth of interphases with a free exponent, reference electrodes, gas from moist air."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..stability.gas_evolution import gas_evolution
from ..stability.interphase_growth import growth_of
from ..stability.reference_shift import shift_to_lithium
from .check import Check, compare, holds
from .published_tables import SULFIDES

_OHM_CM2 = 1e-4


def checks() -> Iterator[Check]:
    """Yield exponents told apart, the refusals of a reference, and a volume of gas."""
    yield _growth("diffusion", 0.5, other=1.0)
    yield _growth("reaction", 1.0, other=0.5)
    source = f"{SULFIDES}, section 4.2.3"
    yield compare(
        "Li-In against lithium, V", source, "0.62", shift_to_lithium("Li-In", 0.5).shift.value
    )
    try:
        said = f"{shift_to_lithium('Li-In', 0.95).shift.value:g} V"
    except ValueError as refusal:
        said = f"refused: {refusal}"
    yield holds("Li-In with 0.95 lithium per indium", source, "must be refused", said,
                good=said.startswith("refused"))  # fmt: skip
    litres = 40e-6 * 0.1 * 40 * 273.15 / 298.15
    found = gas_evolution([0.0, 2400.0], [4e-5, 4e-5], 1e-4, flow_m3_s=1e-4 / 60)
    yield compare("gas of 40 ppm in 0.1 L/min for 40 min from 0.1 g, cm3/g",
                  "ideal gas at 25 °C, brought to 0 °C", f"{1e3 * litres / 0.1:.3f}",
                  found.per_mass.value * 1e3)  # fmt: skip


def _growth(control: str, exponent: float, *, other: float) -> Check:
    """Twenty spectra of 50 h with 2 % of noise must hold their exponent and not the other."""
    time_h = np.linspace(0.5, 50.0, 20)
    grown = 10.0 + 60.0 * (time_h / 50.0) ** exponent
    noise = 0.02 * np.random.default_rng(11).normal(size=20)
    found = growth_of(time_h * 3600, grown * (1 + noise) * _OHM_CM2, 0.02 * grown * _OHM_CM2)
    low, high = math.nan, math.nan
    if found.fit is not None:
        low, high = found.fit.exponent.low, found.fit.exponent.high
    return holds(
        f"exponent of growth under {control} control, 20 spectra with 2 % of noise (95 %)",
        "R = R0 + k t^n with known n",
        f"{exponent:g}, not {other:g}",
        f"{low:.2f} to {high:.2f}",
        good=low <= exponent <= high and not low <= other <= high,
    )
