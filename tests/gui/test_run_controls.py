"""Pause, resume, skip and stop from the window, on a real run before a potentiostat twin."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.sealing import read_seal
from solidcell.acquisition.session import RunStateName, list_runs, request_stop
from solidcell.cli.demo_files import write_demo_files
from solidcell.cli.twin_process import twin_process

SPEED = 100.0
PATIENCE_MS = 40_000
PROTOCOL = """\
protocol: sequence
segments:
  - {segment: rest, name: calm, duration_min: 1}
  - {segment: galvanostatic, name: long, current_density_ma_cm2: 0.05, duration_min: 600,
     voltage_min_v: -4, voltage_max_v: 4}
  - {segment: rest, name: last, duration_min: 2}
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(tmp_path):
    truth = tmp_path / "truth.jsonl"
    with twin_process("methodscript", cell="lpscl", seed=1, speed=SPEED, truth=truth) as address:
        files = write_demo_files(tmp_path, "LPSCl", 1, address, SPEED)
        files.protocol.write_text(PROTOCOL, encoding="utf-8")
        yield files


@pytest.fixture
def running(make_window, qtbot, bench, data_dir):
    """A window with a run in its long segment; whatever runs is stopped afterwards."""
    window = make_window(bench.bench)
    window.bar.cell.pick(bench.cell)
    window.bar.protocol.pick(bench.protocol)
    qtbot.waitUntil(window.bar.start.isEnabled, timeout=PATIENCE_MS)
    press(qtbot, window.bar.start)
    qtbot.waitUntil(lambda: "long" in window.bar.step.text(), timeout=PATIENCE_MS)
    yield window
    for state in list_runs(data_dir):
        if state.state in (RunStateName.RUNNING, RunStateName.PAUSED):
            request_stop(state.run_file, "the end of a test", emergency=True)


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def press_in_notice(qtbot, window, text):
    found = [b for b in window.notices.findChildren(QPushButton) if b.text() == text]
    (button,) = [b for b in found if b.isVisible()]
    press(qtbot, button)


def wait_for_state(qtbot, window, words):
    qtbot.waitUntil(lambda: window.bar.state.text().endswith(words), timeout=PATIENCE_MS)


def test_a_pause_opens_the_cell_and_the_rest_of_the_segment_follows(running, qtbot):
    window, buttons = running, running.bar.buttons
    press(qtbot, buttons.pause)
    wait_for_state(qtbot, window, "Paused: cell open")
    qtbot.waitUntil(
        lambda: "is being paused, asked by" in window.notices.texts()["command"],
        timeout=PATIENCE_MS,
    )
    assert buttons.resume.isEnabled()
    assert not buttons.pause.isEnabled()
    qtbot.waitUntil(lambda: len(window.page.traces._breaks._texts) == 1, timeout=PATIENCE_MS)

    press(qtbot, buttons.resume)
    wait_for_state(qtbot, window, "Running")
    before = window.page.run.time_s.size
    qtbot.waitUntil(lambda: window.page.run.time_s.size > before + 3, timeout=PATIENCE_MS)
    assert window.page.run.breaks.size >= 1
    buttons.pause_rest.trigger()
    wait_for_state(qtbot, window, "Paused: at rest, 0 A, output on")
    assert "the output is on" in window.notices.texts()["rest"]
    with RunReader(window.page.run_file) as run:
        kinds = [event.kind for event in run.events()]
        assert any(segment.tags.get("continues") == 1 for segment in run.segments())
    assert (kinds.count("paused"), kinds.count("resumed")) == (2, 1)


def test_a_skip_is_asked_first_and_then_a_run_that_is_in_view_is_sealed_in_the_end(running, qtbot):
    window = running
    press(qtbot, window.bar.buttons.skip)
    assert "Skip “long” of" in window.notices.texts()["skip"]
    press_in_notice(qtbot, window, "Keep it")
    assert "command" not in window.notices.texts()
    press(qtbot, window.bar.buttons.skip)
    press_in_notice(qtbot, window, "Skip the segment")
    wait_for_state(qtbot, window, "Completed")
    run_file = window.page.run_file
    qtbot.waitUntil(lambda: read_seal(run_file) is not None, timeout=PATIENCE_MS)
    assert window.page.run_file == run_file
    assert not window.bar.buttons.skip.isEnabled()


def test_a_wish_that_comes_too_late_is_refused_in_words(window, qtbot, recorded_run):
    window.commands.pause(recorded_run)
    qtbot.waitUntil(
        lambda: "was not paused: " in window.notices.texts().get("command", ""),
        timeout=PATIENCE_MS,
    )
    assert "completed" in window.notices.texts()["command"]
