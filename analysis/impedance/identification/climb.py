"""Which circuits are tried: from what the relaxation times show, arcs more and arcs less."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from ..arrays import Float
from ..fitting.objective import Stack
from ..spectrum import Spectrum
from ..structure import independent_share, is_structured
from .growth import with_one_less, with_one_more
from .seeds import seed, without_arcs
from .shapes import Parts, Shape, Tail
from .trials import PENALTY, Trial, run_down

MOST_ARCS = 5
_FEWEST_SPARE = 3
_DIFFUSION = (0.2, 0.68)
_SURELY_BLOCKING = 0.7
_HARDLY_KNOWN = 0.2
_SURELY_THERE = 0.07
_LITTLE = 0.02


@dataclass(slots=True)
class Climb:
    """Everything that was tried on a spectrum, by shape."""

    stack: Stack
    trials: dict[Shape, Trial] = field(default_factory=dict)

    @property
    def best(self) -> Trial:
        """The trial of the lowest criterion."""
        return min(self.trials.values(), key=lambda trial: trial.criterion)

    @property
    def smallest(self) -> Trial:
        """The best of the trials with the fewest arcs."""
        return min(self.trials.values(), key=lambda trial: (trial.shape.arcs, trial.criterion))

    def ranked(self) -> list[tuple[float, Trial]]:
        """All trials with their criteria, the best first.

        Where even the best leaves residuals of neighbouring points that are alike, all circuits
        miss something, and the points count only for as many as are independent.
        """
        share = independent_share(self.stack.frequency_hz, self.best.residuals)
        pairs = [(trial.criterion_of(share), trial) for trial in self.trials.values()]
        return sorted(pairs, key=lambda pair: pair[0])

    def run(self, shape: Shape, starts: Float) -> Trial:
        """Run a shape down from starts (s, p); keep the better of this and what was known."""
        trial = run_down(shape, self.stack, starts)
        known = self.trials.get(shape)
        if known is None or trial.chi2 < known.chi2:
            self.trials[shape] = trial
        return self.trials[shape]

    def fits_in(self, shape: Shape) -> bool:
        """Whether the spectrum has data enough for a shape."""
        return 2 * self.stack.frequency_hz.size >= shape.parameters + _FEWEST_SPARE

    def up(self, trial: Trial) -> None:
        """Add arcs one by one until the criterion rises and the residuals are plain noise."""
        while trial.shape.arcs < MOST_ARCS:
            shape = replace(trial.shape, arcs=trial.shape.arcs + 1)
            if not self.fits_in(shape):
                return
            grown = self.run(shape, with_one_more(trial, self.stack))
            plain = not is_structured(self.stack.frequency_hz, trial.residuals)
            if grown.criterion > trial.criterion and plain:
                return
            trial = grown

    def down(self, trial: Trial) -> None:
        """Take arcs away one by one until the criterion rises, or each is surely there."""
        while trial.shape.arcs > 0:
            first = trial.shape.inductor + trial.shape.series
            if trial.deviation[first : first + 3 * trial.shape.arcs : 3].max() < _SURELY_THERE:
                return
            shrunk = self.shrink(trial)
            if shrunk.criterion > trial.criterion:
                return
            trial = shrunk

    def shrink(self, trial: Trial) -> Trial:
        """Run the shape of one arc less, with R0 if nothing else were left in the path."""
        arcs = trial.shape.arcs - 1
        if arcs == 0 and not trial.shape.series:
            trial = replace(
                trial,
                shape=replace(trial.shape, series=True),
                values=np.insert(trial.values, int(trial.shape.inductor), trial.parts.arcs[0, 0]),
            )
        return self.run(replace(trial.shape, arcs=arcs), with_one_less(trial))


def climb(spectrum: Spectrum, stack: Stack, tails: tuple[Tail, ...], inductive: bool) -> Climb:
    """Try circuits on a spectrum, with leads and without, and with what it may end in."""
    found = Climb(stack)
    for tail in tails:
        begun = _begin(found, spectrum, tail)
        found.up(begun)
        found.down(min((t for t in found.trials.values() if t.shape.tail == tail), key=_worth))
    _with_other_end(found)
    _without_leads(found, inductive)
    _with_other_end(found)
    _neighbours(found)
    return found


def _worth(trial: Trial) -> float:
    return trial.criterion


def _begin(found: Climb, spectrum: Spectrum, tail: Tail) -> Trial:
    seeded = seed(spectrum, tail, MOST_ARCS - 1)
    if seeded is None or not found.fits_in(seeded[0]):
        seeded = without_arcs(spectrum, tail)
    shape, values = seeded
    return found.run(shape, values[None, :])


def _without_leads(found: Climb, inductive: bool) -> None:
    """Leave out R0, the inductor, or both: of the best shape, and of that with one arc more.

    Only where the spectrum hardly knows them, and where a parameter less can win.
    """
    best = found.best
    for arcs in (best.shape.arcs, best.shape.arcs + 1):
        known = found.trials.get(replace(best.shape, arcs=arcs))
        if known is None:
            continue
        loose = _loose_leads(known, inductive)
        price = PENALTY * math.log(2 * found.stack.frequency_hz.size)
        if known.criterion - price * len(loose) < best.criterion:
            for series, inductor in _LEADS:
                if {"L": inductor, "R": series}.items() >= _kept(loose).items():
                    _run_with_leads(found, known, series, inductor)


_LEADS = ((True, False), (False, True), (False, False))


def _loose_leads(trial: Trial, inductive: bool) -> str:
    """Which of R0 and the inductor could be nothing."""
    doubt = trial.deviation
    loose = ""
    if trial.shape.inductor and not inductive and doubt[0] > _HARDLY_KNOWN:
        loose += "L"
    if trial.shape.arcs and doubt[int(trial.shape.inductor)] > _HARDLY_KNOWN:
        loose += "R"
    return loose


def _kept(loose: str) -> dict[str, bool]:
    return {name: True for name in "LR" if name not in loose}


def _neighbours(found: Climb) -> None:
    """Give the shapes of one arc more and less the best one's leads, to be compared fairly."""
    best = found.best.shape
    for arcs in (best.arcs - 1, best.arcs + 1):
        wanted = replace(best, arcs=arcs)
        known = found.trials.get(replace(wanted, series=True, inductor=True))
        if known is not None and wanted not in found.trials and (arcs or best.series):
            _run_with_leads(found, known, best.series, best.inductor)


def _run_with_leads(found: Climb, known: Trial, series: bool, inductor: bool) -> None:
    parts = known.parts
    values = Parts(
        parts.inductance_h if inductor else np.empty(0),
        parts.series_ohm if series else np.empty(0),
        parts.arcs,
        parts.tail,
    ).values()
    found.run(replace(known.shape, series=series, inductor=inductor), values[None, :])


def _with_other_end(found: Climb) -> None:
    """Give the best circuit another end where its own looks like it.

    A Warburg element for a CPE of an exponent near one half, or beside the arcs; a CPE for a
    slowest arc whose end is not seen; diffusion to an end for one of an exponent near one half.
    """
    best = found.best
    shape, parts = best.shape, best.parts
    lowest = 2 * np.pi * float(found.stack.frequency_hz.min())
    if shape.tail == "CPE" and parts.tail[1] - 3 * best.deviation[-1] < _SURELY_BLOCKING:
        sigma = (3 * lowest) ** (0.5 - parts.tail[1]) / (parts.tail[0] * math.sqrt(2.0))
        _try(found, replace(shape, tail="W"), parts, parts.arcs, np.array([sigma]))
    elif shape.tail == "":
        sigma = _LITTLE * float(np.abs(found.stack.z_ohm).max()) * math.sqrt(lowest)
        _try(found, replace(shape, tail="W"), parts, parts.arcs, np.array([sigma]))
        if shape.arcs:
            _without_slowest(found, shape, parts, lowest)


def _without_slowest(found: Climb, shape: Shape, parts: Parts, lowest: float) -> None:
    r, q, exponent = parts.arcs[-1]
    tau = (r * q) ** (1 / exponent)
    fewer = replace(shape, arcs=shape.arcs - 1)
    if tau * lowest > 1 or _is_diffusion(exponent):
        sigma = np.array([lowest ** (0.5 - exponent) / (q * math.sqrt(2.0))])
        _try(found, replace(fewer, tail="CPE"), parts, parts.arcs[:-1], parts.arcs[-1, 1:])
        _try(found, replace(fewer, tail="W"), parts, parts.arcs[:-1], sigma)
    if _is_diffusion(exponent):
        _try(found, replace(fewer, tail="Ws"), parts, parts.arcs[:-1], np.array([r, tau]))


def _try(found: Climb, shape: Shape, parts: Parts, arcs: Float, tail: Float) -> None:
    if shape.arcs or shape.series:
        values = Parts(parts.inductance_h, parts.series_ohm, arcs, tail).values()
        found.run(shape, values[None, :])


def _is_diffusion(exponent: float) -> bool:
    return _DIFFUSION[0] < exponent < _DIFFUSION[1]
