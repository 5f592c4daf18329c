"""Formulas, capacities, expansion, cost, ohmic and diffusional limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.design.cost import Part, bill, membrane_cost_usd_per_m2, omitted_parts
from solidcell.analysis.design.diffusion_time import diffusion_time
from solidcell.analysis.design.formula import ATOMIC_MASS_G_PER_MOL, composition
from solidcell.analysis.design.formula import molar_mass_kg_per_mol as molar_mass
from solidcell.analysis.design.ohmic_limit import ohmic_drop_v, ohmic_thickness_limit
from solidcell.analysis.design.propagation import propagated
from solidcell.analysis.design.theoretical_capacity import (
    lithium_thickness_m,
    specific_charge_c_per_kg,
)
from solidcell.analysis.design.volume_change import volume_change
from solidcell.analysis.geometry import Quantity

elements = st.sampled_from(sorted(ATOMIC_MASS_G_PER_MOL))
counts = st.integers(1, 20)


@settings(max_examples=25)
@given(st.lists(st.tuples(elements, counts), min_size=1, max_size=5), counts)
def test_a_bracket_with_a_number_counts_that_many_times(parts, times):
    inner = "".join(f"{element}{count}" for element, count in parts)
    assert molar_mass(f"({inner}){times}") == pytest.approx(times * molar_mass(inner))
    by_hand = sum(ATOMIC_MASS_G_PER_MOL[element] * count for element, count in parts)
    assert molar_mass(inner) == pytest.approx(by_hand * 1e-3)


def test_known_molar_masses():
    # PubChem: Li2S 45.95 or 45.94, Li6PS5Cl 268.4, La2O3 325.81 g/mol
    assert molar_mass("Li2S") * 1e3 == pytest.approx(45.94, abs=0.02)
    assert molar_mass("Li6PS5Cl") * 1e3 == pytest.approx(268.4, abs=0.05)
    assert molar_mass("La2O3") * 1e3 == pytest.approx(325.81, abs=0.02)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a whole formula"),
        ("(LiS", "is not a whole formula"),
        ("Li)2", r"character 3: '\)' closes no bracket"),
        ("2Li", "character 1: '2' is neither an element"),
        ("LixIn", "character 3: 'x'"),
        ("Xx2", "character 1: 'X' begins 'Xx', whose mass is not known"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match=message):
        composition(text)


@pytest.mark.parametrize(
    ("formula", "electrons", "mah_g"),
    [("Li", 1, 3861), ("S", 2, 1672), ("FeS2", 4, 893.5), ("Mg", 2, 2205), ("Li2S", 2, 1166.5)],
)
def test_published_capacities_come_out(formula, electrons, mah_g):
    assert specific_charge_c_per_kg(formula, electrons) / 3600 == pytest.approx(mah_g, rel=5e-4)


def test_lithium_of_one_milliampere_hour_is_near_five_micrometres():
    assert lithium_thickness_m(3.6e4) * 1e6 == pytest.approx(4.85, abs=0.005)
    assert lithium_thickness_m(3.6e4, 540.0) * 1e6 == pytest.approx(4.80, abs=0.005)


def test_expansion_of_sulfur_counts_sulfur_atoms_however_they_are_written():
    once = volume_change("S", 2030.0, "Li2S", 1670.0, "S")
    assert once == pytest.approx(0.742, abs=5e-4)
    assert volume_change("S8", 2030.0, "Li2S", 1670.0, "S") == pytest.approx(once)
    assert volume_change("Li2S", 1670.0, "S", 2030.0, "S") == pytest.approx(1 / (1 + once) - 1)
    with pytest.raises(ValueError, match="there is no 'Fe' in 'S'"):
        volume_change("S", 2030.0, "FeS2", 5000.0, "Fe")


def test_the_row_that_a_total_leaves_out_is_found_by_mass_and_cost_together():
    parts = [Part("a", 0.030, 22.0), Part("b", 0.010, 277.0), Part("c", 0.0005, 200.0)]
    whole = bill(parts)
    assert sum(whole.shares) == pytest.approx(1.0)
    assert omitted_parts(parts, whole.mass_kg, whole.cost_usd) == ()
    assert omitted_parts(parts, 0.040, whole.cost_usd - 0.1) == ("c",)
    assert omitted_parts(parts, whole.mass_kg, whole.cost_usd - 0.1) is None


def test_a_bill_of_nothing_and_a_negative_price_are_errors():
    with pytest.raises(ValueError, match="at least one part"):
        bill([Part("free", 1.0, 0.0)])
    with pytest.raises(ValueError, match="price_usd_per_kg of tab is -1"):
        Part("tab", 1.0, -1.0)


def test_a_membrane_costs_its_mass():
    found = membrane_cost_usd_per_m2(
        Quantity(30e-6, None, "m"), Quantity(5000.0, None, "kg/m3"), Quantity(10.0, 1.0, "$/kg")
    )
    assert found.value == pytest.approx(1.5)
    assert found.standard_error == pytest.approx(0.15)


@settings(max_examples=25)
@given(st.floats(1e-3, 0.5), st.floats(0.1, 100.0), st.floats(1e-3, 10.0))
def test_the_ohmic_limit_is_the_thickness_that_loses_the_voltage(drop, current, sigma):
    limit = ohmic_thickness_limit(
        Quantity(drop, None, "V"), Quantity(current, None, "A/m2"), Quantity(sigma, None, "S/m")
    )
    assert ohmic_drop_v(limit.value, current, sigma) == pytest.approx(drop)


def test_diffusion_takes_the_square_of_the_length():
    one, two = (
        diffusion_time(Quantity(length, None, "m"), Quantity(1e-14, None, "m2/s")).value
        for length in (1e-6, 2e-6)
    )
    assert (one, two) == (pytest.approx(100.0), pytest.approx(400.0))


def test_propagated_uncertainty_is_that_of_drawn_inputs():
    inputs = {
        "x": Quantity(2.0, 0.02, ""),
        "y": Quantity(0.5, 0.01, ""),
        "z": Quantity(3, None, ""),
    }
    found = propagated(lambda x, y, z: math.exp(x) * y**2 / z, inputs, "")
    rng = np.random.default_rng(0)
    x, y = rng.normal(2.0, 0.02, 200_000), rng.normal(0.5, 0.01, 200_000)
    assert found.standard_error == pytest.approx(float(np.std(np.exp(x) * y**2 / 3)), rel=0.01)
    assert propagated(lambda z: 2 * z, {"z": inputs["z"]}, "").standard_error is None
