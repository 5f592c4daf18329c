"""How long lithium takes through a particle or a layer."""

from __future__ import annotations

from ..geometry import Quantity
from .propagation import propagated, require_positive


def diffusion_time(length: Quantity, diffusion_coefficient: Quantity) -> Quantity:
    """Time t = L^2 / D in s, for a length in m and a coefficient in m2/s.

    The order of magnitude, not a solution: a sphere of radius L is 95 % equilibrated after
    0.25 L^2 / D (J. Crank, The Mathematics of Diffusion, 2nd ed., Oxford 1975, section 6.3).

    Raises
    ------
    ValueError
        If an input is not positive.

    Examples
    --------
    1 um at 1e-10 cm2/s:

    >>> found = diffusion_time(Quantity(1e-6, 1e-8, "m"), Quantity(1e-14, None, "m2/s"))
    >>> f"{found.value:.0f} +- {found.standard_error:.0f} s"
    '100 +- 2 s'
    """
    require_positive(
        length_m=length.value, diffusion_coefficient_m2_per_s=diffusion_coefficient.value
    )
    inputs = {"length": length, "coefficient": diffusion_coefficient}
    return propagated(lambda length, coefficient: length**2 / coefficient, inputs, "s")
