"""Sweeps that every analyser with a bias must do on a cell of 150 ohm."""

from dataclasses import replace

from solidcell.drivers.segments import ImpedanceMode
from support.contracts.segments import SWEEP

BIASED = replace(SWEEP, bias=0.02, name="biased")
BIASED_CURRENT = replace(
    SWEEP,
    mode=ImpedanceMode.GALVANOSTATIC,
    amplitude=5e-4,
    bias=1e-4,
    frequency_min_hz=1e3,
    name="biased current",
)
