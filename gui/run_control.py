"""Starting and stopping runs on behalf of the window."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ..acquisition.session import StartedRun, StopRefusedError, request_stop, start_run
from .background import Background
from .new_run import Choice


class RunControl(QObject):
    """Asks; the processes of the run obey. ``asked`` tells in words what was asked
    for, ``idle`` that there was nothing to stop."""

    started = Signal(object)
    failed = Signal(object)
    asked = Signal(str)
    idle = Signal(str)
    refused = Signal(object)

    def __init__(
        self, background: Background, data_dir: Path, who: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._data_dir, self._who = background, data_dir, who
        self._stop_once_started = False
        self.is_starting = False

    def start(self, choice: Choice) -> None:
        """Start a run; ``started`` or ``failed`` follows when the instrument has answered."""
        if not (choice.protocol and choice.bench and choice.cell):
            raise ValueError(f"not everything is picked: {', '.join(choice.missing)}")
        self.is_starting, self._stop_once_started = True, False
        work = partial(
            start_run,
            protocol=choice.protocol,
            bench=choice.bench,
            cell=choice.cell,
            channel=choice.channel,
            data_dir=self._data_dir,
            operator=self._who,
        )
        self._background.run(work, self._has_started, self._has_failed)

    def stop(self, run_file: Path) -> None:
        """Ask a run to end safely."""
        self._ask(run_file, emergency=False)

    def emergency_stop(self, run_files: Sequence[Path]) -> None:
        """Ask runs to open their cells now, and one that is starting as soon as it has a name."""
        self._stop_once_started = self.is_starting
        for run_file in run_files:
            self._ask(run_file, emergency=True)
        if self.is_starting:
            self.asked.emit("Emergency stop: the run that is starting will be stopped at once")
        elif not run_files:
            self.idle.emit("Emergency stop: no run of this folder is under way")

    def _ask(self, run_file: Path, *, emergency: bool) -> None:
        try:
            request_stop(run_file, self._who, emergency=emergency)
        except StopRefusedError as error:
            self.refused.emit(error)
            return
        what = "Emergency stop of" if emergency else "Stop of"
        self.asked.emit(f"{what} {run_file.parent.name}: asked; its cell is being opened")

    def _has_started(self, run: StartedRun) -> None:
        self.is_starting = False
        self.started.emit(run.run_file)
        if self._stop_once_started:
            self._ask(run.run_file, emergency=True)

    def _has_failed(self, error: BaseException) -> None:
        self.is_starting = False
        self.failed.emit(error)
