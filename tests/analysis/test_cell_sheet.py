"""What a cell's sheet gathers, and which runs it does not take."""

import pytest
from solidcell.analysis.cell_sheet import cell_sheets, suited
from solidcell.analysis.runs import load_run
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings
from support.simulated_run import run_simulated

REST = "  - segment: rest\n    duration_s: 5\n"


@pytest.fixture(scope="module")
def critical_current_run(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "ccd.run.sqlite"
    return record_test(path, PrescribedCell(), settings((0.2, 0.4), half_cycle_s=600.0))


def test_a_critical_current_stands_in_the_sheet_as_an_interval(critical_current_run):
    gathered, *_ = cell_sheets([critical_current_run])
    rows = {row[1]: row[2] for row in gathered.tables[0].rows()}
    assert rows["Critical current density"].startswith("CCD > 0.4 mA/cm²")


def test_every_sheet_behind_it_is_of_a_measurement_that_suits_the_run(critical_current_run):
    told = []
    _, *parts = cell_sheets([critical_current_run], told.append)
    assert {part.kind for part in parts} <= set(suited(load_run(critical_current_run)))
    assert len(told) == len(suited(load_run(critical_current_run)))


def test_what_is_not_known_of_the_cell_is_not_left_out_but_said(critical_current_run):
    conditions = dict(cell_sheets([critical_current_run])[0].conditions)
    assert conditions["thickness"] == "800.0 µm"
    assert conditions["stack pressure"] == "not given"
    assert conditions["temperature"] == "25.00 °C"


def test_runs_of_two_cells_make_no_sheet(critical_current_run, tmp_path):
    other = run_simulated(tmp_path, "lpscl", REST, name="another")
    with pytest.raises(ValueError, match="the runs are of another, pellet 7"):
        cell_sheets([critical_current_run, other])


def test_a_run_that_no_measurement_suits_is_named_with_where_to_look(tmp_path):
    rest = run_simulated(tmp_path, "lpscl", REST, name="resting")
    with pytest.raises(ValueError, match="no measurement suits the runs of resting"):
        cell_sheets([rest])
