"""One circuit fitted to many spectra on one grid of frequencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Float
from ..circuits.circuit import Circuit
from ..structure import independent_shares
from .errors_of_fit import Uncertainty, Withheld, uncertainty
from .many_fits import ManyFits
from .objective import Stack, as_complex
from .order import fastest_first
from .prepare import Prepared, prepared
from .search import Found, search
from .settings import FitSettings, check_settings
from .weights import AnyWeighting, is_believed

NOTHING: Mapping[str, float] = MappingProxyType({})
NO_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType({})
NO_TIES: Mapping[str, str] = MappingProxyType({})
_EXACT = 1e-16
_HOPELESS = 0.25


def fit_many(
    circuit: Circuit,
    frequency_hz: ArrayLike,
    z_ohm: ArrayLike,
    *,
    start: Mapping[str, ArrayLike] = NOTHING,
    fixed: Mapping[str, float] = NOTHING,
    bounds: Mapping[str, tuple[float, float]] = NO_BOUNDS,
    tied: Mapping[str, str] = NO_TIES,
    weighting: AnyWeighting = "modulus",
    ordered: bool = True,
    inductive: Literal["drop", "keep"] = "drop",
) -> ManyFits:
    """Fit a circuit to many spectra measured at the same frequencies, all at once.

    Parameters
    ----------
    frequency_hz : array_like, shape (n,)
    z_ohm : array_like of complex, shape (m, n)
        Imaginary part as measured: negative where the cell is capacitive.
    start : mapping, optional
        As in :func:`fit`, or arrays of shape (m,), one value for each spectrum. Where all
        parameters have a start (or are fixed or tied) it alone is run down, which is several
        times faster; only where the residuals then hold more than noise, or an arc has run
        away, are starts out of the data tried as well.
    fixed, bounds, tied, weighting, ordered, inductive
        As in :func:`fit`; standard deviations may also have shape (m, n) or (m, 2, n).

    Returns
    -------
    ManyFits

    Raises
    ------
    ValueError
        As :func:`fit`, for wrong arguments, or if no spectrum can be fitted. A single one that
        cannot is refused alone: NaN in its row, and the reason in `refusals`.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import fit_many, parse_circuit
    >>> circuit = parse_circuit("R0-p(R1,C1)")
    >>> f = np.logspace(6, 0, 40)
    >>> z = circuit.impedance_ohm(f, [[20, 300, 1e-7], [20, 600, 1e-7]])
    >>> fit_many(circuit, f, z).values[:, 1].round(6).tolist()
    [300.0, 600.0]
    """
    ready = prepared(circuit, frequency_hz, z_ohm, weighting, inductive == "drop")
    settings = FitSettings(
        weighting if isinstance(weighting, str) else "standard deviation",
        dict(fixed),
        dict(bounds),
        {name: _numbers(value) for name, value in start.items()},
        dict(tied),
        ordered,
    )
    check_settings(circuit, settings, len(ready.refusals))
    return fit_prepared(circuit, ready, settings, is_believed(weighting))


def fit_prepared(
    circuit: Circuit, ready: Prepared, settings: FitSettings, believed: bool
) -> ManyFits:
    """Fit what is not refused; `believed` weights are those of standard deviations."""
    ready = ready.with_enough_points(circuit, settings.free_count(circuit))
    good = np.flatnonzero(ready.good)
    if good.size == 0:
        reasons = sorted(set(ready.refusals))
        raise ValueError("; ".join(reasons))
    fits = fit_stack(circuit, ready.stack.take(good), settings.of_spectra(good), believed)
    return fits if good.size == len(ready.refusals) else _spread(fits, ready, settings)


def fit_stack(circuit: Circuit, stack: Stack, settings: FitSettings, believed: bool) -> ManyFits:
    """Fit a stack of spectra whose weights are known; `believed` ones are not rescaled."""
    return fits_of(circuit, stack, settings, believed, search(circuit, stack, settings))


def fits_of(
    circuit: Circuit, stack: Stack, settings: FitSettings, believed: bool, found: Found
) -> ManyFits:
    """Say what minima that were found mean: values, errors, and what stands against them."""
    freedom = 2 * stack.used.sum(axis=1) - settings.free_count(circuit)
    residuals = as_complex(found.minimum.residuals)
    share = independent_shares(stack.frequency_hz, residuals, stack.used)
    chi2 = found.minimum.cost
    variance = chi2 / freedom
    followed = found.minimum.converged & (chi2 <= _HOPELESS * stack.sum_of_squares)
    scale = np.where(variance < _EXACT, variance, variance / share)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # what failed has none
        errors = uncertainty(found, settings, np.ones(len(stack)) if believed else scale)
    many = ManyFits(
        circuit=circuit,
        stack=stack,
        values=settings.with_fixed(circuit, found.values),
        residuals=residuals,
        chi2=chi2,
        degrees_of_freedom=freedom.astype(np.float64),
        converged=followed,
        uncertainty=errors.only(followed),
        share=share,
        settings=settings,
        refusals=("",) * len(stack),
    )
    return _in_order(many) if settings.ordered else many


def _in_order(many: ManyFits) -> ManyFits:
    order = fastest_first(many.circuit, many.values, many.settings.touched)
    return replace(
        many,
        values=np.take_along_axis(many.values, order, axis=1),
        uncertainty=many.uncertainty.in_order(order),
    )


def _spread(fits: ManyFits, ready: Prepared, settings: FitSettings) -> ManyFits:
    """Give the refused spectra rows of NaN among the fits of the others."""
    good = ready.good

    def wide(rows: NDArray[Any], fill: float) -> NDArray[Any]:
        whole = np.full((len(good), *rows.shape[1:]), fill, dtype=rows.dtype)
        whole[good] = rows
        return whole

    errors = [getattr(fits.uncertainty, field.name) for field in fields(Uncertainty)]
    return replace(
        fits,
        stack=ready.stack,
        values=wide(fits.values, np.nan),
        residuals=wide(fits.residuals, np.nan),
        chi2=wide(fits.chi2, np.nan),
        degrees_of_freedom=wide(fits.degrees_of_freedom, np.nan),
        converged=wide(fits.converged, False),
        uncertainty=Uncertainty(
            *(wide(e, Withheld.NOT_FITTED if e.dtype == np.int8 else np.nan) for e in errors)
        ),
        share=wide(fits.share, 1.0),
        settings=settings,
        refusals=ready.refusals,
    )


def _numbers(value: ArrayLike) -> float | Float:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array
