"""Opening the stop button, in this process or in one of its own."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from ...acquisition.lease import LeaseTakenError, take_lease
from ...acquisition.processes import ProcessId, user_name
from ..qt_theme import apply_theme
from ..theme import Theme
from .window import StopButton


def open_stop_button(data_dir: Path, theme: Theme, companion: int | None = None) -> int:
    """Show the button until it is closed; return the exit code.

    One is enough for a data folder: 0 is returned at once if there is one already. ``companion``
    is the process of the bench window that it goes with.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError("another application of Qt runs in this process")
    application.setApplicationName("solidcell stop button")
    try:
        lease = take_lease((f"stop button of {data_dir.resolve()}",), "stop button")
    except LeaseTakenError:
        return 0
    with lease:
        apply_theme(application, theme)
        window = StopButton(data_dir, user_name(), _process(companion))
        window.show()
        return application.exec()


def start_stop_button(data_dir: Path, companion: int) -> None:
    """Open the button in a process that outlives this one."""
    arguments = ["-m", "solidcell", "stop-button", "--data", str(data_dir)]
    QProcess.startDetached(sys.executable, [*arguments, "--companion", str(companion)])


def _process(pid: int | None) -> ProcessId | None:
    try:
        return None if pid is None else ProcessId.of(pid)
    except ProcessLookupError:
        return None
