"""What really happened in a simulated cell, in the words of a critical-current result."""

import json
from collections.abc import Iterable
from pathlib import Path

_FAILED_LABELS = ("contact_lost", "soft_short", "hard_short")


def true_critical_current_ma_cm2(
    truth: Path, electrode_area_m2: float, steps_ma_cm2: Iterable[float]
) -> float | None:
    """Return the step in which the hidden label first became a short or contact was lost.

    The last direct current before that is matched to the nearest nominal current density of the
    test; ``None`` if the cell never failed.
    """
    current_a = next(
        (
            fact["last_nonzero_dc_current_a"]
            for fact in map(json.loads, truth.read_text(encoding="utf-8").splitlines())
            if fact.get("label") in _FAILED_LABELS
        ),
        None,
    )
    if current_a is None:
        return None
    density_ma_cm2 = abs(current_a) / electrode_area_m2 / 10.0
    return min(steps_ma_cm2, key=lambda step: abs(step - density_ma_cm2))
