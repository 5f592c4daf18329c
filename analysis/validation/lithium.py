"""Lithium that moves and comes back, and statistics of replicates on published sets."""

from __future__ import annotations

from collections.abc import Iterator

from ..lithium.coulombic_efficiency import HalfCycleCharge, efficiencies
from ..lithium.lithium_use import lithium_moved_m, lithium_use
from ..statistics.censored import Observation
from ..statistics.kaplan_meier import kaplan_meier
from ..statistics.weibull import fit_weibull
from .check import Check, compare, holds
from .published_tables import PERSPECTIVE

_MAH_CM2 = 36_000.0
_BEARINGS = (
    17.88, 28.92, 33.0, 41.52, 42.12, 45.6, 48.4, 51.84, 51.96, 54.12, 55.56, 67.8, 68.64, 68.64,
    68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.4,
)  # fmt: skip
_REMISSIONS_WEEKS = (6, 6, 6, 7, 10, 13, 16, 22, 23)
_STILL_IN_REMISSION_WEEKS = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def checks() -> Iterator[Check]:
    """Yield lithium moved, efficiencies and refusals, and published statistics."""
    yield from _moved()
    yield from _efficiency()
    yield from _statistics()


def _moved() -> Iterator[Check]:
    source = f"{PERSPECTIVE}, section 3: usual half-cycles"
    for charge, micrometres in ((0.1, "0.48"), (0.5, "2.4")):
        yield compare(f"lithium moved by {charge} mAh/cm2, um", source, micrometres,
                      1e6 * lithium_moved_m(charge * _MAH_CM2))  # fmt: skip
    warned = [bool(lithium_use(q * _MAH_CM2, 30e-6).warnings) for q in (0.1, 3.0)]
    yield holds("warning of 0.1 and of 3 mAh/cm2 with 30 um of lithium", source,
                "the first alone", str(warned), good=warned == [True, False])  # fmt: skip


def _efficiency() -> Iterator[Check]:
    cycled = [_half(plates=True, charge=5.0)]
    for _ in range(10):
        cycled += [_half(plates=False, charge=1.0), _half(plates=True, charge=1.0)]
    cycled.append(_half(plates=False, charge=4.85, at_cut_off=True))
    (found,) = efficiencies(cycled)
    yield compare("efficiency of a reservoir of 5, ten cycles of 1 and a rest of 4.85",
                  "Adams et al., Adv. Energy Mater. 8, 2018, 1702097", "0.990",
                  found.efficiency.value)  # fmt: skip
    symmetric = [_half(plates=n % 2 == 0, charge=1.0) for n in range(6)]
    try:
        said = f"{efficiencies(symmetric)[0].efficiency.value:g}"
    except ValueError as refusal:
        said = f"refused: {refusal}"
    yield holds("efficiency of a symmetric cell with lithium in excess",
                "definition: the charge that comes back of the charge that was plated",
                "must be refused", said, good=said.startswith("refused"))  # fmt: skip


def _statistics() -> Iterator[Check]:
    source = "Lieblein, Zelen, J. Res. Natl. Bur. Stand. 57, 1956, 273: 23 ball bearings"
    fit = fit_weibull([Observation.exact(life) for life in _BEARINGS])
    if fit.model is not None:
        yield compare("Weibull modulus", source, "2.10", fit.model.modulus().value)
    yield compare("Weibull scale, 1e6 revolutions", source, "81.9", fit.scale.value)
    source = "Freireich et al., Blood 21, 1963, 699: remissions under 6-mercaptopurine"
    patients = [Observation.exact(t) for t in _REMISSIONS_WEEKS]
    patients += [Observation.right(t) for t in _STILL_IN_REMISSION_WEEKS]
    curve = kaplan_meier(patients)
    for week, share in ((6, "0.857"), (10, "0.753"), (23, "0.448")):
        place = curve.at.tolist().index(week)
        yield compare(f"Kaplan-Meier estimate after {week} weeks", source, share,
                      float(curve.survival[place]))  # fmt: skip


def _half(*, plates: bool, charge: float, at_cut_off: bool = False) -> HalfCycleCharge:
    return HalfCycleCharge(plates=plates, charge_c_per_m2=charge * _MAH_CM2, at_cut_off=at_cut_off)
