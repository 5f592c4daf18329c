"""The bar that never goes away: what to run, where it stands, and what may be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..acquisition.instruments.channels import ChannelSpec
from .display_units import ABSENT, clock_text
from .file_picker import FilePicker
from .named import CONTROL_HEIGHT, label, named, set_tone, with_keys
from .new_run import Choice
from .run_buttons import RunButtons
from .run_wishes import NOTHING, Wish
from .run_words import NO_RUN, StateWords

EMERGENCY_KEYS = "Ctrl+Shift+E"
STEP_WIDTH = 340


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the run in view stands, and what may be asked of it; nothing if nobody obeys."""

    words: StateWords = NO_RUN
    run_id: str = ""
    step: str = ""
    elapsed_s: float | None = None
    remaining_s: float | None = None
    allowed: frozenset[Wish] = NOTHING


class RunBar(QFrame):
    """Shows a ``Standing`` and says what a person wants; it decides nothing."""

    choice_changed = Signal()
    start_wanted = Signal()
    queue_wanted = Signal()
    emergency_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.bench = FilePicker("Bench file", "Bench files (*.toml)")
        self.channel = named(QComboBox(), "Channel", "The channel of the bench to run on")
        self.channel.setMinimumContentsLength(5)
        self.channel.setMinimumHeight(CONTROL_HEIGHT)
        self.cell = FilePicker("Cell record", "Cell records (*.yaml *.yml *.json)")
        self.protocol = FilePicker("Protocol", "Protocols (*.yaml *.yml *.json)")
        self.start = named(QPushButton("▶  Start"), "Start the run", "Start this protocol")
        self.queue = named(
            QPushButton("＋  Queue"), "Queue the run", "Start it when its channel is free"
        )
        self.buttons = RunButtons()
        self.emergency = named(
            QPushButton("EMERGENCY\nSTOP"),
            "Emergency stop",
            "Open the cell now, without asking; the run in view, or else every run",
        )
        self.state = label(kind="pill")
        self.run_name = label(kind="value")
        self.run_name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.step, self.elapsed, self.remaining = (label(kind="value") for _ in range(3))
        self._set_up_buttons()
        self._lay_out()
        self._connect()
        self.show_standing(Standing())
        self.allow_start(False)

    @property
    def choice(self) -> Choice:
        """What is picked now."""
        return Choice(
            protocol=self.protocol.file,
            bench=self.bench.file,
            channel=self.channel.currentText(),
            cell=self.cell.file,
        )

    def offer_channels(self, channels: Sequence[ChannelSpec]) -> None:
        """Offer the channels of a bench; the one picked stays picked if it is among them."""
        before = self.channel.currentText()
        with QSignalBlocker(self.channel):
            self.channel.clear()
            for number, channel in enumerate(channels):
                self.channel.addItem(channel.name)
                self.channel.setItemData(number, channel.in_words(), Qt.ItemDataRole.ToolTipRole)
            self.channel.setCurrentIndex(max(0, self.channel.findText(before)))

    def allow_start(self, allowed: bool, *, is_starting: bool = False) -> None:
        """Let the run be started and queued, or not; while one starts, it may only be queued."""
        self.start.setEnabled(allowed and not is_starting)
        self.queue.setEnabled(allowed)

    def show_standing(self, standing: Standing) -> None:
        """Show where the run in view stands."""
        words = standing.words
        self.state.setText(f"{words.icon}  {words.text}")
        self.state.setAccessibleName(f"State: {words.text}")
        set_tone(self.state, words.tone)
        self.run_name.setText(standing.run_id or "open an earlier run, or start a new one")
        self.run_name.setToolTip(standing.run_id)
        self._show_step(standing.step or ABSENT)
        self.elapsed.setText(clock_text(standing.elapsed_s))
        self.remaining.setText(clock_text(standing.remaining_s))
        self.buttons.allow(standing.allowed)

    def _show_step(self, text: str) -> None:
        """Cut what an oven is waiting for to its place; the tip has all of it."""
        cut = Qt.TextElideMode.ElideRight
        self.step.setText(self.step.fontMetrics().elidedText(text, cut, STEP_WIDTH))
        self.step.setToolTip(text)
        self.step.setAccessibleName(f"Step: {text}")

    def _set_up_buttons(self) -> None:
        self.start.setProperty("kind", "primary")
        self.start.setFixedHeight(CONTROL_HEIGHT)
        self.emergency.setProperty("kind", "stop")
        self.emergency.setMinimumWidth(140)
        self.emergency.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self.queue.setFixedHeight(CONTROL_HEIGHT)
        with_keys(self.start, "Ctrl+Return")
        with_keys(self.queue, "Ctrl+Shift+Return")
        keys = QKeySequence(EMERGENCY_KEYS)
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self.emergency.setToolTip(f"{self.emergency.toolTip()} ({shown})")
        self._emergency_keys = QShortcut(keys, self)
        self._emergency_keys.setContext(Qt.ShortcutContext.ApplicationShortcut)

    def _connect(self) -> None:
        for picker in (self.bench, self.cell, self.protocol):
            picker.picked.connect(self.choice_changed)
        self.channel.currentIndexChanged.connect(lambda _: self.choice_changed.emit())
        self.start.clicked.connect(self.start_wanted)
        self.queue.clicked.connect(self.queue_wanted)
        self.emergency.clicked.connect(self.emergency_wanted)
        self._emergency_keys.activated.connect(self.emergency_wanted)

    def _lay_out(self) -> None:
        channel = QVBoxLayout()
        channel.setSpacing(2)
        channel.addWidget(label("Channel", "muted"))
        channel.addWidget(self.channel)
        files = QHBoxLayout()
        files.setSpacing(12)
        files.addWidget(self.bench, 3)
        files.addLayout(channel, 1)
        files.addWidget(self.cell, 3)
        files.addWidget(self.protocol, 3)
        files.addWidget(self.start, 0, Qt.AlignmentFlag.AlignBottom)
        files.addWidget(self.queue, 0, Qt.AlignmentFlag.AlignBottom)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(files)
        left.addLayout(self._standing_line())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(14)
        layout.addLayout(left, 1)
        layout.addWidget(self.emergency)

    def _standing_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.state)
        line.addSpacing(4)
        line.addWidget(self.run_name, 1)
        told: list[tuple[str, QWidget]] = [
            ("Step", self.step),
            ("Elapsed", self.elapsed),
            ("Remaining, about", self.remaining),
        ]
        for name, value in told:
            line.addWidget(label(name, "muted"))
            line.addWidget(value)
            line.addSpacing(14)
        line.addWidget(self.buttons)
        return line
