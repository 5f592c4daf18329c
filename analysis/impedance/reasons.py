"""Why no resistance can be read from a spectrum: one function for each reason.

Each takes a spectrum and returns the reason in words, naming points by their place in the file
(from 1), or None. What a cell can do is not refused: a capacitor, an inductance in the leads, an
electrode that blocks.
"""

from __future__ import annotations

import math

import numpy as np

from .arrays import Bool, Float, Index
from .spectrum import Spectrum

_FLAT = 0.05
_SHORT_OHM = 10.0
_NEGATIVE = -0.05
_NEGATIVE_SHARE = 0.1
_JUMP_DECADES = 2.0
_PREFIX = 1000.0
_SAME = 1e-5
_CLIPPED_POINTS = 4
_CLIPPED_RATIO = 2.0
_CLIPPED_SHARE = 0.35
_FLAT_RESISTANCE = 0.2
_STEP_TOLERANCE = 2.5
_CONTINUOUS_DECADES = 0.3
_DIFFERENT_DECADES = 0.15


def held(spectrum: Spectrum) -> str | None:
    """All points alike, or most of them copies: what was read is not the cell."""
    z = spectrum.z_ohm
    different = np.unique(z).size
    frequencies = np.unique(spectrum.frequency_hz).size
    if different == 1:
        return f"every point is {z[0]:.4g} ohm: the input was saturated, held or out of range"
    if different <= frequencies // 2:
        return (
            f"most points repeat the same value ({different} different of {len(spectrum)}): "
            "the input was saturated or out of range"
        )
    return None


def zero(spectrum: Spectrum) -> str | None:
    """A point of 0 ohm: no cell has it."""
    places = np.flatnonzero(spectrum.z_ohm == 0)
    if places.size == 0:
        return None
    return f"Z is 0 ohm at {_points(places)}: a reading is missing, or the leads were shorted"


def negative(spectrum: Spectrum) -> str | None:
    """Re(Z) clearly negative at more than a tenth of the points."""
    z = spectrum.z_ohm
    below = z.real < _NEGATIVE * np.abs(z)
    if below.mean() <= _NEGATIVE_SHARE:
        return None
    return (
        f"Re(Z) is not positive at {int(below.sum())} of {len(spectrum)} points: "
        "overload, swapped leads or a wrong column"
    )


def short_circuit(spectrum: Spectrum) -> str | None:
    """A small plain resistance, with or without the inductance of leads."""
    z = spectrum.z_ohm
    capacitive = z.imag <= _FLAT * np.abs(z)
    if not capacitive.any():
        return None
    resistance = float(np.median(z.real[capacitive]))
    flat = np.ptp(z.real[capacitive]) < 2 * _FLAT * resistance
    no_arc = bool((-z.imag < _FLAT * np.abs(z)).all())
    if no_arc and flat and resistance < _SHORT_OHM:
        return (
            f"a plain resistance of {resistance:.3g} ohm at every frequency, no arc and no "
            "electrode: the cell is short-circuited"
        )
    return None


def inductive(spectrum: Spectrum) -> str | None:
    """Z'' > 0 at every frequency: an inductor alone, or the wrong sign."""
    z = spectrum.z_ohm
    if not (z.imag > 0).all():
        return None
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    thirds = [float(np.median(part)) for part in np.array_split(z.imag[order], 3)]
    flat = np.ptp(z.real) <= _FLAT_RESISTANCE * max(float(np.median(z.real)), thirds[-1])
    if flat and thirds[0] < thirds[1] < thirds[2]:
        inductance = float(np.median(z.imag / (2 * np.pi * spectrum.frequency_hz)))
        return (
            f"inductive at every frequency (Z'' > 0, about {inductance:.2g} H): only the leads "
            "are seen; measure at lower frequencies"
        )
    return (
        "Z'' > 0 at every frequency: a file that holds -Im(Z) under a name that says Im(Z), "
        "or an inductor"
    )


def clipped(spectrum: Spectrum) -> str | None:
    """A range that ended: abs(Z), or Z'', stays the same to 1e-5 where it cannot.

    A phase of more than 20 degrees makes abs(Z) change with frequency (the Kramers-Kronig
    relations), and no element has a constant reactance.
    """
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    z, f = spectrum.z_ohm[order], spectrum.frequency_hz[order]
    for name, part, share in (("|Z|", np.abs(z), _CLIPPED_SHARE), ("Z''", z.imag, _FLAT)):
        slanted = np.abs(z.imag) > share * np.abs(z)
        same = np.abs(np.diff(part)) <= _SAME * np.abs(part[1:])
        run = _longest_run(same & slanted[1:] & slanted[:-1])
        if run is None:
            continue
        first, last = run[0], run[1] + 1
        if last - first + 1 >= _CLIPPED_POINTS and f[last] >= _CLIPPED_RATIO * f[first]:
            return (
                f"saturated: {name} stays at {part[first]:.4g} ohm from {f[first]:.3g} to "
                f"{f[last]:.3g} Hz ({last - first + 1} points) though it must change there"
            )
    return None


def mixed_ohms(spectrum: Spectrum) -> str | None:
    """A jump of abs(Z) between neighbours by a hundred times what a capacitor could do."""
    if not spectrum.z_ohm.all():
        return None
    order = np.argsort(spectrum.frequency_hz, kind="stable")
    decades: Float = np.log10(np.abs(spectrum.z_ohm[order]))
    apart = np.diff(np.log10(spectrum.frequency_hz[order]))
    jump = np.diff(decades)
    excess = np.abs(jump) - apart
    at = int(np.argmax(excess))
    if excess[at] < _JUMP_DECADES:
        return None
    factor = 10 ** abs(float(jump[at]))
    nearest = round(math.log10(factor) / 3) * 3
    units = {3: "ohm and kiloohm", 6: "ohm and megaohm"}.get(nearest)
    cause = f"rows in {units} are mixed, or " if units else ""
    low, high = (int(order[k]) for k in (at, at + 1))
    return (
        f"|Z| changes by a factor {factor:.3g} between {spectrum.frequency_hz[low]:.4g} Hz "
        f"(point {low + 1}) and {spectrum.frequency_hz[high]:.4g} Hz (point {high + 1}): "
        f"{cause}the input was overloaded or lost contact there"
    )


def mixed_hertz(spectrum: Spectrum) -> str | None:
    """Rows in kHz among rows in Hz: out of order as they stand, in order times or over 1000."""
    f = spectrum.frequency_hz
    decades = np.log10(f)
    steps = np.diff(decades)
    way = np.sign(np.median(steps))
    back = np.flatnonzero(way * steps < -1.0)
    if way == 0 or back.size == 0:
        return None
    typical = float(np.median(np.abs(steps)))
    for at in back:
        first = slice(0, at + 1) if way < 0 else slice(at + 1, None)
        mended = decades.copy()
        mended[first] += math.log10(_PREFIX)
        single = _single(decades, int(at), typical, way)
        if single is not None:
            return (
                f"the frequency of point {single + 1} is {f[single]:.4g} Hz, out of order; "
                "its neighbours want 1000 times or a thousandth of it: Hz and kHz are mixed"
            )
        if _in_order(mended, typical, way) and _joins(spectrum, int(at)):
            rows = range(1, at + 2) if way < 0 else range(at + 2, f.size + 1)
            return (
                f"the frequencies jump from {f[at]:.4g} to {f[at + 1]:.4g} Hz after point "
                f"{at + 1} while |Z| goes on: points {rows[0]} to {rows[-1]} are in kHz among Hz"
            )
    return None


def _single(decades: Float, at: int, typical: float, way: float) -> int | None:
    """Return the one point beside a jump back that is a factor 1000 off its place."""
    for place in (at, at + 1):
        if not 0 < place < decades.size - 1:
            continue
        for shift in (-3.0, 3.0):
            mended = decades.copy()
            mended[place] += shift
            if _in_order(mended, typical, way):
                return place
    return None


def _in_order(decades: Float, typical: float, way: float) -> bool:
    steps = way * np.diff(decades)
    return bool((steps > -_STEP_TOLERANCE * typical).all() and steps.max() < 2.0 + typical) and (
        float((steps > 0).mean()) > 1 - 2 / decades.size
    )


def _joins(spectrum: Spectrum, at: int) -> bool:
    """Whether abs(Z) goes on over a jump of frequency, and differs where frequencies are alike."""
    level: Float = np.log10(np.abs(spectrum.z_ohm))
    decades: Float = np.log10(spectrum.frequency_hz)
    if abs(level[at + 1] - level[at]) > _CONTINUOUS_DECADES:
        return False
    parts = [np.arange(at + 1), np.arange(at + 1, level.size)]
    order: list[Index] = [part[np.argsort(decades[part])] for part in parts]
    one, other = order
    inside = other[(decades[other] >= decades[one[0]]) & (decades[other] <= decades[one[-1]])]
    if inside.size == 0:
        return True
    expected = np.interp(decades[inside], decades[one], level[one])
    return float(np.median(np.abs(expected - level[inside]))) > _DIFFERENT_DECADES


def _longest_run(true: Bool) -> tuple[int, int] | None:
    """Return first and last place of the longest run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    if edges.size == 0:
        return None
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest]) - 1


def _points(places: Index) -> str:
    shown = ", ".join(str(int(place) + 1) for place in places[:3])
    word = "point" if places.size == 1 else "points"
    return f"{word} {shown}{' and more' if places.size > 3 else ''}"
