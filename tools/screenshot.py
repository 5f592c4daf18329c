"""Pictures of the bench window: ``python tools/screenshot.py RUN_FILE [FOLDER]``.

Writes ``window-light.png`` and ``window-dark.png`` into the folder (``docs/images`` if unset). On
a machine without a display: ``xvfb-run -a -s "-screen 0 1920x1080x24" python tools/screenshot.py``
or with ``QT_QPA_PLATFORM=offscreen`` in the environment.
"""

import sys
import tempfile
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication
from solidcell.gui.main_window import PREPARE, MainWindow
from solidcell.gui.theme import DARK, LIGHT
from solidcell.gui.window_settings import WindowSettings

SIZE = (1600, 1000)
PATIENCE_MS = 60_000


def main() -> int:
    """Take the pictures; 1 if the run could not be shown in time."""
    run_file = Path(sys.argv[1]).resolve()
    images = Path(__file__).resolve().parents[1] / "docs" / "images"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else images
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    pg.setConfigOptions(antialias=True)
    with tempfile.TemporaryDirectory() as settings:
        data_dir = run_file.parents[1]
        bench = data_dir.parent / "bench.toml"
        window = MainWindow(
            data_dir=data_dir,
            settings=WindowSettings(Path(settings) / "window.ini"),
            bench_file=bench if bench.exists() else None,
        )
        for picker, pattern in (
            (window.bar.cell, "*seed*.yaml"),
            (window.bar.protocol, "ccd.yaml"),
        ):
            for file in data_dir.parent.glob(pattern):
                picker.pick(file)
        window.resize(*SIZE)
        window.show()
        _wait_for(application, lambda: window.check is not None and window.check.may_start)
        window.open_run(run_file)
        came = _wait_for(application, lambda: window.page.evidence is not None)
        for theme in (LIGHT, DARK):
            window.set_theme(theme)
            _settle(application)
            window.grab().save(str(folder / f"window-{theme.name}.png"))
        window.tabs.setCurrentIndex(PREPARE)
        window.set_theme(LIGHT)
        _settle(application)
        window.grab().save(str(folder / "window-prepare.png"))
        window.close()
        window.close()
    return 0 if came else 1


def _wait_for(application: QApplication, is_so: "object") -> bool:
    patience = QDeadlineTimer(PATIENCE_MS)
    while not is_so() and not patience.hasExpired():  # type: ignore[operator]
        application.processEvents()
    return bool(is_so())  # type: ignore[operator]


def _settle(application: QApplication) -> None:
    """Let layouts and plots come to rest."""
    patience = QDeadlineTimer(700)
    while not patience.hasExpired():
        application.processEvents()


if __name__ == "__main__":
    sys.exit(main())
