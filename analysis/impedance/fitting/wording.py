"""What a fit says of itself in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..circuits.circuit import Circuit
from ..structure import neighbour_correlation
from .errors_of_fit import Uncertainty, Withheld
from .settings import FitSettings

if TYPE_CHECKING:
    from .many_fits import ManyFits


def notes_of(
    circuit: Circuit, settings: FitSettings, errors: Uncertainty, row: int
) -> tuple[str, ...]:
    """Say for each parameter why it has no standard error, or whom it follows; else nothing."""
    kinds = zip(circuit.names, circuit.parameters, strict=True)
    rows = zip(kinds, errors.withheld[row], errors.deviation[row], strict=True)
    return tuple(
        _note(int(withheld), float(doubt), kind.scale == "log", settings.tied.get(name))
        for (name, kind), withheld, doubt in rows
    )


def _note(withheld: int, deviation: float, log: bool, leader: str | None) -> str:
    tied = f"tied to {leader}" if leader else ""
    kind = "relative error" if log else "error"
    words = {
        Withheld.NO: "",
        Withheld.FIXED: "held fixed",
        Withheld.LOWER_BOUND: "at its lower bound",
        Withheld.UPPER_BOUND: "at its upper bound",
        Withheld.UNDETERMINED: f"not determined by these data ({kind} {deviation:.2g})",
        Withheld.NOT_FITTED: "not fitted",
    }[Withheld(withheld)]
    return "; ".join(part for part in (tied, words) if part)


def warnings_of(many: ManyFits, row: int) -> tuple[str, ...]:
    """Say what was left out of a fit, and where it does not follow the data."""
    if many.refusals[row]:
        return (many.refusals[row],)
    found = [*_left_out(many, row), *_correlated(many, row)]
    if not many.converged[row]:
        left = many.chi2[row] / many.stack.sum_of_squares[row]
        found.append(
            f"the fit did not converge, {left:.1%} of the weighted sum of squares is left; no "
            "value of it should be used"
        )
    return tuple(found)


def _left_out(many: ManyFits, row: int) -> list[str]:
    spoilt = ~many.stack.used[row]
    if not spoilt.any():
        return []
    return [
        f"{int(spoilt.sum())} points from {many.stack.frequency_hz[spoilt].min():.3g} Hz up have "
        "Z'' > 0 (inductance of leads) and were left out of the fit, as "
        f"{many.circuit} has no inductor"
    ]


def _correlated(many: ManyFits, row: int) -> list[str]:
    share = float(many.share[row])
    if share == 1.0:
        return []
    used = many.stack.used[row]
    correlation = neighbour_correlation(many.stack.frequency_hz[used], many.residuals[row, used])
    remark = (
        f"residuals of neighbouring frequencies correlate ({correlation:.2f}): the circuit does "
        "not follow the data down to their noise; "
    )
    if many.settings.weighting == "standard deviation":
        return [f"{remark}the standard errors are from the given deviations alone"]
    if float(many.reduced_chi2[row]) < np.finfo(np.float64).eps:
        return []
    return [f"{remark}the standard errors were widened {share**-0.5:.1f} times for it"]
