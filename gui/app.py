"""Opening the bench window."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from .main_window import MainWindow
from .stop_button.app import start_stop_button
from .window_settings import WindowSettings, default_settings_file


def open_window(
    *,
    bench_file: Path | None = None,
    data_dir: Path,
    run_file: Path | None = None,
    settings_file: Path | None = None,
    analyse: Sequence[Path] = (),
    with_stop_button: bool = False,
) -> int:
    """Show the window and return the exit code when it is closed. Runs go on without it.

    The stop button, if it is wanted, opens in a process of its own.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("solidcell")
    pg.setConfigOptions(antialias=True)
    settings = WindowSettings(settings_file or default_settings_file())
    window = MainWindow(data_dir=data_dir, settings=settings, bench_file=bench_file)
    show_errors_in(window)
    if run_file is not None:
        window.open_run(run_file)
    if analyse:
        window.analyse(analyse)
    window.show()
    if with_stop_button:
        start_stop_button(data_dir, os.getpid())
    return application.exec()


def show_errors_in(window: MainWindow) -> None:
    """Let an error that nobody caught be told in the window, and on the terminal as ever."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        window.tell_error(error)

    sys.excepthook = tell
