"""Which circuit, when none is given: what the spectrum asks for and can determine, or a refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..circuits.circuit_code import parse_circuit
from ..fitting.many import fits_of
from ..fitting.objective import Stack
from ..fitting.race import Race
from ..fitting.result import FitResult
from ..fitting.search import Found
from ..fitting.settings import FitSettings
from ..fitting.weights import Weighting
from ..screening import is_inductive, tails, without_deep_spur
from ..spectrum import Spectrum
from .admission import objection
from .climb import Climb, climb
from .shapes import Tail
from .trials import INSTRUMENT_FLOOR, Trial, stack_of

WITHIN_REACH = 15.0
"""Criteria that differ by more leave the worse circuit no probability worth counting."""
_MOST_FITTED = 6
LARGEST_MISFIT = 0.03
_MUCH_MORE = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One circuit that was tried.

    `criterion` is Schwarz's, above that of the best one tried; `objection` says why the data
    do not support it, and is empty where they do or where the criterion had decided before.
    """

    circuit: str
    arcs: int
    criterion: float
    objection: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen fit, those as good as it with their probabilities, and all that was tried.

    `rivals` are fits within reach of the criterion, the chosen one first.
    """

    fit: FitResult
    rivals: tuple[tuple[FitResult, float], ...]
    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...]


def choose(
    spectrum: Spectrum, weighting: Weighting = "modulus", allowed: tuple[Tail, ...] | None = None
) -> Choice:
    """Choose a circuit for a spectrum that is fit to be read, and fit it.

    `allowed` are the ends that the kind of cell can have.

    Where none that the data support comes near them, the best by the criterion is taken; its
    warnings say what stands against it.
    """
    spectrum, left_out = without_deep_spur(spectrum)
    stack = stack_of(spectrum, weighting)
    found = climb(spectrum, stack, _ends(spectrum, allowed), is_inductive(spectrum))
    accepted, candidates = _supported(found, weighting)
    while not accepted and (smallest := found.smallest).shape.arcs:
        found.shrink(smallest)
        accepted, candidates = _supported(found, weighting)
    if not accepted or _passes_by(accepted[0][0], found):
        accepted = [(_fitted(found.ranked()[0][1], found.stack, weighting), 0.0)]
    chosen = accepted[0][0]
    warnings = (*left_out, *chosen.warnings, *_hidden(candidates, chosen))
    weights = _akaike_weights([fit for fit, _ in accepted])
    rivals = tuple((fit, weight) for (fit, _), weight in zip(accepted, weights, strict=True))
    return Choice(replace(chosen, warnings=warnings), rivals, tuple(candidates), warnings)


def _ends(spectrum: Spectrum, allowed: tuple[Tail, ...] | None) -> tuple[Tail, ...]:
    """The ends that the spectrum shows; those of the kind of cell only, if it shows one."""
    both: tuple[Tail, ...] = ("", "CPE")
    seen = tuple(end for end in both if end in tails(spectrum))
    return tuple(end for end in seen if allowed is None or end in allowed) or seen


def _supported(
    found: Climb, weighting: Weighting
) -> tuple[list[tuple[FitResult, float]], list[Candidate]]:
    """Fit the best trials until one may be chosen, and those within its reach."""
    ranked = found.ranked()
    best = ranked[0][0]
    accepted: list[tuple[FitResult, float]] = []
    candidates = []
    for k, (worth, trial) in enumerate(ranked):
        reason = ""
        near = accepted and worth - accepted[0][1] <= WITHIN_REACH and k < _MOST_FITTED
        if near or not accepted:
            result = _fitted(trial, found.stack, weighting)
            reason = objection(result)
            if not reason:
                accepted.append((result, worth))
        candidates.append(Candidate(trial.shape.code, trial.shape.arcs, worth - best, reason))
    return accepted, candidates


def _fitted(trial: Trial, stack: Stack, weighting: Weighting) -> FitResult:
    """Run a trial down to the bottom, from where it is, and state its errors."""
    circuit = parse_circuit(trial.shape.code)
    settings = FitSettings(weighting, {}, {}, {}, {}, True)
    low, high = np.array([(p.lower or 1e-300, p.upper) for p in circuit.parameters]).T
    start = np.clip(trial.values, low, high)[None, None, :]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # such steps are refused
        race = Race.begin(circuit, stack, settings, start)
        race.run()
        return fits_of(circuit, stack, settings, False, Found.of(race))[0]


def _passes_by(fit: FitResult, found: Climb) -> bool:
    """Whether the largest circuit that the data support misses what a larger one describes."""
    misfit = fit.chi2 / fit.n
    return misfit > LARGEST_MISFIT**2 and misfit > _MUCH_MORE * found.best.chi2 / fit.n


def _akaike_weights(fits: list[FitResult]) -> list[float]:
    """Probabilities of fits to the same points (K. P. Burnham, D. R. Anderson, 2002, ch. 2).

    Akaike's penalty and not Schwarz's: a circuit too small to be proven may still be true.
    """
    values = [
        2 * fit.n * math.log(fit.chi2 / (2 * fit.n) + INSTRUMENT_FLOOR**2) + 2 * len(fit.names)
        for fit in fits
    ]
    weights = [math.exp(-0.5 * (value - min(values))) for value in values]
    return [weight / sum(weights) for weight in weights]


def _hidden(candidates: list[Candidate], chosen: FitResult) -> tuple[str, ...]:
    """Tell of a circuit that describes the data better but cannot be reported."""
    best = candidates[0]
    own = next(each for each in candidates if each.circuit == chosen.circuit)
    if not best.objection:
        return ()
    if best is own:
        return (f"{best.objection}; no smaller circuit describes the data",)
    return (
        f"{best.circuit} describes the data better (criterion lower by {own.criterion:.0f}) "
        f"but {best.objection}: what is reported here may be merged",
    )
