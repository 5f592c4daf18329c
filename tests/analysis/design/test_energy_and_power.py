"""Specific energies by mass basis, and what follows from a stated power."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.design.energy_density import CellMasses, energy_density
from solidcell.analysis.design.power import (
    discharge_time_s,
    implied_mean_voltage_v,
    specific_power_w_per_kg,
)
from solidcell.analysis.geometry import Quantity

positive = st.floats(1e-3, 1e3)


def mg(value: float, error: float | None = None) -> Quantity:
    return Quantity(value * 1e-6, None if error is None else error * 1e-6, "kg")


def of(masses: CellMasses, charge_mah_g: float = 1000.0, voltage_v: float = 2.0):
    return energy_density(
        masses, Quantity(charge_mah_g * 3600, None, "C/kg"), Quantity(voltage_v, None, "V")
    )


def test_a_published_cell_has_its_energies_at_all_three_levels():
    # NiS in Table 3 of the sulfide review; its cathode level is exact there
    cathode, with_anode, full = of(CellMasses(mg(4.5), mg(10), mg(4.19), mg(150)), 670, 1.5)
    assert cathode.specific_energy.value / 3600 == pytest.approx(452.3, abs=0.06)
    assert with_anode.specific_energy.value / 3600 == pytest.approx(318.7, abs=0.06)
    assert full.specific_energy.value / 3600 == pytest.approx(27.54, abs=0.01)


@settings(max_examples=25)
@given(positive, positive, positive, positive)
def test_counting_more_mass_never_raises_the_energy(active, rest, anode, electrolyte):
    levels = of(CellMasses(mg(active), mg(active + rest), mg(anode), mg(electrolyte)))
    energies = [level.specific_energy.value for level in levels]
    assert energies == sorted(energies, reverse=True)
    for level, energy in zip(levels, energies, strict=True):
        whole_j = active * 1e-6 * 1000 * 3600 * 2.0
        assert energy * level.mass_kg == pytest.approx(whole_j)


def test_every_level_names_its_mass():
    levels = of(CellMasses(mg(1), mg(2), mg(3), mg(4)))
    assert [round(level.mass_kg * 1e6) for level in levels] == [2, 5, 9]
    assert all("without" in level.mass_basis for level in levels)


def test_a_mass_that_is_not_stated_is_a_refusal_and_no_zero():
    cathode, with_anode, full = of(CellMasses(mg(1), mg(2), anode=mg(3)))
    assert cathode.specific_energy is not None
    assert with_anode.specific_energy is not None
    assert full.specific_energy is None
    assert full.refused == "the mass of the electrolyte is not stated"


def test_the_uncertainty_of_the_active_mass_counts_where_it_is_not_in_the_divisor():
    (cathode, *_) = of(CellMasses(mg(1.0, 0.01), mg(2.0, 0.02)))
    assert cathode.specific_energy.relative == pytest.approx(math.hypot(0.01, 0.01), rel=1e-3)


def test_more_active_material_than_cathode_is_an_error():
    with pytest.raises(ValueError, match=r"weighs 3e-06 kg, more than the cathode"):
        CellMasses(mg(3), mg(2))


def test_a_mass_of_zero_is_an_error():
    with pytest.raises(ValueError, match="electrolyte_kg is 0"):
        CellMasses(mg(1), mg(2), mg(3), mg(0))


def test_power_and_the_voltage_it_implies_are_inverse():
    power = specific_power_w_per_kg(100.0, 1e-4, 1.5, 5e-6)
    assert power == pytest.approx(3000.0)
    assert implied_mean_voltage_v(power, 100.0, 1e-4, 5e-6) == pytest.approx(1.5)
    assert discharge_time_s(3000.0 * 60, power) == pytest.approx(60.0)
