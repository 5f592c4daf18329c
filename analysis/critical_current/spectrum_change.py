"""What became of a cell between two spectra, without fitting a circuit to either."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from .criteria import Criteria
from .spectra import (
    Complexes,
    Floats,
    Sweep,
    high_frequency_resistance,
    low_frequency_resistance,
    real_part_near,
)

ABOVE_NOISE = 8.0
CLEARLY_BETTER = 0.7  # of the other story's misfit
BETTER = 0.6
FAR_BETTER = 0.4
ARCS_AS_BEFORE = 0.25  # of the logarithm by which the bulk changed; warming moves them alike
INTERFACES_BELOW_HZ = 3e4  # above, grain boundaries have their arc
GREAT_LOSS = 0.2  # of the area is left; no interphase alone looks like that
VISIBLE_LOSS = 0.5  # of the area; less of a loss looks like any ageing of the interfaces


@dataclass(frozen=True, slots=True)
class Change:
    """One spectrum against a reference of the same cell; ratios are after over before.

    ``parallel_ohm`` is the resistance that, put in parallel with the reference, explains the
    change best, infinite where there is none. Where the temperature changed, ratios are corrected
    for it, and as near to 1 as the activation energy may be wrong. ``cause`` says whether a path
    in parallel explains the change better than a change of temperature or of a contact in series
    would: "parallel path", "warming", "series contact" (all is smaller by one resistance),
    "interface" (the high-frequency resistance is unchanged) or "undecided". ``contact`` is the
    share of the area still in contact, where the spectrum has grown as it does when much of the
    area is lost; ``None`` where it has not.
    """

    high_frequency_ratio: float
    low_frequency_ratio: float
    high_frequency_hz: float
    low_frequency_hz: float
    parallel_ohm: float
    cause: str
    contact: float | None = None


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
    A series contact is told by the shape in either case.
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
    high_after = real_part_near(after, at_hz)
    low_hz = max(before.frequency_hz[-1], after.frequency_hz[-1], 1.0)
    low_before, _ = low_frequency_resistance(before, low_hz)
    low_after, low_at_hz = low_frequency_resistance(after, low_hz)
    warmth = warming_factor or 1.0
    high_ratio = _in_doubt(high_after / high_before / warmth, warmth, limits)
    low_ratio = _in_doubt(low_after / low_before / warmth, warmth, limits)
    parallel_ohm, cause = _in_parallel_ohm(low_before * warmth, low_after), "interface"
    if high_ratio <= (1 + limits.high_frequency_ratio) / 2:
        fell_suddenly = recent is not None and (
            high_after < limits.high_frequency_ratio * real_part_near(recent, at_hz)
        )
        parallel_ohm, cause = _explain_from(before, recent if fell_suddenly else None, after)
        if at_hz < limits.bulk_frequency_min_hz:
            cause = "undecided"
        elif warming_factor is not None and cause != "series contact":
            cause = "parallel path"
    contact = (
        _remaining_contact(before, after) if low_ratio > limits.contact_impedance_ratio else None
    )
    return Change(high_ratio, low_ratio, at_hz, low_at_hz, parallel_ohm, cause, contact)


def _in_doubt(ratio: float, warming_factor: float, limits: Criteria) -> float:
    """A ratio as near to 1 as the activation energy may be wrong."""
    doubt = limits.activation_energy_doubt * abs(math.log(warming_factor))
    distance = math.log(max(ratio, 1e-9))
    return math.exp(math.copysign(max(0.0, abs(distance) - doubt), distance))


def _explain_from(before: Sweep, recent: Sweep | None, after: Sweep) -> tuple[float, str]:
    """From the recent spectrum, and where that is too like the later one, from the first."""
    if recent is not None:
        parallel_ohm, cause = _explain(recent, after)
        if cause != "undecided":
            return parallel_ohm, cause
    return _explain(before, after)


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
    warming_cost, warmed = _misfit(warming, measured, (-0.2, -0.2))
    parallel_ohm = high_ohm * math.exp(-float(p[0]))
    if max(parallel_cost, warming_cost) < ABOVE_NOISE * _noise_cost(before):
        return parallel_ohm, "undecided"  # the arcs are too small to tell the stories apart
    if parallel_cost < CLEARLY_BETTER * warming_cost:
        return parallel_ohm, "parallel path"
    if warming_cost >= CLEARLY_BETTER * parallel_cost:
        return parallel_ohm, "undecided"
    bulk, arc = (abs(float(each)) for each in warmed)
    return parallel_ohm, "series contact" if arc < ARCS_AS_BEFORE * bulk else "warming"


def _in_parallel_ohm(before_ohm: float, after_ohm: float) -> float:
    """What lies beside a resistance that has fallen; infinite if it has not."""
    more_siemens = 1 / after_ohm - 1 / before_ohm
    return 1 / more_siemens if more_siemens > 0 else math.inf


def _noise_cost(sweep: Sweep) -> float:
    """The misfit that the noise of one spectrum makes by itself, from its third differences."""
    third = np.diff(sweep.z_ohm, 3) / np.sqrt(20.0) / np.abs(sweep.z_ohm[1:-2])
    return 0.5 * float(np.sum(np.abs(third) ** 2))


def _remaining_contact(before: Sweep, after: Sweep) -> float | None:
    """Share of the area, if the arcs have grown at their place and not slowed down as well.

    Where grain boundaries have an arc, which no lost area touches, a great loss is still seen in
    the imaginary parts below it.
    """
    share, far = _area_against_growth(before, after, math.inf, only_imaginary=False)
    if share < VISIBLE_LOSS and far < FAR_BETTER:
        return share
    share, far = _area_against_growth(before, after, INTERFACES_BELOW_HZ, only_imaginary=True)
    return share if share < GREAT_LOSS and far < BETTER else None


def _area_against_growth(
    before: Sweep, after: Sweep, below_hz: float, *, only_imaginary: bool
) -> tuple[float, float]:
    """The share of the area by the one story, and its misfit over that of a grown interphase."""
    high_ohm, arcs = _arcs(before)
    frequency_hz, measured = _in_common(before, after)
    seen = frequency_hz < below_hz
    frequency_hz, measured = frequency_hz[seen], measured[seen]
    if frequency_hz.size < 4:
        return 1.0, math.inf

    def less_area(p: Floats) -> Complexes:
        return high_ohm + math.exp(float(p[0])) * arcs(frequency_hz)

    def more_interphase(p: Floats) -> Complexes:
        scale = math.exp(float(p[0]))
        return high_ohm + scale * arcs(frequency_hz * scale)

    area_cost, p = _misfit(less_area, measured, (0.5,), only_imaginary=only_imaginary)
    growth_cost, _ = _misfit(more_interphase, measured, (0.5,), only_imaginary=only_imaginary)
    return math.exp(-float(p[0])), area_cost / max(growth_cost, 1e-30)


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
    story: Callable[[Floats], Complexes],
    measured: Complexes,
    start: tuple[float, ...],
    *,
    only_imaginary: bool = False,
) -> tuple[float, Floats]:
    """The least robust sum of squared relative residuals, and the parameters that give it."""

    def residual(p: Floats) -> Floats:
        relative = (story(p) - measured) / np.abs(measured)
        real = () if only_imaginary else relative.real
        return np.concatenate([real, relative.imag])

    fit = least_squares(residual, start, loss="soft_l1", f_scale=0.02, max_nfev=60)
    return float(fit.cost), fit.x
