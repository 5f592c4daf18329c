"""The sheet and the report of a full cell, whose formation is no critical-current test."""

from dataclasses import replace

import pytest
from solidcell.analysis.cell_sheet import cell_sheets, suited
from solidcell.analysis.critical_current import is_critical_current_test
from solidcell.analysis.report.content import gather
from solidcell.analysis.runs import load_run
from solidcell.drivers.simulated.full_cell.cell import FullCell
from support.full_cell_run import run_full_cell
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings

FORMATION = """\
  - segment: cycling
    one_c_mah_g: 200
    formation_cycles: 1
    formation_rate_c: 4
    cycles: 1
    charge_rate_c: 4
    voltage_min_v: 3.4
    voltage_max_v: 3.9
    sample_period_s: 10
"""


@pytest.fixture(scope="module")
def full_cell_run(tmp_path_factory):
    return run_full_cell(tmp_path_factory.mktemp("full"), FullCell(), FORMATION)


def test_formation_of_a_full_cell_is_not_taken_for_a_critical_current_test(full_cell_run):
    run = load_run(full_cell_run)
    assert {"formation"} <= {segment.phase for segment in run.segments}
    assert not is_critical_current_test(run)
    gathered, *parts = cell_sheets([full_cell_run])
    assert "cycling" in {part.kind for part in parts}
    assert "Critical current density" not in gathered.tables[0].columns["measurement"]
    assert gather(run, "2026-01-01T00:00:00Z").result is None


def test_a_cell_with_a_composite_electrode_is_offered_no_conductivity_of_a_pellet(tmp_path):
    path = tmp_path / "ccd.run.sqlite"
    run = load_run(
        record_test(path, PrescribedCell(), settings((0.2, 0.3, 0.4, 0.5), half_cycle_s=600.0))
    )
    assert "conductivity" in suited(run)
    assert "interphase-growth" not in suited(run)  # current passes between its spectra
    cell = {**run.header.cell, "active_mass_kg": 1.2e-5}
    assert "conductivity" not in suited(replace(run, header=replace(run.header, cell=cell)))
