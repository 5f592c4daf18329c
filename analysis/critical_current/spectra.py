"""What an impedance spectrum says of a parallel path, without fitting a circuit to it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from .criteria import Criteria

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]

ABOVE_NOISE = 8.0
CLEARLY_BETTER = 0.7  # of the other story's misfit
FAR_BETTER = 0.4
VISIBLE_LOSS = 0.5  # of the area; less of a loss looks like any ageing of the interfaces


class SpectrumPoint(Protocol):
    """One point as it comes from an instrument; capacitive imaginary parts are negative."""

    @property
    def frequency_hz(self) -> float:
        """Frequency of the excitation."""
        ...

    @property
    def z_ohm(self) -> complex:
        """Impedance of the cell."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A spectrum in order of falling frequency. ``z_ohm`` is complex, shape (n,)."""

    frequency_hz: Floats
    z_ohm: Complexes


@dataclass(frozen=True, slots=True)
class Change:
    """One spectrum against a reference of the same cell; ratios are after over before.

    ``parallel_ohm`` is the resistance that, put in parallel with the reference, explains the
    change best; ``cause`` says whether it does so better than a change of temperature would:
    "parallel path", "warming", "interface" (the high-frequency resistance is unchanged) or
    "undecided". ``contact`` is the share of the area still in contact, where the spectrum has grown
    as it does when much of the area is lost; ``None`` where it has not.
    """

    high_frequency_ratio: float
    low_frequency_ratio: float
    high_frequency_hz: float
    low_frequency_hz: float
    parallel_ohm: float
    cause: str
    contact: float | None = None


def sweep_of(points: Sequence[SpectrumPoint]) -> Sweep | None:
    """Sort the usable points by falling frequency; ``None`` with fewer than four of them."""
    usable = [(p.frequency_hz, p.z_ohm) for p in points if p.frequency_hz > 0]
    return sweep_from_arrays(
        np.array([f for f, _ in usable], dtype=np.float64),
        np.array([z for _, z in usable], dtype=np.complex128),
    )


def sweep_from_arrays(frequency_hz: Floats, z_ohm: Complexes) -> Sweep | None:
    """Sort by falling frequency, leaving out what is not finite; ``None`` with fewer than four."""
    good = np.isfinite(z_ohm) & (frequency_hz > 0)
    f, z = frequency_hz[good], z_ohm[good]
    if f.size < 4:
        return None
    order = np.argsort(-f, kind="stable")
    return Sweep(f[order], z[order])


def high_frequency_resistance(sweep: Sweep) -> tuple[float, float]:
    """The resistance where the spectrum meets the real axis at high frequency, and that frequency.

    From the highest frequency down, the first point that is not inductive, within the two highest
    decades; without such a point the one nearest to the real axis. It is the median of the real
    parts, which are blind to the inductance of the leads, of that point and its neighbours.

    >>> f = np.logspace(6, 0, 61)
    >>> z = 30 + 2j * np.pi * f * 3e-7 + 20 / (1 + 2j * np.pi * f * 1e-3)
    >>> round(high_frequency_resistance(Sweep(f, z))[0], 1)
    30.0
    """
    top = int(np.count_nonzero(sweep.frequency_hz >= sweep.frequency_hz[0] / 100))
    z = sweep.z_ohm[:top]
    capacitive = np.nonzero(z.imag <= 0)[0]
    at = int(capacitive[0]) if capacitive.size else int(np.argmin(np.abs(z.imag) / np.abs(z)))
    around = slice(max(0, at - 1), at + 2)
    return float(np.median(z.real[around])), float(sweep.frequency_hz[at])


def low_frequency_resistance(sweep: Sweep, frequency_hz: float = 1.0) -> tuple[float, float]:
    """Magnitude at ``frequency_hz``, or at the lowest frequency above it, and that frequency."""
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    around = slice(max(0, at - 1), at + 2)
    return float(np.median(np.abs(sweep.z_ohm[around]))), float(sweep.frequency_hz[at])


def phase_deg(sweep: Sweep, frequency_hz: float) -> float | None:
    """Phase at the nearest frequency within a factor of two; ``None`` where none was measured."""
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    if abs(np.log2(sweep.frequency_hz[at] / frequency_hz)) > 1:
        return None
    return float(np.degrees(np.angle(sweep.z_ohm[at])))


def compare(
    before: Sweep,
    after: Sweep,
    criteria: Criteria | None = None,
    warming_factor: float | None = None,
    recent: Sweep | None = None,
) -> Change:
    """Say what became of a cell between two spectra.

    ``warming_factor`` is the bulk resistance expected from the two temperatures, after over
    before, where they were measured; ``None`` leaves the question to the shape of the spectra.
    ``recent`` is the last spectrum of the clean cell: a sudden change is explained from there,
    where the interfaces have had little time to age.

    Notes
    -----
    Bulk resistance is geometry over conductivity: at one temperature it cannot fall, so a fall
    means a path in parallel. Nor can warming be mistaken for one: it shortens the relaxation
    times of the arcs as much as it shrinks them (their capacitance stays), whereas a parallel
    resistance shrinks the arcs and leaves their apex frequencies nearly where they were. Loss of
    contact is told from a growing interphase in the same way: lost area takes capacitance with it,
    so that the arcs grow at their place; an interphase slows them down as it grows.
    """
    limits = criteria or Criteria()
    high_before, at_hz = high_frequency_resistance(before)
    high_after = _real_part_near(after, at_hz)
    low_hz = max(before.frequency_hz[-1], after.frequency_hz[-1], 1.0)
    low_before, _ = low_frequency_resistance(before, low_hz)
    low_after, low_at_hz = low_frequency_resistance(after, low_hz)
    high_ratio = high_after / high_before / (warming_factor or 1.0)
    low_ratio = low_after / low_before / (warming_factor or 1.0)
    sudden = recent is not None and (
        high_after < limits.high_frequency_ratio * _real_part_near(recent, at_hz)
    )
    parallel_ohm, shape = _explain(recent if recent is not None and sudden else before, after)
    unchanged = high_ratio > (1 + limits.high_frequency_ratio) / 2
    sees_bulk = at_hz >= limits.bulk_frequency_min_hz
    if unchanged:
        cause = "interface"
    elif not sees_bulk:
        cause = "undecided"
    else:
        cause = shape if warming_factor is None else "parallel path"
    contact = (
        _remaining_contact(before, after) if low_ratio > limits.contact_impedance_ratio else None
    )
    return Change(high_ratio, low_ratio, at_hz, low_at_hz, parallel_ohm, cause, contact)


def _real_part_near(sweep: Sweep, frequency_hz: float) -> float:
    at = int(np.argmin(np.abs(np.log(sweep.frequency_hz / frequency_hz))))
    return float(np.median(sweep.z_ohm.real[max(0, at - 1) : at + 2]))


def _explain(before: Sweep, after: Sweep) -> tuple[float, str]:
    """Fit two stories of equal length to the second spectrum; name the better one."""
    leads_h = _lead_inductance_h(before)  # neither story may scale what is not in the cell
    before, after = _without_leads(before, leads_h), _without_leads(after, leads_h)
    high_ohm, arcs = _arcs(before)
    frequency_hz, measured = _in_common(before, after)

    def shrunk(log_scale: float) -> Complexes:
        """The arcs with another resistance at unchanged capacitance."""
        scale = math.exp(log_scale)
        return scale * arcs(frequency_hz * scale)

    def parallel(p: Floats) -> Complexes:
        z = high_ohm + shrunk(float(p[1]))
        return z / (1 + z * math.exp(float(p[0])) / high_ohm)

    def warming(p: Floats) -> Complexes:
        return high_ohm * math.exp(float(p[0])) + shrunk(float(p[1]))

    parallel_cost, p = _misfit(parallel, measured, (-2.0, 0.0))
    warming_cost, _ = _misfit(warming, measured, (-0.2, -0.2))
    parallel_ohm = high_ohm * math.exp(-float(p[0]))
    if max(parallel_cost, warming_cost) < ABOVE_NOISE * _noise_cost(before):
        return parallel_ohm, "undecided"  # the arcs are too small to tell the stories apart
    if parallel_cost < CLEARLY_BETTER * warming_cost:
        return parallel_ohm, "parallel path"
    better = warming_cost < CLEARLY_BETTER * parallel_cost
    return parallel_ohm, "warming" if better else "undecided"


def _noise_cost(sweep: Sweep) -> float:
    """The misfit that the noise of one spectrum makes by itself, from its third differences."""
    third = np.diff(sweep.z_ohm, 3) / np.sqrt(20.0) / np.abs(sweep.z_ohm[1:-2])
    return 0.5 * float(np.sum(np.abs(third) ** 2))


def _remaining_contact(before: Sweep, after: Sweep) -> float | None:
    """Share of the area, if the arcs have grown at their place and not slowed down as well."""
    high_ohm, arcs = _arcs(before)
    frequency_hz, measured = _in_common(before, after)

    def less_area(p: Floats) -> Complexes:
        return high_ohm + math.exp(float(p[0])) * arcs(frequency_hz)

    def more_interphase(p: Floats) -> Complexes:
        scale = math.exp(float(p[0]))
        return high_ohm + scale * arcs(frequency_hz * scale)

    area_cost, p = _misfit(less_area, measured, (0.5,))
    growth_cost, _ = _misfit(more_interphase, measured, (0.5,))
    share = math.exp(-float(p[0]))
    return share if share < VISIBLE_LOSS and area_cost < FAR_BETTER * growth_cost else None


def _arcs(sweep: Sweep) -> tuple[float, Callable[[Floats], Complexes]]:
    """The resistance at high frequency, and all else as a function of frequency."""
    high_ohm, _ = high_frequency_resistance(sweep)
    order = np.argsort(sweep.frequency_hz)
    log_f, rest = np.log(sweep.frequency_hz[order]), sweep.z_ohm[order] - high_ohm

    def at(frequency_hz: Floats) -> Complexes:
        x = np.log(frequency_hz)
        arc: Complexes = np.interp(x, log_f, rest.real) + 1j * np.interp(x, log_f, rest.imag)
        return arc

    return high_ohm, at


def _lead_inductance_h(sweep: Sweep) -> float:
    """At least so much, by the highest frequency; 0 where that is not inductive."""
    return max(0.0, float(sweep.z_ohm[0].imag / (2 * np.pi * sweep.frequency_hz[0])))


def _without_leads(sweep: Sweep, inductance_h: float) -> Sweep:
    reactance_ohm = 2 * np.pi * sweep.frequency_hz * inductance_h
    return Sweep(sweep.frequency_hz, sweep.z_ohm - 1j * reactance_ohm)


def _in_common(before: Sweep, after: Sweep) -> tuple[Floats, Complexes]:
    seen = after.frequency_hz >= before.frequency_hz[-1]
    return after.frequency_hz[seen], after.z_ohm[seen]


def _misfit(
    story: Callable[[Floats], Complexes], measured: Complexes, start: tuple[float, ...]
) -> tuple[float, Floats]:
    """The least robust sum of squared relative residuals, and the parameters that give it."""

    def residual(p: Floats) -> Floats:
        relative = (story(p) - measured) / np.abs(measured)
        return np.concatenate([relative.real, relative.imag])

    fit = least_squares(residual, start, loss="soft_l1", f_scale=0.02, max_nfev=60)
    return float(fit.cost), fit.x
