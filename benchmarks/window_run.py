"""One run through the window: files picked, *Start* clicked, watched to its end, answers read off.

    python benchmarks/window_run.py PROTOCOL BENCH CELL FOLDER

Prints nothing if the run ended; the reason if it could not be started. ``FOLDER/window.png`` shows
the window at the end, ``FOLDER/window.json`` what it said.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from solidcell.gui.main_window import MainWindow
from solidcell.gui.window_settings import WindowSettings

PATIENCE_S = 800.0


def main(protocol: Path, bench: Path, cell: Path, folder: Path) -> str:
    """Start the run and see it to its end; return why not, if it was not."""
    app = QApplication.instance() or QApplication([])
    window = MainWindow(
        data_dir=Path(os.environ["SOLIDCELL_DATA"]),
        settings=WindowSettings(folder / "window.ini"),
        bench_file=bench,
    )
    window.resize(1500, 1000)
    window.show()
    window.bar.cell.pick(cell)
    window.bar.protocol.pick(protocol)
    looked = _until(app, lambda: not window.prepare.verdict.text().startswith("Looking"), 30.0)
    if not looked or not _until(app, window.bar.start.isEnabled, 10.0):
        said = window.prepare.problems.text()
        window.grab().save(str(folder / "window.png"))
        _close(window)
        return said.splitlines()[0] if said else "it may not be started"
    QTest.mouseClick(window.bar.start, Qt.MouseButton.LeftButton)
    began = _until(app, lambda: window.page.is_under_way or bool(window.notices.texts()), 60.0)
    if not began or not window.page.is_under_way:
        said = "; ".join(window.notices.texts().values())
        _close(window)
        return said
    page = window.page
    _until(app, lambda: not page.is_under_way, PATIENCE_S)
    card = page.inspector.arrhenius
    _until(app, lambda: page.evidence is not None and _is_told(card), 90.0)
    window.grab().save(str(folder / "window.png"))
    said = {"headline": page.inspector.answer.text(), "arrhenius": card.facts.texts()}
    (folder / "window.json").write_text(json.dumps(said), encoding="utf-8")
    _close(window)
    return ""


def _is_told(card: object) -> bool:
    return bool(card.isHidden() or card.facts.texts())  # type: ignore[attr-defined]  # of the window


def _until(app: QApplication, true: Callable[[], bool], within_s: float) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        app.processEvents()
        if true():
            return True
        time.sleep(0.02)
    return False


def _close(window: MainWindow) -> None:
    window.leave()
    window.close()


if __name__ == "__main__":
    print(main(*map(Path, sys.argv[1:5])), end="")
