"""From a spectrum, and what is known of the cell, to a circuit, its arcs and their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import numpy as np

from ...geometry import Geometry, Quantity
from ..fitting.result import FitResult
from ..fitting.weights import Weighting
from ..screening import SpectrumRefusedError, refusal
from ..spectrum import Spectrum
from ..validity.kramers_kronig import KramersKronig, kramers_kronig
from .arcs import Arc
from .averaging import named_rivals, with_doubt_of_choice
from .brick_layer import BrickLayer, brick_layer
from .choice import Choice, choose
from .grouping import row_of
from .resistances import Resistances, plain_resistors, resistances
from .result import Identification, NamedArc, Part
from .shapes import Tail

Cell: TypeAlias = Literal["blocking", "symmetric lithium", "full cell"]

_ENDS: Final[Mapping[str, tuple[Tail, ...]]] = {
    "blocking": ("CPE",),
    "symmetric lithium": ("", "CPE"),
    "full cell": ("", "CPE"),
}
SERIES: Final = "series"
"""What leads and contacts are called, whether the circuit has an R0 or not."""
LARGEST_CHANGE = 0.1
LARGEST_NOISE = 0.1
_WORST_MISFIT, _WORST_INDUCTIVE_MISFIT = 0.1, 0.02
_SAME_ENERGY = 2.0


def identify(
    spectrum: Spectrum,
    geometry: Geometry | None = None,
    *,
    cell: Cell | None = None,
    temperature_k: float | None = None,
    activation_energies: Mapping[str, Quantity] | None = None,
    weighting: Weighting = "modulus",
) -> Identification:
    """Choose a circuit for a spectrum, fit it, and name its arcs as far as the data allow.

    Parameters
    ----------
    spectrum : Spectrum
    geometry : Geometry, optional
        Without it capacitances are judged for a pellet of L/A = 0.03 to 1 / cm.
    cell : {"blocking", "symmetric lithium", "full cell"}, optional
        What the electrodes are; by default the spectrum tells.
    temperature_k : float, optional
        Kept with the result.
    activation_energies : mapping of str to Quantity, optional
        In eV, from a series, by the resistance of the arc: ``{"R1": Quantity(0.35, 0.01, "eV")}``.
    weighting : {"modulus", "proportional", "unity"}
        See :func:`fit`.

    Returns
    -------
    Identification

    Raises
    ------
    SpectrumRefusedError
        If there are too few points, the cell is short-circuited, readings are saturated, held
        or inductive all over, the Kramers-Kronig relations are clearly violated, or no circuit
        describes the spectrum. The text is the reason.
    ValueError
        If the cell is unknown or temperature_k is not positive.

    Notes
    -----
    Candidates begin at the peaks of the distribution of relaxation times and gain and lose
    arcs; Schwarz's criterion decides among those whose arcs the data determine.

    Examples
    --------
    >>> import numpy as np
    >>> f = np.logspace(6, 0, 50)
    >>> noise = 0.01 * np.random.default_rng(1).normal(size=(2, 50))
    >>> z = 20 + 300 / (1 + 2j * np.pi * f * 1e-4)
    >>> found = identify(Spectrum(f, z * (1 + noise[0] + 1j * noise[1])))
    >>> found.circuit, [arc.name for arc in found.arcs]
    ('R0-p(R1,CPE1)', ['interface'])
    """
    if cell is not None and cell not in _ENDS:
        raise ValueError(f"cell {cell!r} is unknown; allowed are {', '.join(map(repr, _ENDS))}")
    if reason := refusal(spectrum):
        raise SpectrumRefusedError(reason)
    try:
        validity = kramers_kronig(spectrum)
    except ValueError as unfit:  # too few different frequencies
        raise SpectrumRefusedError(str(unfit)) from unfit
    if _is_clear_violation(validity):
        raise SpectrumRefusedError(f"the spectrum {validity.verdict}")
    choice = choose(spectrum, weighting, _ENDS[cell] if cell else None)
    if reason := _misfit(choice.fit, spectrum):
        raise SpectrumRefusedError(reason)
    return _described(choice, validity, geometry, temperature_k, cell, activation_energies or {})


def _described(
    choice: Choice,
    validity: KramersKronig,
    geometry: Geometry | None,
    temperature_k: float | None,
    cell: Cell | None,
    energies: Mapping[str, Quantity],
) -> Identification:
    fit = choice.fit

    chosen = resistances(fit, geometry, temperature_k)
    named = with_doubt_of_choice(chosen, named_rivals(choice.rivals, chosen, geometry), geometry)
    parts = _parts(fit, named)
    alone = {code for part in parts if part.separable for code in part.codes}
    arcs = tuple(
        _named_arc(fit, arc, k, named, geometry, arc.code in alone, energies)
        for k, arc in enumerate(named.arcs)
    )
    bricks = None
    if named.bulk is not None and named.grain_boundary is not None:
        bricks = brick_layer(fit, named.arcs[0], named.arcs[1], geometry)
    return Identification(
        circuit=fit.circuit,
        fit=fit,
        candidates=choice.candidates,
        arcs=arcs,
        parts=parts,
        resistances=named,
        brick_layer=bricks,
        kramers_kronig=validity,
        reasons=(
            *choice.warnings,
            *named.reasons,
            *_sums(parts),
            *_objections(bricks, validity, named, cell, arcs),
        ),
        assumptions=named.assumptions,
    )


def _named_arc(
    fit: FitResult,
    arc: Arc,
    k: int,
    named: Resistances,
    geometry: Geometry | None,
    separable: bool,
    energies: Mapping[str, Quantity],
) -> NamedArc:
    lowest, highest = (float(side(fit.spectrum.frequency_hz)) for side in (np.min, np.max))
    window = "above" if arc.apex_hz > highest else "below" if arc.apex_hz < lowest else "inside"
    c = arc.capacitance_f
    return NamedArc(
        code=arc.code,
        name=named.names[k],
        probability=named.likely[k],
        separable=separable,
        resistance=arc.resistance,
        time_constant_s=arc.time_constant_s,
        exponent=arc.exponent,
        capacitance_f=c,
        per_length_f_per_m=None if geometry is None else c * geometry.length_over_area_per_m,
        per_area_f_per_m2=None if geometry is None else 2 * c / geometry.area_m2,
        permittivity=arc.permittivity,
        apex_hz=arc.apex_hz,
        window=window,
        activation_energy=energies.get(fit.names[arc.index]),
    )


def _parts(fit: FitResult, named: Resistances) -> tuple[Part, ...]:
    plain = plain_resistors(fit)
    row = row_of(fit, plain, [arc.index for arc in named.arcs])
    codes = [SERIES, *(arc.code for arc in named.arcs)]
    names = [SERIES, *named.names]
    return tuple(
        Part(
            tuple(codes[k] for k in group),
            " + ".join(dict.fromkeys(names[k] for k in group)),
            row.sum_of(group),
            row.is_known(group),
        )
        for group in row.groups()
        if plain or group != [0]
    )


def _sums(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(
        f"{' and '.join(part.codes)} cannot be separated: stated as a sum, {part.name}"
        if len(part.codes) > 1
        else f"{part.codes[0]} ({part.name}): the data do not determine its resistance to 20 %"
        for part in parts
        if not part.separable
    )


def _objections(
    bricks: BrickLayer | None,
    validity: KramersKronig,
    named: Resistances,
    cell: Cell | None,
    arcs: tuple[NamedArc, ...],
) -> tuple[str, ...]:
    found = []
    if not validity.valid:
        found.append(f"the spectrum {validity.verdict}")
    if bricks is not None and bricks.objection:
        found.append(f"brick layer: {bricks.objection}")
    if cell is not None and named.blocking != (cell == "blocking"):
        seen = "block" if named.blocking else "pass"
        found.append(f"a {cell} cell was said, but the electrodes {seen} direct current here")
    return (*found, *_same_energy(arcs))


def _same_energy(arcs: tuple[NamedArc, ...]) -> tuple[str, ...]:
    """A boundary of the bulk's own activation energy is rather a constriction."""
    known = {arc.name: arc.activation_energy for arc in arcs if arc.activation_energy}
    bulk, boundary = known.get("bulk"), known.get("grain boundary")
    if bulk is None or boundary is None:
        return ()
    doubt = np.hypot(bulk.standard_error or 0.0, boundary.standard_error or 0.0)
    if abs(bulk.value - boundary.value) > _SAME_ENERGY * doubt:
        return ()
    return (
        "grain boundary: its activation energy is the bulk's; a constriction between grains, "
        "for which the brick-layer model does not hold, looks so",
    )


def _is_clear_violation(validity: KramersKronig) -> bool:
    """Whether the cell changed, or the data scatter, by more than resistances can bear."""
    large = validity.change > LARGEST_CHANGE or validity.noise > LARGEST_NOISE
    return not validity.valid and large


def _misfit(fitted: FitResult, measured: Spectrum) -> str | None:
    """Say why the best of the circuits is still none of this spectrum's."""
    relative = (fitted.spectrum.z_ohm - fitted.impedance_ohm(fitted.spectrum.frequency_hz)) / (
        np.abs(fitted.spectrum.z_ohm)
    )
    share = float(np.sqrt(np.mean(np.abs(relative) ** 2)))
    inductive = float(np.mean(measured.z_ohm.imag > 0)) > 0.5
    if share <= (_WORST_INDUCTIVE_MISFIT if inductive else _WORST_MISFIT):
        return None
    hint = "; most Z'' are positive: is their sign right?" if inductive else ""
    return f"no circuit describes it: the best leaves {100 * share:.0f} % of |Z|{hint}"
