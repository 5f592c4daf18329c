"""Conductivities and what follows of them: transference, electronic current, self-discharge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..geometry import Geometry, Quantity
from ..materials.library import rows
from ..transport.areal import areal
from ..transport.bruce_vincent import bruce_vincent
from ..transport.dc_polarisation import dc_polarisation
from ..transport.leakage import largest_electronic_conductivity_s_per_m, self_discharge_bound
from ..transport.steady_current import steady_current
from ..transport.steady_line import Hold
from ..transport.transference import transference
from .check import Check, compare, holds, recorded
from .published_tables import COMMERCIAL, PERSPECTIVE, SULFIDES

_PELLET = Geometry(1e-3, 10e-3)
_NOT_STATED = "not stated"
_MICROAMPERE_PER_CM2 = 1e-2
_THREE_MAH_CM2 = 3 * 3.6e4


def checks() -> Iterator[Check]:
    """Yield transference numbers, an electronic conductivity from currents, self-discharge."""
    yield from _transference()
    yield from _polarisation()
    yield from _self_discharge()
    yield from _membranes()
    yield _step()


def _transference() -> Iterator[Check]:
    shares = []
    for row in rows("electronic_conductivity"):
        ionic = Quantity(float(row["ionic_conductivity_s_per_cm"]), None, "S/cm")
        electronic = Quantity(float(row["electronic_conductivity_s_per_cm"]), None, "S/cm")
        share = transference(ionic, electronic).electronic.value
        shares.append(share)
        printed = f"{ionic.value:g} and {row['qualifier']} {electronic.value:g} S/cm"
        source = f"{SULFIDES}, Table 2, {row['work'].rpartition(', ')[2]}"
        item = (
            f"{row['material']}, {row['method']}: 1 - t_ion from ionic and electronic conductivity"
        )
        yield recorded(item, source, " ".join(printed.split()), share)
    yield recorded("t_ion of a composite electrolyte", f"{SULFIDES}, section 5.1.2", "0.97")
    source = f"computed by hand from {SULFIDES}, Table 2"
    yield compare("smallest 1 - t_ion of the table", source, "4.7e-7", min(shares), allowed=0.02)
    yield compare("largest 1 - t_ion of the table", source, "1.3e-4", max(shares))


def _polarisation() -> Iterator[Check]:
    """Currents of 39 nA a volt with two relaxations, noise, and an amplifier off by 1 nA."""
    source = f"{SULFIDES}, Table 2: 5e-9 S/cm, 1 mm, 10 mm die, 1 V"
    steady_a = 5e-7 / _PELLET.length_over_area_per_m
    yield compare("steady current, nA", source, "39", steady_a * 1e9)
    time_s = np.arange(1.0, 3601.0, 4.0)
    decay_a = 2e-7 * np.exp(-time_s / 40) + 3e-8 * np.exp(-time_s / 300)
    noise_a = np.random.default_rng(5).normal(0.0, 2e-11, (3, time_s.size))
    held = [
        Hold(voltage, steady_current(time_s, 1e-9 + voltage * (steady_a + decay_a) + noise))
        for voltage, noise in zip((0.25, 0.5, 1.0), noise_a, strict=True)
    ]
    found = dc_polarisation(held, _PELLET)
    sigma = float("nan") if found.conductivity is None else found.conductivity.value / 100
    offset = float("nan") if found.offset_a is None else found.offset_a.value * 1e9
    yield compare("electronic conductivity from the slope, S/cm", source, "5.0e-9", sigma,
                  allowed=0.02)  # fmt: skip
    yield compare("offset of the amplifier, nA", source, "1.0", offset, allowed=0.1)


def _self_discharge() -> Iterator[Check]:
    source = f"{PERSPECTIVE}, section 4: below 2 % a month; 3 mAh/cm2, 50 um, 4 V"
    largest = largest_electronic_conductivity_s_per_m(0.02, 50e-6, 4.0, _THREE_MAH_CM2)
    current = self_discharge_bound(Quantity(largest, None, "S/m"), 50e-6, 4.0, _THREE_MAH_CM2)
    yield compare("leakage that is 2 % a month, uA/cm2", source, "0.082",
                  current.current_density.value / _MICROAMPERE_PER_CM2)  # fmt: skip
    yield compare("largest electronic conductivity for it, S/cm", source, "1.0e-10", largest / 100)
    leaky = self_discharge_bound(Quantity(1e-6, None, "S/m"), 50e-6, 4.0, _THREE_MAH_CM2)
    source = f"{PERSPECTIVE}, section 3: up to 1e-8 S/cm; 3 mAh/cm2, 50 um, 4 V"
    yield compare("leakage of 1e-8 S/cm, uA/cm2", source, "8.0",
                  leaky.current_density.value / _MICROAMPERE_PER_CM2)  # fmt: skip
    yield compare("self-discharge of 1e-8 S/cm, %/month, beyond the 2 that are asked for", source,
                  "195", 100 * leaky.loss_per_month.value)  # fmt: skip


def _membranes() -> Iterator[Check]:
    """Yield areal conductance, resistance and ohmic drop; a range of thickness has none."""
    for row in rows("membranes"):
        if not row["thickness_um"] or row["thickness_max_um"]:
            continue
        sigma = Quantity(float(row["conductivity_ms_per_cm"]) / 10, None, "S/m")
        found = areal(sigma, float(row["thickness_um"]) * 1e-6, 30.0)
        conductance = found.conductance.value / 10
        layer = f"{row['material']} of {row['authors']}, {row['thickness_um']} um"
        item = f"{layer}: mS/cm2"
        source = f"{COMMERCIAL}, Table 2, {row['work'].rpartition(', ')[2]}"
        if row["work"].endswith("reference 117"):
            yield compare(item, source, "84", conductance, allowed=0.01)
            thin = areal(sigma, 31e-6, 30.0).conductance.value / 10
            yield compare(f"{item}, with the 31 um of the text", source, "84", thin,
                          inconsistent="only the 66 um of the table give it",
                          expected=177.4)  # fmt: skip
        else:
            yield recorded(item, source, _NOT_STATED, conductance)
        ohm_cm2, drop_mv = found.resistance.value * 1e4, found.drop.value * 1e3
        yield recorded(f"{layer}: ohm cm2", source, _NOT_STATED, ohm_cm2)
        yield recorded(f"{layer}: ohmic drop at 3 mA/cm2, mV", source, _NOT_STATED, drop_mv)


def _step() -> Check:
    """Currents of a polymer with t+ 0.25, computed forwards, must give it back."""
    step_v, bulk_ohm, interface_ohm, number = 0.01, 400.0, 100.0, 0.25
    initial_a = step_v / (bulk_ohm + interface_ohm)
    steady_a = step_v / (bulk_ohm / number + interface_ohm)
    found = bruce_vincent(
        step_v,
        Quantity(initial_a, 1e-9, "A"),
        Quantity(steady_a, 1e-9, "A"),
        Quantity(interface_ohm, 1.0, "ohm"),
        Quantity(interface_ohm, 1.0, "ohm"),
    )
    value = float("nan") if found.transference is None else found.transference.value
    source = "Evans, Vincent, Bruce, Polymer 28, 1987, 2324"
    return holds("t+ of 0.25 from its currents", source, 0.25, value, good=abs(value - 0.25) < 1e-6)
