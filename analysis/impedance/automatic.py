"""Which circuit, when none is given: the smallest that the spectrum asks for, or a refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from .arrays import Float
from .circuit_code import parse_circuit
from .coordinates import time_constant
from .fit import fit
from .result import FitResult
from .spectrum import Spectrum
from .structure import is_structured

LEAST_IMPROVEMENT = 6.0
FEWEST_POINTS = 8
MOST_ARCS = 4
_SHORT_OHM = 10.0
_FLAT = 0.05
_NOISE_FLOOR = 1e-6
_LOWEST_ARC_EXPONENT = 0.5
_SMALLEST_ARC = 0.01
_LARGEST_ARC_ERROR = 0.3
_SPUR_OVER_PLATEAU = 10.0
_BLOCKING_PHASE_DEG = -60.0
_RISE = 1.1


_Scored: TypeAlias = tuple[float, FitResult]


class SpectrumRefusedError(ValueError):
    """A spectrum from which no resistance can honestly be read; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One circuit that was tried. `objection` says why it could not be chosen, else empty."""

    circuit: str
    aicc: float
    objection: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen fit and everything that was tried on the way, simplest first."""

    fit: FitResult
    candidates: tuple[Candidate, ...]


def fit_automatic(
    spectrum: Spectrum, weighting: Literal["modulus", "proportional", "unity"] = "modulus"
) -> Choice:
    """Choose a circuit for a spectrum and fit it.

    The circuits are ``[L0-]R0-p(R1,CPE1)-...[-CPE]`` with up to four arcs. A larger one
    replaces a smaller one only if Akaike's corrected criterion falls by more than 6 and every
    arc of it is determined by the data and lies in the measured window. The deep end of a
    blocking electrode's spur is left out (the fit's `warnings` say so).

    Raises
    ------
    SpectrumRefusedError
        If there are too few points, the cell is short-circuited, the readings are saturated,
        or no circuit fits.

    Notes
    -----
    AICc = 2N ln(chi2 / 2N) + 2k + 2k(k + 1) / (2N - k - 1) for N complex points and k
    parameters: Hurvich and Tsai, Biometrika 76 (1989) 297.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(6, 0, 50)
    >>> noise = 0.01 * np.random.default_rng(1).normal(size=(2, 50))
    >>> z = 20 + 300 / (1 + 2j * np.pi * f * 1e-4)
    >>> fit_automatic(Spectrum(f, z * (1 + noise[0] + 1j * noise[1]))).fit.circuit
    'R0-p(R1,CPE1)'
    """
    if reason := refusal(spectrum):
        raise SpectrumRefusedError(reason)
    spectrum, left_out = _without_deep_spur(spectrum)
    inductor = "L0-" if _is_inductive(spectrum) else ""
    tried: list[Candidate] = []
    best: _Scored | None = None
    for count in range(MOST_ARCS + 1):
        if best is not None and count > _arc_count(best[1]) + _arcs_to_try(best[1]):
            break
        for tail in _tails(spectrum):
            best = _consider(inductor + _code(count, tail), spectrum, weighting, tried, best)
    if best is None:
        raise SpectrumRefusedError("no circuit of up to four arcs describes this spectrum")
    for variant in _variants(best[1].circuit):
        best = _consider(variant, spectrum, weighting, tried, best) or best
    chosen = replace(best[1], warnings=(*left_out, *best[1].warnings))
    return Choice(chosen, tuple(tried))


def refusal(spectrum: Spectrum) -> str | None:
    """Say why no resistance can be read from a spectrum, or None if one can."""
    z = spectrum.z_ohm
    if len(spectrum) < FEWEST_POINTS:
        return f"{len(spectrum)} points are too few; {FEWEST_POINTS} are needed"
    if np.unique(z).size <= len(spectrum) // 2:
        return "most points repeat the same value: the input was saturated or out of range"
    if (z.real <= 0).mean() > 0.1:
        return (
            f"Re(Z) is not positive at {int((z.real <= 0).sum())} of {len(spectrum)} points: "
            "overload, swapped leads or a wrong column"
        )
    if short := _short(spectrum):
        return short
    if (z.imag > 0).all():
        return (
            "Z'' > 0 at every frequency: an inductor, or a file that holds -Im(Z) "
            "under a name that says Im(Z)"
        )
    return None


def _short(spectrum: Spectrum) -> str | None:
    z = spectrum.z_ohm
    capacitive = z.imag <= _FLAT * np.abs(z)
    resistance = float(np.median(z.real[capacitive])) if capacitive.any() else math.inf
    flat = np.ptp(z.real[capacitive]) < 2 * _FLAT * resistance if capacitive.any() else False
    no_arc = bool((-z.imag < _FLAT * np.abs(z)).all())
    if no_arc and flat and resistance < _SHORT_OHM:
        return (
            f"a plain resistance of {resistance:.3g} ohm at every frequency, no arc and no "
            "electrode: the cell is short-circuited"
        )
    return None


def _consider(
    code: str,
    spectrum: Spectrum,
    weighting: Literal["modulus", "proportional", "unity"],
    tried: list[Candidate],
    best: _Scored | None,
) -> _Scored | None:
    """Fit one circuit; return it in place of `best` if it earns it."""
    circuit = parse_circuit(code)
    if 2 * len(spectrum) < len(circuit.names) + 3:
        return best
    result = fit(circuit, spectrum, weighting=weighting)
    score = aicc(result)
    objection = _objection(result)
    tried.append(Candidate(code, score, objection))
    if objection:
        return best
    if best is None:
        return score, result
    smaller = len(result.names) < len(best[1].names)
    margin = -LEAST_IMPROVEMENT if smaller else LEAST_IMPROVEMENT
    return (score, result) if score < best[0] - margin else best


def aicc(result: FitResult) -> float:
    """Akaike's criterion, corrected for few data, of a fit; only differences have a meaning."""
    data = 2 * result.n
    k = len(result.names) - len(result.settings.fixed) + 1
    variance = max(result.chi2 / data, _NOISE_FLOOR**2)
    return data * math.log(variance) + 2 * k + 2 * k * (k + 1) / max(data - k - 1, 1)


def _objection(result: FitResult) -> str:
    if not result.converged:
        return "did not converge"
    circuit = result.parsed()
    frequency = result.spectrum.frequency_hz
    for node, place in circuit.terms:
        tau = time_constant(node, result.values[place])
        if tau is None:
            continue
        names = result.names[place]
        error = result.standard_error(names[0])
        if error is None or error > _LARGEST_ARC_ERROR * result[names[0]]:
            return f"{names[0]} is not determined to {_LARGEST_ARC_ERROR:.0%} by these data"
        if result[names[2]] < _LOWEST_ARC_EXPONENT:
            return f"{names[2]} = {result[names[2]]:.2f} is no single process"
        apex = 1.0 / (2 * math.pi * float(tau))
        if result[names[0]] < _SMALLEST_ARC * abs(result.impedance_ohm([apex])[0]):
            return f"{names[0]} is below {_SMALLEST_ARC:.0%} of |Z| at its apex"
        if not frequency.min() / 3 <= apex <= 10 * frequency.max():
            return f"apex of {node} at {apex:.2g} Hz lies outside the window"
    return ""


def _without_deep_spur(spectrum: Spectrum) -> tuple[Spectrum, tuple[str, ...]]:
    """Leave out the low end of a blocking electrode's spur, which says nothing of the electrolyte.

    No CPE follows the spur over many decades, and what it misses there would bend the
    resistance at the other end.
    """
    if _tails(spectrum) != ("CPE",):
        return spectrum, ()
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    modulus = np.abs(spectrum.z_ohm)
    loss = -spectrum.z_ohm.imag[order] / modulus[order]
    plateau = order[int(np.argmin(loss))]
    keep = (modulus < _SPUR_OVER_PLATEAU * modulus[plateau]) | (
        spectrum.frequency_hz > spectrum.frequency_hz[plateau]
    )
    dropped = spectrum.frequency_hz[~keep]
    if dropped.size == 0 or keep.sum() < 2 * FEWEST_POINTS:
        return spectrum, ()
    return spectrum.only(keep), (
        f"{dropped.size} points up to {dropped.max():.3g} Hz lie in the electrodes' spur above "
        f"{_SPUR_OVER_PLATEAU:.0f} x |Z| of the plateau and were left out of the fit",
    )


def _is_inductive(spectrum: Spectrum) -> bool:
    order = np.argsort(-spectrum.frequency_hz, kind="stable")
    z = spectrum.z_ohm[order]
    run = int(np.logical_and.accumulate(z.imag > 0).sum())
    return run >= 3 or bool((z.imag[:run] > _FLAT * np.abs(z[:run])).any())


def _tails(spectrum: Spectrum) -> tuple[str, ...]:
    """Say what may stand at the low-frequency end: nothing, a CPE, or either."""
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    low = spectrum.z_ohm[order]
    decade = max(3, int((spectrum.frequency_hz < 5 * spectrum.frequency_hz.min()).sum()))
    minus: Float = -low.imag[:decade]
    rising = minus[0] > _RISE * minus[-1] and minus[0] > 0.02 * abs(low[0])
    if not rising:
        return ("",)
    if math.degrees(float(np.angle(low[0]))) < _BLOCKING_PHASE_DEG:
        return ("CPE",)
    return ("", "CPE")


def _code(count: int, tail: str) -> str:
    arcs = [f"p(R{k},CPE{k})" for k in range(1, count + 1)]
    return "-".join(["R0", *arcs, *([f"CPE{count + 1}"] if tail else [])])


def _variants(code: str) -> list[str]:
    """Return the chosen circuit without its R0, and with an inductor."""
    without = [code.replace("R0-", "", 1)] if "R0-p" in code else []
    return without + ([] if code.startswith("L0") else [f"L0-{code}"])


def _arcs_to_try(result: FitResult) -> int:
    """One more arc than the best so far; two if it leaves something unexplained."""
    return 1 + is_structured(result.spectrum.frequency_hz, result.residuals)


def _arc_count(result: FitResult) -> int:
    return result.circuit.count("p(")
