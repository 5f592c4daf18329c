"""What the keeper of an oven does, on a twin, without a process of its own."""

from dataclasses import replace

import pytest
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.ovens import request
from solidcell.acquisition.ovens.keeper import GIVES_UP_S, IDLE_S, OVERSHOOT_K, UNREACHABLE_S
from solidcell.acquisition.ovens.request import patiently
from solidcell.acquisition.ovens.state import OvenState
from solidcell.acquisition.processes import this_process
from support.oven_bench import OvenBench

HOT_K, WARM_K = 333.15, 313.15
DEAD = replace(this_process(), started_s=-1.0)


@pytest.fixture
def bench(tmp_path):
    return OvenBench(tmp_path)


def test_a_run_has_the_oven_once_its_temperature_is_the_oven_s_target(bench):
    bench.ask("a", HOT_K)
    bench.step()
    assert bench.view("a").granted
    assert bench.oven.setpoint_k == pytest.approx(HOT_K)
    assert bench.oven.is_on


def test_the_view_says_who_answered_as_the_oven(bench):
    assert bench.view("nobody").identity is None
    bench.ask("a", HOT_K)
    bench.step()
    assert bench.view("a").identity == bench.new_device().identity


def test_the_view_shows_the_temperature_as_it_climbs(bench):
    bench.ask("a", HOT_K)
    bench.step()
    for _ in range(4):
        bench.step(60.0)
        felt_k = bench.oven.temperature_k(bench.clock.now_s())
        assert bench.view("a").temperature_k == pytest.approx(felt_k, abs=0.5)


def test_another_temperature_waits_until_the_first_is_released(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", WARM_K)
    bench.steps(3)
    assert bench.view("b").waiting_for == "a: 60.0 °C"
    assert bench.oven.setpoint_k == pytest.approx(HOT_K)
    bench.release("a")
    bench.step()
    assert bench.view("b").granted
    assert bench.oven.setpoint_k == pytest.approx(WARM_K)


def test_a_paused_run_keeps_its_temperature_and_says_so(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.note("a", "paused")
    bench.ask("b", WARM_K)
    bench.steps(2)
    assert bench.view("a").granted
    assert bench.view("b").waiting_for == "a: 60.0 °C (paused)"


def test_the_request_of_a_dead_process_is_dropped(bench):
    bench.ask("a", HOT_K, process=DEAD)
    bench.ask("b", WARM_K)
    bench.step()
    assert bench.view("b").granted


def test_a_run_that_asks_anew_gives_up_what_it_had(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", WARM_K)
    bench.step()
    bench.ask("a", 353.15)
    bench.step()
    assert bench.view("b").granted
    assert not bench.view("a").granted


def test_who_was_granted_another_temperature_before_does_not_take_that_for_the_new_one(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.ask("a", WARM_K)  # and the keeper has not looked since
    assert not bench.view("a").granted


def test_a_new_keeper_goes_on_where_a_killed_one_left_off(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", WARM_K)
    bench.steps(2)
    bench.keeper = bench.new_keeper()
    bench.step()
    assert bench.view("a").granted
    assert not bench.view("b").granted
    assert bench.oven.setpoint_k == pytest.approx(HOT_K)


def test_a_new_keeper_knows_who_had_the_oven_even_behind_older_requests(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", WARM_K)
    bench.ask("c", HOT_K)
    bench.step()
    bench.release("a")
    bench.keeper = bench.new_keeper()
    bench.steps(2)
    assert bench.view("c").granted
    assert bench.oven.setpoint_k == pytest.approx(HOT_K)


def test_a_new_keeper_stops_the_heat_that_an_earlier_one_began(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.keeper = bench.new_keeper()
    bench.release("a")
    bench.step()
    assert not bench.step(IDLE_S + 1)
    assert not bench.oven.is_on


def test_what_was_switched_off_while_nobody_looked_is_not_heated_again(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.keeper.close()
    bench.oven.switch(bench.clock.now_s(), False)
    bench.keeper = bench.new_keeper()
    bench.steps(2)
    assert "does not regulate any more" in bench.view("a").fault
    assert not bench.oven.is_on


def test_a_new_run_heats_an_oven_that_lost_its_power_with_an_earlier_run(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.keeper.close()
    bench.release("a")
    bench.oven.switch(bench.clock.now_s(), False)
    bench.keeper = bench.new_keeper()
    bench.ask("b", HOT_K)
    bench.steps(3)
    assert bench.view("b").granted
    assert bench.oven.is_on


def test_a_temperature_that_is_not_read_any_more_says_nothing_of_now(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.clock.sleep_until(bench.clock.now_s() + 5.1)
    assert bench.view("a").temperature_k is None
    assert bench.view("a").granted


def test_over_temperature_stops_the_heat_and_every_holder_knows(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", HOT_K)
    bench.ask("c", WARM_K)
    bench.step()
    bench.oven.temperature_k = lambda _: 373.15 + OVERSHOOT_K + 0.1
    bench.step()
    for run in "ab":
        assert "above the highest temperature of the bench" in bench.view(run).fault
        assert not bench.view(run).granted
    assert bench.view("c").fault == ""
    assert "fault" in bench.view("c").waiting_for
    assert not bench.oven.is_on


def test_a_little_overshoot_is_none(bench):
    bench.ask("a", 373.15)
    bench.step()
    bench.oven.temperature_k = lambda _: 373.15 + OVERSHOOT_K - 0.5
    bench.step()
    assert bench.view("a").fault == ""


def test_a_broken_sensor_stops_the_heat_until_it_is_mended_and_the_runs_have_gone(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.oven.sensor_broken = True
    bench.steps(2)
    assert "SENSOR" in bench.view("a").fault
    assert bench.view("a").temperature_k is None
    assert not bench.oven.is_on
    bench.oven.sensor_broken = False
    bench.steps(2)
    assert bench.view("a").fault, "a run that has failed cannot be taken up in silence"
    bench.ask("b", WARM_K)
    bench.release("a")
    bench.steps(2)
    assert bench.view("b").granted
    assert bench.oven.is_on


def test_an_oven_that_was_switched_off_at_its_panel_is_a_fault(bench):
    bench.ask("a", HOT_K)
    bench.steps(2)
    bench.oven.switch(bench.clock.now_s(), False)
    bench.step()
    assert bench.view("a").fault == ""
    bench.step()
    assert "does not regulate any more" in bench.view("a").fault


def test_a_person_s_order_stops_the_heat_for_all(bench):
    bench.ask("a", HOT_K)
    bench.ask("b", WARM_K)
    bench.step()
    write_json(bench.place.off_file, {"who": "ada"})
    bench.step()
    for run in "ab":
        assert bench.view(run).fault == "switched off by ada"
    assert not bench.oven.is_on
    assert not bench.place.off_file.exists()
    bench.release("a")
    bench.steps(3)
    assert not bench.oven.is_on


def test_a_wire_that_is_plugged_in_again_is_found_and_the_grant_stands(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.unplug()
    bench.steps(4, 2.0)
    assert bench.view("a").temperature_k is None
    assert bench.view("a").granted
    bench.oven.set_setpoint(bench.clock.now_s(), WARM_K)  # by another hand, meanwhile
    bench.twin._setpoints[0] = WARM_K - 273.15
    bench.is_reachable = True
    bench.steps(2, 2.0)
    assert bench.view("a").temperature_k is not None
    assert bench.view("a").granted
    assert bench.oven.setpoint_k == pytest.approx(HOT_K)


def test_an_oven_that_gives_no_answer_for_long_is_a_fault_and_its_heat_may_be_on(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.unplug()
    bench.steps(int(UNREACHABLE_S) + 3, 1.0)
    fault = bench.view("a").fault
    assert "no answer from the oven" in fault
    assert "the heat may be on" in fault
    bench.is_reachable = True
    bench.steps(4, 1.0)
    assert not bench.oven.is_on


def test_heat_that_could_not_be_stopped_is_stopped_as_soon_as_it_can_be(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.release("a")
    bench.unplug()
    assert bench.step(IDLE_S + 1), "it must not leave an oven that may heat"
    assert bench.step(IDLE_S + 1)
    bench.is_reachable = True
    bench.steps(2, 2.0)
    assert not bench.oven.is_on
    assert not bench.step(IDLE_S + 1)


def test_an_oven_that_is_gone_for_good_and_that_nobody_needs_is_given_up_and_its_state_says_so(
    bench,
):
    bench.ask("a", HOT_K)
    bench.step()
    bench.release("a")
    bench.unplug()
    assert bench.step(IDLE_S + 1)
    assert bench.step(GIVES_UP_S - 2 * IDLE_S), "somebody may plug it in again"
    assert not bench.step(3 * IDLE_S)
    left = OvenState.read(bench.place.state_file)
    assert left.has_ended
    assert left.is_ours
    assert "the heat may be on" in left.fault or "could not be stopped" in left.fault


def test_who_comes_while_the_oven_gives_no_answer_learns_it(bench):
    bench.is_reachable = False
    bench.ask("a", HOT_K)
    bench.steps(int(UNREACHABLE_S) + 3, 1.0)
    bench.release("a")
    bench.ask("b", WARM_K)
    bench.steps(2)
    assert "no answer from the oven" in bench.view("b").fault


def test_an_oven_that_a_person_regulates_is_the_person_s_business(bench):
    bench.oven.set_setpoint(0.0, 393.15)
    bench.oven.switch(0.0, True)
    bench.ask("a", None)
    bench.steps(5, IDLE_S)
    assert bench.view("a").temperature_k > 373.15 + OVERSHOOT_K
    assert bench.view("a").fault == ""
    assert bench.oven.is_on


def test_an_oven_that_was_never_there_is_a_fault_too(bench):
    bench.is_reachable = False
    bench.ask("a", HOT_K)
    bench.steps(int(UNREACHABLE_S) + 3, 1.0)
    assert "nobody there" in bench.view("a").fault


@pytest.mark.parametrize(("when_idle", "is_on"), [("off", False), ("hold", True)])
def test_an_oven_that_nobody_needs_is_left_as_the_bench_says(tmp_path, when_idle, is_on):
    bench = OvenBench(tmp_path, when_idle=when_idle)
    bench.ask("a", HOT_K)
    bench.step()
    bench.release("a")
    assert bench.steps(5), "the next run may come at once"
    assert bench.oven.is_on
    assert not bench.step(IDLE_S)
    assert bench.oven.is_on is is_on
    assert bench.state.has_ended


def test_who_only_watches_sees_the_temperature_and_changes_nothing(bench):
    bench.oven.set_setpoint(0.0, WARM_K)
    bench.oven.switch(0.0, True)
    bench.ask("a", None)
    assert bench.steps(10, IDLE_S)
    assert bench.view("a").temperature_k == pytest.approx(WARM_K, abs=0.5)
    assert not bench.view("a").granted
    assert bench.view("a").waiting_for == ""
    assert bench.oven.is_on, "it is not ours to switch off"
    bench.release("a")
    assert not bench.step(IDLE_S)


def test_told_to_end_it_leaves_the_oven_as_the_bench_says(bench):
    bench.ask("a", HOT_K)
    bench.step()
    bench.keeper.leave(bench.clock.now_s())
    assert not bench.oven.is_on
    assert bench.state.has_ended


def test_a_temperature_that_the_controller_does_not_take_fails_who_asked_for_it(bench):
    bench.ask("a", 600.0)
    bench.ask("b", WARM_K)
    bench.step()
    assert "600.00 K is outside" in bench.view("a").fault
    bench.release("a")
    bench.steps(2)
    assert bench.view("b").granted


def test_without_a_keeper_nothing_is_known(bench):
    bench.ask("a", HOT_K)
    view = bench.view("a")
    assert (view.temperature_k, view.granted, view.fault) == (None, False, "")
    assert "keeper to start" in view.waiting_for


def test_a_file_that_is_no_request_keeps_nobody_waiting(bench):
    bench.place.requests.mkdir(parents=True)
    (bench.place.requests / "x.json").write_text('{"run_id": 3}', encoding="utf-8")
    bench.ask("a", HOT_K)
    bench.step()
    assert bench.view("a").granted


def test_a_file_that_another_program_looks_at_is_waited_for(monkeypatch):
    refusals = iter([PermissionError("in use"), PermissionError("in use")])

    def do():
        for refusal in refusals:
            raise refusal
        return "done"

    assert patiently(do) == "done"


def test_a_file_that_stays_refused_is_said_to_be(monkeypatch):
    monkeypatch.setattr(request, "_PATIENCE_S", 0.0)

    def do():
        raise PermissionError("in use")

    with pytest.raises(PermissionError, match="in use"):
        patiently(do)
