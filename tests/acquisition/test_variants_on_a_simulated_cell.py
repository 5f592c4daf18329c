"""A critical-current test one way, by steps and by ramp, against what happens in the cell."""

import pytest
from solidcell.acquisition.control.inbox import NO_COMMANDS
from solidcell.acquisition.files.cells import load_cell
from solidcell.acquisition.files.protocols import build_plan, load_protocol
from solidcell.analysis.critical_current import CellWatch
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.simulated.cell_file import load_front_end
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from support.settings_files import SMALL_CELL, written
from support.worker_bench import Bench

TEST = """\
protocol: critical_current
direction: plate_working
formation: none
recovery: none
initial_rest_min: 0.1
rest_min: 1
impedance: {frequency_max_hz: 1.0e+6, frequency_min_hz: 1, points_per_decade: 5}
sample_period_s: 4
"""
RAMP = "ramp: {start_ma_cm2: 1, ramp_ma_cm2_min: 0.3, stop_ma_cm2: 8, step_s: 20}\n"
STEPS = "half_cycle_h: 0.1\nsteps: {start_ma_cm2: 1, increment_ma_cm2: 0.5, stop_ma_cm2: 8}\n"


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "late_ma_cm2"), [(RAMP, 0.31), (STEPS, 0.51)])
def test_the_failure_is_told_where_the_cell_has_shorted(tmp_path, variant, late_ma_cm2):
    protocol = load_protocol(written(tmp_path, "p.yaml", TEST + variant))
    cell = load_cell(written(tmp_path, "c.yaml", SMALL_CELL))
    front_end, clock = load_front_end("lpscl"), JumpClock()
    link = InProcessLink(MethodScriptTwin(front_end, clock, model="nexus"), clock)
    bench = Bench(tmp_path)
    bench.clock = clock
    bench.device = MethodScriptPotentiostat(link, clock=clock, line_pause_s=0.0)
    watch = CellWatch(cell.electrode_area_m2, cell.thickness_m, None)
    bench.run(plan=build_plan(protocol, cell, watch), commands=NO_COMMANDS)
    marks = {body["label"]: body["data"] for body in bench.bodies("mark")}
    (short,) = [t for t in front_end.truth.transitions if "short" in t.label][:1]
    true_ma_cm2 = -short.last_nonzero_dc_current_a / cell.electrode_area_m2 / 10.0
    assert marks["ccd_failed"]["evidence"] == "spectrum"
    failed_ma_cm2 = marks["ccd_failed"]["current_density_ma_cm2"]
    assert -0.01 < failed_ma_cm2 - true_ma_cm2 < late_ma_cm2  # an ammeter is off by 1e-4
    assert marks["ccd_failed"]["direction"] == -1
