"""Spectra over temperature, time, thickness, pressure or test steps, fitted together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Geometry
from ..arrays import Float
from ..circuits.circuit import Circuit
from ..fitting.many import NO_BOUNDS, NOTHING
from ..fitting.settings import FitSettings, check_settings
from ..fitting.weights import AnyWeighting, is_believed
from ..spectrum import Spectrum
from .assembly import assembled
from .entry import admitted, stacked
from .joint_fit import JointFit
from .plan import Plan
from .quantities import Wanted, wanted
from .result import SeriesFit
from .smoothness import FEWEST_SMOOTH
from .ties import Form, Role

SeriesStart: TypeAlias = Mapping[str, "float | ArrayLike"]


def fit_series(
    circuit: Circuit,
    spectra: Sequence[Spectrum],
    *,
    at: ArrayLike,
    along: str = "temperature_k",
    shared: Sequence[str] = (),
    arrhenius: Sequence[str] = (),
    smooth: Sequence[str] | Mapping[str, float] = (),
    start: SeriesStart = NOTHING,
    fixed: Mapping[str, float] = NOTHING,
    bounds: Mapping[str, tuple[float, float]] = NO_BOUNDS,
    weighting: AnyWeighting | Sequence[AnyWeighting] = "modulus",
    form: Form = "sigma*T",
    inductive: Literal["drop", "keep"] = "drop",
    geometry: Geometry | None = None,
) -> SeriesFit:
    """Fit one circuit to a series of spectra, with quantities tied along it.

    Parameters
    ----------
    circuit : Circuit
    spectra : sequence of m Spectrum
        Their grids of frequency may differ. One that :func:`refusal` refuses is left out; the
        result says which and why.
    at : array_like, shape (m,)
        Where in the series each spectrum stands: in K, s, m, Pa or the number of a step.
    along : str
        What `at` is. Only along ``"temperature_k"`` can a quantity be Arrhenius-tied.
    shared, arrhenius, smooth : sequence of str
        Quantities with one value for all spectra; those whose R/T (or tau/T) follows
        exp(Ea / kB T); and those that vary smoothly. All others are free. A name is a parameter,
        ``"C(CPE1)"`` or ``"tau(CPE1)"`` for the effective capacitance or the time constant of the
        arc of CPE1, ``"exponents"`` or ``"capacitances"`` for those of every arc. `smooth` may
        map names to strengths of the penalty; without one the data choose it.
    start : mapping, optional
        Starting values, a number for all spectra or (m,) numbers.
    fixed, bounds, weighting, inductive
        As in :func:`fit`, for every spectrum; `weighting` may also be a sequence of m, one for
        each spectrum.
    form : {"sigma*T", "sigma"}
        What is linear in 1/T for an Arrhenius tie: ln(R/T), or ln(R).
    geometry : Geometry, optional
        Kept with the result.

    Returns
    -------
    SeriesFit

    Raises
    ------
    SpectrumRefusedError
        If fewer than two spectra can be used; the message has each one's reason.
    ValueError
        If a name is unknown or tied twice, or an Arrhenius tie is asked for along anything but
        different temperatures above 0 K.

    Notes
    -----
    A quantity that is smooth over temperature is so over 1/T.

    Examples
    --------
    >>> import numpy as np
    >>> from solidcell.analysis.impedance import Spectrum, fit_series, parse_circuit
    >>> circuit = parse_circuit("R0-p(R1,CPE1)")
    >>> t_k, f = np.array([270.0, 300.0, 330.0]), np.logspace(6, 0, 40)
    >>> r = t_k * np.exp(0.40 / 8.617333e-5 * (1 / t_k - 1 / 300))
    >>> values = [[20, x, (1e-9 * x) ** 0.9 / x, 0.9] for x in r]
    >>> spectra = [Spectrum(f, z) for z in circuit.impedance_ohm(f, values)]
    >>> series = fit_series(
    ...     circuit, spectra, at=t_k, shared=["R0", "capacitances", "exponents"], arrhenius=["R1"]
    ... )
    >>> round(series.activation_energies["R1"].value, 6)
    0.4
    >>> round(float(series.values_of("C(CPE1)")[0]) / 1e-9, 6)
    1.0
    """
    settings = FitSettings(
        weighting if isinstance(weighting, str) else "standard deviation",
        dict(fixed),
        dict(bounds),
        {name: np.asarray(value, dtype=np.float64) for name, value in start.items()},
        {},
        True,
    )
    check_settings(circuit, settings, len(spectra))
    entry = admitted(spectra, at, along, weighting)
    ties = {
        "shared": wanted(circuit, shared),
        "arrhenius": wanted(circuit, arrhenius),
        "smooth": wanted(circuit, tuple(smooth)),
    }
    roles = _roles(circuit, ties, settings)
    _check(circuit, ties, along, entry.at)
    plan = Plan(
        circuit=circuit,
        entry=entry,
        stack=stacked(circuit, entry, inductive),
        tied=tuple(one for group in ties.values() for one in group),
        roles=roles,
        form=form,
        strengths=_strengths(circuit, smooth),
        settings=settings,
        start=_start(circuit, start, len(spectra), entry.places),
        inductive=inductive,
        thermal=along == "temperature_k",
    )
    believed = not isinstance(weighting, str) and all(map(is_believed, entry.weightings))
    return assembled(JointFit.of(plan), believed, along, geometry)


def _roles(
    circuit: Circuit, ties: Mapping[str, tuple[Wanted, ...]], settings: FitSettings
) -> tuple[Role, ...]:
    roles: list[Role] = ["free"] * len(circuit.names)
    for name in settings.fixed:
        roles[circuit.names.index(name)] = "fixed"
    words: dict[str, Role] = {"shared": "shared", "arrhenius": "arrhenius", "smooth": "smooth"}
    for word, group in ties.items():
        for one in group:
            before = roles[one.place]
            if before != "free":
                raise ValueError(f"{one.name} cannot be {word}: it is {before} already")
            roles[one.place] = words[word]
    return tuple(roles)


def _check(circuit: Circuit, ties: Mapping[str, tuple[Wanted, ...]], along: str, at: Float) -> None:
    if (ties["arrhenius"] or ties["smooth"]) and np.ptp(at) == 0:
        raise ValueError(f"all spectra stand at {along} = {at[0]:g}: nothing varies along them")
    if ties["arrhenius"] and along != "temperature_k":
        raise ValueError(f"an Arrhenius tie needs a series along temperature_k, not {along}")
    for one in ties["arrhenius"]:
        if one.kind == "C" or (one.kind == "parameter" and not _thermal(circuit, one.place)):
            raise ValueError(
                f"{one.name} is no resistance and no time constant: it has no Arrhenius law here"
            )
    if ties["smooth"] and len(np.unique(at)) < max(FEWEST_SMOOTH, len(at)):
        raise ValueError(
            f"a smooth quantity needs {FEWEST_SMOOTH} spectra or more, no two of them at one place"
        )


def _thermal(circuit: Circuit, place: int) -> bool:
    return circuit.units[place] in ("ohm", "s")


def _strengths(circuit: Circuit, smooth: Sequence[str] | Mapping[str, float]) -> dict[int, float]:
    if not isinstance(smooth, Mapping):
        return {}
    given = {}
    for name, strength in smooth.items():
        if not (np.isfinite(strength) and strength > 0):
            raise ValueError(f"the strength of {name} is {strength}; it must be finite and > 0")
        for one in wanted(circuit, [name]):
            given[one.place] = float(strength)
    return given


def _start(
    circuit: Circuit, start: SeriesStart, count: int, places: Sequence[int]
) -> dict[int, Float]:
    found = {}
    for name, value in start.items():
        column = np.asarray(value, dtype=np.float64)
        found[circuit.names.index(name)] = np.broadcast_to(column, (count,))[list(places)]
    return found
