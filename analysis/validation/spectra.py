"""Spectra of the published presets at 25 °C: what a fit recovers, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..geometry import Geometry
from ..impedance import Arc, Resistances, Spectrum, fit, identify, parse_circuit, resistances
from ..impedance.identification.names import name_probabilities
from ..materials.library import capacitance_ranges
from .check import Check, compare, holds, recorded
from .published_tables import rows

_SOURCE = "usual values of pellets at 25 °C"
_HIGHEST_HZ, _LOWEST_HZ = 120e6, 0.1
_NOISE = 0.005
_BOLTZMANN_EV_PER_K = 8.617333e-5
_ROOM_K = 298.15
_OF_TOTAL, _OF_RESISTANCE, _OF_EXPONENT, _OF_CAPACITANCE = 0.01, 0.03, 0.02, 0.2
"""Deviations that noise of 0.5 % may cause; that of the exponent is absolute."""
_NAMES = {
    "bulk (geometric)": "bulk",
    "grain boundary": "grain boundary",
    "surface layer / interphase": "interface",
    "sample-electrode interface / double layer": "interface",
    "electrochemical reaction / chemical capacitance": "electrode",
}


@dataclass(frozen=True, slots=True)
class _Arc:
    """An arc of a preset: R in ohm, C in F of the whole cell, exponent, energy of R in eV."""

    name: str
    ohm: float
    farad: float
    exponent: float
    energy_ev: float

    def impedance_ohm(self, frequency_hz: np.ndarray, temperature_k: float) -> np.ndarray:
        """Z of the ZARC R / (1 + (j omega R C)^a), R by its energy."""
        inverse = 1 / temperature_k - 1 / _ROOM_K
        ohm = self.ohm * math.exp(self.energy_ev / _BOLTZMANN_EV_PER_K * inverse)
        return ohm / (1 + (2j * np.pi * frequency_hz * ohm * self.farad) ** self.exponent)


def checks() -> Iterator[Check]:
    """Yield what fits of noisy spectra recover, and the refusals that must come."""
    for row in rows("spectrum_presets"):
        yield from _recovered(row)
    yield from _refused()
    yield from _capacitances()


def _recovered(row: Mapping[str, str]) -> Iterator[Check]:
    arcs, geometry = _arcs(row), _geometry(row)
    found = _fitted(arcs, geometry)
    total = sum(arc.ohm for arc in arcs)
    yield compare(
        f"{row['material']}: total resistance, ohm",
        _SOURCE,
        f"{total:.1f}",
        found.total.value,
        allowed=_OF_TOTAL,
    )
    for arc, fitted in zip(arcs, found.arcs, strict=True):
        apex_hz = 1 / (2 * math.pi * arc.ohm * arc.farad)
        if 3 * apex_hz > _HIGHEST_HZ:
            value = "refused" if found.bulk is None else found.bulk.value
            yield holds(
                f"{row['material']}: bulk, its apex at {apex_hz:.2g} Hz",
                _SOURCE,
                "beyond a third of 120 MHz: to be refused",
                value,
                good=found.bulk is None,
            )
        else:
            yield from _arc_recovered(row["material"], arc, fitted)


def _arc_recovered(material: str, arc: _Arc, fitted: Arc) -> Iterator[Check]:
    name = f"{material}: {arc.name}"
    yield compare(
        f"{name}, ohm", _SOURCE, f"{arc.ohm:.1f}", fitted.resistance.value, allowed=_OF_RESISTANCE
    )
    if arc.name == "interface":
        return
    exponent = fitted.exponent
    allowed = _OF_EXPONENT / arc.exponent
    yield compare(f"{name}, exponent", _SOURCE, f"{arc.exponent:.3f}", exponent, allowed=allowed)
    if arc.name == "bulk":
        yield compare(
            f"{name}, F", _SOURCE, f"{arc.farad:.2e}", fitted.capacitance_f, allowed=_OF_CAPACITANCE
        )


def _fitted(arcs: list[_Arc], geometry: Geometry) -> Resistances:
    code = "-".join(f"p(R{k},CPE{k})" for k in range(1, len(arcs) + 1))
    blocking = arcs[-1].name != "interface"
    frequency_hz = np.geomspace(_HIGHEST_HZ, _LOWEST_HZ, 90)
    circuit = parse_circuit(code + ("-CPE9" if blocking else ""))
    made = _spectrum(arcs, geometry, frequency_hz, _ROOM_K, blocking=blocking)
    return resistances(fit(circuit, made), geometry)


def _refused() -> Iterator[Check]:
    row = next(row for row in rows("spectrum_presets") if row["material"].startswith("LPSCl"))
    arcs, geometry = _arcs(row), _geometry(row)
    frequency_hz = np.geomspace(1e6, 0.1, 71)
    warm = identify(_spectrum(arcs, geometry, frequency_hz, _ROOM_K), geometry).resistances
    yield holds(
        "LPSCl at 298 K to 1 MHz: bulk resistance",
        _SOURCE,
        "must be refused",
        "refused" if warm.bulk is None else warm.bulk.value,
        good=warm.bulk is None,
    )
    cold = identify(_spectrum(arcs, geometry, frequency_hz, 200.0), geometry)
    permittivity = cold.arcs[0].permittivity or math.nan
    yield compare(
        "LPSCl at 200 K to 1 MHz: permittivity of its arc, inside the window",
        _SOURCE,
        row["relative_permittivity"],
        permittivity if cold.arcs[0].window == "inside" else math.nan,
        allowed=_OF_CAPACITANCE,
    )
    garnet = rows("spectrum_presets")[0]
    arcs, geometry = _arcs(garnet), _geometry(garnet)
    arcs[0] = replace(arcs[0], farad=6 * arcs[0].farad)
    found = _fitted(arcs, geometry)
    yield holds(
        "an arc of permittivity 300: bulk resistance",
        _SOURCE,
        "must be refused",
        "refused" if found.bulk is None else found.bulk.value,
        good=found.bulk is None and "permittivity" in " ".join(found.reasons),
    )


def _capacitances() -> Iterator[Check]:
    """Yield what an arc in the middle of each range is called."""
    pellet = Geometry(1e-2, math.sqrt(4e-4 / math.pi))
    for each in capacitance_ranges():
        item = f"{each.process}, F"
        printed = f"{each.low_f:g} to {each.high_f:g}"
        name = _NAMES.get(each.process)
        if name is None:
            yield recorded(item, each.source, printed)
            continue
        farad = math.sqrt(each.low_f * each.high_f)
        (likely,) = name_probabilities([farad], pellet, blocking=False)
        called = max(likely, key=lambda one: likely[one])
        yield holds(item, each.source, printed, f"{called} at {farad:.1g} F", good=called == name)


def _spectrum(
    arcs: list[_Arc],
    geometry: Geometry,
    frequency_hz: np.ndarray,
    temperature_k: float,
    *,
    blocking: bool = False,
) -> Spectrum:
    z = sum(arc.impedance_ohm(frequency_hz, temperature_k) for arc in arcs)
    if blocking:
        charge = 5e-6 * geometry.area_m2 * 1e4
        z = z + 1 / (charge * (2j * np.pi * frequency_hz) ** 0.9)
    noise = _NOISE * np.random.default_rng(1).normal(size=(2, frequency_hz.size))
    return Spectrum(frequency_hz, z * (1 + noise[0] + 1j * noise[1]))


def _geometry(row: Mapping[str, str]) -> Geometry:
    diameter_m = math.sqrt(4 * float(row["area_cm2"]) * 1e-4 / math.pi)
    return Geometry(float(row["thickness_um"]) * 1e-6, diameter_m)


def _arcs(row: Mapping[str, str]) -> list[_Arc]:
    made = []
    area_cm2 = float(row["area_cm2"])
    per_cell = {"bulk_pf": 1e-12, "boundary_nf": 1e-9, "interface_uf_per_cm2": area_cm2 / 2 * 1e-6}
    for column, size in per_cell.items():
        name = column.partition("_")[0]
        if row[f"{name}_ohm"]:
            made.append(
                _Arc(
                    {"boundary": "grain boundary"}.get(name, name),
                    float(row[f"{name}_ohm"]),
                    float(row[column]) * size,
                    float(row[f"{name}_exponent"]),
                    float(row[f"{name}_ev"]),
                )
            )
    return made
