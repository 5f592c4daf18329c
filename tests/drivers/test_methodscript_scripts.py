import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.errors import DriverError
from solidcell.drivers.impedance_sweeps import sweep_points
from solidcell.drivers.methodscript.limits import check_segment
from solidcell.drivers.methodscript.models import EMSTAT4_HR, EMSTAT_PICO, NEXUS
from solidcell.drivers.methodscript.scripts import interval_s, script_for
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from support.methodscript_grammar import as_source, load_grammar, value_of

pytestmark = pytest.mark.proves("methodscript", emulator="grammar of pypalmsens")

durations = st.floats(0.5, 1e6)
periods = st.floats(0.01, 600.0)
volts = st.floats(-5.0, 5.0)
limits_a = st.floats(1e-8, 0.19)
rests = st.builds(Rest, duration_s=durations, sample_period_s=periods)
galvanostatic = st.builds(
    Galvanostatic,
    current_a=st.floats(-0.19, 0.19),
    duration_s=durations,
    sample_period_s=periods,
    voltage_min_v=st.floats(-6.0, -0.01),
    voltage_max_v=st.floats(0.0, 6.0),
)
potentiostatic = st.builds(
    Potentiostatic,
    voltage_v=volts,
    duration_s=durations,
    sample_period_s=periods,
    current_max_a=limits_a,
)
voltammetry = st.builds(
    Voltammetry,
    start_v=volts,
    vertex1_v=st.floats(5.01, 6.0),
    vertex2_v=volts,
    step_v=st.floats(1e-3, 1e-2),
    scan_rate_v_per_s=st.floats(1e-5, 1.0),
    current_max_a=limits_a,
    cycles=st.integers(1, 50),
)
sweeps = st.builds(
    ImpedanceSweep,
    frequency_max_hz=st.floats(1e3, 2e5),
    frequency_min_hz=st.floats(1e-3, 1e3),
    points_per_decade=st.floats(1.0, 30.0),
    amplitude=st.floats(1e-6, 0.05),
    bias=st.floats(-0.1, 0.1),
    mode=st.sampled_from(ImpedanceMode),
)
segments = rests | galvanostatic | potentiostatic | voltammetry | sweeps


def lines_for(segment, model=EMSTAT4_HR):
    check_segment(segment, model)
    return script_for(segment, model).lines


@given(segments)
def test_every_script_satisfies_the_vendors_grammar(segment):
    load_grammar()(as_source(lines_for(segment)))


def test_the_vendors_grammar_refuses_a_broken_script():
    lines = lines_for(Rest(duration_s=10.0))
    broken = tuple(line.replace("endloop", "endlop") for line in lines)
    with pytest.raises(SyntaxError):
        load_grammar()(as_source(broken))


@given(segments)
def test_every_script_opens_the_cell_at_its_end_and_keeps_to_the_line_length(segment):
    lines = lines_for(segment)
    assert lines[-2:] == ("on_finished:", "cell_off")
    assert all(0 < len(line) <= 120 and line.isascii() for line in lines)


@given(rests)
def test_a_rest_never_switches_the_cell_on(segment):
    lines = lines_for(segment)
    assert "cell_on" not in lines
    assert lines.index("cell_off") < next(i for i, s in enumerate(lines) if "meas_loop" in s)


@given(galvanostatic | potentiostatic | voltammetry | sweeps)
def test_ranges_and_level_are_set_before_the_cell_is_switched_on_once(segment):
    lines = lines_for(segment)
    assert lines.count("cell_on") == 1
    assert not any(line.startswith("set_") for line in lines[lines.index("cell_on") :])


def test_a_half_cycle_reads_as_the_vendors_example_with_limits_on_board():
    segment = Galvanostatic(
        current_a=-5e-4, duration_s=3600.0, voltage_min_v=-4.2, voltage_max_v=0.5
    )
    assert lines_for(segment, NEXUS) == tuple(
        """var t
        var p
        var c
        set_pgstat_chan 0
        set_pgstat_mode 6
        set_max_bandwidth 6
        set_range ab 5250m
        set_autoranging ab 1m 5250m
        set_range db 500u
        set_autoranging db 500u 500u
        set_i 0
        cell_on
        timer_start
        meas_loop_cp p c -500u 1 3600
        timer_get t
        pck_start
        pck_add t
        pck_add p
        pck_add c
        pck_end
        if p > 500m
        send_string "voltage above limit"
        breakloop
        endif
        if p < -4200m
        send_string "voltage below limit"
        breakloop
        endif
        endloop
        on_finished:
        cell_off""".replace("        ", "").splitlines()
    )


@pytest.mark.parametrize(
    ("segment", "loop"),
    [
        (Rest(duration_s=60.0, sample_period_s=0.5), "meas_loop_ocp p 500m 60"),
        (
            Potentiostatic(voltage_v=0.1, duration_s=2.0, sample_period_s=0.1, current_max_a=1e-2),
            "meas_loop_ca p c 100m 100m 2",
        ),
        (
            Voltammetry(start_v=0.0, vertex1_v=0.5, vertex2_v=-0.5, step_v=0.01,
                        scan_rate_v_per_s=0.1, current_max_a=1e-3, cycles=3),
            "meas_loop_cv p c 0 500m -500m 10m 100m nscans(3)",
        ),
        (
            ImpedanceSweep(frequency_max_hz=2e5, frequency_min_hz=20.0, points_per_decade=10,
                           amplitude=0.01),
            "meas_loop_eis f r j 10m 200k 20 41i 0",
        ),
        (
            ImpedanceSweep(frequency_max_hz=1e5, frequency_min_hz=100.0, points_per_decade=10 / 3,
                           amplitude=5e-3, bias=1e-2, mode=ImpedanceMode.GALVANOSTATIC),
            "meas_loop_geis f r j 5m 100k 100 11i 10m",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_segment_has_its_own_loop(segment, loop):
    assert loop in lines_for(segment)


def test_the_current_limit_holds_both_ways():
    lines = lines_for(Potentiostatic(voltage_v=0.1, duration_s=2.0, current_max_a=1e-3))
    assert {"if c > 1m", "if c < -1m"} <= set(lines)


@given(durations, periods)
def test_the_interval_divides_the_duration_and_is_not_longer_than_asked(duration_s, period_s):
    interval = interval_s(duration_s, period_s)
    count = duration_s / interval
    assert interval <= period_s * (1 + 1e-8)
    assert math.isclose(count, round(count), rel_tol=1e-9)
    assert round(count) >= 1


@given(galvanostatic | potentiostatic)
def test_the_last_sample_as_written_still_falls_within_the_duration_as_written(segment):
    [loop] = [line for line in lines_for(segment) if line.startswith("meas_loop")]
    interval, duration = (value_of(text) for text in loop.split()[-2:])
    samples = round(segment.duration_s / interval_s(segment.duration_s, segment.sample_period_s))
    assert samples * interval <= duration
    assert math.isclose(duration, segment.duration_s, rel_tol=1e-6)


def test_a_held_voltage_is_measured_and_not_repeated_from_the_setting():
    lines = lines_for(Potentiostatic(voltage_v=0.1, duration_s=2.0, current_max_a=1e-3))
    assert any(line.startswith("set_range ab ") for line in lines)


@given(sweeps)
def test_a_sweep_has_its_points_per_decade(segment):
    decades = math.log10(segment.frequency_max_hz / segment.frequency_min_hz)
    intervals = sweep_points(segment) - 1
    assert abs(intervals - decades * segment.points_per_decade) <= 1.0


def test_one_frequency_is_one_point():
    one = ImpedanceSweep(
        frequency_max_hz=1e3, frequency_min_hz=1e3, points_per_decade=10, amplitude=0.01
    )
    assert sweep_points(one) == 1


def test_silence_may_last_as_long_as_ten_periods_of_the_lowest_frequency():
    sweep = ImpedanceSweep(
        frequency_max_hz=1e5, frequency_min_hz=0.01, points_per_decade=10, amplitude=0.01
    )
    assert script_for(sweep, NEXUS).silence_limit_s >= 1010.0
    assert script_for(Rest(duration_s=600.0, sample_period_s=60.0), NEXUS).silence_limit_s > 180.0


@given(segments)
def test_a_pico_never_gets_a_script_with_a_current_or_a_large_voltage(segment):
    try:
        lines = lines_for(segment, EMSTAT_PICO)
    except DriverError:
        return
    assert "set_pgstat_mode 6" not in lines
    assert not any("meas_loop_cp" in line or "meas_loop_geis" in line for line in lines)
