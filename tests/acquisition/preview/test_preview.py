"""A preview tells the whole run beforehand, and which limit it would break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.files.bench import load_bench
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.plans.sequence import Repeat, sequence
from solidcell.acquisition.preview.drawing import drawn
from solidcell.acquisition.preview.frequencies import sweep_duration_s, sweep_frequencies_hz
from solidcell.acquisition.preview.preview import HealthyJudge, preview
from solidcell.drivers.capabilities import Envelope
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Rest,
    SetTemperature,
    Voltammetry,
)
from support.settings_files import EXAMPLES

AREA_M2 = 1e-4
STRIP = Galvanostatic(current_a=1e-3, duration_s=3600.0, voltage_min_v=-5.0, voltage_max_v=5.0)
PLATE = Galvanostatic(current_a=-1e-3, duration_s=3600.0, voltage_min_v=-5.0, voltage_max_v=5.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)
NEXUS = Envelope(
    voltage_max_v=10.0,
    current_max_a=1.0,
    segments=frozenset({"Rest", "Galvanostatic", "ImpedanceSweep"}),
    frequency_min_hz=1e-5,
    frequency_max_hz=1e6,
    amplitude_max_v=0.3,
)


def _sweep(highest_hz, lowest_hz, amplitude_v):
    return ImpedanceSweep(
        frequency_max_hz=highest_hz,
        frequency_min_hz=lowest_hz,
        points_per_decade=5,
        amplitude=amplitude_v,
    )


def _preview(*segments, limits=None, envelope=None):
    return preview(sequence(segments), AREA_M2, limits, envelope)


def _example(protocol, cell, **checks):
    loaded = load_cell(EXAMPLES / f"{cell}.yaml")
    plan = build_plan(load_protocol(EXAMPLES / f"{protocol}.yaml"), loaded, HealthyJudge())
    return preview(plan, loaded.electrode_area_m2, **checks)


def test_durations_and_charges_add_up():
    seen = _preview(STRIP, Rest(duration_s=600.0), PLATE, Mark(label="done"))

    assert [s.start_s for s in seen.segments] == [0.0, 3600.0, 4200.0]
    assert seen.duration_s == 7800.0
    assert [s.charge_c for s in seen.segments] == pytest.approx([3.6, 0.0, -3.6])
    assert seen.charge_c == pytest.approx(7.2)
    assert seen.outcome.startswith("completed")


def test_a_charge_that_depends_on_the_cell_is_not_invented():
    seen = _preview(Potentiostatic(voltage_v=1.0, duration_s=60.0, current_max_a=1e-3))
    assert seen.segments[0].charge_c is None
    assert seen.as_json()["segments"][0]["current_density_a_m2"] is None


def test_a_cyclic_voltammogram_lasts_as_long_as_its_path():
    scan = Voltammetry(
        start_v=0.0,
        vertex1_v=1.0,
        vertex2_v=-1.0,
        step_v=1e-3,
        scan_rate_v_per_s=0.01,
        current_max_a=1e-3,
        cycles=3,
    )
    assert _preview(scan).duration_s == pytest.approx(3 * 4.0 / 0.01)


def test_a_sweep_takes_longer_the_lower_it_goes():
    assert sweep_frequencies_hz(SWEEP)[0] == 1e6
    assert sweep_frequencies_hz(SWEEP)[-1] == pytest.approx(0.1)
    assert len(sweep_frequencies_hz(SWEEP)) == 71
    lower = ImpedanceSweep(
        frequency_max_hz=1e6, frequency_min_hz=0.01, points_per_decade=10, amplitude=0.01
    )
    assert 60.0 < sweep_duration_s(SWEEP) < 600.0
    assert sweep_duration_s(lower) > 5 * sweep_duration_s(SWEEP)


def test_the_example_test_of_lpscl_climbs_to_three_milliampere_in_a_day():
    seen = _example("ccd_lpscl", "cell_lpscl")
    _, densities_a_m2 = seen.current_density()

    assert max(densities_a_m2) == pytest.approx(30.0)
    assert min(densities_a_m2) == pytest.approx(-30.0)
    assert len(seen.sweep_times_s()) == 1 + 1 + 15
    assert 18 * 3600 < seen.duration_s < 24 * 3600
    assert sum(s.charge_c for s in seen.segments) == pytest.approx(0.0, abs=1e-9)


def test_every_example_may_run_on_the_example_bench():
    limits = load_bench(EXAMPLES / "bench_simulated.toml").channel("A1").limits
    examples = {"ccd_lpscl": "cell_lpscl", "ccd_llzo": "cell_llzo", "eis": "cell_llzo"}
    for protocol, cell in examples.items():
        assert _example(protocol, cell, limits=limits, envelope=NEXUS).problems == ()


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (
            {"current_max_a": 1e-4},
            "segment 2: 'galvanostatic' asks for 0.001 A, beyond current_max_a",
        ),
        (
            {"voltage_max_v": 4.0},
            "segment 2: 'galvanostatic' asks for 5 V, beyond voltage_max_v 4 V",
        ),
        ({"voltage_min_v": -4.0}, "segment 2: 'galvanostatic' asks for -5 V, beyond voltage_min_v"),
        (
            {"charge_max_c": 3.0},
            "segment 2: by the end of 'galvanostatic' the charge 3.6 C is beyond",
        ),
        ({"duration_max_s": 3700.0}, "segment 3: by the end of 'impedance' the time"),
    ],
)
def test_the_segment_and_the_limit_it_breaks_are_named(limits, problem):
    seen = _preview(Rest(duration_s=60.0), STRIP, SWEEP, limits=Limits.of("bench", limits))
    assert any(text.startswith(problem) for text in seen.problems)
    assert len(seen.problems) == 1


def test_charge_is_counted_net():
    limits = Limits(charge_max_c=4.0)
    assert _preview(Repeat(5, (STRIP, PLATE)), limits=limits).problems == ()
    assert len(_preview(Repeat(5, (STRIP,)), limits=limits).problems) == 1


@pytest.mark.parametrize(
    ("segment", "problem"),
    [
        (
            Potentiostatic(voltage_v=1.0, duration_s=1.0, current_max_a=1e-3),
            "which the instrument cannot do",
        ),
        (
            Galvanostatic(current_a=2.0, duration_s=1.0, voltage_min_v=-1.0, voltage_max_v=1.0),
            "of the instrument",
        ),
        (
            Galvanostatic(current_a=0.1, duration_s=1.0, voltage_min_v=-1.0, voltage_max_v=12.0),
            "asks for 12 V",
        ),
        (_sweep(7e6, 1.0, 0.01), "asks for 7e+06 Hz, above"),
        (_sweep(1e6, 1e-6, 0.01), "asks for 1e-06 Hz, below"),
        (_sweep(1e6, 1.0, 0.5), "amplitude of 0.5 V rms"),
    ],
)
def test_what_an_instrument_cannot_do_is_said_before_it_is_asked(segment, problem):
    (text,) = _preview(segment, envelope=NEXUS).problems
    assert problem in text


@pytest.mark.slow
def test_a_plan_without_end_is_not_followed_for_ever():
    with pytest.raises(ValueError, match="more than 100000 segments"):
        _preview(Repeat(200_000, (Rest(duration_s=1.0),)))


def test_the_drawing_shows_both_directions_the_scale_and_every_sweep():
    picture = drawn(_preview(STRIP, SWEEP, PLATE, SWEEP), width=60, height=9).split("\n")

    assert picture[1].startswith("     +1 ┤█")
    assert picture[1].rstrip().endswith("█")
    assert picture[9].startswith("     -1 ┤ ")
    assert picture[9].rstrip().endswith("█")
    assert set(picture[5].split("┤")[1]) == {"─"}
    assert picture[10].count("▲") == 2
    assert picture[11].rstrip().endswith("h")


def test_a_column_shows_the_highest_current_of_its_stretch_of_time():
    weak = Galvanostatic(current_a=1e-4, duration_s=60.0, voltage_min_v=-5.0, voltage_max_v=5.0)
    picture = drawn(_preview(STRIP, weak), width=1, height=5).split("\n")
    assert picture[1] == "     +1 ┤█"


def test_the_drawing_of_a_day_has_the_shape_of_a_growing_wedge():
    picture = drawn(_example("ccd_lpscl", "cell_lpscl"), width=72, height=11).split("\n")
    filled = [row.split("┤")[1].count("█") for row in picture[1:6]]
    assert filled == sorted(filled)
    assert picture[1].startswith("     +3 ┤")


def warm(temperature_k, stable_s=1800.0):
    return SetTemperature(
        temperature_k=temperature_k, tolerance_k=0.5, stable_s=stable_s, timeout_s=9e3
    )


def test_the_temperature_is_told_from_where_the_oven_is_to_where_it_goes():
    times_s, temperatures_k = _preview(warm(318.15), SWEEP, warm(298.15)).temperature()
    assert temperatures_k == (298.15, 318.15, 318.15, 298.15, 298.15)
    assert times_s[:2] == (0.0, 600.0)  # at two kelvin a minute
    assert times_s[2] == pytest.approx(2400.0 + sweep_duration_s(SWEEP))
    assert _preview(STRIP, SWEEP).temperature() == ((), ())


def test_the_drawing_tells_each_temperature_where_it_is_held():
    picture = drawn(_preview(warm(318.15), SWEEP, warm(298.15)), width=60).split("\n")
    (row,) = [line for line in picture if "°C" in line]
    assert row.split() == ["°C", "45", "25"]
    alone = drawn(_preview(warm(318.15), warm(319.15, stable_s=0.0)), width=4).split("\n")
    assert [line.split() for line in alone if "°C" in line] == [["°C", "45"]]


def test_a_temperature_beyond_a_limit_is_a_problem_like_any_other():
    limits = Limits.of("bench", {"temperature_max_k": 313.15})
    (problem,) = preview(sequence([warm(318.15)]), AREA_M2, limits).problems
    assert problem == (
        "segment 1: 'temperature' asks for 318.15 K, beyond temperature_max_k 313.15 K of the bench"
    )


@settings(max_examples=30, deadline=None)
@given(
    currents=st.lists(st.floats(-1e-2, 1e-2), max_size=4),
    width=st.integers(1, 120),
    height=st.integers(1, 30),
)
def test_any_plan_can_be_drawn_in_any_space(currents, width, height):
    segments = [
        Galvanostatic(current_a=i, duration_s=60.0, voltage_min_v=-5.0, voltage_max_v=5.0)
        for i in currents
    ]
    for line in drawn(_preview(*segments), width, height).split("\n")[1:-1]:
        assert len(line) <= width + 14
