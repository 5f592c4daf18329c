"""What the tests of the window share: a recorded run, settings of their own, nothing left over."""

import shutil

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMenu
from solidcell.gui.main_window import MainWindow
from solidcell.gui.window_settings import WindowSettings
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings


@pytest.fixture(scope="session")
def recorded_run(tmp_path_factory):
    """A critical-current test of two steps without failure, in a folder as a worker makes it."""
    folder = tmp_path_factory.mktemp("data") / "2026-01-01T120000_A1_pellet-7"
    folder.mkdir()
    path = folder / f"{folder.name}.run.sqlite"
    return record_test(path, PrescribedCell(), settings((0.2, 0.4), half_cycle_s=600.0))


@pytest.fixture
def data_dir(tmp_path, recorded_run):
    """A data folder of one's own that holds the recorded run."""
    data_dir = tmp_path / "runs"
    shutil.copytree(recorded_run.parent, data_dir / recorded_run.parent.name)
    return data_dir


@pytest.fixture
def nothing_left_over(qapp):
    """Fails a test that leaves a widget or a running timer behind."""
    before = set(QApplication.topLevelWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.topLevelWidgets() if w not in before]
    left = [w for w in left if w.isVisible() or not isinstance(w, QMenu)]  # plots' own menus
    assert not left, f"left over: {left}"


@pytest.fixture
def make_window(qtbot, tmp_path, data_dir, nothing_left_over):
    """Makes windows, and closes them whatever runs in them."""
    made = []

    def make(bench_file=None) -> MainWindow:
        window = MainWindow(
            data_dir=data_dir,
            settings=WindowSettings(tmp_path / "window.ini"),
            bench_file=bench_file,
        )
        made.append(window)
        window.show()
        return window

    yield make
    for window in made:
        window.leave()
        window.close()
        running = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
        assert not running, f"timers still running: {running}"
        window.deleteLater()


@pytest.fixture
def window(make_window):
    return make_window()
