"""What a series fit says of itself in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .support import LEAST_PROBABILITY

if TYPE_CHECKING:
    from .result import SeriesFit

_NOISIER = 4.0
_NOTHING_LEFT = 1e-14


def warnings_of(series: SeriesFit) -> tuple[str, ...]:
    """Say which spectra took no part, which stand out, and whether the ties hold."""
    return (
        *_left_out(series),
        *_inductive(series),
        *_unsupported(series),
        *_standing_out(series),
        *_lost(series),
    )


def _left_out(series: SeriesFit) -> Iterator[str]:
    for one in series.left_out:
        yield f"spectrum {one.place} at {one.at:g} was left out: {one.reason}"


def _inductive(series: SeriesFit) -> Iterator[str]:
    count = sum(series.inductive)
    if count:
        spectra = sum(own > 0 for own in series.inductive)
        yield (
            f"{count} points of {spectra} spectra have Z'' > 0 at their highest frequencies "
            f"(inductance of leads) and were left out, as {series.circuit} has no inductor"
        )


def _unsupported(series: SeriesFit) -> Iterator[str]:
    support = series.support
    if support is None or support.holds:
        return
    worst = ", ".join(name for name, _ in support.contradicted)
    yield (
        f"the sharing is not supported by the data (F = {support.f:.3g} on {support.ties:.0f} and "
        f"{support.degrees_of_freedom:.0f}, p = {support.probability:.1g} < {LEAST_PROBABILITY:g})"
        + (f": let {worst} vary" if worst else "")
    )


def _standing_out(series: SeriesFit) -> Iterator[str]:
    """Name spectra whose residuals are far larger than the others': they spoil the joint values."""
    points = np.array([len(one) for one in series.spectra])
    noise = series.chi2 / points
    if noise.max() <= _NOTHING_LEFT:
        return
    for row, own in enumerate(noise):
        middle = float(np.median(np.delete(noise, row)))
        if own > _NOISIER * middle > 0:
            yield (
                f"spectrum {series.places[row]} at {series.at[row]:g}: its residuals are "
                f"{(own / middle) ** 0.5:.1f} times those of the others; look at it alone"
            )


def _lost(series: SeriesFit) -> Iterator[str]:
    if not series.converged:
        yield "the joint fit did not converge; no value of it should be used"
