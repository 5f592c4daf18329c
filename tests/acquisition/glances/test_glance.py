"""A glance at every channel: true to the record, however often one looks and whatever breaks."""

import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solidcell.acquisition.glances import rows_seen, watched_run
from solidcell.acquisition.glances.glance import Glances
from solidcell.acquisition.runs import RunStateName, run_state
from solidcell.drivers.clock import JumpClock
from support.going_runs import GONE, GoingRun, planned_test


@pytest.fixture
def make_run(tmp_path):
    made = []

    def make(channel="A1", **options):
        made.append(GoingRun(tmp_path, channel, **options))
        return made[-1]

    yield make
    for run in made:
        run.close()


@pytest.fixture
def clock():
    return JumpClock()


@pytest.fixture
def glances(tmp_path, clock):
    with Glances(tmp_path, clock=clock) as looking:
        yield looking


def let_pass(clock, seconds):
    clock.sleep_until(clock.now_s() + seconds)


def test_a_running_test_is_told_with_its_newest_reading(make_run, glances):
    run = make_run(cell="pellet-9")
    run.begin("plate 0.2", duration_s=100.0)
    run.measure([0.1, 0.2, 0.3], current_a=2e-3)
    (seen,) = glances.look()
    assert (seen.channel, seen.cell, seen.run_id) == ("A1", "pellet-9", run.folder.run_id)
    assert (seen.state, seen.segment) == (RunStateName.RUNNING, "plate 0.2")
    assert (seen.voltage_v, seen.current_a, seen.temperature_k) == (0.3, 2e-3, 298.15)
    assert seen.elapsed_s == pytest.approx(0.3)
    assert seen.charge_c == pytest.approx(2e-3 * 0.3)
    assert seen.history[-1] == (pytest.approx(0.3), 0.3)
    assert seen.is_under_way
    assert not seen.needs_attention


def test_the_next_look_tells_what_came_since(make_run, glances):
    run = make_run()
    run.begin()
    run.measure([0.1])
    glances.look()
    run.measure([0.15, 0.7])
    run.note("storage", alarm="slow_commit", detail="a commit took 3 s")
    run.end_segment(4.5)
    run.begin("rest", kind="Rest")
    (seen,) = glances.look()
    assert (seen.voltage_v, seen.segment) == (0.7, "rest")
    assert seen.charge_c == 4.5
    assert [alarm.text for alarm in seen.alarms] == ["a commit took 3 s"]
    assert seen.needs_attention


def test_a_cell_that_waits_for_its_oven_says_so_and_its_temperature_goes_on(
    make_run, glances, clock
):
    run = make_run()
    run.begin("60 °C", kind="SetTemperature", temperature_k=333.15, stable_s=1800.0)
    run.note("oven", state="waiting", target_k=333.15, waiting_for="run B holds 25 °C")
    assert glances.look()[0].oven == "wanted at 60 °C, waiting: run B holds 25 °C"
    run.note("oven", state="heating", target_k=333.15, waiting_for="")
    run.writer.auxiliary(30.0, "oven", 311.0, "K")
    run.writer.commit()
    (seen,) = glances.look()
    assert (seen.oven, seen.temperature_k, seen.elapsed_s) == ("on its way to 60 °C", 311.0, 30.0)
    let_pass(clock, 40.0)
    assert not glances.look()[0].is_silent
    run.writer.auxiliary(31.0, "temperature", 305.5, "K")  # the cell's own thermometer
    run.writer.auxiliary(32.0, "oven", 312.0, "K")
    run.begin("eis", kind="ImpedanceSweep", frequency_min_hz=10.0)
    (seen,) = glances.look()
    assert (seen.oven, seen.temperature_k) == ("", 305.5)


def test_a_cell_that_waits_for_the_press_says_what_is_asked(make_run, glances):
    run = make_run()
    run.begin("20 MPa", kind="SetStackPressure", pressure_pa=20e6, stable_s=300.0)
    run.note("press", state="asked", target_pa=20e6)
    assert glances.look()[0].oven == "press the cell to 20 MPa"
    run.note("press", state="reached", target_pa=20e6)
    assert glances.look()[0].oven == "20 MPa reached"


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.sampled_from(["plate", "strip", "rest"])),
        st.tuples(
            st.just("measure"),
            st.lists(st.floats(-5, 5), min_size=1, max_size=4),
            st.floats(-0.02, 0.02),
        ),
        st.tuples(st.just("end_segment"), st.floats(-10, 10)),
        st.tuples(st.just("note"), st.sampled_from(["gap", "error", "storage", "clock_pair"])),
        st.just(("look",)),
    ),
    max_size=14,
)


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
def test_looking_often_tells_the_same_as_looking_once(tmp_path_factory, actions):
    data_dir = tmp_path_factory.mktemp("runs")
    run = GoingRun(data_dir, "A1")
    run.begin()
    with Glances(data_dir) as often:
        for do, *what in actions:
            if do == "look":
                often.look()
            else:
                getattr(run, do)(*what)
        (seen,) = often.look()
    with Glances(data_dir) as once:
        (fresh,) = once.look()
    run.close()
    apart = {"stale_s": None, "history": (), "remaining_s": None, "charge_c": 0.0, "step": ""}
    assert replace(seen, **apart) == replace(fresh, **apart)
    assert seen.charge_c == pytest.approx(fresh.charge_c, abs=1e-12)


@pytest.mark.parametrize("reason", ["completed", "stopped", "limit_tripped", "failed"])
def test_an_ended_run_stays_as_the_last_of_its_channel(make_run, glances, reason):
    run = make_run()
    run.begin()
    run.measure([0.1])
    glances.look()
    run.end(reason, "so it was")
    (seen,) = glances.look()
    assert (seen.state.value, seen.detail, seen.safe) == (reason, "so it was", True)
    assert (seen.segment, seen.stale_s, seen.is_under_way) == ("", None, False)
    assert seen.needs_attention == (reason in ("limit_tripped", "failed"))
    assert glances.look() == [seen]


def test_a_run_whose_processes_are_gone_needs_attention(make_run, glances, clock):
    run = make_run()
    run.begin()
    run.measure([0.1])
    assert glances.look()[0].state is RunStateName.RUNNING
    run.carried_by(GONE)
    let_pass(clock, 6.0)
    (seen,) = glances.look()
    assert seen.state is RunStateName.DEAD
    assert seen.needs_attention
    run.end("interrupted")
    assert glances.look()[0].state is RunStateName.INTERRUPTED


def test_a_worker_that_vanished_is_missed_at_once(make_run, glances, monkeypatch):
    run = make_run()
    run.begin()
    glances.look()
    run.carried_by(GONE)
    monkeypatch.setattr(watched_run.psutil, "pid_exists", lambda _: False)
    assert glances.look()[0].state is RunStateName.DEAD


def test_what_was_written_just_before_the_end_was_seen_is_shown(make_run, glances, monkeypatch):
    run = make_run()
    run.begin()
    run.measure([0.1])

    def ended_meanwhile(run_file):
        run.measure([0.9])
        run.end()
        return run_state(run_file)

    monkeypatch.setattr(watched_run, "run_state", ended_meanwhile)
    (seen,) = glances.look()
    assert (seen.state, seen.voltage_v) == (RunStateName.COMPLETED, 0.9)


def test_the_charge_of_a_changing_current_is_counted_by_trapezoids(make_run, glances):
    run = make_run()
    run.begin()
    for current_a in (1e-3, 3e-3, -1e-3):
        run.measure([0.1], current_a=current_a, every_s=10.0)
        (seen,) = glances.look()
    assert seen.charge_c == pytest.approx(1e-3 * 10 + 2e-3 * 10 + 1e-3 * 10)


def test_a_cell_that_the_supervisor_opened_is_an_alarm(make_run, glances):
    run = make_run()
    run.note("made_safe", output="off", by="supervisor")
    run.end("interrupted", safe=False)
    (seen,) = glances.look()
    assert [alarm.text for alarm in seen.alarms] == ["the supervisor opened the cell"]


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (
            "gap",
            {"cause": "suspend", "detail": "it slept 600 s", "length_s": 600},
            "it slept 600 s",
        ),
        ("gap", {"wall_passed_s": 605.0, "clock_passed_s": 5.0}, "the clocks parted by 600 s"),
        ("gap", {"cause": "wall clock set"}, "a gap: wall clock set"),
        ("supervision", {"lost": True, "detail": "nobody supervises"}, "nobody supervises"),
        ("limit_trip", {"detail": "5.01 V is above 5 V"}, "5.01 V is above 5 V"),
        ("storage", {"alarm": "slow_commit", "detail": "3 s"}, "3 s"),
        ("storage", {"alarm": "log_folded", "detail": "all is well"}, None),
        ("clock_pair", {"clock_s": 1.0}, None),
    ],
)
def test_what_happened_is_told_in_words_if_it_matters(make_run, glances, kind, body, told):
    run = make_run()
    glances.look()
    run.note(kind, **body)
    (seen,) = glances.look()
    assert [alarm.text for alarm in seen.alarms] == ([told] if told else [])
    assert seen.needs_attention == bool(told)


def test_a_paused_run_is_under_way_and_not_called_silent(make_run, glances, clock):
    run = make_run()
    run.begin()
    run.measure([0.1])
    glances.look()
    run.note("paused", segment=0, mode="open", by="ada", output="off")
    (seen,) = glances.look()
    assert seen.state.value == "paused"
    let_pass(clock, 3600.0)
    (seen,) = glances.look()
    assert seen.is_under_way
    assert not seen.is_silent
    run.note("resumed", segment=0, by="ada", paused_s=3600.0)
    assert glances.look()[0].state is RunStateName.RUNNING


def test_silence_is_measured_against_what_the_segment_should_give(make_run, glances, clock):
    quick, slow = make_run("A1"), make_run("A2")
    quick.begin(sample_period_s=0.1)
    slow.begin("impedance", kind="ImpedanceSweep", frequency_min_hz=0.01)
    glances.look()
    let_pass(clock, 20.0)
    seen = {glance.channel: glance for glance in glances.look()}
    assert seen["A1"].stale_s == pytest.approx(20.0, abs=1.0)
    assert (seen["A1"].is_silent, seen["A2"].is_silent) == (True, False)
    quick.measure([0.1])
    assert not glances.look()[0].is_silent


def test_one_damaged_run_is_told_in_its_row_and_hides_no_other(make_run, glances, tmp_path, clock):
    make_run("A1").begin()
    bad = tmp_path / "2026-01-02T120000_A2_bad" / "2026-01-02T120000_A2_bad.run.sqlite"
    bad.parent.mkdir()
    bad.write_bytes(b"not a database" * 100)
    seen = {glance.run_file: glance for glance in glances.look()}
    assert len(seen) == 2
    assert seen[bad].state is RunStateName.UNREADABLE
    assert "not a database" in seen[bad].detail
    assert seen[bad].needs_attention
    shutil.rmtree(bad.parent)
    let_pass(clock, 3.0)
    assert [glance.channel for glance in glances.look()] == ["A1"]


def test_a_file_that_goes_away_while_it_is_read_is_told(make_run, glances):
    run = make_run()
    run.begin()
    glances.look()
    run.close()
    run.run_file.unlink()
    (seen,) = glances.look()
    assert seen.state is RunStateName.UNREADABLE
    assert "no such file" in seen.detail


def test_a_new_run_takes_the_place_of_the_last_one_of_its_channel(make_run, glances, clock):
    make_run("A1", began="110000").end()
    make_run("B1", began="110000").end()
    assert [glance.channel for glance in glances.look()] == ["A1", "B1"]
    make_run("A1", began="130000").begin()
    let_pass(clock, 3.0)
    seen = glances.look()
    assert [(glance.channel, glance.state.value) for glance in seen] == [
        ("A1", "running"),
        ("B1", "completed"),
    ]


def test_an_older_run_that_somebody_still_carries_is_not_hidden(make_run, glances):
    make_run("A1", began="110000").begin()
    make_run("A1", began="130000").end()
    assert [glance.state.value for glance in glances.look()] == ["running", "completed"]


def test_channels_of_the_bench_without_a_run_are_shown_in_natural_order(make_run, tmp_path):
    make_run("A2").begin()
    with Glances(tmp_path, channels=("A10", "A2", "A1")) as glances:
        seen = glances.look()
    assert [(each.channel, each.state is None) for each in seen] == [
        ("A1", True),
        ("A2", False),
        ("A10", True),
    ]


def test_a_folder_that_is_not_there_holds_no_run(tmp_path):
    with Glances(tmp_path / "nowhere") as glances:
        assert glances.look() == []


def test_the_charge_of_a_segment_too_long_to_read_again_is_not_guessed(
    make_run, glances, monkeypatch
):
    monkeypatch.setattr(rows_seen, "COUNTED_ROWS", 10)
    run = make_run()
    run.begin()
    run.measure([0.1] * 20)
    (seen,) = glances.look()
    assert seen.charge_c is None
    assert seen.voltage_v == 0.1
    run.end_segment(0.25)
    assert glances.look()[0].charge_c == 0.25


def test_what_is_left_is_told_from_the_plan(make_run, glances):
    planned = planned_test()
    run = make_run()
    for number in (0, 1):
        run.begin(planned[number].name, tags=dict(planned[number].segment.tags))
        run.elapsed_s = planned[number].duration_s
    glances.look()
    (seen,) = glances.look()  # a look works out one plan
    whole_s = sum(each.duration_s for each in planned)
    assert seen.remaining_s == pytest.approx(whole_s - planned[0].duration_s)


def test_a_long_run_is_shown_from_its_begin_by_a_few_dozen_points(make_run, glances):
    run = make_run()
    run.begin("first")
    run.measure([0.1] * 300)
    run.end_segment(0.0)
    run.begin("second")
    run.measure([0.4] * 30)
    run.begin("impedance", kind="ImpedanceSweep")
    (seen,) = glances.look()
    assert 20 <= len(seen.history) <= 96
    assert seen.history[0].elapsed_s < 2.0
    assert seen.history[-1] == (pytest.approx(33.0), 0.4)
    assert seen.voltage_v == 0.4
