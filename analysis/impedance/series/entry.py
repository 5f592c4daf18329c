"""Which spectra of a series take part, and how they are laid side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Float
from ..circuits.circuit import Circuit
from ..fitting.weights import AnyWeighting, inductive_points, weights
from ..screening import SpectrumRefusedError, refusal
from ..spectrum import Spectrum
from .joint import SeriesStack
from .result import LeftOut

FEWEST_SPECTRA = 2


@dataclass(frozen=True, eq=False)
class Entry:
    """The spectra that take part, where they stand, and those that do not."""

    spectra: tuple[Spectrum, ...]
    at: Float
    places: tuple[int, ...]
    weightings: tuple[AnyWeighting, ...]
    left_out: tuple[LeftOut, ...]


def admitted(
    spectra: Sequence[Spectrum],
    at: ArrayLike,
    along: str,
    weighting: AnyWeighting | Sequence[AnyWeighting],
) -> Entry:
    """Screen the spectra of a series; SpectrumRefusedError if fewer than two are left."""
    where = np.asarray(at, dtype=np.float64)
    if where.shape != (len(spectra),):
        raise ValueError(
            f"{len(spectra)} spectra need {along} of shape ({len(spectra)},), got {where.shape}"
        )
    _require_sense(where, along)
    each = _weightings(weighting, len(spectra))
    left_out = []
    kept = []
    for place, spectrum in enumerate(spectra):
        reason = refusal(spectrum)
        if reason is None:
            kept.append(place)
        else:
            left_out.append(LeftOut(place, float(where[place]), reason))
    if len(kept) < FEWEST_SPECTRA:
        reasons = "".join(f"; spectrum {o.place} at {o.at:g}: {o.reason}" for o in left_out)
        raise SpectrumRefusedError(
            f"a series needs {FEWEST_SPECTRA} spectra or more, {len(kept)} can be used{reasons}"
        )
    return Entry(
        tuple(spectra[k] for k in kept),
        where[kept],
        tuple(kept),
        tuple(each[k] for k in kept),
        tuple(left_out),
    )


def stacked(circuit: Circuit, entry: Entry, inductive: Literal["drop", "keep"]) -> SeriesStack:
    """Lay the spectra side by side with their weights, shorter ones filled up at weight 0."""
    longest = max(map(len, entry.spectra))
    frequency = np.empty((len(entry.spectra), longest))
    z = np.empty(frequency.shape, dtype=np.complex128)
    weight = np.zeros((len(entry.spectra), 2, longest))
    for row, spectrum in enumerate(entry.spectra):
        n = len(spectrum)
        own_z = spectrum.z_ohm[None, :]
        frequency[row, :n], frequency[row, n:] = spectrum.frequency_hz, spectrum.frequency_hz[-1]
        z[row, :n], z[row, n:] = spectrum.z_ohm, spectrum.z_ohm[-1]
        weight[row, :, :n] = weights(spectrum.frequency_hz, own_z, entry.weightings[row])[0]
        if inductive == "drop":
            spoilt = inductive_points(circuit, spectrum.frequency_hz, own_z)[0]
            weight[row, :, :n][:, spoilt] = 0.0
    return SeriesStack(frequency, z, weight)


def _require_sense(where: Float, along: str) -> None:
    bad = ~np.isfinite(where)
    if along.endswith("temperature_k"):
        bad |= where <= 0
    if bad.any():
        place = int(np.argmax(bad))
        raise ValueError(
            f"{along} of spectrum {place} is {where[place]:g}; it must be finite"
            f"{' and > 0 K' if along.endswith('temperature_k') else ''}"
        )


def _weightings(
    weighting: AnyWeighting | Sequence[AnyWeighting], count: int
) -> tuple[AnyWeighting, ...]:
    if isinstance(weighting, str) or hasattr(weighting, "deviation_ohm"):
        return (weighting,) * count
    if isinstance(weighting, list | tuple) and len(weighting) == count:
        return tuple(weighting)
    raise ValueError(f"standard deviations of a series are a list of {count}, one a spectrum")
