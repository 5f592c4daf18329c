"""Complex non-linear least squares of a circuit on a spectrum, without starting values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..circuits.circuit import Circuit
from ..spectrum import Spectrum
from .many import NO_BOUNDS, NO_TIES, NOTHING, fit_many
from .result import FitResult
from .weights import AnyWeighting


def fit(
    circuit: Circuit,
    spectrum: Spectrum,
    *,
    start: Mapping[str, float] = NOTHING,
    fixed: Mapping[str, float] = NOTHING,
    bounds: Mapping[str, tuple[float, float]] = NO_BOUNDS,
    tied: Mapping[str, str] = NO_TIES,
    weighting: AnyWeighting = "modulus",
    ordered: bool = True,
    inductive: Literal["drop", "keep"] = "drop",
) -> FitResult:
    """Fit a circuit to a spectrum by weighted complex least squares.

    Parameters
    ----------
    circuit : Circuit
        From :func:`parse_circuit`.
    spectrum : Spectrum
        In any order of frequency.
    start : mapping, optional
        Starting values of some or all parameters; what is not given is taken from the data. A
        complete start is run down alone, which is faster; if the residuals then hold more than
        noise, or an arc looks strange, starts out of the data are tried as well.
    fixed : mapping, optional
        Parameters held at a value.
    bounds : mapping, optional
        (low, high) of a parameter, in place of the physical bounds.
    tied : mapping, optional
        Parameters that follow another of the same unit: ``{"CPE2_1": "CPE1_1"}`` gives both
        arcs one exponent.
    weighting : {"modulus", "proportional", "unity"}, error model or array_like
        Residuals are divided by abs(Z); by abs(Re Z) and abs(Im Z), each taken as at least 1 %
        of abs(Z); by 1 ohm; or by given standard deviations in ohm, shape (n,) for both parts
        or (2, n) for real and imaginary, or an error model's. Only in the last two cases is the
        covariance not scaled by the reduced chi square, nor widened where residuals of
        neighbouring frequencies correlate.
    ordered : bool
        Sort exchangeable arcs by time constant, fastest first.
    inductive : {"drop", "keep"}
        What to do with a run of Z'' > 0 at the highest frequencies when the circuit has no
        inductor: leave it out of the fit (the result says so), or keep it.

    Returns
    -------
    FitResult

    Raises
    ------
    ValueError
        If a name is unknown, a value out of its bounds, the weights are not positive, there
        are not more data than free parameters, Z is the same at every frequency, or nearly
        all points are inductive and the circuit is not.

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
    return fit_many(
        circuit,
        spectrum.frequency_hz,
        spectrum.z_ohm[None, :],
        start=start,
        fixed=fixed,
        bounds=bounds,
        tied=tied,
        weighting=weighting,
        ordered=ordered,
        inductive=inductive,
    )[0]
