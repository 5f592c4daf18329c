"""Pictures of two pages of the window: ``python tools/screenshot_pages.py [FOLDER]``.

Writes ``window-protocols.png`` (a temperature series of the library) and
``window-measurements.png`` (the electrolyte thickness up to which a solid cell holds more energy
than a liquid one) into the folder (``docs/images`` if unset). On a machine without a display set
``QT_QPA_PLATFORM=offscreen``, or use ``xvfb-run``.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from solidcell.acquisition.files.protocol_library import from_library
from solidcell.gui.main_window import BUILD, MainWindow
from solidcell.gui.window_settings import WindowSettings

SIZE = (1600, 1000)
PATIENCE_MS = 60_000
REST_MS = 900
PROTOCOL = "pellet_characterisation"
DESIGN = "break-even"


def main() -> int:
    """Take the pictures; 1 if a page did not come to its answer in time."""
    images = Path(__file__).resolve().parents[1] / "docs" / "images"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else images
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    pg.setConfigOptions(antialias=True)
    with tempfile.TemporaryDirectory() as own:
        window = MainWindow(data_dir=Path(own), settings=WindowSettings(Path(own) / "window.ini"))
        window.resize(*SIZE)
        window.show()
        window.tabs.setCurrentIndex(BUILD)
        builder = window.builder.page
        builder.open_file(from_library(PROTOCOL).path, as_new=True)
        builder.outline.go(("segments", 0, "segments", 0))
        is_done = _wait(application, lambda: _has_course(builder.looked), PATIENCE_MS)
        _take(application, window, folder / "window-protocols.png")
        window.measure()
        measurements = window.measurements.page
        measurements.chooser.choose(DESIGN)
        is_done &= _wait(application, lambda: measurements.sheet is not None, PATIENCE_MS)
        _take(application, window, folder / "window-measurements.png")
        window.leave()
    return 0 if is_done else 1


def _has_course(looked: object) -> bool:
    draft = getattr(looked, "draft", None)
    return draft is not None and draft.preview is not None and len(draft.preview.segments) > 2


def _wait(application: QApplication, is_so: Callable[[], bool], patience_ms: int) -> bool:
    patience = QDeadlineTimer(patience_ms)
    while not is_so() and not patience.hasExpired():
        application.processEvents()
    return is_so()


def _take(application: QApplication, window: MainWindow, file: Path) -> None:
    """Save a picture once layouts and plots have come to rest."""
    _wait(application, lambda: False, REST_MS)
    few_colours = QImage.Format.Format_Indexed8  # a third of the size
    plain = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    window.grab().toImage().convertToFormat(few_colours, plain).save(str(file))


if __name__ == "__main__":
    sys.exit(main())
