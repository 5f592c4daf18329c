"""What a preview tells over time: voltage where it is set, pressure, and the pace of C-rates."""

import math
from dataclasses import replace

import pytest
from solidcell.acquisition.plans.sequence import sequence
from solidcell.acquisition.preview.drawing import drawn
from solidcell.acquisition.preview.ideal import duration_of, ideal_result
from solidcell.acquisition.preview.preview import preview
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    SetStackPressure,
    Voltammetry,
)

SCAN = Voltammetry(
    start_v=2.0,
    vertex1_v=5.0,
    vertex2_v=2.0,
    step_v=1e-3,
    scan_rate_v_per_s=1e-3,
    current_max_a=1e-2,
    cycles=2,
)
HOLD = Potentiostatic(voltage_v=0.5, duration_s=100.0, current_max_a=1e-3)


def told(*segments):
    return preview(sequence(segments), 1e-4)


def press(mpa):
    return SetStackPressure(pressure_pa=mpa * 1e6, tolerance_pa=1e5, stable_s=300.0, timeout_s=3600)


def driven(**tags):
    return Galvanostatic(
        current_a=1e-3, duration_s=1e5, voltage_min_v=2.0, voltage_max_v=4.0, tags=tags
    )


def test_the_voltage_is_told_where_it_is_set_and_nowhere_else():
    times_s, voltages_v = told(HOLD, Rest(duration_s=50.0), SCAN).voltage()
    assert voltages_v[:2] == (0.5, 0.5)
    assert all(math.isnan(v) for v in voltages_v[2:4])
    assert voltages_v[4:] == (2.0, 5.0, 2.0, 2.0) * 2
    assert times_s[4:8] == pytest.approx((150.0, 3150.0, 6150.0, 6150.0))
    assert times_s[-1] == pytest.approx(150.0 + 2 * 6000.0)


def test_voltages_stand_below_the_drawing_where_they_begin_and_a_spectrums_bias_does_not():
    sweep = ImpedanceSweep(
        frequency_max_hz=1e5, frequency_min_hz=1.0, points_per_decade=10.0, amplitude=0.01
    )
    plan = told(sweep, replace(HOLD, duration_s=3000.0), SCAN)
    (row,) = [row for row in drawn(plan).split("\n") if row.strip()[:2] == "V "]
    assert row.split() == ["V", "0.5", "2", "5", "2", "5", "2"]
    assert len(row) <= 81
    assert not [row for row in drawn(told(driven(), sweep)).split("\n") if row.strip()[:2] == "V "]


def test_a_drawing_never_cuts_a_number_at_its_end():
    late = drawn(told(Rest(duration_s=9900.0), replace(HOLD, voltage_v=0.1234)), width=40)
    assert [row for row in late.split("\n") if row.endswith(" 0.1234")]


def test_a_plan_knows_that_its_set_voltages_move_a_charge_that_it_cannot_know():
    assert told(HOLD).moves_more
    assert told(SCAN).moves_more
    assert not told(driven(), Rest(duration_s=5.0), press(5)).moves_more


def test_the_stack_pressure_is_told_from_the_first_that_is_asked_for():
    seen = told(press(5), HOLD, press(20), HOLD)
    times_s, pressures_pa = seen.stack_pressure()
    assert pressures_pa == (5e6, 5e6, 20e6, 20e6)
    assert times_s == (120.0, 520.0, 640.0, 1040.0)
    assert told(HOLD).stack_pressure() == ((), ())
    (row,) = [line for line in drawn(seen).split("\n") if "MPa" in line]
    assert row.split() == ["MPa", "5", "20"]


def test_a_half_cycle_at_a_c_rate_ends_at_its_cut_off_after_the_time_of_its_capacity():
    assert duration_of(driven(rate_c=0.5)) == (7200.0, True)
    result = ideal_result(driven(rate_c=0.5))
    assert (result.end, result.charge_c) == (SegmentEnd.VOLTAGE_LIMIT, pytest.approx(7.2))
    assert ideal_result(driven()).end is SegmentEnd.COMPLETED


def test_how_long_a_hold_takes_until_its_current_is_small_is_an_estimate():
    assert duration_of(HOLD) == (100.0, False)
    assert duration_of(replace(HOLD, watch=lambda _: None)) == (100.0, True)


def test_a_titration_reaches_its_cut_off_with_the_pulse_that_makes_up_the_capacity():
    ends = [ideal_result(_pulse(number)).end for number in range(10)]
    assert [end is SegmentEnd.VOLTAGE_LIMIT for end in ends] == [False] * 9 + [True]


def _pulse(number):
    return Galvanostatic(
        current_a=1e-3,
        duration_s=3600.0,
        voltage_min_v=2.0,
        voltage_max_v=4.0,
        tags={"rate_c": 0.1, "pulse": number},
    )
