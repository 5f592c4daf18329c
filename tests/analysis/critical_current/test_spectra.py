"""What two spectra tell: a path in parallel, warming, activation, lost area, a grown interphase."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.critical_current.spectra import (
    Sweep,
    high_frequency_resistance,
    low_frequency_resistance,
    sweep_from_arrays,
    sweep_of,
)
from solidcell.analysis.critical_current.spectrum_change import compare
from support.prescribed_cell import Point, PrescribedCell


def sweep(**states) -> Sweep:
    cell = PrescribedCell(**{name: (lambda _, v=value: v) for name, value in states.items()})
    found = sweep_of(cell.spectrum())
    assert found is not None
    return found


HEALTHY = sweep()


@settings(max_examples=40)
@given(short_ohm=st.floats(10.0, 250.0))
def test_a_path_in_parallel_is_found_with_its_resistance(short_ohm):
    change = compare(HEALTHY, sweep(short_ohm=short_ohm))
    assert change.cause == "parallel path"
    assert change.parallel_ohm == pytest.approx(short_ohm, rel=0.05)


@settings(max_examples=40)
@given(warmer_k=st.floats(4.0, 40.0))
def test_warming_is_not_taken_for_a_path_in_parallel(warmer_k):
    change = compare(HEALTHY, sweep(temperature_k=298.15 + warmer_k))
    assert change.high_frequency_ratio < 0.9
    assert change.cause == "warming"


@settings(max_examples=40)
@given(interphase=st.floats(1.0, 500.0))
def test_the_interphase_alone_leaves_the_bulk_unchanged(interphase):
    change = compare(HEALTHY, sweep(interphase_ohm_cm2=interphase))
    assert change.cause == "interface"
    assert change.contact is None


@settings(max_examples=40)
@given(contact=st.floats(0.03, 0.5))
def test_lost_contact_is_estimated_from_the_growth_of_the_arcs(contact):
    change = compare(HEALTHY, sweep(contact=contact))
    assert change.contact == pytest.approx(contact, rel=0.15)


def test_a_measured_temperature_settles_the_question():
    warm = sweep(temperature_k=308.15)
    factor = math.exp(0.35 / 8.617333262e-5 * (1 / 308.15 - 1 / 298.15))
    assert compare(HEALTHY, warm, warming_factor=factor).cause == "interface"


def test_a_grain_boundary_arc_does_not_hide_the_bulk_behind_the_low_frequency_axis():
    f = np.logspace(6, -1, 71)
    w = 2j * np.pi * f
    z = 182 + 51 / (1 + (w * 51 * 24e-9) ** 0.92) + 13 / (1 + (w * 13 * 3e-6) ** 0.9)
    resistance_ohm, at_hz = high_frequency_resistance(Sweep(f, z + w * 1e-8))
    assert at_hz > 3e5
    assert 182 <= resistance_ohm < 200


def test_the_inductance_of_leads_is_not_resistance():
    cell = PrescribedCell()
    short_leads = sweep_of(cell.spectrum(lead_h=0.0, noise=0.0))
    long_leads = sweep_of(cell.spectrum(lead_h=1e-6, noise=0.0))
    a, _ = high_frequency_resistance(short_leads)
    b, _ = high_frequency_resistance(long_leads)
    assert b == pytest.approx(a, rel=0.02)


def test_points_that_are_not_numbers_are_left_out_and_the_rest_sorted():
    f = np.array([1.0, 100.0, np.inf, 10.0, 1000.0])
    z = np.array([5 - 1j, 2 - 1j, complex("nan"), 4 - 1j, 1 - 1j])
    found = sweep_from_arrays(f, z)
    assert found is not None
    assert found.frequency_hz.tolist() == [1000.0, 100.0, 10.0, 1.0]


def test_three_points_are_no_spectrum():
    assert sweep_of([Point(10.0**n, 1 + 0j) for n in range(3)]) is None


def test_the_low_frequency_end_is_used_where_one_hertz_was_not_reached():
    _, at_hz = low_frequency_resistance(Sweep(np.logspace(6, 2, 41), np.ones(41, dtype=complex)))
    assert at_hz == pytest.approx(100.0)
