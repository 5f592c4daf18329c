"""A run from the command line, against a twin served over TCP, with everything real."""

import json
import time

import psutil
import pytest
from solidcell.acquisition.record.reader import RunReader
from support.command_line import answer_here, answer_of, run_here, served_twin

CELL = """\
name: cell-1
electrolyte: LPSCl
electrode_area_cm2: 0.785
thickness_um: 800
temperature_c: 25
stack_pressure_mpa: 5
conductivity_ms_cm: 3.0
"""

LONG_HOLD = """\
protocol: sequence
segments:
  - {segment: rest, duration_min: 1}
  - {segment: galvanostatic, current_density_ma_cm2: 0.1, duration_h: 100,
     voltage_min_v: -4, voltage_max_v: 4}
"""


@pytest.fixture
def files(tmp_path):
    def write(protocol, address, speed=500.0):
        bench = (
            "[channel.A1]\nvoltage_min_v = -5\nvoltage_max_v = 5\ncurrent_max_ma = 10\n"
            f"clock_speed = {speed}\n[channel.A1.potentiostat]\n"
            f'driver = "methodscript"\naddress = "{address}"\n'
        )
        for name, text in (("p.yaml", protocol), ("bench.toml", bench), ("cell.yaml", CELL)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        common = ["--bench", tmp_path / "bench.toml", "--channel", "A1"]
        return [tmp_path / "p.yaml", *common, "--cell", tmp_path / "cell.yaml"]

    return write


def wait_until(condition, deadline_s=30.0):
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"


@pytest.mark.slow
def test_a_run_is_started_watched_stopped_and_reported(files, tmp_path):
    data = tmp_path / "runs"
    with served_twin("methodscript", "--cell", "lpscl", "--speed", "500") as twin:
        started = answer_of("run", *files(LONG_HOLD, twin["address"]), data=data)
        assert psutil.pid_exists(started["pid"])

        def is_plating():
            return answer_here("watch", started["run_id"], data=data)["current_a"] not in (
                None,
                0.0,
            )

        wait_until(is_plating)
        assert answer_of("watch", started["run_id"], data=data)["state"] == "running"
        answer_of("stop", started["run_id"], data=data)
        wait_until(lambda: answer_here("runs", data=data)["runs"][0]["state"] == "stopped")
        (row,) = answer_of("runs", data=data)["runs"]
        assert row["safe"] is True
    report = answer_of("report", started["run_id"], data=data)
    assert json.dumps(report)
    with RunReader(started["run_file"]) as record:
        assert record.readings()
        assert [event.body["reason"] for event in record.events(kind="run_ended")] == ["stopped"]


@pytest.mark.slow
def test_a_dry_run_lists_the_segments_and_touches_nothing(files, tmp_path):
    arguments = files(LONG_HOLD, "socket://127.0.0.1:9")
    planned = answer_here("run", *arguments, "--dry-run", data=tmp_path / "runs")
    assert [segment["kind"] for segment in planned["segments"]] == ["Rest", "Galvanostatic"]
    drawn = run_here("run", *arguments, "--dry-run", data=tmp_path / "runs")
    assert "mA/cm²" in drawn.stdout
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_bad_file_is_refused_with_its_line_before_anything_is_touched(files, tmp_path):
    wrong = LONG_HOLD.replace("duration_h: 100", "duration_h: -1")
    said = run_here("run", *files(wrong, "socket://127.0.0.1:9"), data=tmp_path / "runs")
    assert said.returncode == 1
    assert "p.yaml:4" in said.stderr
    assert "-1" in said.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_current_beyond_the_channel_is_refused_before_anything_is_touched(files, tmp_path):
    wrong = LONG_HOLD.replace("current_density_ma_cm2: 0.1", "current_density_ma_cm2: 30")
    said = run_here("run", *files(wrong, "socket://127.0.0.1:9"), data=tmp_path / "runs")
    assert said.returncode == 1
    assert "current_max" in said.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_an_instrument_that_does_not_answer_is_one_line(files, tmp_path):
    arguments = files(LONG_HOLD, "socket://127.0.0.1:9")
    said = run_here("run", *arguments, data=tmp_path / "runs")
    assert said.returncode == 1
    assert "127.0.0.1:9" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.slow
def test_a_spectrum_beyond_the_instrument_is_refused_when_the_run_is_started(files, tmp_path):
    sequence = (
        "protocol: sequence\nsegments:\n  - {segment: rest, duration_min: 10}\n"
        "  - {segment: impedance, frequency_max_hz: 1.0e+6, frequency_min_hz: 1, "
        "points_per_decade: 5, amplitude_mv: 10}\n"
    )
    with served_twin("methodscript", "--model", "es4_hr", "--speed", "500") as twin:
        said = run_here("run", *files(sequence, twin["address"]), data=tmp_path / "runs")
    assert said.returncode == 1
    assert "1e+06 Hz is outside [1e-05, 200000] Hz of the EmStat4 HR" in said.stderr
