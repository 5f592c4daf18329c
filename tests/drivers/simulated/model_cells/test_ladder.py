import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.drivers.simulated.model_cells.ladder import Ladder, arc, constant_phase, diffusion

FREQUENCIES_HZ = np.logspace(-4, 6, 41)


@settings(max_examples=20)
@given(alpha=st.floats(0.3, 0.95), q=st.floats(1e-8, 1e-2))
def test_a_constant_phase_element_has_the_impedance_of_its_definition(alpha, q) -> None:
    z = Ladder([constant_phase(q, alpha)]).impedance(FREQUENCIES_HZ)
    omega = 2 * math.pi * FREQUENCIES_HZ
    expected = 1 / (q * (1j * omega) ** alpha)
    assert np.abs(z / expected - 1).max() < 5e-3


def test_a_diffusion_element_is_a_tanh_over_the_frequencies_that_see_it() -> None:
    z = Ladder([diffusion(120.0, 600.0)]).impedance(FREQUENCIES_HZ[:25])
    s = np.sqrt(2j * math.pi * FREQUENCIES_HZ[:25] * 600.0)
    assert np.abs(z - 120 * np.tanh(s) / s).max() < 0.005 * 120


def test_a_held_voltage_on_a_constant_phase_element_draws_the_power_law_of_its_exponent() -> None:
    q, alpha = 2e-6, 0.8
    ladder = Ladder([constant_phase(q, alpha)])
    time_s, last_s = np.logspace(0, 4, 400), 0.0
    for now_s in time_s:
        stored_v, ohm = ladder.look_ahead(now_s - last_s)
        current_a, last_s = (1.0 - stored_v) / ohm, now_s
        ladder.live(current_a)
    assert current_a == pytest.approx(q * 1e4**-alpha / math.gamma(1 - alpha), rel=0.02)


@settings(max_examples=15)
@given(cuts=st.lists(st.floats(1e-3, 50.0), min_size=1, max_size=6))
def test_a_ladder_does_not_care_how_time_is_cut(cuts: list[float]) -> None:
    whole, cut = (Ladder([arc(10.0, 2.0, 0.8), diffusion(5.0, 30.0)]) for _ in range(2))
    whole.look_ahead(sum(cuts))
    whole.live(1e-3)
    for each in cuts:
        cut.look_ahead(each)
        cut.live(1e-3)
    assert cut.look_ahead(1.0)[0] == pytest.approx(whole.look_ahead(1.0)[0], rel=1e-9)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.2])
def test_an_exponent_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        constant_phase(1e-6, alpha)
