"""What stands around a cell is recorded at its own pace, and its loss is told once."""

import socket
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.instruments.channels import ChannelSpec
from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.instruments.specs import DeviceSpec
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.worker.around import surroundings_of
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.clock import JumpClock, SystemClock
from solidcell.drivers.readings import ImpedancePoint
from solidcell.drivers.segments import SegmentEnd
from support.oven_share import OvenShare, SteadyGauge
from support.worker_bench import SWEEP, Bench


class FineClock(JumpClock):
    """Leaps, and says that it has the pace of real time."""

    speed = 1.0


@pytest.mark.slow
@given(
    steps_s=st.lists(st.floats(0.01, 5.0), max_size=40),
    record_every_s=st.sampled_from([0.5, 1.0, 10.0]),
)
def test_no_line_is_recorded_more_often_than_asked_and_none_is_forgotten(steps_s, record_every_s):
    clock = FineClock()
    gauges = {"humidity": SteadyGauge(0.2, "1"), "stack_pressure": SteadyGauge(5e6, "Pa")}
    around = Surroundings(clock, OvenShare(clock), gauges, record_every_s=record_every_s)
    recorded = {}
    for step_s in steps_s:
        clock.sleep_until(clock.now_s() + step_s)
        if around.look():
            for line in around.due():
                recorded.setdefault(line.name, []).append(clock.now_s())
    for times_s in recorded.values():
        gaps_s = [b - a for a, b in pairwise(times_s)]
        assert all(gap_s >= record_every_s for gap_s in gaps_s)
        assert all(gap_s < record_every_s + 5.5 for gap_s in gaps_s)
    assert set(recorded) in (set(), {"oven", "humidity", "stack_pressure"})


def test_a_gauge_that_is_lost_is_told_once_and_once_when_it_is_back():
    clock, gauge = FineClock(), SteadyGauge(5e6, "Pa")
    around = Surroundings(clock, gauges={"stack_pressure": gauge})
    told = []
    for fault in ("", "no answer", "no answer", "", ""):
        gauge.fault = fault
        clock.sleep_until(clock.now_s() + 1.0)
        around.look()
        told += around.news()
    assert [news["fault"] for news in told] == ["no answer", ""]


def test_the_thermometer_at_the_cell_outranks_that_of_the_oven():
    clock = FineClock()
    oven = OvenShare(clock)
    around = Surroundings(clock, oven, {"temperature": SteadyGauge(311.0, "K")})
    around.look()
    assert around.temperature_k == 311.0
    alone = Surroundings(clock, oven)
    alone.look()
    assert alone.temperature_k == pytest.approx(298.15)


def test_a_gauge_that_nobody_answers_for_keeps_no_run_from_its_readings():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"socket://127.0.0.1:{free.getsockname()[1]}"
    options = {"unit": "N", "area_mm2": 78.5, "pattern": "(?P<value>.*)"}
    channel = ChannelSpec(
        name="A1",
        clock_speed=1.0,
        limits=Limits(),
        devices=(
            DeviceSpec(role=Role.POTENTIOSTAT, driver="methodscript", address="COM3"),
            DeviceSpec(
                role=Role.PRESSURE_GAUGE, driver="load_cell", address=address, options=options
            ),
        ),
    )
    with surroundings_of(channel, SystemClock(), "a run") as around:
        assert around.look()
        assert around.stack_pressure_pa is None
        assert around.oven is None


@pytest.mark.parametrize("tells", [True, False])
def test_an_analyser_may_be_silent_for_as_long_as_it_said_and_no_longer(tmp_path, tells):
    bench = Bench(tmp_path)

    def sweep(_):
        for _ in range(400):
            bench.clock.sleep_until(bench.clock.now_s() + 1.0)
            yield None
        yield ImpedancePoint(400.0, 1e3, 100 - 1j)
        return SegmentEnd.COMPLETED

    bench.device.perform = sweep
    if tells:
        bench.device.silence_s = lambda _: 400.0
    end = bench.run(SWEEP)
    if tells:
        assert (end.reason, len(bench.points)) == (RunReason.COMPLETED, 1)
    else:
        assert end.reason is RunReason.LIMIT_TRIPPED
        assert "said nothing" in end.detail


def test_what_an_instrument_says_of_its_spectra_is_recorded_in_full_only_when_it_is_new(tmp_path):
    bench = Bench(tmp_path)
    notes = iter([{"open": True}, {"open": True}, {"open": False}])
    bench.device.notes = lambda: next(notes)
    bench.run(SWEEP, SWEEP, SWEEP)
    first, second, third = [event for event in bench.events if event.kind == "notes"]
    assert first.body == {"number": 0, "notes": {"open": True}}
    assert second.body == {"number": 1, "as_in_row": first.seq}
    assert third.body == {"number": 2, "notes": {"open": False}}
