"""The stop button opens every cell by one press, says how many, and says that they are open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from solidcell.acquisition.control.stop import StopFile, StopKind
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.processes import ProcessId, this_process
from solidcell.acquisition.run_folder import RunFolder
from solidcell.gui.stop_button.model import Obeyed, told_of, told_of_asked
from solidcell.gui.stop_button.window import StopButton
from support.written_runs import write_run

PATIENCE_MS = 20_000
OPEN = Obeyed(channel="A1", is_open=True, goes_on=False)
SHUT = Obeyed(channel="B2", is_open=False, goes_on=True)


def run_under_way(data_dir, name, channel="A1"):
    """A run whose processes live (this one) and whose cell is driven."""
    folder = RunFolder(data_dir / name)
    write_run(folder.run_file, run_id=name, channel=channel, end=None)
    write_json(folder.job_file, {"run_id": name})
    me = this_process().as_json()
    write_json(folder.worker_file, {"worker": me, "supervisor": me})
    return folder


@pytest.fixture
def make_button(qtbot, tmp_path):
    made = []

    def make(companion=None):
        made.append(StopButton(tmp_path, "ada", companion))
        qtbot.addWidget(made[-1])
        made[-1].show()
        return made[-1]

    yield make
    for button in made:
        button.close()


def press(qtbot, button):
    qtbot.mouseClick(button.button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("asked", "since_s", "text", "tone"),
    [
        ((), 0.1, "no run was under way", "warning"),
        ((OPEN, SHUT), 0.1, "1 of 2 cells open; waiting for B2", "warning"),
        ((OPEN, SHUT), 9.0, "NOT KNOWN TO BE OPEN: B2", "danger"),
        ((OPEN, OPEN), 0.1, "2 of 2 cells open", "good"),
        ((OPEN, Obeyed(channel="A1", is_open=True, goes_on=True)), 0.1, "being recorded", "good"),
        ((SHUT,) * 9, 9.0, "B2, B2, B2, B2 …", "danger"),
    ],
)
def test_what_became_of_a_press_is_said_and_never_better_than_known(asked, since_s, text, tone):
    line = told_of_asked(asked, since_s)
    assert text in line.text
    assert line.tone == tone


def test_it_says_how_many_runs_it_would_stop():
    assert told_of(0).text == "No run is under way"
    assert told_of(1).text.startswith("Stops 1 run at once")
    assert told_of(3).text.startswith("Stops 3 runs at once")


def test_one_press_asks_every_run_under_way_and_no_other(qtbot, tmp_path, make_button):
    under_way = [run_under_way(tmp_path, name, name) for name in ("A1", "A2")]
    ended = RunFolder(tmp_path / "B1")
    write_run(ended.run_file, run_id="B1")
    write_json(ended.job_file, {"run_id": "B1"})
    write_json(ended.worker_file, {"worker": None, "supervisor": None})
    button = make_button()
    qtbot.waitUntil(lambda: "Stops 2 runs" in button.told.text(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(button.pressed_at_once) as pressed:
        press(qtbot, button)
    assert pressed.args == [2]
    for folder in under_way:
        request = StopFile(folder.stop_file).asked()
        assert (request.kind, request.who) == (StopKind.EMERGENCY_STOP, "ada")
    assert not ended.stop_file.exists()
    qtbot.waitUntil(lambda: "0 of 2 cells open" in button.told.text(), timeout=PATIENCE_MS)
    StopFile(under_way[0].stop_file).acknowledge()
    qtbot.waitUntil(lambda: "1 of 2 cells open" in button.told.text(), timeout=PATIENCE_MS)
    assert "A2" in button.told.text()
    StopFile(under_way[1].stop_file).acknowledge()
    qtbot.waitUntil(lambda: "✔ Pressed: 2 of 2" in button.told.text(), timeout=PATIENCE_MS)


def test_a_run_that_began_after_the_last_look_is_asked_too(qtbot, tmp_path, make_button):
    button = make_button()
    qtbot.waitUntil(lambda: button.told.text() == "No run is under way", timeout=PATIENCE_MS)
    button._timer.stop()
    late = run_under_way(tmp_path, "A1")
    press(qtbot, button)
    qtbot.waitUntil(late.stop_file.exists, timeout=PATIENCE_MS)


def test_keys_do_the_same(qtbot, tmp_path, make_button):
    folder = run_under_way(tmp_path, "A1")
    button = make_button()
    qtbot.waitUntil(lambda: button.runs == 1, timeout=PATIENCE_MS)
    qtbot.keyClick(button.button, Qt.Key.Key_Space)
    assert folder.stop_file.exists()


def test_it_goes_when_its_window_has_gone_and_no_run_is_left(qtbot, tmp_path, make_button):
    folder = run_under_way(tmp_path, "A1")
    gone = ProcessId(pid=2**22 + 1, started_s=1.0, boot_id="another")
    button = make_button(gone)
    qtbot.waitUntil(lambda: button.runs == 1, timeout=PATIENCE_MS)
    assert button.isVisible()
    write_json(folder.worker_file, {"worker": None, "supervisor": None})
    qtbot.waitUntil(lambda: not button.isVisible(), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_there_is_one_stop_button_for_a_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    holder = (
        "import sys, pathlib; from solidcell.acquisition.lease import take_lease;"
        "lease = take_lease((f'stop button of {pathlib.Path(sys.argv[1]).resolve()}',), 'test');"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, env=os.environ) as other:
        assert other.stdout.readline() == b"held\n"
        second = [sys.executable, "-m", "solidcell", "stop-button", "--data", str(tmp_path)]
        ended = subprocess.run(second, timeout=60, capture_output=True, check=False)
        other.stdin.close()
    assert ended.returncode == 0, ended.stderr
