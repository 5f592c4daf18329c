"""A plan brought to where its run broke off goes on as if it had never been interrupted."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.acquisition.plans.sequence import Repeat, sequence
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.recovery.replay import DivergedError, replay
from solidcell.analysis.critical_current import CellWatch
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Mark, Potentiostatic, Rest
from support.broken_off import Told, gone_on_with, whole_run

AREA_M2 = 1e-4
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1e3, points_per_decade=1, amplitude=0.01
)
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=30.0, voltage_min_v=-5.0, voltage_max_v=5.0, sample_period_s=1.0
)


def items():
    currents_a = st.sampled_from([-2e-3, -1e-3, 1e-3, 3e-3])
    durations_s = st.integers(1, 12).map(float)
    segments = st.one_of(
        st.builds(lambda d: Rest(duration_s=d), durations_s),
        st.builds(lambda i, d: replace(PLATE, current_a=i, duration_s=d), currents_a, durations_s),
        st.builds(
            lambda d: Potentiostatic(voltage_v=0.2, duration_s=d, current_max_a=0.1), durations_s
        ),
        st.just(SWEEP),
        st.builds(lambda n: Mark(label="reached", data={"n": n}), st.integers(0, 3)),
    )
    repeats = st.builds(
        lambda n, inner: Repeat(count=n, items=tuple(inner)),
        st.integers(1, 3),
        st.lists(segments, min_size=1, max_size=2),
    )
    return st.lists(st.one_of(segments, repeats), min_size=1, max_size=6)


def readings_of(asked):
    total = 0
    for item in asked:
        if isinstance(item, Repeat):
            total += item.count * readings_of(item.items)
        elif not isinstance(item, ImpedanceSweep | Mark):
            total += int(item.duration_s)
    return total


def ladder(densities_ma_cm2=(0.1, 0.2, 0.4), half_cycle_s=300.0):
    return CriticalCurrentSettings(
        steps=tuple(
            Cycling(current_density_a_m2=10 * j, half_cycle_s=half_cycle_s, cycles=1)
            for j in densities_ma_cm2
        ),
        formation=Cycling(current_density_a_m2=0.5, half_cycle_s=half_cycle_s, cycles=1),
        recovery=None,
        initial_rest_s=60.0,
        rest_s=60.0,
        recovery_rest_s=0.0,
        impedance=SWEEP,
        voltage_limit_v=5.0,
        sample_period_s=5.0,
    )


def critical_current_test(**changes):
    judge = CellWatch(AREA_M2, 1e-3, None)
    return critical_current(replace(ladder(), **changes), AREA_M2, judge)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(asked=items(), data=st.data())
def test_a_sequence_cut_anywhere_ends_with_the_same_segments_and_the_same_charge(
    tmp_path_factory, asked, data
):
    folder = tmp_path_factory.mktemp("run")
    count = readings_of(asked)
    cut = data.draw(st.integers(0, max(0, count - 1)))
    copies = whole_run(folder / "whole.run.sqlite", sequence(asked), photographed_at={cut})
    whole = Told(folder / "whole.run.sqlite")
    for path in copies:
        before = Told(path)
        assert gone_on_with(path, sequence(asked)).detail == whole.end.body["detail"]
        after = Told(path)
        assert after.readings[: len(before.readings)] == before.readings
        continued = [row for row in after.segments if "continues" in row.tags]
        assert len(continued) <= 1
        roots = [row for row in after.segments if row not in continued]
        assert [(r.kind, r.settings, r.tags) for r in roots] == [
            (r.kind, r.settings, r.tags) for r in whole.segments
        ]
        assert after.marks() == whole.marks()
        assert after.charge_c() == pytest.approx(whole.charge_c(), rel=1e-9, abs=1e-12)
        assert len(after.readings) == len(whole.readings)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(cuts=st.lists(st.integers(0, 600), min_size=1, max_size=3))
def test_a_critical_current_test_decides_the_same_after_any_number_of_interruptions(
    tmp_path_factory, cuts
):
    folder = tmp_path_factory.mktemp("run")
    path = folder / "whole.run.sqlite"
    copies = whole_run(path, critical_current_test(), photographed_at=set(cuts))
    whole = Told(path)
    for copy in copies:
        gone_on_with(copy, critical_current_test())
        after = Told(copy)
        assert after.marks() == whole.marks()
        assert after.end.body == whole.end.body
        assert after.charge_c() == pytest.approx(whole.charge_c(), rel=1e-9, abs=1e-12)


def test_a_run_that_broke_off_is_gone_on_with_where_it_was(tmp_path):
    path = tmp_path / "whole.run.sqlite"
    (cut,) = whole_run(path, sequence([PLATE, PLATE]), photographed_at={40})
    with RunReader(cut) as run:
        position = replay(sequence([PLATE, PLATE]), run)
    assert position.asked == PLATE
    assert position.so_far.parts == (1,)
    assert position.so_far.duration_s == pytest.approx(10.0)
    assert position.charge_c == pytest.approx(0.040)
    gone_on_with(cut, sequence([PLATE, PLATE]), gap_s=3600.0)
    after = Told(cut)
    last = after.segments[-1]
    assert (last.settings["duration_s"], last.tags["continues"]) == (pytest.approx(20.0), 1)
    assert last.elapsed_s == pytest.approx(3640.0)
    assert after.charge_c() == pytest.approx(0.060)
    (resumed,) = after.bodies("run_resumed")
    assert resumed["who"] == "ada"


def test_a_plan_that_asks_for_something_else_than_is_recorded_is_refused_by_name(tmp_path):
    path = tmp_path / "whole.run.sqlite"
    (cut,) = whole_run(path, sequence([PLATE, PLATE]), photographed_at={40})
    other = replace(PLATE, current_a=2e-3)
    with (
        RunReader(cut) as run,
        pytest.raises(DivergedError, match=r"with settings .*0\.002.*segment 1.*0\.001"),
    ):
        replay(sequence([PLATE, other]), run)
    with RunReader(cut) as run, pytest.raises(DivergedError, match=r"the plan ends .* segment 1"):
        replay(sequence([PLATE]), run)


def test_a_judge_that_would_have_ended_a_half_cycle_that_went_on_is_refused(tmp_path):
    path = tmp_path / "whole.run.sqlite"
    (cut,) = whole_run(path, sequence([PLATE, PLATE]), photographed_at={40})
    strict = replace(PLATE, watch=lambda r: "too long" if r.time_s >= 20 else None)
    with (
        RunReader(cut) as run,
        pytest.raises(DivergedError, match=r"too long.*recorded as going on"),
    ):
        replay(sequence([strict, PLATE]), run)


def test_an_alarm_whose_end_was_not_recorded_any_more_ends_the_half_cycle(tmp_path):
    path = tmp_path / "whole.run.sqlite"
    (cut,) = whole_run(path, sequence([PLATE, PLATE]), photographed_at={40})
    watched = replace(PLATE, watch=lambda r: "it sags" if r.time_s >= 10 else None)
    results = []

    def plan():
        results.append((yield PLATE))
        results.append((yield watched))
        return "done"

    with RunReader(cut) as run:
        position = replay(plan(), run)
    assert (position.asked, position.outcome) == (None, "done")
    assert (results[1].end, results[1].detail) == ("watch", "it sags")


def test_a_sweep_that_broke_off_is_measured_again_and_whole(tmp_path):
    path = tmp_path / "whole.run.sqlite"

    def plan():
        yield PLATE
        result = yield SWEEP
        return f"{len(result.impedance)} points"

    class Photographed:
        """The power goes after the second point of the sweep."""

    from solidcell.acquisition.control.stop import NoStop
    from solidcell.acquisition.record.copying import copy_run
    from solidcell.acquisition.record.writer import RunWriter
    from solidcell.acquisition.worker.run_channel import run_channel
    from solidcell.drivers.clock import JumpClock
    from support.broken_off import WIDE
    from support.resistor_device import ResistorDevice
    from support.runs import header

    clock = JumpClock()
    device = ResistorDevice(clock)
    cut = tmp_path / "cut.run.sqlite"
    with RunWriter.create(path, header(), group_commit_s=60.0) as writer:
        sweep = device._sweep

        def photographed(segment):
            for number, point in enumerate(sweep(segment)):
                if number == 4:
                    writer.commit()
                    copy_run(path, cut)
                yield point
            return "completed"

        device._sweep = photographed
        run_channel(plan(), device, writer, clock, WIDE, NoStop())
    assert gone_on_with(cut, plan()).detail == "3 points"
    after = Told(cut)
    assert [row.kind for row in after.segments] == [
        "Galvanostatic",
        "ImpedanceSweep",
        "ImpedanceSweep",
    ]
    assert after.segments[-1].tags == {"continues": 1}
