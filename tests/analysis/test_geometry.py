"""From a resistance and the pellet's size to conductivity and areal resistance, with doubts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import (
    Geometry,
    Quantity,
    areal_resistance_ohm_m2,
    conductivity_s_per_m,
)

small = st.floats(0, 0.03)


def pellet(thickness=0.0, diameter=0.0):
    """1 mm thick, 10 mm wide, with relative doubts."""
    return Geometry(1e-3, 1e-2, 1e-3 * thickness, 1e-2 * diameter)


def test_the_cell_constant_of_a_disc_is_thickness_over_area():
    assert pellet().length_over_area_per_m == pytest.approx(1e-3 / (math.pi * 25e-6))
    sigma = conductivity_s_per_m(Quantity(100.0, None, "ohm"), pellet())
    assert sigma.value == pytest.approx(0.12732, rel=1e-4)
    assert (sigma.unit, sigma.standard_error) == ("S/m", None)


@given(of_resistance=small, thickness=small, diameter=small)
def test_doubts_agree_with_drawn_pellets(of_resistance, thickness, diameter):
    rng = np.random.default_rng(1)
    r, length, width = 1 + rng.normal(size=(3, 20000)) * [[of_resistance], [thickness], [diameter]]
    found = conductivity_s_per_m(
        Quantity(50, 50 * of_resistance, "ohm"), pellet(thickness, diameter)
    )
    drawn = np.std(np.log(length / (width**2 * r)))
    assert found.relative == pytest.approx(drawn, rel=0.04, abs=1e-9)
    areal = areal_resistance_ohm_m2(Quantity(50, 50 * of_resistance, "ohm"), pellet(0.5, diameter))
    assert areal.relative == pytest.approx(np.std(np.log(r * width**2)), rel=0.04, abs=1e-9)


def test_the_thickness_has_no_part_in_an_areal_resistance():
    resistance = Quantity(13.0, 0.26, "ohm")
    thick, thin = (areal_resistance_ohm_m2(resistance, pellet(t)) for t in (0.3, 0.0))
    assert thick == thin
    assert thin.relative == pytest.approx(0.02)


def test_a_symmetric_cell_has_two_interfaces_and_one_of_them_half_the_resistance():
    resistance = Quantity(26.0, 1.0, "ohm")
    both = areal_resistance_ohm_m2(resistance, pellet(), interfaces=1)
    each = areal_resistance_ohm_m2(resistance, pellet(), interfaces=2)
    assert both.value == pytest.approx(2 * each.value)
    assert both.value * 1e4 == pytest.approx(26 * math.pi / 4)
    assert each.relative == both.relative


@pytest.mark.parametrize("value", [0.0, -5.0, math.nan, math.inf])
@pytest.mark.parametrize("derive", [conductivity_s_per_m, areal_resistance_ohm_m2])
def test_a_resistance_that_is_none_is_refused(value, derive):
    with pytest.raises(ValueError, match="must be finite and > 0"):
        derive(Quantity(value, None, "ohm"), pellet())


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0.0, 1e-2), "thickness_m is 0.0 m"),
        ((1e-3, math.nan), "diameter_m is nan m"),
        ((1e-3, 1e-2, -1e-5), "thickness_uncertainty_m"),
        ((1e-3, 1e-2, 0.0, math.inf), "diameter_uncertainty_m"),
    ],
)
def test_a_size_that_no_pellet_has_is_named(sizes, message):
    with pytest.raises(ValueError, match=message):
        Geometry(*sizes)
