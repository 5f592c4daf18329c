"""Parameter values for tests of circuits: drawn from the whole physical range or a middle of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from solidcell.analysis.impedance import Circuit

WHOLE_DECADES = {
    "ohm": (-3, 12),
    "F": (-15, 1),
    "H": (-12, 3),
    "ohm s^-1/2": (-6, 12),
    "ohm s^1/2": (-12, 3),
    "s": (-18, 13),
    "ohm^-1 s^a": (-15, 1),
    "": (-6, 6),
}
"""R 1 mohm to 1 Tohm, C 1 fF to 10 F, and what follows from them for the others."""

MIDDLE_DECADES = {
    "ohm": (0, 5),
    "F": (-12, -2),
    "H": (-8, -4),
    "ohm s^-1/2": (-1, 4),
    "ohm s^1/2": (-6, -2),
    "s": (-7, 1),
    "ohm^-1 s^a": (-11, -3),
    "": (-0.5, 0.5),
}

unit_draws = st.lists(st.floats(0, 1), min_size=12, max_size=12)
"""One number in 0 ... 1 for each parameter of a circuit, and some more."""


def drawn(
    circuit: Circuit, draws: Sequence[float], decades: dict[str, tuple[float, float]]
) -> np.ndarray:
    """Return parameters for numbers in 0 ... 1: exponents in their bounds, the rest in decades."""
    values = []
    for parameter, draw in zip(circuit.parameters, draws, strict=False):
        if parameter.scale == "linear":
            values.append(parameter.lower + (parameter.upper - parameter.lower) * draw)
        else:
            low, high = decades[parameter.unit]
            values.append(10 ** (low + (high - low) * draw))
    return np.array(values)
