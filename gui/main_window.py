"""The bench window: it wires the parts together and leaves the deciding to the models."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..acquisition.session import user_name
from .analysis.tab import AnalysisTab
from .background import Background
from .builder.tab import BuilderTab
from .dashboard.tab import ChannelsTab
from .desk.tabs import DeskTabs
from .measurements.tab import MeasurementsTab
from .menus import add_menu
from .named import label, named, set_tone
from .notices import Notices
from .opened_run import OpenedRun, open_run
from .picking import Picking
from .prepare_page import PreparePage
from .qt_theme import apply_theme
from .run_bar import RunBar, Standing
from .run_commands import RunCommands
from .run_control import RunControl
from .run_desk import RunDesk
from .run_page import RunPage
from .run_wishes import Wish
from .run_words import STARTING, simulation_text
from .runs_panel import RunsPanel
from .theme import DARK, LIGHT, Theme
from .window_settings import WindowSettings

CHANNELS, PREPARE, RUN, ANALYSE, MEASURE, BUILD = range(6)
_LEAVE_TEXT: Final = (
    "{run} goes on without this window: nothing is lost, and it can be opened again at any time. "
    "Close once more to leave."
)


class MainWindow(QMainWindow):
    """Picks, starts, watches and stops runs of one data folder."""

    def __init__(
        self, *, data_dir: Path, settings: WindowSettings, bench_file: Path | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("solidcell")
        self._data_dir, self._settings = data_dir, settings
        self._background = Background(self)
        self.bar, self.notices = RunBar(), Notices()
        self.simulated = label(kind="value")
        self.simulated_here = label(kind="value")
        self.runs, self.prepare = RunsPanel(data_dir), PreparePage()
        self.page = RunPage(self._background)
        self.control = RunControl(self._background, data_dir, user_name(), self)
        self.commands = RunCommands(self._background, user_name(), self)
        self.channels = ChannelsTab(data_dir, self.notices, self.control, self.commands)
        self.desk = RunDesk(
            self.bar, self.page, self.control, self.commands, self.notices, self._meant_in_emergency
        )
        self.picking = Picking(self.bar, self.prepare, self._background, settings, self)
        self.analysis = AnalysisTab(self._background, self.notices, settings.unsaved_folder)
        self.measurements = MeasurementsTab(
            self._background, self.notices, lambda: self.page.run_file
        )
        unsaved = settings.unsaved_folder
        self.builder = BuilderTab(self._background, self.notices, lambda: self.bar.choice, unsaved)
        self.tabs = named(QTabWidget(), "Workspace", "See all channels, one run, or spectra")
        self._may_leave = False
        self._lay_out()
        self.waiting = DeskTabs(self.tabs, self._background, self.notices, data_dir, user_name())
        self._make_menus()
        self._connect()
        self.set_theme(settings.theme)
        self.picking.offer_files(bench_file)
        self._offer_channels()
        self.waiting.begin()

    def open_run(self, run_file: Path) -> None:
        """Show a run, running or not."""
        self._background.run(partial(open_run, run_file), self._show_run, self.tell_error)

    def analyse(self, paths: Sequence[Path] = ()) -> None:
        """Go to the analysis page, and open files, folders or a project there."""
        self.tabs.setCurrentIndex(ANALYSE)
        if paths:
            self.analysis.open_paths(paths)

    def measure(self, files: Sequence[Path] = ()) -> None:
        """Go to the measurements, with files for one of them."""
        self.tabs.setCurrentIndex(MEASURE)
        self.measurements.open_files(files)

    def tell_error(self, error: BaseException) -> None:
        """Show what went wrong; nothing else changes."""
        text = str(error) or type(error).__name__
        self.notices.tell(f"error {text}", text, "danger")

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of everything."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)
        parts = (self.channels, self.page, self.prepare, self.runs, self.analysis)
        for part in (*parts, self.measurements, self.builder, self.waiting):
            part.set_theme(theme)
        self._settings.set_theme(theme)

    def leave(self) -> None:
        """Close without another word; runs go on."""
        self._may_leave = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Leave; a run that is under way goes on, and the first attempt says so."""
        if self.page.is_under_way and not self._may_leave:
            self._may_leave = True  # who closes it again has read it
            run = self.page.run_file.parent.name if self.page.run_file else "the run"
            self.notices.tell("leave", _LEAVE_TEXT.format(run=run), "accent", ("Leave", self.leave))
            event.ignore()
            return
        self._settings.save_geometry(self.saveGeometry())
        self.picking.stop()
        self.runs.leave()
        self.waiting.leave()
        self.channels.leave()
        self.commands.close()
        self.page.leave()
        self.analysis.leave()
        self.measurements.leave()
        self.builder.leave()
        self._background.close()
        event.accept()

    # what is picked, start and stop

    def _picked(self) -> None:
        self._offer_channels()
        self.tabs.setCurrentIndex(PREPARE)
        self._allow_start()

    def _allow_start(self) -> None:
        self.bar.allow_start(self.picking.may_start, is_starting=self.control.is_starting)

    def _start(self) -> None:
        found = self.picking.check
        if found is None or not found.may_start:
            return
        self.picking.remember(found.choice)
        self.control.start(found.choice)
        self._allow_start()
        where = f"on channel {found.choice.channel}"
        self.bar.show_standing(Standing(words=STARTING, run_id=where))

    def _queue(self) -> None:
        found = self.picking.check
        if found is not None and found.may_start:
            self.picking.remember(found.choice)
            self.waiting.queue.add(found.choice)

    def _started(self, run_file: Path) -> None:
        self.open_run(run_file)
        self.runs.refresh()
        self.channels.look()
        self._allow_start()

    def _start_failed(self, error: BaseException) -> None:
        self.tell_error(error)
        self.page.tell_standing()
        self._allow_start()

    # runs in view and in the list

    def _show_run(self, opened: OpenedRun) -> None:
        self.page.show_run(opened)
        self.tabs.setCurrentIndex(RUN)
        self._may_leave = False
        self.runs.select(opened.run_file)
        told = simulation_text(opened.run.header)
        self.simulated.setText(f"⚠  {told}")
        self.simulated.setVisible(bool(told))
        self.simulated_here.setText("⚠ simulated" if told else "real instrument")
        set_tone(self.simulated_here, "warning" if told else "muted")

    def _meant_in_emergency(self) -> list[Path]:
        """The run in view; if it has ended or all are in view, every run: somebody means one."""
        if self.tabs.currentIndex() != CHANNELS and self.page.is_under_way and self.page.run_file:
            return [self.page.run_file]
        return self.channels.running

    def _offer_channels(self) -> None:
        names = self.bar.channel
        self.channels.show_channels([names.itemText(n) for n in range(names.count())])

    def _prepare_on(self, channel: str) -> None:
        self.bar.channel.setCurrentText(channel)
        self.tabs.setCurrentIndex(PREPARE)

    def _search_runs(self) -> None:
        if self.tabs.currentIndex() not in (PREPARE, RUN):
            self.tabs.setCurrentIndex(RUN)
        self.runs.search.setFocus()

    def _connect(self) -> None:
        self.picking.changed.connect(self._picked)
        self.picking.checked.connect(self._allow_start)
        self.picking.trouble.connect(self.tell_error)
        self.bar.start_wanted.connect(self._start)
        self.bar.queue_wanted.connect(self._queue)
        self.waiting.open_wanted.connect(self.open_run)
        self.builder.saved.connect(self._protocol_saved)
        self.page.standing_changed.connect(self._show_standing)
        self.page.trouble.connect(self.tell_error)
        self.control.started.connect(self._started)
        self.control.failed.connect(self._start_failed)
        self.control.refused.connect(self.tell_error)
        for part in (self.runs, self.channels):
            part.open_wanted.connect(self.open_run)
            part.analyse_wanted.connect(self.analyse)
            part.trouble.connect(self.tell_error)
        self.runs.noticed.connect(partial(self.notices.tell, "catalogue", tone="warning"))
        self.channels.prepare_wanted.connect(self._prepare_on)
        self.channels.seen.connect(self.runs.show_live)
        self.tabs.currentChanged.connect(self._tab_changed)

    def _tab_changed(self, tab: int) -> None:
        """The list of runs gives way to what has a list of its own."""
        self.runs.setVisible(tab in (PREPARE, RUN))
        self.analysis.set_current(tab == ANALYSE)

    def _analyse_run(self) -> None:
        self.analyse([self.page.run_file] if self.page.run_file is not None else [])

    def _measure_run(self) -> None:
        self.measure([self.page.run_file] if self.page.run_file is not None else [])

    def _protocol_saved(self, file: Path) -> None:
        pick = ("Pick it for the run", partial(self.bar.protocol.pick, file))
        self.notices.tell("protocol", f"Saved: {file}", "good", pick)

    def _show_standing(self, standing: Standing) -> None:
        if not self.control.is_starting:
            self.bar.show_standing(standing)
        if Wish.STOP not in standing.allowed:
            self.desk.put_away_questions()

    def _make_menus(self) -> None:
        add_menu(
            self,
            "&Run",
            (
                "All &channels",
                "See them all",
                "Ctrl+H",
                partial(self.tabs.setCurrentIndex, CHANNELS),
            ),
            ("&New run", "Prepare a run", "Ctrl+N", partial(self.tabs.setCurrentIndex, PREPARE)),
            ("&Run in view", "Go to the run", "Ctrl+R", partial(self.tabs.setCurrentIndex, RUN)),
            ("&Queues", "See what waits", "Ctrl+Shift+Q", self.waiting.show_queue),
            (
                "Runs that &broke off",
                "Decide on them",
                "Ctrl+Shift+B",
                self.waiting.show_interrupted,
            ),
            ("&Search runs", "Find an earlier run", "Ctrl+F", self._search_runs),
            ("&Analyse spectra", "Go to the analysis", "Ctrl+J", self.analyse),
            ("Analyse this r&un", "Fit its spectra", "Ctrl+Shift+J", self._analyse_run),
            ("&Protocols", "Write one", "Ctrl+E", partial(self.tabs.setCurrentIndex, BUILD)),
            ("&Measurements", "Compute sheets and designs", "Ctrl+M", self.measure),
            ("Meas&ure this run", "Compute a sheet of it", "Ctrl+Shift+M", self._measure_run),
            ("&Close the window", "Leave; runs go on", "Ctrl+Q", self.close),
        )
        self.analysis.add_menu(self)
        add_menu(
            self,
            "&View",
            ("&Light", "Use light colours", "", partial(self.set_theme, LIGHT)),
            ("&Dark", "Use dark colours", "", partial(self.set_theme, DARK)),
            ("&Change colours", "Light to dark and back", "Ctrl+D", self._toggle_theme),
        )

    def _toggle_theme(self) -> None:
        self.set_theme(LIGHT if self._settings.theme is DARK else DARK)

    def _lay_out(self) -> None:
        self.tabs.addTab(self.channels, "Channels")
        self.tabs.addTab(self.prepare, "Prepare")
        self.tabs.addTab(self.page, "Run")
        self.tabs.addTab(self.analysis, "Analyse")
        self.tabs.addTab(self.measurements, "Measurements")
        self.tabs.addTab(self.builder, "Protocols")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setCurrentIndex(PREPARE)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.addWidget(self.runs)
        middle.addWidget(self.tabs)
        middle.setStretchFactor(1, 1)
        middle.setSizes([400, 1220])
        middle.setChildrenCollapsible(False)
        set_tone(self.simulated, "warning")
        self.simulated.hide()
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        banner = QHBoxLayout()
        banner.addStretch(1)
        banner.addWidget(self.simulated)
        banner.addStretch(1)
        layout.addLayout(banner)
        layout.addWidget(self.notices)
        layout.addWidget(middle, 1)
        self.setCentralWidget(whole)
        self.statusBar().addWidget(label(f"Runs in {self._data_dir}", "muted"))
        self.statusBar().addPermanentWidget(self.simulated_here)
        self.resize(1600, 980)
        if self._settings.geometry is not None:
            self.restoreGeometry(self._settings.geometry)
