"""The two pages of what waits for a person, as tabs of the window."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTabWidget

from ..background import Background
from ..notices import Notices
from ..theme import Theme
from .interrupted_page import InterruptedPage
from .queue_page import QueuePage


class DeskTabs(QObject):
    """Queues have a tab always, runs that broke off as long as there are any.

    ``open_wanted`` names a run that has begun or goes on by what was done here.
    """

    open_wanted = Signal(object)

    def __init__(
        self,
        tabs: QTabWidget,
        background: Background,
        notices: Notices,
        data_dir: Path,
        who: str,
    ) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self.queue = QueuePage(background, notices, data_dir, who)
        self.interrupted = InterruptedPage(background, notices, data_dir, who)
        tabs.addTab(self.queue, "Queues")
        tabs.setTabVisible(tabs.addTab(self.interrupted, "Broken off"), False)
        self.queue.started.connect(self.open_wanted)
        self.interrupted.open_wanted.connect(self.open_wanted)
        self.interrupted.found.connect(self._show_how_many)

    def begin(self) -> None:
        """Look what broke off while nobody watched, and say so."""
        self.interrupted.look_and_tell(self.show_interrupted)

    def show_queue(self) -> None:
        """Go to the queues."""
        self._tabs.setCurrentWidget(self.queue)

    def show_interrupted(self) -> None:
        """Go to the runs that broke off."""
        self.interrupted.look()
        self._tabs.setTabVisible(self._tabs.indexOf(self.interrupted), True)
        self._tabs.setCurrentWidget(self.interrupted)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.queue.set_theme(theme)
        self.interrupted.set_theme(theme)

    def leave(self) -> None:
        """Look no more."""
        self.queue.leave()

    def _show_how_many(self, runs: int) -> None:
        place = self._tabs.indexOf(self.interrupted)
        self._tabs.setTabText(place, f"Broken off ({runs})" if runs else "Broken off")
        self._tabs.setTabVisible(place, runs > 0 or self._tabs.currentIndex() == place)
