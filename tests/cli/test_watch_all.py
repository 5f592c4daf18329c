"""Every channel at once in a terminal: what it shows, how it fits, and what leaving does not do."""

import fcntl
import io
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest
from rich.console import Console
from solidcell.acquisition.glances.alarms import Alarm
from solidcell.acquisition.glances.glance import Glance
from solidcell.acquisition.runs import RunStateName
from solidcell.cli.glance_table import GlanceTable, foot_of, plain_line, rows_that_fit
from solidcell.cli.sparkline import sparkline
from support.command_line import COMMAND, answer_here, run_here
from support.going_runs import GoingRun


def glance(channel="A1", **changes):
    told = {
        "run_id": f"2026-01-01T120000_{channel}_pellet-7",
        "cell": "pellet-7",
        "state": RunStateName.RUNNING,
        "segment": "plate 0.2",
        "voltage_v": 0.05121,
        "current_a": -1.57e-4,
        "electrode_area_m2": 7.85e-5,
        "elapsed_s": 3725.0,
        "history": ((0.0, 0.0), (1.0, 0.1)),
    }
    return Glance(channel=channel, **{**told, **changes})


def drawn(glances, width=160, height=30, encoding="utf-8"):
    said = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(width=width, height=height, file=said).print(GlanceTable(glances, foot_of(glances)))
    said.seek(0)
    return said.read()


@pytest.mark.parametrize("width", [80, 100, 120, 160, 220])
def test_what_matters_is_shown_at_every_width(width):
    lines = drawn([glance()], width).splitlines()
    assert max(map(len, lines)) <= width
    (row,) = [line for line in lines if "A1" in line]
    for told in ("running", "pellet-7", "0.0512", "-0.200", "1:02:05", "▁", "█"):
        assert told in row


@pytest.mark.parametrize(("width", "is_shown"), [(80, False), (110, True), (160, True)])
def test_temperatures_have_a_column_where_there_is_one_and_room(width, is_shown):
    waiting = glance("A2", temperature_k=213.15, voltage_v=None, current_a=None, history=())
    text = drawn([glance(), waiting], width)
    assert ("-60.0" in text) is is_shown
    assert max(map(len, text.splitlines())) <= width
    assert "°C" not in drawn([glance()], width)
    assert "-60.0 °C" in plain_line(waiting)


def test_a_terminal_without_such_letters_gets_words_and_plain_signs():
    text = drawn(
        [glance(), glance("A2", state=RunStateName.COMPLETED, safe=True)], 120, 30, "ascii"
    )
    assert "running" in text
    assert "mA/cm2" in text


def test_trouble_is_told_in_full_under_the_table_where_there_is_room():
    alarms = (Alarm(kind="gap", text="the clocks parted by 604 s", elapsed_s=1.0),)
    text = drawn([glance(), glance("A2", alarms=alarms, alarm_count=3)], 80)
    assert "! A2  the clocks parted by 604 s (and 2 more)" in text
    assert "1 needs attention" in text


def test_where_not_all_fit_no_channel_in_need_is_left_out():
    glances = [glance(f"A{n}") for n in range(1, 41)]
    glances[37] = glance("A38", state=RunStateName.DEAD)
    glances[5] = glance("A6", state=RunStateName.COMPLETED, safe=True)
    kept = [each.channel for each in rows_that_fit(glances, 39)]
    assert "A6" not in kept
    assert len(kept) == 39
    text = drawn(glances, 120, 14)
    assert "A38" in text
    assert "31 not shown" in text
    assert len(text.splitlines()) <= 14


def test_a_channel_on_which_nothing_ran_is_idle():
    text = drawn([Glance(channel="A1")], 120)
    assert "idle" in text
    assert plain_line(Glance(channel="A1")).split() == ["A1", "idle", "elapsed", "0:00:00"]


def test_a_line_for_a_pipe_tells_the_same():
    line = plain_line(glance(current_a=1e-3, electrode_area_m2=None, state=RunStateName.PAUSED))
    for told in ("A1", "paused", "pellet-7", "plate 0.2", "0.0512 V", "1 mA", "1:02:05"):
        assert told in line


def test_a_spike_is_never_lost_in_a_sparkline():
    points = [(float(n), 1.0 if n == 613 else 0.0) for n in range(1000)]
    assert sparkline(points, 10).count("█") == 1
    assert sparkline([], 10) == ""


@pytest.fixture
def two_runs(tmp_path):
    runs = [GoingRun(tmp_path, "A1"), GoingRun(tmp_path, "A2", cell="pellet-8")]
    for run in runs:
        run.begin("plate 0.2")
        run.measure([0.05, 0.051])
    yield runs
    for run in runs:
        run.close()


@pytest.mark.slow
def test_json_tells_every_channel_once(two_runs, tmp_path):
    two_runs[1].end("completed")
    told = answer_here("watch", "--all", data=tmp_path)
    assert [(c["channel"], c["state"]) for c in told["channels"]] == [
        ("A1", "running"),
        ("A2", "completed"),
    ]
    assert told["channels"][0]["voltage_v"] == 0.051


@pytest.mark.slow
def test_in_a_pipe_it_tells_lines_and_ends_when_all_is_done(two_runs, tmp_path):
    for run, how in zip(two_runs, ("completed", "failed"), strict=True):
        run.end(how)
    said = run_here("watch", "--all", "--until-done", data=tmp_path)
    assert said.returncode == 0, said.stderr
    assert [line.split()[:2] for line in said.stdout.splitlines()] == [
        ["A1", "completed"],
        ["A2", "failed"],
    ]


@pytest.mark.slow
def test_a_run_that_fails_while_it_is_watched_is_an_error(two_runs, tmp_path):
    command = [*COMMAND, "watch", "--all", "--until-done", "--every", "0.1", "--data", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as watching:
        assert "running" in watching.stdout.readline()
        two_runs[0].end("completed")
        two_runs[1].end("failed")
        assert watching.wait(30) == 1


def test_one_run_or_all_of_them_must_be_named(tmp_path):
    said = run_here("watch", data=tmp_path)
    assert (said.returncode, "--all" in said.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is of POSIX")
@pytest.mark.parametrize("columns", [80, 160])
def test_in_a_terminal_it_draws_a_table_until_ctrl_c_and_the_runs_go_on(
    two_runs, tmp_path, columns
):
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.environ.pop("COLUMNS", None)
        os.environ["TERM"] = "xterm"
        os.execv(COMMAND[0], [*COMMAND, "watch", "--all", "--data", str(tmp_path)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    said = read_until(terminal, "Ctrl+C leaves")
    assert "pellet-8" in said
    os.write(terminal, b"\x03")
    said = read_until(terminal, "going on")
    assert "2 runs under way" in said
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    told = json.loads(run_here("watch", "--all", "--json", data=tmp_path).stdout)
    assert {channel["state"] for channel in told["channels"]} == {"running"}


def read_until(terminal, words, within_s=60.0):
    said, ends = b"", time.monotonic() + within_s
    while words.encode() not in said:
        assert time.monotonic() < ends, said.decode(errors="replace")
        if select.select([terminal], [], [], 1.0)[0]:
            said += os.read(terminal, 65536)
    return said.decode(errors="replace")
