"""The tab with all channels: it looks, asks before it stops several, and passes wishes on."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Signal

from ...acquisition.glances.glance import Glance
from ..notices import Notices
from .looker import Looker
from .page import DashboardPage

_STOP_TEXT: Final = (
    "Stop {runs}? Their segments are broken off now, the cells are opened and the runs end. "
    "What was measured stays."
)
_NAMED: Final = 4


class Stopping(Protocol):
    """Asks one run to end."""

    def stop(self, run_file: Path) -> None:
        """Ask it."""
        ...


class Commanding(Protocol):
    """Asks one run for what does not end it."""

    def pause(self, run_file: Path) -> None:
        """Ask it to pause."""
        ...

    def resume(self, run_file: Path) -> None:
        """Ask it to go on."""
        ...

    def skip(self, run_file: Path) -> None:
        """Ask it to leave out the rest of its segment."""
        ...


class ChannelsTab(DashboardPage):
    """A dashboard of one data folder. ``seen`` carries the glances of every look, ``trouble`` what
    went wrong with looking.
    """

    trouble = Signal(object)
    seen = Signal(object)

    def __init__(
        self, data_dir: Path, notices: Notices, stopping: Stopping, commanding: Commanding
    ) -> None:
        super().__init__()
        self._notices, self._stopping = notices, stopping
        self._running: list[Path] = []
        self._looker = Looker(data_dir, self)
        self._looker.looked.connect(self._take)
        self._looker.trouble.connect(self.trouble)
        self.stop_wanted.connect(self._ask_stop)
        for wanted, ask in (
            (self.pause_wanted, commanding.pause),
            (self.resume_wanted, commanding.resume),
            (self.skip_wanted, commanding.skip),
        ):
            wanted.connect(partial(_for_each, ask))
        self._looker.start()

    @property
    def running(self) -> list[Path]:
        """The runs of the folder that are under way, as of the last look."""
        return list(self._running)

    def show_channels(self, channels: Sequence[str]) -> None:
        """Show these channels, too, although nothing may have run on them."""
        self._looker.show_channels(channels)

    def look(self) -> None:
        """Look now, not only when it is time."""
        self._looker.look()

    def leave(self) -> None:
        """Look away; runs go on."""
        self._looker.leave()

    def _take(self, glances: list[Glance]) -> None:
        self._running = [each.run_file for each in glances if each.is_under_way and each.run_file]
        self.show_glances(glances)
        self.seen.emit(glances)

    def _ask_stop(self, run_files: Sequence[Path]) -> None:
        if run_files:
            text = _STOP_TEXT.format(runs=_names(run_files))
            stop = partial(_for_each, self._stopping.stop, run_files)
            count = len(run_files)
            do = "Stop the run" if count == 1 else f"Stop {count} runs"
            self._notices.tell("stop", text, "warning", (do, stop), "Keep running")


def _for_each(ask: Callable[[Path], None], run_files: Sequence[Path]) -> None:
    for run_file in run_files:
        ask(run_file)


def _names(run_files: Sequence[Path]) -> str:
    names = [run_file.parent.name for run_file in run_files[:_NAMED]]
    more = len(run_files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
