"""A critical-current test, run by the worker on instruments behind their maker's software."""

import pytest
from solidcell.acquisition.plans.critical_current import (
    CriticalCurrentSettings,
    Cycling,
    critical_current,
)
from solidcell.acquisition.worker.ending import RunReason
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.gamry import GamryPotentiostat
from solidcell.drivers.segments import ImpedanceSweep
from support.commanded import PeopleInTime
from support.eclib_double import SP300, VMP3, EclibBench, compiled
from support.scripted_judge import ResistanceJudge
from support.toolkitpy_double import SECTION, ToolkitDouble
from support.worker_bench import Bench

AREA_M2 = 0.785e-4
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e5, frequency_min_hz=1.0, points_per_decade=3, amplitude=0.01
)


def cycling(density_a_m2):
    return Cycling(current_density_a_m2=density_a_m2, half_cycle_s=20.0, cycles=1)


SETTINGS = CriticalCurrentSettings(
    steps=(cycling(2.0), cycling(4.0)),
    formation=cycling(1.0),
    recovery=cycling(1.0),
    initial_rest_s=10.0,
    rest_s=5.0,
    recovery_rest_s=10.0,
    impedance=SWEEP,
    voltage_limit_v=1.0,
    sample_period_s=1.0,
)


def biologic(folder, code):
    file = compiled(folder)
    if file is None:
        pytest.skip("no C compiler (cc, gcc or clang) on this machine")
    bench = EclibBench(file, code)
    return bench.device, bench.clock, bench


def gamry(folder, _):
    clock = JumpClock()
    kit = ToolkitDouble(clock)
    return GamryPotentiostat(kit, SECTION, current_max_a=0.1, clock=clock), clock, kit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "code"),
    [(biologic, VMP3), (biologic, SP300), (gamry, None)],
    ids=["VMP3", "SP-300", "Gamry"],
)
def test_a_critical_current_test_runs_to_its_end_with_no_word_of_the_plan_changed(
    tmp_path, made, code
):
    bench = Bench(tmp_path)
    bench.device, bench.clock, behind = made(tmp_path, code)
    bench.people = PeopleInTime(bench.clock)
    end = bench.run(plan=critical_current(SETTINGS, AREA_M2, ResistanceJudge()))
    assert (end.reason, end.safe) == (RunReason.COMPLETED, True)
    truth_ohm = behind.r0_ohm + behind.r1_ohm if code else 150.0
    held = [one for one in bench.readings if abs(one.current_a) > 1e-4]
    assert held[-1].voltage_v / held[-1].current_a == pytest.approx(truth_ohm, rel=1e-3)
    assert len({point.frequency_hz for point in bench.points}) == 16
    assert not bench.bodies("gap")
