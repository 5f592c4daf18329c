"""The demonstration, whole: twin, worker, record, analysis, report, and the truth beside it."""

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.session import list_runs
from solidcell.cli.truth import true_critical_current_ma_cm2
from support.command_line import COMMAND, answer_of


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_demo_finds_the_critical_current_of_a_cell_whose_truth_it_cannot_see(tmp_path):
    found = answer_of("demo", "--seed", 1, "--speed", 4000, "--out", tmp_path / "demo")
    assert found["state"] == "completed"
    assert found["ccd_passed_ma_cm2"] < found["ccd_true_ma_cm2"] <= found["ccd_failed_ma_cm2"]
    assert found["failure"] in ("soft short", "hard short")
    assert found["evidence"]
    assert found["wall_s"] > 0
    for name in ("run_file", "report_html", "report_pdf"):
        assert Path(found[name]).stat().st_size > 1000


def test_the_truth_is_the_step_in_which_the_hidden_label_first_failed(tmp_path):
    log = tmp_path / "truth.jsonl"
    log.write_text(
        '{"critical_current_density_a_m2": 9.0}\n'
        '{"time_s": 0, "label": "healthy", "last_nonzero_dc_current_a": 0.0}\n'
        '{"time_s": 1, "output": "current"}\n'
        '{"time_s": 9, "label": "void", "last_nonzero_dc_current_a": 3e-4}\n'
        '{"time_s": 99, "label": "soft_short", "last_nonzero_dc_current_a": -6.01e-4}\n'
        '{"time_s": 999, "label": "hard_short", "last_nonzero_dc_current_a": 9e-4}\n',
        encoding="utf-8",
    )
    assert true_critical_current_ma_cm2(log, 1e-4, [0.2, 0.4, 0.6, 0.8]) == 0.6


def test_a_cell_that_never_failed_has_no_true_critical_current(tmp_path):
    log = tmp_path / "truth.jsonl"
    log.write_text('{"label": "healthy", "last_nonzero_dc_current_a": 0.0}\n', encoding="utf-8")
    assert true_critical_current_ma_cm2(log, 1e-4, [0.2]) is None


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals for another process")
@pytest.mark.parametrize("how", ["Ctrl+C", "kill", "terminal closed", "output closed"])
def test_a_demo_that_is_left_in_the_middle_opens_the_cell_and_leaves_no_process(tmp_path, how):
    folder = tmp_path / "demo"
    demo = subprocess.Popen(
        [*COMMAND, "demo", "--out", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    with demo:
        assert demo.stderr is not None
        next(line for line in demo.stderr if "formation +0.1" in line)
        if how == "Ctrl+C":  # it, like the closing of a terminal, reaches everybody there
            os.killpg(demo.pid, signal.SIGINT)
        elif how == "kill":
            demo.terminate()
        elif how == "terminal closed":
            os.killpg(demo.pid, signal.SIGHUP)
        else:
            demo.stderr.close()
        if how != "output closed":
            demo.stderr.read()
        assert demo.wait(timeout=30) != 0
    (run,) = list_runs(folder / "runs")
    assert run.state == "emergency_stop"
    assert run.safe
    left = [p for p in psutil.process_iter(["cmdline"]) if str(folder) in str(p.info["cmdline"])]
    psutil.wait_procs(left, timeout=10)
    assert not [p for p in left if p.is_running()]
