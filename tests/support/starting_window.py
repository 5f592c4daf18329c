"""A window in a process of its own that starts a run, says its file, and stays until it is killed.

``python -m support.starting_window DATA_DIR BENCH CELL PROTOCOL SETTINGS``
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from solidcell.gui.main_window import MainWindow
from solidcell.gui.window_settings import WindowSettings


def main() -> int:
    data_dir, bench, cell, protocol, settings = (Path(text) for text in sys.argv[1:])
    application = QApplication(sys.argv[:1])
    window = MainWindow(data_dir=data_dir, settings=WindowSettings(settings), bench_file=bench)
    window.bar.cell.pick(cell)
    window.bar.protocol.pick(protocol)
    window.control.started.connect(_say)
    window.show()
    while not window.bar.start.isEnabled():
        application.processEvents()
    window.bar.start.click()
    return application.exec()


def _say(run_file: Path) -> None:
    sys.stdout.write(f"{run_file}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
