"""Which share of a charge the ions carry, out of ionic and electronic conductivity."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..geometry import Quantity


@dataclass(frozen=True, slots=True)
class Transference:
    """t_ion = sigma_ion / (sigma_ion + sigma_e), and what is missing to 1.

    `electronic` is 1 - t_ion, with the digits that t_ion itself cannot show; `ratio` is
    sigma_ion / sigma_e. Intervals are of 95 %, and None where an uncertainty is not known.
    `is_bound`: the electronic conductivity is an upper bound, and so is `electronic`.
    """

    ionic: Quantity
    electronic: Quantity
    ratio: Quantity
    ionic_interval: tuple[float, float] | None
    electronic_interval: tuple[float, float] | None
    is_bound: bool


def transference(
    ionic: Quantity,
    electronic: Quantity,
    *,
    common_relative_uncertainty: float = 0.0,
    is_bound: bool = False,
) -> Transference:
    """Ionic transference number of an electrolyte.

    Parameters
    ----------
    ionic, electronic : Quantity
        Conductivities in one unit, at one temperature.
    common_relative_uncertainty : float
        Part of both relative uncertainties that is the same in both, as that of the pellet's
        size if one pellet was used: it cancels.
    is_bound : bool
        `electronic` is an upper bound.

    Raises
    ------
    ValueError
        If a conductivity is not finite and positive, or the units differ.

    Notes
    -----
    C. Wagner, Z. Phys. Chem. B 21 (1933) 25. The interval is symmetric in the logarithm of
    sigma_ion / sigma_e, which keeps it inside 0 ... 1.

    Examples
    --------
    >>> found = transference(Quantity(1.2e-2, None, "S/cm"), Quantity(5.7e-9, None, "S/cm"))
    >>> f"1 - t = {found.electronic.value:.2e}, ratio {found.ratio.value:.3e}"
    '1 - t = 4.75e-07, ratio 2.105e+06'
    """
    for word, one in (("ionic", ionic), ("electronic", electronic)):
        if not (math.isfinite(one.value) and one.value > 0):
            raise ValueError(f"the {word} conductivity is {one.value} {one.unit}; it must be > 0")
    if ionic.unit != electronic.unit:
        raise ValueError(
            f"the conductivities are in {ionic.unit} and {electronic.unit}: one unit is needed"
        )
    ratio = ionic.value / electronic.value
    small = 1.0 / (1.0 + ratio)
    relative = _relative(ionic, electronic, common_relative_uncertainty)
    error = None if relative is None else small * (1 - small) * relative
    spread = None if relative is None else math.exp(1.96 * relative)
    ends = None if spread is None else (1 / (1 + ratio * spread), 1 / (1 + ratio / spread))
    return Transference(
        Quantity(1 - small, error, ""),
        Quantity(small, error, ""),
        Quantity(ratio, None if relative is None else ratio * relative, ""),
        None if ends is None else (1 - ends[1], 1 - ends[0]),
        ends,
        is_bound,
    )


def _relative(ionic: Quantity, electronic: Quantity, common: float) -> float | None:
    """Relative uncertainty of the ratio."""
    if ionic.relative is None or electronic.relative is None:
        return None
    parts = (max(one**2 - common**2, 0.0) for one in (ionic.relative, electronic.relative))
    return math.sqrt(sum(parts))
