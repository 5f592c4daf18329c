"""What is picked for a new run, and whether it may start: between the bar and the first page."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ..acquisition.files.yaml_lines import FileError
from .background import Background
from .new_run import FILE_KINDS, Check, Choice, channels_of, check, example_files, files_of_kind
from .prepare_page import PreparePage
from .run_bar import RunBar
from .window_settings import WindowSettings

_SETTLE_MS: Final = 120


class Picking(QObject):
    """Offers files, looks at what is picked, and keeps the ``Check``; ``checked`` tells of it."""

    changed = Signal()
    checked = Signal()
    trouble = Signal(object)

    def __init__(
        self,
        bar: RunBar,
        prepare: PreparePage,
        background: Background,
        settings: WindowSettings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bar, self._prepare = bar, prepare
        self._background, self._settings = background, settings
        self.check: Check | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look)
        bar.choice_changed.connect(self._choice_changed)

    @property
    def may_start(self) -> bool:
        """Whether what is picked has been looked at and may be started."""
        return self.check is not None and self.check.may_start

    def offer_files(self, bench_file: Path | None) -> None:
        """Offer files used before, those beside the bench file, and the examples."""
        at_hand = sorted(bench_file.resolve().parent.glob("*.*")) if bench_file else []
        pickers = (self._bar.bench, self._bar.cell, self._bar.protocol)
        for kind, picker in zip(FILE_KINDS, pickers, strict=True):
            recent = self._settings.recent(kind)
            picker.offer(files_of_kind(kind, [*recent, *at_hand, *example_files()]))
        if bench_file is not None:
            self._bar.bench.pick(bench_file.resolve())
        else:
            self._look()

    def remember(self, choice: Choice) -> None:
        """Offer these files first next time."""
        files = (choice.bench, choice.cell, choice.protocol)
        for kind, file in zip(FILE_KINDS, files, strict=True):
            if file is not None:
                self._settings.remember(kind, file)

    def stop(self) -> None:
        """Look at nothing any more."""
        self._settle.stop()

    def _choice_changed(self) -> None:
        self.check = None
        self._offer_channels()
        self._settle.start()
        self.changed.emit()

    def _offer_channels(self) -> None:
        bench = self._bar.bench.file
        try:
            self._bar.offer_channels(channels_of(bench) if bench else ())
        except FileError:
            self._bar.offer_channels(())  # the check says what is wrong with the file

    def _look(self) -> None:
        self._prepare.show_check(None)
        work = partial(check, self._bar.choice)
        self._background.run(work, self._take_check, self.trouble.emit)

    def _take_check(self, found: Check) -> None:
        if found.choice == self._bar.choice:  # else a newer look is under way
            self.check = found
            self._prepare.show_check(found)
            self.checked.emit()
