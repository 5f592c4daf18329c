"""What a thickness series says: conductivity and contact, a bound, or why there is neither."""

from __future__ import annotations

import math

from ..impedance import ThicknessSeries
from ..sheets.sheet import Number, number_of, refused_number
from ..units import MILLISIEMENS_PER_CM, OHM_CM2
from ..wording import with_error

_MILLIMETRE = 1e-3
_SIGMA = ("conductivity_ms_cm", "σ from the slope", "mS/cm")
_CONTACT = ("contact_ohm_cm2", "contact of one electrode", "Ω cm²")


def thickness_numbers(found: ThicknessSeries) -> tuple[Number, ...]:
    """Return the conductivity, the contact resistance, and a lower bound where that is all.

    The slope 1/σ is what has a normal error (Student's t where the points scatter more than their
    errors): the interval of σ is that of the slope, inverted. A slope above 0 that the 95 %
    interval does not tell from 0 still says how small σ is at least.

    >>> from ..impedance import thickness_series
    >>> series = thickness_series([4e-4, 8e-4, 1.6e-3], [20.0, 21.0, 24.0], [5.0] * 3, 1e-4)
    >>> [(one.name, one.refused == "") for one in thickness_numbers(series)]
    [('conductivity_ms_cm', False), ('conductivity_bound_ms_cm', True), ('contact_ohm_cm2', True)]
    """
    slope = found.line.slope
    factor = _coverage(found)
    if slope <= 0:
        reason = (
            f"R A falls with the thickness, by {_slope_words(found)}: the pellets are not alike "
            "in conductivity and contact"
        )
        return refused_number(*_SIGMA, reason), refused_number(*_CONTACT, reason)
    reach = factor * (found.conductivity.relative or 0.0)
    sigma = found.conductivity.value
    if reach >= 1:
        reason = f"the slope of R A over L is {_slope_words(found)}, which is not told from 0"
        bound = Number(
            name="conductivity_bound_ms_cm",
            label="σ, lower bound",
            unit="mS/cm",
            value=sigma / (1 + reach) / MILLISIEMENS_PER_CM,
            note="of the 95 % interval",
        )
        return refused_number(*_SIGMA, reason), bound, _contact(found, factor)
    return (
        number_of(
            found.conductivity,
            *_SIGMA,
            1 / MILLISIEMENS_PER_CM,
            interval=(sigma / (1 + reach), sigma / (1 - reach)),
        ),
        _contact(found, factor),
    )


def _coverage(found: ThicknessSeries) -> float:
    """How many standard errors are 95 %: of a normal value, or Student's of a widened one."""
    from scipy.special import ndtri, stdtrit

    if found.line.widening == 1.0:
        return float(ndtri(0.975))
    return float(stdtrit(found.line.degrees_of_freedom, 0.975))


def _contact(found: ThicknessSeries, factor: float) -> Number:
    contact = found.contact
    half = factor * (contact.standard_error or 0.0)
    low, high = contact.value - half, contact.value + half
    if high <= 0:
        words = with_error(contact.value / OHM_CM2, half / factor / OHM_CM2, "Ω cm²")
        return refused_number(
            *_CONTACT, f"{words} is left at L = 0, which is below 0: the pellets are not alike"
        )
    return number_of(
        contact,
        *_CONTACT,
        1 / OHM_CM2,
        interval=(low, high),
        note="more than 0" if low > 0 else "cannot be told from 0",
    )


def _slope_words(found: ThicknessSeries) -> str:
    line, size = found.line, _MILLIMETRE / OHM_CM2
    error = math.sqrt(float(line.covariance[1, 1])) * line.widening
    return with_error(abs(line.slope) * size, error * size, "Ω cm² a mm")
