"""The cell model, checked against the paper's numbers and against its own balance."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.design.break_even import (
    break_even_loading_kg_per_m2,
    break_even_thickness_m,
    energy_maps,
)
from solidcell.analysis.design.cell_model import (
    LATP,
    LGPS,
    LLZO,
    Foils,
    LiquidCell,
    SolidCell,
    SolidElectrolyte,
    liquid_cell_energy,
    solid_cell_energy,
    with_loading,
)
from solidcell.analysis.design.stack import Solid, porous_layer

WH_KG, WH_L = 3600.0, 3.6e6
densities = st.floats(1000.0, 8000.0)
loadings = st.floats(0.05, 0.8)


def test_the_published_energies_come_out():
    liquid = liquid_cell_energy(LiquidCell())
    assert liquid.specific_energy_j_per_kg / WH_KG == pytest.approx(264, abs=0.5)
    assert liquid.energy_density_j_per_m3 / WH_L == pytest.approx(640, rel=0.025)
    assert liquid.thickness_m("cathode") * 1e6 == pytest.approx(60, abs=0.5)
    assert solid_cell_energy(SolidCell()).thickness_m("cathode") * 1e6 == pytest.approx(60, abs=0.5)


@pytest.mark.parametrize(("electrolyte", "micrometres"), [(LLZO, 41), (LATP, 74), (LGPS, 115)])
def test_the_published_break_even_thicknesses_come_out(electrolyte, micrometres):
    reference = liquid_cell_energy(LiquidCell()).specific_energy_j_per_kg
    cell = SolidCell(electrolyte=electrolyte)
    found = break_even_thickness_m(cell, specific_energy_j_per_kg=reference)
    assert found * 1e6 == pytest.approx(micrometres, rel=0.025)


def test_assumptions_that_the_paper_does_not_make_miss_its_numbers():
    liquid = liquid_cell_energy(LiquidCell())
    heavy = SolidCell(electrolyte=LGPS, electrolyte_in_cathode="constant mass")
    thickness = break_even_thickness_m(
        heavy, specific_energy_j_per_kg=liquid.specific_energy_j_per_kg
    )
    assert thickness * 1e6 == pytest.approx(102, abs=1)  # where 115 are published
    thin = SolidCell(lithium_counted="excess")
    by_volume = break_even_thickness_m(thin, energy_density_j_per_m3=liquid.energy_density_j_per_m3)
    assert by_volume * 1e6 == pytest.approx(140, abs=3)  # where 120 are published


@settings(max_examples=25)
@given(densities, loadings, st.floats(0.5, 0.95))
def test_at_the_break_even_thickness_the_energy_is_the_reference(density, loading, share):
    electrolyte = SolidElectrolyte(name="any", density_kg_per_m3=density)
    cell = with_loading(SolidCell(electrolyte=electrolyte), loading)
    bare = solid_cell_energy(replace(cell, separator_m=0.0))
    by_mass = share * bare.specific_energy_j_per_kg
    thickness = break_even_thickness_m(cell, specific_energy_j_per_kg=by_mass)
    there = solid_cell_energy(replace(cell, separator_m=thickness))
    assert there.specific_energy_j_per_kg == pytest.approx(by_mass)
    by_volume = share * bare.energy_density_j_per_m3
    thickness = break_even_thickness_m(cell, energy_density_j_per_m3=by_volume)
    there = solid_cell_energy(replace(cell, separator_m=thickness))
    assert there.energy_density_j_per_m3 == pytest.approx(by_volume)


@settings(max_examples=25)
@given(densities, st.floats(5e-6, 150e-6))
def test_at_the_break_even_loading_the_energy_is_the_reference(density, thickness):
    electrolyte = SolidElectrolyte(name="any", density_kg_per_m3=density)
    cell = SolidCell(electrolyte=electrolyte, separator_m=thickness)
    loading = break_even_loading_kg_per_m2(cell, specific_energy_j_per_kg=200 * WH_KG)
    there = solid_cell_energy(with_loading(cell, loading))
    assert there.specific_energy_j_per_kg == pytest.approx(200 * WH_KG)


def test_the_thickness_of_equal_energy_is_a_straight_line_over_the_loading():
    loading = np.linspace(0.1, 0.5, 7)
    limits = energy_maps(SolidCell(), [LLZO], 20e-6, loading, 264 * WH_KG)["LLZO"].break_even_m
    assert np.abs(np.diff(limits, 2)).max() < 1e-12
    assert np.diff(limits).min() > 0


def test_a_reference_that_no_separator_reaches_is_none():
    assert break_even_thickness_m(SolidCell(), specific_energy_j_per_kg=900 * WH_KG) is None
    assert break_even_loading_kg_per_m2(SolidCell(), specific_energy_j_per_kg=900 * WH_KG) is None
    maps = energy_maps(SolidCell(), [LLZO], 20e-6, 0.195, 900 * WH_KG)
    assert np.isnan(maps["LLZO"].break_even_m).all()


def test_the_map_holds_the_energies_of_single_cells():
    thickness, loading = np.array([10e-6, 60e-6]), np.array([0.1, 0.2, 0.4])
    found = energy_maps(SolidCell(), [LATP, LGPS], thickness, loading, 264 * WH_KG)["LGPS"]
    assert found.specific_energy_j_per_kg.shape == (3, 2)
    cell = with_loading(SolidCell(electrolyte=LGPS, separator_m=60e-6), 0.4)
    alone = solid_cell_energy(cell)
    assert found.specific_energy_j_per_kg[2, 1] == pytest.approx(alone.specific_energy_j_per_kg)
    assert found.energy_density_j_per_m3[2, 1] == pytest.approx(alone.energy_density_j_per_m3)


def test_half_of_each_foil_is_lighter_and_thinner():
    whole, half = (solid_cell_energy(SolidCell(foils=Foils(share=s))) for s in (1.0, 0.5))
    assert half.specific_energy_j_per_kg > whole.specific_energy_j_per_kg
    assert half.thickness_m("Cu foil") == pytest.approx(2.5e-6)


def test_pores_are_counted_in_the_thickness_and_their_filling_in_the_mass():
    layer = porous_layer("x", [Solid(0.1, 2000.0)], 0.5, 1000.0)
    assert layer.thickness_m == pytest.approx(100e-6)
    assert layer.areal_mass_kg_per_m2 == pytest.approx(0.1 + 0.05)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "give one reference"),
        ({"specific_energy_j_per_kg": 1.0, "energy_density_j_per_m3": 1.0}, "give one reference"),
        ({"specific_energy_j_per_kg": -1.0}, "specific_energy_j_per_kg is -1"),
    ],
)
def test_a_wrong_reference_is_an_error(given, message):
    with pytest.raises(ValueError, match=message):
        break_even_thickness_m(SolidCell(), **given)


def test_a_porosity_of_one_and_a_negative_thickness_are_errors():
    with pytest.raises(ValueError, match="porosity is 1; it must be from 0 to below 1"):
        porous_layer("x", [], 1.0)
    with pytest.raises(ValueError, match="a thickness is -1e-05 m"):
        energy_maps(SolidCell(), [LLZO], -1e-5, 0.1, 1.0)
    with pytest.raises(ValueError, match="loading_kg_per_m2 is 0"):
        solid_cell_energy(with_loading(SolidCell(), 0.0))
