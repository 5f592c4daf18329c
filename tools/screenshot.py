"""Pictures of the bench window: ``python tools/screenshot.py RUN_FILE [FOLDER]``.

Writes ``window-light.png``, ``window-dark.png`` and ``window-prepare.png`` into the folder
(``docs/images`` if unset), with the files picked from which the run was started. On a machine
without a display: ``xvfb-run -a -s "-screen 0 1920x1080x24" python tools/screenshot.py RUN_FILE``,
or with ``QT_QPA_PLATFORM=offscreen`` in the environment.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication
from solidcell.gui.main_window import PREPARE, MainWindow
from solidcell.gui.theme import DARK, LIGHT
from solidcell.gui.window_settings import WindowSettings

SIZE = (1600, 1000)
PATIENCE_MS = 60_000
REST_MS = 700


def main() -> int:
    """Take the pictures; 1 if the run or its files could not be shown in time."""
    run_file = Path(sys.argv[1]).resolve()
    images = Path(__file__).resolve().parents[1] / "docs" / "images"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else images
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    pg.setConfigOptions(antialias=True)
    with tempfile.TemporaryDirectory() as settings:
        window = _window(run_file, WindowSettings(Path(settings) / "window.ini"))
        is_ready = _wait_for(application, lambda: window.picking.may_start)
        window.open_run(run_file)
        is_shown = _wait_for(application, lambda: window.page.evidence is not None)
        for theme in (LIGHT, DARK):
            window.set_theme(theme)
            _take(application, window, folder / f"window-{theme.name}.png")
        window.set_theme(LIGHT)
        window.tabs.setCurrentIndex(PREPARE)
        _take(application, window, folder / "window-prepare.png")
        window.leave()
    return 0 if is_ready and is_shown else 1


def _window(run_file: Path, settings: WindowSettings) -> MainWindow:
    job = json.loads((run_file.parent / "job.json").read_text(encoding="utf-8"))
    window = MainWindow(
        data_dir=run_file.parents[1], settings=settings, bench_file=Path(job["bench"])
    )
    window.bar.cell.pick(Path(job["cell"]))
    window.bar.protocol.pick(Path(job["protocol"]))
    window.resize(*SIZE)
    window.show()
    return window


def _wait_for(application: QApplication, is_so: Callable[[], bool]) -> bool:
    patience = QDeadlineTimer(PATIENCE_MS)
    while not is_so() and not patience.hasExpired():
        application.processEvents()
    return is_so()


def _take(application: QApplication, window: MainWindow, file: Path) -> None:
    """Save a picture once layouts and plots have come to rest."""
    patience = QDeadlineTimer(REST_MS)
    while not patience.hasExpired():
        application.processEvents()
    window.grab().save(str(file))


if __name__ == "__main__":
    sys.exit(main())
