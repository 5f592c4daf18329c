"""From spectra and their temperatures to everything that they say together, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Geometry
from ..circuits.circuit import Circuit
from ..circuits.circuit_code import parse_circuit
from ..fitting.weights import Weighting
from ..identification.identify import identify
from ..identification.resistances import Resistances
from ..screening import SpectrumRefusedError, without_deep_spur
from ..spectrum import Spectrum
from .arrhenius_fit import ArrheniusRefusedError
from .arrhenius_of import Arrhenius, arrhenius_of
from .fit_series import fit_series
from .processes import processes_of
from .quantities import arc_places
from .result import LeftOut, SeriesFit
from .ties import Form
from .warnings_of_series import warnings_of

LEAST_IMPROVEMENT = 6.0
_FEWEST = 2
_ENDS = ("CPE", "W", "Ws", "Wo")
_LEAST_IMPROVEMENT = 6.0


@dataclass(frozen=True, eq=False)
class SeriesAnalysis:
    """What spectra over temperature say together. Made by :func:`series_from_spectra`.

    Attributes
    ----------
    series : SeriesFit
        The joint fit; its `left_out` names the spectra that took no part, each with its reason.
    resistances : tuple of Resistances
        Of each spectrum used, from the joint fit.
    arrhenius : Arrhenius or None
        None where it is refused: `reasons` says why.
    released : tuple of str
        Quantities that were to be shared, and that the data would rather have free.
    reasons : tuple of str
    """

    series: SeriesFit
    resistances: tuple[Resistances, ...]
    arrhenius: Arrhenius | None
    released: tuple[str, ...]
    reasons: tuple[str, ...]


def series_from_spectra(
    spectra: Sequence[tuple[Spectrum, float]],
    circuit: Circuit | None = None,
    geometry: Geometry | None = None,
    *,
    weighting: Weighting = "modulus",
    form: Form = "sigma*T",
    temperature_uncertainty_k: ArrayLike = 0.0,
    temperature_offset_uncertainty_k: float = 0.0,
) -> SeriesAnalysis:
    """Fit (spectrum, temperature in K) pairs together and draw the Arrhenius lines out of them.

    Without a circuit every spectrum is identified on its own and the one that shows most arcs
    gives the circuit of all, with an inductor or another end at low frequencies if the series
    together asks for one (AICc lower by 6). The exponents and capacitances of the arcs and the
    inductance are shared; what the data contradict (an F test at 1 %) is set free again, worst
    first, and named in `released`.

    Raises
    ------
    SpectrumRefusedError
        If fewer than two spectra can be used; the message has each one's reason.
    ValueError
        As :func:`fit_series`.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import Spectrum, parse_circuit, series_from_spectra
    >>> circuit = parse_circuit("R0-CPE1")
    >>> t_k, f = [270.0, 290.0, 310.0, 330.0], np.logspace(5, 1, 30)
    >>> r = [0.1 * t * np.exp(0.30 / 8.617333e-5 * (1 / t - 1 / 300)) for t in t_k]
    >>> z = circuit.impedance_ohm(f, [[x, 1e-5, 0.9] for x in r])
    >>> pairs = [(Spectrum(f, one), t) for one, t in zip(z, t_k)]
    >>> found = series_from_spectra(pairs, circuit)
    >>> round(found.arrhenius.total.activation_energy.value, 6)
    0.3
    """
    left_out: list[LeftOut] = []
    kept, used = list(range(len(spectra))), list(spectra)
    circuits = [] if circuit is None else [circuit]
    if circuit is None:
        circuits, kept, left_out = _identified(spectra, weighting)
        used = [(without_deep_spur(spectra[k][0])[0], spectra[k][1]) for k in kept]
    series, released = _best(
        [_as_shared_as_the_data_allow(one, used, weighting, form, geometry) for one in circuits]
    )
    series = _with_places(series, kept, left_out)
    reasons = [*series.warnings]
    own_t = np.broadcast_to(np.asarray(temperature_uncertainty_k, dtype=np.float64), len(spectra))
    arrhenius = None
    try:
        arrhenius = arrhenius_of(
            series,
            geometry,
            form=form,
            temperature_uncertainty_k=own_t[list(series.places)],
            temperature_offset_uncertainty_k=temperature_offset_uncertainty_k,
        )
        reasons += [*arrhenius.reasons, *arrhenius.warnings]
    except ArrheniusRefusedError as refused:
        reasons.append(f"no Arrhenius line: {refused}")
    if released:
        reasons.append(f"not shared, as the data contradict it: {', '.join(released)}")
    named = processes_of(series, geometry).named
    return SeriesAnalysis(series, named, arrhenius, released, tuple(reasons))


def _identified(
    spectra: Sequence[tuple[Spectrum, float]], weighting: Weighting
) -> tuple[list[Circuit], list[int], list[LeftOut]]:
    """The circuit of the spectrum that shows most arcs, and what it might lack.

    Beside it the places of the spectra that can be used, and those that cannot.
    """
    codes: list[str] = []
    kept, left_out = [], []
    for place, (spectrum, at) in enumerate(spectra):
        try:
            codes.append(identify(spectrum, weighting=weighting).fit.circuit)
            kept.append(place)
        except SpectrumRefusedError as refused:
            left_out.append(LeftOut(place, float(at), str(refused)))
    if len(kept) < _FEWEST:
        words = "; ".join(f"spectrum {o.place} at {o.at:g}: {o.reason}" for o in left_out)
        raise SpectrumRefusedError(f"{len(kept)} of {len(spectra)} spectra can be used: {words}")
    return [parse_circuit(code) for code in _variants(codes)], kept, left_out


def _variants(codes: Sequence[str]) -> list[str]:
    """The circuit that shows most arcs, and the same with other leads and another end.

    The ends are its own, those of the other circuits, and a CPE.
    """
    richest = max(codes, key=lambda code: (code.count("p("), codes.count(code)))
    arcs, own = _end(richest.removeprefix("L0-"))
    seen = [own, *(_end(code)[1] for code in codes), *([] if own else ["CPE"])]
    number = arcs.count("p(") + 1
    ends = [f"-{end}{number}" if end else "" for end in dict.fromkeys(seen) if end or not own]
    leads = ["L0-"] if any(code.startswith("L0-") for code in codes) else ["", "L0-"]
    return [f"{lead}{arcs}{end}" for end in ends for lead in leads]


def _end(code: str) -> tuple[str, str]:
    """Part a circuit from the symbol of the CPE or diffusion that it ends in, if it does."""
    arcs, _, last = code.rpartition("-")
    symbol = last.rstrip("0123456789_")
    return (arcs, symbol) if arcs and symbol in _ENDS else (code, "")


def _best(found: list[tuple[SeriesFit, tuple[str, ...]]]) -> tuple[SeriesFit, tuple[str, ...]]:
    """The first, unless another uses more points or describes them better (AICc)."""
    best = found[0]
    for other in found[1:]:
        more = _points(other[0]) - _points(best[0])
        if more > 0 or (more == 0 and other[0].aicc < best[0].aicc - _LEAST_IMPROVEMENT):
            best = other
    return best


def _points(series: SeriesFit) -> int:
    return sum(map(len, series.spectra))


def _as_shared_as_the_data_allow(
    circuit: Circuit,
    spectra: Sequence[tuple[Spectrum, float]],
    weighting: Weighting,
    form: Form,
    geometry: Geometry | None,
) -> tuple[SeriesFit, tuple[str, ...]]:
    shared = _natural_ties(circuit)
    released: list[str] = []
    while True:
        series = fit_series(
            circuit,
            [spectrum for spectrum, _ in spectra],
            at=[at for _, at in spectra],
            shared=shared,
            weighting=weighting,
            form=form,
            geometry=geometry,
        )
        if series.support is None or series.support.holds or not series.support.contradicted:
            return series, tuple(released)
        worst = series.support.contradicted[0][0]
        shared = [name for name in shared if name != worst]
        released.append(worst)


def _natural_ties(circuit: Circuit) -> list[str]:
    """Exponents and capacitances of the arcs, and every inductance."""
    found = [name for name, unit in zip(circuit.names, circuit.units, strict=True) if unit == "H"]
    for arc in arc_places(circuit):
        plain = arc.exponent is None and not arc.timed
        found.append(circuit.names[arc.store] if plain else f"C({arc.element})")
        if arc.exponent is not None:
            found.append(circuit.names[arc.exponent])
    return found


def _with_places(series: SeriesFit, kept: Sequence[int], left_out: Sequence[LeftOut]) -> SeriesFit:
    """Count the spectra as the caller did, with those left out before the joint fit."""
    later = [replace(one, place=kept[one.place]) for one in series.left_out]
    counted = replace(
        series,
        places=tuple(kept[k] for k in series.places),
        left_out=tuple(sorted((*left_out, *later), key=lambda one: one.place)),
    )
    return replace(counted, warnings=warnings_of(counted))
