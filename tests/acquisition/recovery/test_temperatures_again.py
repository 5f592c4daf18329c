"""After an interruption a cell is brought back to its temperature before anything is measured."""

from datetime import timedelta

import pytest
from solidcell.acquisition.plans.sequence import sequence
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.recovery.gap import Moment, gap_until, last_heard
from solidcell.acquisition.recovery.replay import replay
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.segments import Rest, SegmentEnd, SetTemperature
from support.broken_off import gone_on_with, whole_run
from support.oven_share import OvenShare
from support.runs import header


def warm(temperature_k):
    return SetTemperature(
        temperature_k=temperature_k, tolerance_k=0.5, stable_s=1200.0, timeout_s=7200.0
    )


ITEMS = (warm(313.15), Rest(duration_s=300.0), warm(333.15), Rest(duration_s=600.0))


def in_an_oven(clock):
    return Surroundings(clock, OvenShare(clock))


def ends(run):
    return {e.body["number"]: e.body["end"] for e in run.events(kind="segment_ended")}


def cut(tmp_path, seen):
    (copy,) = whole_run(
        tmp_path / "a.run.sqlite", sequence(ITEMS), photographed_at={seen}, around=in_an_oven
    )
    return copy


@pytest.mark.slow
def test_a_segment_goes_on_only_once_its_temperature_is_back(tmp_path):
    with RunReader(_whole(tmp_path)) as run:
        last = run.segments()[-1].number
        first_of_last = [r.segment for r in run.readings()].index(last)
    path = cut(tmp_path / "b", first_of_last + 100)
    with RunReader(path) as run:
        position = replay(sequence(ITEMS), run)
    assert position.temperature == ITEMS[2]

    gone_on_with(path, sequence(ITEMS), around=in_an_oven)
    with RunReader(path) as run:
        kinds = [(s.kind, s.tags.get("restores"), s.tags.get("continues")) for s in run.segments()]
        restored, rest = run.segments()[-2:]
        readings = [r for r in run.readings() if r.segment == rest.number]
        assert run.end().body["reason"] == "completed"
    assert kinds[-2:] == [("SetTemperature", "temperature", None), ("Rest", None, last)]
    assert restored.settings["temperature_k"] == 333.15
    assert all(abs(r.temperature_k - 333.15) < 0.5 for r in readings)
    assert len(readings) == pytest.approx(500, abs=2)

    with RunReader(path) as run:  # and it can be read again: the plan did not ask for that
        position = replay(sequence(ITEMS), run)
    assert position.asked is None


@pytest.mark.slow
def test_a_soak_that_broke_off_is_begun_anew(tmp_path):
    path = cut(tmp_path, 50)
    gone_on_with(path, sequence(ITEMS), around=in_an_oven)
    with RunReader(path) as run:
        kinds = [s.kind for s in run.segments()]
        assert [s.tags.get("continues") for s in run.segments()][:2] == [None, 0]
        assert ends(run) == dict.fromkeys(range(1, 5), SegmentEnd.COMPLETED.value)
    assert kinds == ["SetTemperature", "SetTemperature", "Rest", "SetTemperature", "Rest"]


def test_a_run_that_broke_off_in_a_soak_was_alive_at_its_last_temperature_and_passed_no_charge(
    tmp_path,
):
    path = tmp_path / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        writer.event(0.0, "run_started", {})
        writer.segment(1.0, "SetTemperature", "60 °C", {"temperature_k": 333.15}, {})
        writer.event(1.0, "intent", {"number": 0})
        writer.auxiliary(950.0, "oven", 330.0, "K")
    with RunReader(path) as run:
        heard = last_heard(run)
    assert heard.elapsed_s == 950.0
    gap = gap_until(heard, Moment(wall=heard.at.wall + timedelta(seconds=600)), 1.0)
    assert gap.unobserved_s == pytest.approx(600.0)
    assert (gap.charge_min_c, gap.charge_max_c) == (0.0, 0.0)


def _whole(tmp_path):
    (tmp_path / "b").mkdir()
    path = tmp_path / "whole.run.sqlite"
    whole_run(path, sequence(ITEMS), around=in_an_oven)
    return path
