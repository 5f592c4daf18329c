"""Transference numbers, leakage and areal resistance against published numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.geometry import Quantity
from solidcell.analysis.transport.areal import areal
from solidcell.analysis.transport.bruce_vincent import bruce_vincent
from solidcell.analysis.transport.initial_current import initial_current, unsettled_readings
from solidcell.analysis.transport.leakage import (
    largest_electronic_conductivity_s_per_m,
    self_discharge_bound,
)
from solidcell.analysis.transport.transference import transference

# sigma_ion, sigma_e in S/cm and 1 - t_ion of the review of sulfide electrolytes (Wu, Yao, Wang
# 2020), table 2: all 17 rows
PUBLISHED = [
    (1.4e-4, 1e-8, 7.142e-5),
    (2.17e-3, 2.6e-9, 1.198e-6),
    (1e-3, 2.2e-9, 2.2e-6),
    (2e-4, 6.3e-9, 3.15e-5),
    (1e-3, 1e-8, 1e-5),
    (1.2e-2, 5.7e-9, 4.75e-7),
    (6.3e-3, 1e-8, 1.587e-6),
    (6.2e-4, 4e-9, 6.452e-6),
    (2.4e-3, 5.1e-9, 2.125e-6),
    (4.6e-4, 2.6e-8, 5.652e-5),
    (1.9e-3, 4.4e-9, 2.316e-6),
    (1.9e-4, 2.4e-8, 1.263e-4),
    (3.2e-3, 3.7e-9, 1.156e-6),
    (3.9e-3, 1.4e-8, 3.59e-6),
    (3.4e-3, 1.1e-8, 3.235e-6),
    (3e-3, 2.6e-8, 8.667e-6),
    (3.9e-3, 1.4e-8, 3.59e-6),
]


@pytest.mark.parametrize(("ionic", "electronic", "missing"), PUBLISHED)
def test_published_sulfides_come_out_to_their_last_digit(ionic, electronic, missing):
    found = transference(Quantity(ionic, None, "S/cm"), Quantity(electronic, None, "S/cm"))
    assert found.electronic.value == pytest.approx(missing, rel=5e-4)
    assert found.ionic.value + found.electronic.value == 1.0
    assert found.electronic_interval is None


@settings(max_examples=25, deadline=None)
@given(
    ratio=st.floats(0.01, 1e7),
    u_ionic=st.floats(0.001, 0.5),
    u_electronic=st.floats(0.001, 0.5),
)
def test_the_interval_stays_inside_0_and_1_and_holds_the_value(ratio, u_ionic, u_electronic):
    found = transference(
        Quantity(ratio, ratio * u_ionic, "S/m"), Quantity(1.0, u_electronic, "S/m")
    )
    low, high = found.electronic_interval
    assert 0 < low < found.electronic.value < high < 1


def test_a_doubt_that_both_share_cancels():
    ionic, electronic = Quantity(1.0, 0.05, "S/m"), Quantity(1e-3, 5e-5, "S/m")
    found = transference(ionic, electronic, common_relative_uncertainty=0.03)
    assert found.ratio.relative == pytest.approx(np.hypot(0.04, 0.04))


def test_conductivities_of_two_units_are_refused():
    with pytest.raises(ValueError, match="one unit is needed"):
        transference(Quantity(1.0, None, "S/m"), Quantity(1.0, None, "S/cm"))
    with pytest.raises(ValueError, match="electronic conductivity is 0"):
        transference(Quantity(1.0, None, "S/m"), Quantity(0.0, None, "S/m"))


def test_two_percent_a_month_of_3_mah_per_cm2_are_82_nanoampere_per_cm2():
    sigma = largest_electronic_conductivity_s_per_m(0.02, 50e-6, 4.0, 108_000.0)
    assert sigma * 0.01 == pytest.approx(1.0e-10, rel=0.03)
    found = self_discharge_bound(Quantity(sigma, 0.1 * sigma, "S/m"), 50e-6, 4.0, 108_000.0)
    assert found.current_density.value * 100 == pytest.approx(0.082, rel=5e-3)
    assert found.loss_per_month.value == pytest.approx(0.02)
    assert found.loss_per_month.relative == pytest.approx(0.1)


def test_1e_8_siemens_per_cm_discharge_a_thin_separator_twice_a_month():
    found = self_discharge_bound(Quantity(1e-6, None, "S/m"), 50e-6, 4.0, 108_000.0)
    assert found.current_density.value * 100 == pytest.approx(8.0)
    assert found.loss_per_month.value == pytest.approx(1.95, rel=2e-3)
    with pytest.raises(ValueError, match="thickness_m is 0"):
        self_discharge_bound(Quantity(1e-6, None, "S/m"), 0.0, 4.0, 1.0)


@pytest.mark.parametrize(
    ("sigma_ms_cm", "thickness_um", "conductance_ms_cm2", "resistance_ohm_cm2", "drop_mv"),
    [
        (0.7, 50, 140, 7.143, 21.43),
        (0.653, 15, 435.3, 2.297, 6.891),
        (0.55, 66, 83.33, 12, 36),
        (8.4, 30, 2800, 0.3571, 1.071),
        (0.0017, 2, 8.5, 117.6, 352.9),
        (5.1, 60, 850, 1.176, 3.529),
    ],
)
def test_published_membranes_have_their_areal_resistance(
    sigma_ms_cm, thickness_um, conductance_ms_cm2, resistance_ohm_cm2, drop_mv
):
    found = areal(Quantity(sigma_ms_cm * 0.1, None, "S/m"), thickness_um * 1e-6, 30.0)
    assert found.conductance.value * 0.1 == pytest.approx(conductance_ms_cm2, rel=5e-4)
    assert found.resistance.value * 1e4 == pytest.approx(resistance_ohm_cm2, rel=5e-4)
    assert found.drop.value * 1e3 == pytest.approx(drop_mv, rel=5e-4)


def known(value, relative, unit=""):
    return Quantity(value, abs(value) * relative, unit)


def polarisation(t_plus, bulk=200.0, r0=120.0, rss=130.0, dv=0.01):
    """I_0 and I_ss of a dilute electrolyte: the salt adds bulk (1 / t_plus - 1)."""
    return dv / (bulk + r0), dv / (bulk / t_plus + rss), r0, rss


@settings(max_examples=20, deadline=None)
@given(t_plus=st.floats(0.05, 1.0), r0=st.floats(1.0, 1e3), rss=st.floats(1.0, 1e3))
def test_a_dilute_electrolyte_gives_back_its_transference_number(t_plus, r0, rss):
    i0, iss, r0, rss = polarisation(t_plus, r0=r0, rss=rss)
    found = bruce_vincent(0.01, *(known(v, 1e-4) for v in (i0, iss, r0, rss)))
    assert found.transference.value == pytest.approx(t_plus, rel=1e-9)


def test_the_error_of_t_plus_is_that_of_ten_thousand_draws():
    values = polarisation(0.3)
    relative = (0.01, 0.05, 0.03, 0.03)
    found = bruce_vincent(0.01, *(known(v, u) for v, u in zip(values, relative, strict=True)))
    random = np.random.default_rng(1)
    i0, iss, r0, rss = (
        v * (1 + u * random.normal(size=10_000)) for v, u in zip(values, relative, strict=True)
    )
    drawn = iss * (0.01 - i0 * r0) / (i0 * (0.01 - iss * rss))
    assert found.transference.standard_error == pytest.approx(drawn.std(), rel=0.03)
    assert sum(found.parts.values()) == pytest.approx(1.0)


def test_a_step_in_the_other_direction_gives_the_same():
    i0, iss, r0, rss = polarisation(0.3)
    there = bruce_vincent(0.01, *(known(v, 0.01) for v in (i0, iss, r0, rss)))
    back = bruce_vincent(-0.01, *(known(v, 0.01) for v in (-i0, -iss, r0, rss)))
    assert back.transference.value == pytest.approx(there.transference.value)
    assert back.transference.standard_error == pytest.approx(there.transference.standard_error)


@pytest.mark.parametrize(
    ("step_v", "t_plus", "steady", "words"),
    [
        (0.05, 0.3, True, "50 mV is too large"),
        (0.01, 0.3, False, "not steady"),
        (0.01, 1.5, True, "outside 0 … 1"),
    ],
)
def test_what_the_formula_does_not_hold_for_is_refused(step_v, t_plus, steady, words):
    values = polarisation(t_plus, dv=step_v)
    found = bruce_vincent(step_v, *(known(v, 0.001) for v in values), is_steady=steady)
    assert found.transference is None
    assert words in found.refused


def test_a_current_against_the_step_leaves_no_number():
    i0, iss, r0, rss = polarisation(0.2)
    found = bruce_vincent(0.01, *(known(v, 0.001) for v in (-i0, -iss, r0, rss)))
    assert found.transference is None
    assert "against the step" in found.refused


def test_interfaces_that_take_the_whole_step_leave_no_number():
    found = bruce_vincent(
        0.01, known(1e-4, 0.01), known(5e-5, 0.01), known(100.0, 0.05), known(50.0, 0.05)
    )
    assert "interfaces take all of it at first" in found.refused


def test_a_larger_step_than_usual_is_a_warning():
    found = bruce_vincent(0.02, *(known(v, 0.001) for v in polarisation(0.3, dv=0.02)))
    assert found.transference is not None
    assert found.warnings == ("the step is 20 mV; 10 mV is usual",)


def test_the_initial_current_is_found_under_the_root_of_time_and_noise():
    t = np.arange(1.0, 600.0)
    random = np.random.default_rng(3)
    held = 0
    for _ in range(40):
        i = 1e-5 - 2e-7 * np.sqrt(t) + 1e-9 * t + random.normal(0, 2e-8, t.size)
        low, high = initial_current(t, i, 5e-6).interval()
        held += low <= 1e-5 <= high
    assert held >= 34  # of 40 at 95 %: fewer in 1 of 500


def test_too_slow_a_sampling_leaves_no_initial_current():
    t = np.arange(60.0, 6000.0, 60.0)
    with pytest.raises(ValueError, match="sample faster at first"):
        initial_current(t, 1e-5 * np.exp(-t / 100), 0.0)


@pytest.mark.parametrize("late", [0, 1, 2])
def test_first_readings_of_an_instrument_that_still_settles_are_told_from_a_falling_current(late):
    t = np.arange(0.5, 600.0, 0.5)
    noise = np.random.default_rng(3).normal(0, 5e-8, t.size)
    current = 48e-6 + 80e-6 * np.exp(-np.sqrt(t / 60)) + noise
    current[:late] -= 1e-6
    assert unsettled_readings(t, current, 48e-6) == late
    begin = initial_current(t[late:], current[late:], 48e-6)
    assert begin.mean == pytest.approx(128e-6, abs=3 * begin.deviation)
