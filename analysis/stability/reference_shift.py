"""From the potential against a reference to that against lithium: lithium-indium and its limits.

Between In and InLi the electrode stands at 0.62 V against Li+/Li: Takada, Aotani, Iwamoto and
Kondo, Solid State Ionics 86-88 (1996) 877; limits: Santhosha, Medenbach, Buchheim and Adelhelm,
Batter. Supercaps 2 (2019) 524. Poor in indium (beyond about 0.9 Li per In) the potential falls,
to 0.3 V and below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..geometry import Quantity

LITHIUM_INDIUM_V: Final = 0.62
LITHIUM_INDIUM_DOUBT_V: Final = 0.01
TWO_PHASES_UP_TO: Final = 0.9
REFERENCES: Final = ("Li", "Li-In")


@dataclass(frozen=True, slots=True)
class ReferenceShift:
    """What to add to a potential so that it counts against Li+/Li, and what to beware of."""

    shift: Quantity
    warnings: tuple[str, ...] = ()


def shift_to_lithium(reference: str, lithium_per_indium: float | None = None) -> ReferenceShift:
    """Return the shift from ``reference`` (``Li`` or ``Li-In``) to Li+/Li.

    ``lithium_per_indium`` is x in Li_x In of the reference electrode, as it was used.

    Raises
    ------
    ValueError
        For another reference, or a composition at which lithium-indium is none: x = 0 has no
        potential of its own, above 0.9 it is no longer that of two phases.

    Examples
    --------
    >>> shift_to_lithium("Li-In", 0.5).shift.value
    0.62
    """
    if reference == "Li":
        return ReferenceShift(Quantity(0.0, 0.0, "V"))
    if reference != "Li-In":
        raise ValueError(f"reference is {reference!r}; allowed: {', '.join(REFERENCES)}")
    if lithium_per_indium is None:
        warnings: tuple[str, ...] = (
            "the composition of the Li-In reference is not stated: 0.62 V holds below 0.9 Li "
            "per In",
        )
    elif 0 < lithium_per_indium < TWO_PHASES_UP_TO:
        warnings = ()
    else:
        raise ValueError(
            f"the Li-In reference has {lithium_per_indium:g} Li per In: 0.62 V against Li+/Li "
            f"holds above 0 and below {TWO_PHASES_UP_TO:g}; what it has there is not known"
        )
    return ReferenceShift(Quantity(LITHIUM_INDIUM_V, LITHIUM_INDIUM_DOUBT_V, "V"), warnings)
