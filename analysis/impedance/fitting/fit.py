"""Complex non-linear least squares of a circuit on a spectrum, without starting values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex, Float, Index
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum
from ..structure import independent_share, is_structured, neighbour_correlation
from .coordinates import Coordinates, time_constant
from .errors_of_fit import Uncertainty, uncertainty
from .least_squares import Minimum, minimise
from .order import fastest_first
from .result import FitResult, FitSettings
from .start import starting_values
from .weights import Weighting, used_points, weights

_NONE: Mapping[str, float] = MappingProxyType({})
_NO_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType({})
_AT_ONCE = 3
_RESTARTS = 6
_RUNAWAY_EXPONENT = 0.4
_EXACT = 1e-16


def fit(
    circuit: Circuit,
    spectrum: Spectrum,
    *,
    start: Mapping[str, float] = _NONE,
    fixed: Mapping[str, float] = _NONE,
    bounds: Mapping[str, tuple[float, float]] = _NO_BOUNDS,
    weighting: Weighting | ArrayLike = "modulus",
    ordered: bool = True,
    inductive_points: Literal["drop", "keep"] = "drop",
) -> FitResult:
    """Fit a circuit to a spectrum by weighted complex least squares.

    Parameters
    ----------
    circuit : Circuit
        From :func:`parse_circuit`.
    spectrum : Spectrum
        In any order of frequency.
    start : mapping, optional
        Starting values of some or all parameters; what is not given is taken from the data.
    fixed : mapping, optional
        Parameters held at a value.
    bounds : mapping, optional
        (low, high) of a parameter, in place of the physical bounds.
    weighting : {"modulus", "proportional", "unity"} or array_like
        Residuals are divided by abs(Z); by abs(Re Z) and abs(Im Z), each taken as at least 1 %
        of abs(Z); by 1 ohm; or by given standard deviations in ohm, shape (n,) for both parts
        or (2, n) for real and imaginary. Only in the last case is the covariance not scaled by
        the reduced chi square, nor widened where residuals of neighbouring frequencies correlate.
    ordered : bool
        Sort exchangeable arcs by time constant, fastest first.
    inductive_points : {"drop", "keep"}
        What to do with a run of Z'' > 0 at the highest frequencies when the circuit has no
        inductor: leave it out of the fit (the result says so), or keep it.

    Returns
    -------
    FitResult

    Raises
    ------
    ValueError
        If a name is unknown, a value out of its bounds, the weights are not positive, or there
        are not more data than free parameters.

    Notes
    -----
    Positive parameters are fitted in their logarithm with the analytic Jacobian; see
    J. R. Macdonald, "Impedance Spectroscopy" (1987), ch. 3, for the weighting.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import Spectrum, fit, parse_circuit
    >>> circuit = parse_circuit("R0-p(R1,CPE1)")
    >>> f = np.logspace(6, 0, 40)
    >>> z = circuit.impedance_ohm(f, {"R0": 20, "R1": 300, "CPE1_0": 1e-7, "CPE1_1": 0.9})
    >>> round(fit(circuit, Spectrum(f, z))["R1"], 6)
    300.0
    """
    settings = FitSettings(
        weighting if isinstance(weighting, str) else "standard deviation",
        dict(fixed),
        dict(bounds),
        dict(start),
        ordered,
    )
    _check_settings(circuit, settings)
    weight = weights(spectrum, weighting)
    keep, warnings = used_points(circuit, spectrum, inductive_points)
    used, weight = spectrum.only(keep), weight[:, keep]
    freedom = 2 * len(used) - len(circuit.names) + len(fixed)
    if freedom < 1:
        raise ValueError(
            f"{len(used)} points are too few for the {len(circuit.names) - len(fixed)} "
            f"free parameters of {circuit}"
        )
    coordinates, minimum, row = _search(circuit, used, weight, settings)
    scale, told = _scale(used, minimum, row, freedom if isinstance(weighting, str) else None)
    errors = uncertainty(coordinates, minimum, row, settings, scale)
    warnings = (*warnings, *told)
    return _result(circuit, used, coordinates, minimum, row, errors, settings, warnings, freedom)


def _check_settings(circuit: Circuit, settings: FitSettings) -> None:
    limits = {
        name: settings.bounds.get(name, (p.lower, p.upper))
        for name, p in zip(circuit.names, circuit.parameters, strict=True)
    }
    for given in (settings.start, settings.fixed, settings.bounds):
        circuit.require_known(given)
    for name, (low, high) in settings.bounds.items():
        if not low < high or high <= 0 or low < 0:
            raise ValueError(f"bounds of {name} must be 0 <= low < high, got ({low:g}, {high:g})")
    for word, given in (("start", settings.start), ("fixed value", settings.fixed)):
        for name, value in given.items():
            low, high = limits[name]
            if not (low <= value <= high and value > 0):
                raise ValueError(f"{word} of {name} is {value:g}; allowed {low:g} to {high:g}")


def _search(
    circuit: Circuit, spectrum: Spectrum, weight: Float, settings: FitSettings
) -> tuple[Coordinates, Minimum, int]:
    """Fit from the best start; from the others too if the residuals are not plain noise."""
    known = settings.fixed.keys() | settings.start.keys()
    count = 1 if known >= set(circuit.names) else _AT_ONCE + _RESTARTS
    if count == 1:
        starts = [np.ones(len(circuit.names))]
    else:
        starts = starting_values(circuit, spectrum, weight, count)
    given = {**settings.start, **settings.fixed}
    table = np.array(
        [[given.get(n, v) for n, v in zip(circuit.names, s, strict=True)] for s in starts]
    )
    found = [_minimise(circuit, spectrum, weight, settings, table[:_AT_ONCE])]
    if len(table) > _AT_ONCE and _suspicious(spectrum, *found[0]):
        found.append(_minimise(circuit, spectrum, weight, settings, table[_AT_ONCE:]))
    coordinates, minimum = min(found, key=lambda pair: float(pair[1].cost.min()))
    return coordinates, minimum, int(np.argmin(minimum.cost))


def _minimise(
    circuit: Circuit, spectrum: Spectrum, weight: Float, settings: FitSettings, starts: Float
) -> tuple[Coordinates, Minimum]:
    touched = settings.fixed.keys() | settings.bounds.keys()
    lowest = 2 * np.pi * float(spectrum.frequency_hz.min())
    coordinates = Coordinates.about(circuit, starts, touched, lowest)

    def problem(x: Float, rows: Index) -> tuple[Float, Float]:
        z, slopes = circuit.impedance_and_slopes(spectrum.frequency_hz, coordinates.values(x, rows))
        slopes = np.swapaxes(coordinates.slopes(slopes, rows), 1, 2)
        off = z - spectrum.z_ohm
        residuals = np.concatenate([off.real * weight[0], off.imag * weight[1]], axis=1)
        wide = weight[..., None]
        return residuals, np.concatenate([slopes.real * wide[0], slopes.imag * wide[1]], axis=1)

    lower, upper = coordinates.limits(settings.bounds)
    start = coordinates.of(starts)
    for name in settings.fixed:
        k = circuit.names.index(name)
        lower[k] = upper[k] = start[0, k]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # such a step is refused
        minimum = minimise(problem, start, lower, upper, longest_step=coordinates.longest_step)
    return coordinates, minimum


def _suspicious(spectrum: Spectrum, coordinates: Coordinates, minimum: Minimum) -> bool:
    """Do the best residuals hold more than noise, or has an exponent run away?"""
    best = int(np.argmin(minimum.cost))
    if not minimum.converged[best]:
        return True
    exponents = minimum.x[best][~coordinates.log]
    if (exponents < _RUNAWAY_EXPONENT).any() or _beyond(spectrum, coordinates, minimum, best):
        return True
    return is_structured(spectrum.frequency_hz, _complex(minimum.residuals[best]))


def _complex(residuals: Float) -> Complex:
    """Residuals (2n,), model minus measured, as complex numbers (n,), measured minus model."""
    real, imaginary = -residuals.reshape(2, -1)
    both: Complex = real + 1j * imaginary
    return both


def _beyond(spectrum: Spectrum, coordinates: Coordinates, minimum: Minimum, best: int) -> bool:
    """Is an arc slower than the slowest measured period, where it only mends something else?"""
    values = coordinates.values(minimum.x[[best]], np.array([best]))[0]
    taus = [time_constant(node, values[place]) for node, place in coordinates.circuit.terms]
    slowest = 1.0 / (2 * np.pi * spectrum.frequency_hz.min())
    return any(tau is not None and float(tau) > slowest for tau in taus)


def _scale(
    spectrum: Spectrum, minimum: Minimum, row: int, freedom: int | None
) -> tuple[float, tuple[str, ...]]:
    """Variance of a residual, times the points that count for one; say so if those are more.

    1 where standard deviations were given (`freedom` is None): they are believed.
    """
    residuals = _complex(minimum.residuals[row])
    share = independent_share(spectrum.frequency_hz, residuals)
    correlation = neighbour_correlation(spectrum.frequency_hz, residuals)
    remark = (
        f"residuals of neighbouring frequencies correlate ({correlation:.2f}): the circuit does "
        "not follow the data down to their noise; "
    )
    if freedom is None:
        told = f"{remark}the standard errors are from the given deviations alone"
        return 1.0, (told,) if share < 1.0 else ()
    variance = float(minimum.cost[row]) / freedom
    if share == 1.0 or variance < _EXACT:
        return variance, ()
    return variance / share, (
        f"{remark}the standard errors were widened {share**-0.5:.1f} times for it",
    )


def _result(
    circuit: Circuit,
    spectrum: Spectrum,
    coordinates: Coordinates,
    minimum: Minimum,
    row: int,
    errors: Uncertainty,
    settings: FitSettings,
    warnings: tuple[str, ...],
    freedom: int,
) -> FitResult:
    values = coordinates.values(minimum.x[row : row + 1], np.array([row]))[0]
    order = np.arange(len(values))
    if settings.ordered:
        touched = settings.fixed.keys() | settings.bounds.keys()
        order = fastest_first(circuit, values, touched)
    residuals = _complex(minimum.residuals[row])
    chi2 = float(minimum.cost[row])
    if not minimum.converged[row]:
        warnings = (*warnings, "the fit did not converge; no value of it should be used")
    return FitResult(
        circuit=str(circuit),
        names=circuit.names,
        values=values[order],
        standard_errors=tuple(errors.standard_errors[k] for k in order),
        units=circuit.units,
        notes=tuple(errors.notes[k] for k in order),
        covariance_log=errors.covariance_log[np.ix_(order, order)],
        residuals=residuals,
        chi2=chi2,
        reduced_chi2=chi2 / freedom,
        degrees_of_freedom=freedom,
        n=len(spectrum),
        converged=bool(minimum.converged[row]),
        settings=settings,
        warnings=warnings,
        spectrum=spectrum,
    )
