"""From picking the files to the emergency stop, on a real run before a real potentiostat twin."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from solidcell.acquisition.session import RunStateName, list_runs, request_stop, run_state
from solidcell.cli.demo_files import write_demo_files
from solidcell.cli.twin_process import twin_process
from solidcell.gui.main_window import PREPARE, RUN
from support.runs import header

SPEED = 1000.0
PATIENCE_MS = 40_000
UNDER_WAY = (RunStateName.RUNNING, RunStateName.RECOVERING)


@pytest.fixture
def bench(tmp_path):
    """Bench, cell and protocol files before a twin whose clock is fast, in ``tmp_path``."""
    truth = tmp_path / "truth.jsonl"
    with twin_process("methodscript", cell="lpscl", seed=1, speed=SPEED, truth=truth) as address:
        yield write_demo_files(tmp_path, "LPSCl", 1, address, SPEED)


@pytest.fixture
def journey(make_window, qtbot, bench, data_dir):
    """A window in which the three files are picked. Whatever runs is stopped afterwards."""
    window = make_window(bench.bench)
    window.bar.cell.pick(bench.cell)
    window.bar.protocol.pick(bench.protocol)
    qtbot.waitUntil(window.bar.start.isEnabled, timeout=PATIENCE_MS)
    yield window
    for state in list_runs(data_dir):
        if state.state in UNDER_WAY:
            request_stop(state.run_file, "the end of a test", emergency=True)
    qtbot.waitUntil(
        lambda: all(state.state not in UNDER_WAY for state in list_runs(data_dir)),
        timeout=PATIENCE_MS,
    )


def start(window, qtbot):
    qtbot.mouseClick(window.bar.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page.is_under_way, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_the_whole_journey_of_a_run(journey, qtbot, recorded_run):
    window, page = journey, journey.page
    assert window.tabs.currentIndex() == PREPARE
    assert window.prepare.verdict.text().endswith("Ready to start")
    assert window.prepare.planned_points() > 100
    assert window.prepare.limits.texts()["Current, either way"].startswith("20 mA")

    start(window, qtbot)
    assert window.tabs.currentIndex() == RUN
    assert "SIMULATED" in window.simulated.text()
    assert "1000 ×" in window.simulated.text()
    qtbot.waitUntil(lambda: page.run.time_s.size > 100, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.spectra.points_drawn() > 20, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "formation" in window.bar.step.text(), timeout=PATIENCE_MS)
    assert window.bar.state.text().endswith("Running")
    assert window.bar.remaining.text() != "—"
    assert page.traces._voltage_curve.getData()[0].size > 50

    qtbot.keyClick(
        window,
        Qt.Key.Key_E,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: not page.is_under_way, timeout=PATIENCE_MS)
    assert page.state.state == RunStateName.EMERGENCY_STOP
    assert page.state.safe
    qtbot.waitUntil(lambda: "made safe" in events(window), timeout=PATIENCE_MS)
    assert window.bar.state.text().endswith("Emergency stop")
    assert not window.bar.buttons.stop.isEnabled()

    stopped, earlier = page.run_file, recorded_run.name
    qtbot.waitUntil(lambda: len(window.runs.model.rows) == 2, timeout=PATIENCE_MS)
    row = next(n for n, r in enumerate(window.runs.model.rows) if r.state.run_file.name == earlier)
    window.runs.table.selectRow(row)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.run_file != stopped, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.evidence is not None, timeout=PATIENCE_MS)
    assert page.run.header.run_id == header().run_id
    assert window.bar.state.text().endswith("Completed")


@pytest.mark.slow
def test_stop_asks_first_and_then_ends_the_run(journey, qtbot):
    window = journey
    start(window, qtbot)
    qtbot.mouseClick(window.bar.buttons.stop, Qt.MouseButton.LeftButton)
    assert "cannot be resumed" in window.notices.texts()["stop"]
    press(window, qtbot, "Keep running")
    assert "stop" not in window.notices.texts()
    assert window.page.is_under_way
    qtbot.mouseClick(window.bar.buttons.stop, Qt.MouseButton.LeftButton)
    press(window, qtbot, "Stop the run")
    qtbot.waitUntil(lambda: not window.page.is_under_way, timeout=PATIENCE_MS)
    assert window.page.state.state == RunStateName.STOPPED
    assert window.page.state.safe


@pytest.mark.slow
def test_closing_the_window_leaves_the_run_alone_and_another_window_finds_it(
    journey, make_window, qtbot
):
    start(journey, qtbot)
    run_file = journey.page.run_file
    assert not journey.close()
    assert "goes on without this window" in journey.notices.texts()["leave"]
    assert journey.close()
    assert run_state(run_file).state == RunStateName.RUNNING
    second = make_window()
    second.open_run(run_file)
    qtbot.waitUntil(lambda: second.page.is_under_way, timeout=PATIENCE_MS)
    before = second.page.run.rows
    qtbot.waitUntil(lambda: second.page.run.rows > before, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_start_that_fails_says_why(make_window, qtbot, tmp_path, unused_port):
    files = write_demo_files(tmp_path, "LPSCl", 1, f"socket://127.0.0.1:{unused_port}", SPEED)
    window = make_window(files.bench)
    window.bar.cell.pick(files.cell)
    window.bar.protocol.pick(files.protocol)
    qtbot.waitUntil(window.bar.start.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(window.bar.start, Qt.MouseButton.LeftButton)
    assert not window.bar.start.isEnabled()
    qtbot.waitUntil(lambda: bool(window.notices.texts()), timeout=PATIENCE_MS)
    assert str(unused_port) in next(iter(window.notices.texts().values()))
    qtbot.waitUntil(window.bar.start.isEnabled, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_killing_the_window_that_started_a_run_loses_nothing(
    bench, data_dir, tmp_path, make_window, qtbot
):
    arguments = [data_dir, bench.bench, bench.cell, bench.protocol, tmp_path / "other.ini"]
    command = [sys.executable, "-m", "support.starting_window", *map(str, arguments)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    ) as starter:
        run_file = Path(starter.stdout.readline().strip())
        starter.kill()
    assert run_file.is_file()
    try:
        window = make_window()
        window.open_run(run_file)
        qtbot.waitUntil(lambda: window.page.is_under_way, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: window.page.run.time_s.size > 300, timeout=PATIENCE_MS)
        assert window.page.run.gaps == 0
        seqs = [event.seq for event in window.page.run.events]
        assert seqs == sorted(set(seqs))
        assert run_state(run_file).state == RunStateName.RUNNING
    finally:
        request_stop(run_file, "the end of a test", emergency=True)
        qtbot.waitUntil(lambda: run_state(run_file).state not in UNDER_WAY, timeout=PATIENCE_MS)


@pytest.fixture
def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def events(window) -> list[str]:
    return [row.texts[0] for row in window.page.log.model.rows]


def press(window, qtbot, name: str) -> None:
    buttons = [b for b in window.notices.findChildren(QPushButton) if b.accessibleName() == name]
    assert buttons, f"no button is called {name!r}"
    qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)
