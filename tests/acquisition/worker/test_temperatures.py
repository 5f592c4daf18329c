"""A plan that asks for temperatures: soaked before it goes on, and on record."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from solidcell.acquisition.control.commands import CommandKind
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.errors import UnsupportedError
from solidcell.drivers.segments import Rest, SegmentEnd, SetTemperature
from support.oven_share import OvenShare, SteadyGauge
from support.worker_bench import SWEEP, WIDE, Bench

WARM = SetTemperature(temperature_k=333.15, tolerance_k=0.5, stable_s=1800.0, timeout_s=7200.0)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def oven(bench):
    return OvenShare(bench.clock)


def around(bench, oven=None, **gauges):
    return Surroundings(bench.clock, oven, gauges)


def test_a_spectrum_is_measured_only_once_the_cell_has_soaked(bench, oven):
    bench.run(WARM, SWEEP, surroundings=around(bench, oven))
    soaked, spectrum = bench.results
    assert soaked.end is SegmentEnd.COMPLETED
    assert soaked.detail.startswith("the oven at 333.")
    assert 1800.0 < soaked.duration_s < 3600.0
    assert {abs(p.temperature_k - 333.15) < 0.5 for p in bench.points} == {True}
    assert len(spectrum.impedance) == len(bench.points)


def test_the_cell_rests_and_is_measured_while_it_warms(bench, oven):
    bench.run(WARM, surroundings=around(bench, oven))
    times_s = [r.elapsed_s for r in bench.readings]
    gaps_s = [b - a for a, b in pairwise(times_s)]
    assert max(gaps_s) < 21.0
    assert times_s[-1] > 1800.0
    assert {r.current_a for r in bench.readings} == {0.0}
    temperatures_k = [r.temperature_k for r in bench.readings]
    assert temperatures_k[0] < 300.0 < 333.0 < temperatures_k[-1]


def test_an_instrument_that_cannot_rest_waits_with_its_cell_open(bench, oven, monkeypatch):
    def refuse(segment):
        if isinstance(segment, Rest):
            raise UnsupportedError("an analyser does not rest")

    monkeypatch.setattr(bench.device, "check", refuse)
    bench.run(WARM, SWEEP, surroundings=around(bench, oven))
    assert (bench.end.reason, bench.readings) == (RunReason.COMPLETED, [])
    assert bench.device.history == []


def test_temperatures_are_on_record_throughout_and_not_more_often_than_once_a_second(bench, oven):
    bench.run(WARM, SWEEP, surroundings=around(bench, oven))
    lines = [row for row in bench.auxiliary if row.name == "oven"]
    assert {row.unit for row in lines} == {"K"}
    assert min(b.elapsed_s - a.elapsed_s for a, b in pairwise(lines)) >= 1.0
    assert lines[-1].elapsed_s > bench.segments[-1].elapsed_s


@pytest.mark.slow
def test_a_run_waits_for_an_oven_that_somebody_else_has_however_long(bench, oven):
    oven.free_at_s = 6 * 3600.0
    bench.run(WARM, surroundings=around(bench, oven))
    assert bench.end.reason is RunReason.COMPLETED
    assert [body["state"] for body in bench.bodies("oven")] == [
        "waiting",
        "heating",
        "soaking",
        "soaked",
    ]
    assert bench.bodies("oven")[0]["waiting_for"] == "run B holds 298.15 K"
    assert bench.results[0].duration_s > 6 * 3600.0


def test_a_temperature_that_is_not_reached_in_time_ends_the_run_and_says_where_it_stood(
    bench, oven
):
    end = bench.run(replace(WARM, timeout_s=900.0), surroundings=around(bench, oven))
    assert end.reason is RunReason.FAILED
    assert "333.15 K was not stable within 0.5 K for 1800 s, 900 s after" in end.detail
    assert end.safe


@pytest.mark.slow
def test_a_broken_sensor_ends_the_run_while_it_waits_and_while_it_measures(bench, oven, tmp_path):
    oven.fault_at_s = 600.0
    end = bench.run(WARM, surroundings=around(bench, oven))
    assert (end.reason, end.safe) == (RunReason.FAILED, True)
    assert "the oven: its sensor is broken" in end.detail

    (tmp_path / "later").mkdir()
    later = Bench(tmp_path / "later")
    share = OvenShare(later.clock, fault_at_s=9000.0)
    end = later.run(
        WARM, Rest(duration_s=20_000.0, sample_period_s=60.0), surroundings=around(later, share)
    )
    assert "the oven: its sensor is broken" in end.detail
    assert later.results[0].end is SegmentEnd.COMPLETED


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"temperature_max_k": 320.0}, "asks for 333.15 K, beyond temperature_max_k 320 K"),
        ({"duration_max_s": 1200.0}, "beyond duration_max_s 1200 s"),
    ],
)
def test_limits_hold_while_a_cell_waits_for_its_temperature(bench, oven, limit, words):
    bench.limits = Limits.of("bench", {**WIDE.set_values(), **limit})
    end = bench.run(WARM, surroundings=around(bench, oven))
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert words in end.detail


@pytest.mark.parametrize(("silent_s", "ends"), [(10.0, "completed"), (20.0, "limit_tripped")])
def test_an_oven_may_be_silent_for_as_long_as_a_new_keeper_takes_to_begin(bench, silent_s, ends):
    oven = OvenShare(bench.clock, silent_s=(100.0, 100.0 + silent_s))
    bench.limits = Limits.of("bench", {**WIDE.set_values(), "temperature_max_k": 350.0})
    end = bench.run(Rest(duration_s=200.0), surroundings=around(bench, oven))
    assert end.reason.value == ends
    assert ("the temperature is not known any more" in end.detail) == (ends == "limit_tripped")


def test_the_temperature_is_limited_while_no_reading_comes(bench, monkeypatch):
    gauge = SteadyGauge(298.15, "K")
    bench.limits = Limits.of("bench", {**WIDE.set_values(), "temperature_max_k": 310.0})
    sweep = bench.device.perform

    def perform(segment):
        gauge.value = 311.0
        return sweep(segment)

    monkeypatch.setattr(bench.device, "perform", perform)
    end = bench.run(SWEEP, surroundings=around(bench, temperature=gauge))
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "the temperature 311 K is beyond temperature_max_k 310 K" in end.detail


def test_a_limited_gauge_that_never_says_anything_lets_no_run_begin(bench):
    bench.limits = Limits.of("bench", {**WIDE.set_values(), "stack_pressure_max_pa": 1e7})
    silent = SteadyGauge(5e6, "Pa", fault="no answer from COM4")
    end = bench.run(SWEEP, surroundings=around(bench, stack_pressure=silent))
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "the stack pressure is not known" in end.detail
    assert bench.segments == []
    assert bench.bodies("surroundings") == [
        {"name": "stack_pressure", "fault": "no answer from COM4"}
    ]


def test_waiting_can_be_skipped_and_the_plan_goes_on_as_it_is(bench, oven):
    bench.command(CommandKind.SKIP, at_s=900.0)
    bench.run(WARM, SWEEP, surroundings=around(bench, oven))
    assert [r.end for r in bench.results] == [SegmentEnd.SKIPPED, SegmentEnd.COMPLETED]


@pytest.mark.slow
def test_a_paused_run_keeps_its_oven_and_soaks_anew_when_it_is_resumed(bench, oven):
    bench.command(CommandKind.PAUSE, at_s=900.0)
    bench.command(CommandKind.RESUME, at_s=5000.0)
    bench.run(WARM, surroundings=around(bench, oven))
    assert oven.notes == ["paused", ""]
    assert [s.kind for s in bench.segments] == ["SetTemperature", "SetTemperature"]
    assert bench.segments[1].tags["continues"] == 0
    assert [r.end for r in bench.results] == [SegmentEnd.COMPLETED]
    assert oven.asked_k == 333.15


def test_a_run_that_is_stopped_while_it_waits_leaves_an_open_cell(bench, oven):
    bench.stop_at(600.0)
    end = bench.run(WARM, surroundings=around(bench, oven))
    assert (end.reason, end.safe) == (RunReason.STOPPED, True)
    assert not bench.device.closed


def test_what_is_read_beside_the_cell_stands_with_its_name_and_unit(bench):
    bench.run(
        Rest(duration_s=60.0),
        surroundings=around(
            bench, humidity=SteadyGauge(0.21, "1"), gas=SteadyGauge(math.nan, "Pa")
        ),
    )
    assert {(row.name, row.value, row.unit) for row in bench.auxiliary} == {("humidity", 0.21, "1")}
