from dataclasses import replace

import numpy as np
from solidcell.analysis.runs import is_run_file, load_run
from solidcell.analysis.sheets.run_conditions import conditions_of
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings


def recorded(tmp_path, details):
    path = tmp_path / "test.run.sqlite"
    record_test(path, PrescribedCell(), settings((0.1,)), details=details)
    return load_run(path)


def test_what_was_measured_counts_before_what_is_on_record(tmp_path):
    run = recorded(tmp_path, {"stack_pressure_pa": 5e6})
    kelvin = np.full(run.time_s.size, np.nan)
    kelvin[::2] = 333.15
    stated = dict(conditions_of(replace(run, temperature_k=kelvin)))
    assert stated["temperature"] == "60.00 °C"
    assert stated["stack pressure"] == "5.000 MPa"  # nobody measured it


def test_what_nobody_knows_says_so(tmp_path):
    run = recorded(tmp_path, {"temperature_k": None})
    unmeasured = replace(run, temperature_k=np.full(run.time_s.size, np.nan))
    stated = dict(conditions_of(unmeasured))
    assert stated["temperature"] == stated["stack pressure"] == "not given"
    assert stated["cell"] == "? | LPSCl | ?"


def test_a_run_file_is_told_by_its_first_bytes(tmp_path):
    (tmp_path / "series.csv").write_text("time_s\n")
    recorded(tmp_path, None)
    assert is_run_file(tmp_path / "test.run.sqlite")
    assert not is_run_file(tmp_path / "series.csv")
