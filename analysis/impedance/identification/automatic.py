"""Which circuit, when none is given: the smallest that the spectrum asks for, or a refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from ..circuits.circuit_code import parse_circuit
from ..fitting.fit import fit
from ..fitting.result import FitResult
from ..screening import SpectrumRefusedError, is_inductive, refusal, tails, without_deep_spur
from ..spectrum import Spectrum
from ..structure import is_structured
from .admission import objection as refused_for

LEAST_IMPROVEMENT = 6.0
MOST_ARCS = 4
_NOISE_FLOOR = 1e-6


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
    spectrum, left_out = without_deep_spur(spectrum)
    search = _Search(spectrum, weighting)
    inductive = is_inductive(spectrum)
    search.climb(0, "L0-" if inductive else "")
    if not inductive and search.best is not None and search.consider(f"L0-{search.best.circuit}"):
        # what the inductance had hidden may show now
        search.climb(_arc_count(search.best) + 1, "L0-")
    if search.best is None:
        raise SpectrumRefusedError("no circuit of up to four arcs describes this spectrum")
    search.consider(search.best.circuit.replace("R0-p", "p", 1))
    warnings = (*left_out, *search.best.warnings, *_hidden(search.score, search.tried))
    return Choice(replace(search.best, warnings=warnings), tuple(search.tried))


@dataclass(slots=True)
class _Search:
    """The best circuit so far, and everything that was tried."""

    spectrum: Spectrum
    weighting: Literal["modulus", "proportional", "unity"]
    best: FitResult | None = None
    score: float = math.inf
    tried: list[Candidate] = field(default_factory=list)

    def climb(self, first: int, prefix: str) -> None:
        """Try circuits of `first` arcs and more until more does not help."""
        for count in range(first, MOST_ARCS + 1):
            if self.best is not None and count > _arc_count(self.best) + _arcs_to_try(self.best):
                return
            for tail in tails(self.spectrum):
                code = prefix + _code(count, tail)
                self.consider(code)
                if count and self.tried and self.tried[-1].objection:
                    self.consider(code.replace("R0-", "", 1))

    def consider(self, code: str) -> bool:
        """Fit one circuit and put it in place of the best if it earns it; say whether it did."""
        circuit = parse_circuit(code)
        known = any(candidate.circuit == code for candidate in self.tried)
        if known or 2 * len(self.spectrum) < len(circuit.names) + 3:
            return False
        result = fit(circuit, self.spectrum, weighting=self.weighting)
        score = aicc(result)
        objection = refused_for(result)
        self.tried.append(Candidate(code, score, objection))
        smaller = self.best is not None and len(result.names) < len(self.best.names)
        margin = -LEAST_IMPROVEMENT if smaller else LEAST_IMPROVEMENT
        if objection or (self.best is not None and score >= self.score - margin):
            return False
        self.best, self.score = result, score
        return True


def aicc(result: FitResult) -> float:
    """Akaike's criterion, corrected for few data, of a fit; only differences have a meaning."""
    data = 2 * result.n
    k = len(result.names) - len(result.settings.fixed) + 1
    variance = max(result.chi2 / data, _NOISE_FLOOR**2)
    return data * math.log(variance) + 2 * k + 2 * k * (k + 1) / max(data - k - 1, 1)


def _hidden(score: float, tried: list[Candidate]) -> tuple[str, ...]:
    """Tell of a larger circuit that describes the data better but cannot be reported."""
    lowest = min(tried, key=lambda candidate: candidate.aicc)
    if lowest.aicc > score - LEAST_IMPROVEMENT:
        return ()
    return (
        f"{lowest.circuit} describes the data better (AICc lower by {score - lowest.aicc:.0f}) "
        f"but {lowest.objection}: what is reported here may be merged",
    )


def _code(count: int, tail: str) -> str:
    arcs = [f"p(R{k},CPE{k})" for k in range(1, count + 1)]
    return "-".join(["R0", *arcs, *([f"CPE{count + 1}"] if tail else [])])


def _arcs_to_try(result: FitResult) -> int:
    """One more arc than the best so far; all if it leaves something unexplained."""
    return MOST_ARCS if is_structured(result.spectrum.frequency_hz, result.residuals) else 1


def _arc_count(result: FitResult) -> int:
    return result.circuit.count("p(")
