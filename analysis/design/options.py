"""Options of the calculators: a value in the laboratory's unit, and its standard uncertainty."""

from __future__ import annotations

from ..geometry import Quantity
from ..sheets.measurement import Option, Options


def doubtful(stem: str, unit: str, help_text: str, default: float | None = None) -> list[Option]:
    """The two options of a doubtful value: ``stem_unit`` and ``stem_uncertainty_unit``."""
    return [
        Option(f"{stem}_{unit}", help_text, default=default, low=0.0),
        Option(f"{stem}_uncertainty_{unit}", f"Standard uncertainty of {stem}_{unit}.", low=0.0),
    ]


def quantity(options: Options, stem: str, unit: str, factor: float, si_unit: str) -> Quantity:
    """The doubtful value in SI, which is `factor` times the value given.

    Raises ValueError if it was not given.

    Examples
    --------
    >>> given = {"thickness_um": 20.0, "thickness_uncertainty_um": None}
    >>> f"{quantity(given, 'thickness', 'um', 1e-6, 'm').value:.0e}"
    '2e-05'
    """
    found = quantity_or_none(options, stem, unit, factor, si_unit)
    if found is None:
        raise ValueError(f"{stem}_{unit} is not given, and has no default")
    return found


def quantity_or_none(
    options: Options, stem: str, unit: str, factor: float, si_unit: str
) -> Quantity | None:
    """The doubtful value in SI; None if it was not given."""
    value = options[f"{stem}_{unit}"]
    doubt = options[f"{stem}_uncertainty_{unit}"]
    if value is None:
        return None
    return Quantity(value * factor, None if doubt is None else doubt * factor, si_unit)
