"""Critical currents of stripping and of plating apart, of cells with a reference electrode.

Only three electrodes tell the two directly (Kasemchainan et al., Nat. Mater. 18 (2019) 1105): the
critical stripping current (CCS), above which voids open, and the critical plating current (CCP),
above which lithium penetrates where contact is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..critical_current import CriticalCurrent
from ..sheets.plot import Plot
from ..sheets.sheet import Number
from ..statistics import Observation
from .batch_figures import batch_plots
from .batch_statistics import batch_numbers, batch_statistics, batch_warnings

UNIT: Final = "mA/cm²"
_OF: Final = (
    ("stripping", "CCS", "critical stripping current (CCS)"),
    ("plating", "CCP", "critical plating current (CCP)"),
)
ASSUMPTION: Final = (
    "CCS and CCP by reference electrode: a cell's CCS is that of the electrode that gives way "
    "first, its CCP a short while the plated electrode had kept its contact; a short after that, "
    "or none, is a lower bound, as the current was denser where contact was left"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrodeCurrents:
    """What one cell says of either, in mA/cm²; ``None`` where it says nothing."""

    stripping: Observation | None
    plating: Observation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrodeParts:
    """What the cells with a reference electrode add to the sheet of a batch."""

    numbers: tuple[Number, ...] = ()
    plots: tuple[Plot, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def electrode_currents(verdict: CriticalCurrent) -> ElectrodeCurrents | None:
    """Return both critical currents of a cell, ``None`` without a reference electrode.

    Stripping: the smaller of both electrodes' limits, so that its bounds are the smaller of theirs;
    a contact loss at a step bounds it from above, too. Plating: the step of the short, if the
    plated electrode had lost no contact by then, else what was passed as a lower bound.
    """
    limits = [limit for limit in verdict.stripping if limit.by_reference]
    if not limits:
        return None
    failed = verdict.failed_ma_cm2
    ends = [limit.failed_ma_cm2 for limit in limits if limit.failed_ma_cm2 is not None]
    if verdict.failure == "contact loss" and failed is not None:
        ends.append(failed)
    high = min(ends, default=math.inf)
    lows = (min(limit.passed_ma_cm2 for limit in limits), verdict.passed_ma_cm2, 0.0)
    return ElectrodeCurrents(
        stripping=_seen(next(low for low in lows if low < high), high),
        plating=_seen(verdict.passed_ma_cm2, _short_ma_cm2(verdict)),
    )


def _short_ma_cm2(verdict: CriticalCurrent) -> float:
    """Where lithium penetrated an electrode in contact; infinite where it is not known to have."""
    failed = verdict.failed_ma_cm2
    if failed is None or "short" not in verdict.failure:
        return math.inf
    lost = [
        limit.failed_ma_cm2
        for limit in verdict.stripping
        if limit.electrode == verdict.plated_electrode and limit.failed_ma_cm2 is not None
    ]
    return math.inf if any(each <= failed for each in lost) else failed


def _seen(low: float, high: float) -> Observation | None:
    if math.isinf(high):
        return Observation.right(low) if low > 0 else None
    return Observation(low, high)


def electrode_parts(
    cells: Sequence[tuple[str, ElectrodeCurrents | None]], axis: str
) -> ElectrodeParts:
    """Return median, B10, scale and modulus of both, over cells by name; nothing without any."""
    known = [(name, each) for name, each in cells if each is not None]
    if not known:
        return ElectrodeParts()
    numbers: list[Number] = []
    plots: list[Plot] = []
    warnings: list[str] = []
    for which, short, label in _OF:
        seen = [(name, one) for name, each in known if (one := getattr(each, which)) is not None]
        if not seen:
            warnings.append(f"{short}: no cell says anything of it")
            continue
        found = batch_statistics([one for _, one in seen])
        stem = f"critical_{which}_current"
        numbers += [
            replace(one, name=f"{stem}_modulus", label=f"Weibull modulus of the {short}")
            if one.name == "weibull_modulus"
            else one
            for one in batch_numbers(found, stem, "ma_cm2", label, UNIT)
        ]
        first = batch_plots(found, [name for name, _ in seen], axis)[0]
        plots.append(
            replace(first, name=f"{which}-{first.name}", caption=f"{short}: {first.caption}")
        )
        warnings += [f"{short}: {text}" for text in batch_warnings(found)]
    without = len(cells) - len(known)
    if without:
        warnings.append(f"CCS and CCP without {without} cells, which have no reference electrode")
    return ElectrodeParts(
        numbers=tuple(numbers),
        plots=tuple(plots),
        assumptions=(ASSUMPTION,),
        warnings=tuple(warnings),
    )


def electrode_columns(cells: Sequence[ElectrodeCurrents | None]) -> dict[str, list[Any]]:
    """Return the columns of a table of cells; none where no cell has a reference electrode."""
    if not any(cells):
        return {}
    columns: dict[str, list[Any]] = {}
    for which, short, _ in _OF:
        seen = [None if each is None else getattr(each, which) for each in cells]
        stem = short.lower()
        columns[f"{stem}_passed_ma_cm2"] = [None if o is None else o.low for o in seen]
        columns[f"{stem}_failed_ma_cm2"] = [
            o.high if o is not None and o.has_failed else None for o in seen
        ]
    return columns
