"""Fits as the page asks for them: one, a chain in which each starts from its neighbour, a choice.

All of it runs in a thread; nothing here knows of the window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ...analysis.impedance import FitResult, fit, identify, parse_circuit, refusal
from ...analysis.spectra import LabelledSpectrum
from .edits import allowed, with_values
from .entries import Knob, Model, Outcome
from .facts import resistance_facts

_WORSE_THAN_NEIGHBOUR: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One spectrum to fit, and with what."""

    key: str
    measured: LabelledSpectrum
    model: Model


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of one job; ``asked`` is the model with which the fit was begun."""

    key: str
    asked: Model
    outcome: Outcome


def fit_each(jobs: Sequence[Job]) -> Iterator[Done]:
    """Fit each spectrum with its own model."""
    for job in jobs:
        yield Done(job.key, job.model, fit_model(job.model, job.measured))


def choose_each(jobs: Sequence[Job]) -> Iterator[Done]:
    """Choose a circuit for each spectrum from its data alone, and fit it."""
    for job in jobs:
        yield Done(job.key, job.model, choose_model(job.model, job.measured))


def fit_warm(jobs: Sequence[Job]) -> Iterator[Done]:
    """Fit one after another with the first one's model, each starting from the one before.

    What does not converge so, or fits much worse than its neighbour, is fitted from its data
    too, and the better of the two is kept. A spectrum that is refused is passed over.
    """
    last: Outcome | None = None
    for job in jobs:
        outcome = fit_model(job.model, job.measured) if last is None else _fit_from(last, job)
        if not outcome.refused and outcome.converged:
            last = outcome
        yield Done(job.key, job.model, outcome)


def warm_order(keys: Sequence[str], first: str) -> tuple[tuple[str, ...], ...]:
    """From one spectrum to the end, and from it back to the beginning: two chains.

    >>> warm_order(["a", "b", "c", "d"], "b")
    (('b', 'c', 'd'), ('b', 'a'))
    """
    at = list(keys).index(first)
    return tuple(keys[at:]), tuple(reversed(keys[: at + 1]))


def fit_warm_both_ways(jobs: Sequence[Job], first: str) -> Iterator[Done]:
    """Go by :func:`fit_warm` from one spectrum up and down the list; it is fitted but once."""
    of_key = {job.key: job for job in jobs}
    up, down = warm_order([job.key for job in jobs], first)
    chain = fit_warm([of_key[key] for key in up])
    middle = next(chain)
    yield middle
    yield from chain
    seed = middle.outcome
    begun = [begun_from(of_key[key], seed) for key in down[1:]]
    yield from fit_warm(begun)


def begun_from(job: Job, seed: Outcome) -> Job:
    """The job, begun from another's result where there is one."""
    if seed.refused:
        return job
    values = seed.model.values()
    return Job(job.key, job.measured, replace(with_values(job.model, values), start="shown"))


def fit_model(model: Model, measured: LabelledSpectrum) -> Outcome:
    """Fit one spectrum; what cannot be fitted is refused in the outcome, with the reason."""
    if reason := refusal(measured.spectrum):
        return Outcome(model=model, refused=reason)
    try:
        found = fit(parse_circuit(model.circuit), measured.spectrum, **fit_arguments(model))
    except ValueError as error:
        return Outcome(model=model, refused=str(error))
    return _outcome(with_values(model, _values(found, model)), found, measured)


def choose_model(model: Model, measured: LabelledSpectrum) -> Outcome:
    """Let the data choose the circuit. ``model`` is what is refused where they choose none."""
    try:
        found = identify(
            measured.spectrum, measured.geometry, temperature_k=measured.temperature_k
        ).fit
    except ValueError as error:
        return Outcome(model=model, refused=str(error))
    values = dict(zip(found.names, found.values.tolist(), strict=True))
    knobs = tuple(Knob(name=name, value=values[name]) for name in found.names)
    return _outcome(Model(circuit=found.circuit, knobs=knobs), found, measured)


def fit_arguments(model: Model) -> dict[str, Any]:
    """What of a model the fit is told: start, fixed values, bounds and ties."""
    loose = [knob for knob in model.knobs if not knob.locked and not knob.tie]
    arguments: dict[str, Any] = {
        "fixed": {knob.name: knob.value for knob in model.knobs if knob.locked},
        "bounds": {knob.name: knob.bounds for knob in loose if knob.bounds is not None},
    }
    if model.start == "shown":
        arguments["start"] = {knob.name: _inside(model, knob) for knob in loose}
    if ties := {knob.name: knob.tie for knob in model.knobs if knob.tie}:
        arguments["tied"] = ties
    return arguments


def _inside(model: Model, knob: Knob) -> float:
    low, high = allowed(model, knob.name)
    return min(max(knob.value, low), high)


def _fit_from(last: Outcome, job: Job) -> Outcome:
    seeded = begun_from(job, last).model
    locked = {knob.name: knob.value for knob in job.model.knobs if knob.locked}
    outcome = fit_model(with_values(seeded, {**seeded.values(), **locked}), job.measured)
    is_good = outcome.converged and outcome.misfit <= _WORSE_THAN_NEIGHBOUR * last.misfit
    if outcome.refused or is_good:
        return outcome
    cold = fit_model(replace(job.model, start="data"), job.measured)
    both = [one for one in (outcome, cold) if not one.refused]
    return min(both, key=lambda one: (not one.converged, one.chi2), default=outcome)


def _values(found: FitResult, model: Model) -> Mapping[str, float]:
    """The fitted values; one on a bound may have been rounded past it by its logarithm."""
    values = dict(zip(found.names, found.values.tolist(), strict=True))
    for knob in model.knobs:
        if knob.bounds is not None:
            values[knob.name] = min(max(values[knob.name], knob.bounds[0]), knob.bounds[1])
    return values


def _outcome(model: Model, found: FitResult, measured: LabelledSpectrum) -> Outcome:
    used = found.spectrum.frequency_hz
    everything = measured.spectrum.frequency_hz
    residuals = found.residuals
    return Outcome(
        model=replace(model, start="data"),
        standard_errors=tuple(found.standard_errors),
        notes=tuple(found.notes),
        warnings=tuple(found.warnings),
        facts=resistance_facts(found, measured),
        misfit=float(np.sqrt(np.mean(np.abs(residuals) ** 2))) if residuals.size else math.nan,
        chi2=float(found.chi2),
        points=int(found.n),
        converged=bool(found.converged),
        left_out_hz=tuple(everything[~np.isin(everything, used)].tolist()),
    )
