"""What a person asks of the run in view: put to its processes, and told what came of it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from .event_words import press_wanted
from .notices import Notices
from .run_bar import RunBar
from .run_commands import RunCommands, Told
from .run_control import RunControl
from .run_page import RunPage
from .run_wishes import REST, REST_TEXT, SKIP_TEXT

_STOP_TEXT: Final = (
    "Stop {run}? Its segment is broken off now, the cell is opened and the run ends; "
    "it cannot be resumed. What was measured stays."
)


class RunDesk(QObject):
    """Joins the buttons of the bar to the run in view. What cannot be undone is asked first."""

    def __init__(
        self,
        bar: RunBar,
        page: RunPage,
        control: RunControl,
        commands: RunCommands,
        notices: Notices,
        meant_in_emergency: Callable[[], Sequence[Path]],
    ) -> None:
        super().__init__(page)
        self._bar, self._page, self._notices = bar, page, notices
        self._control, self._commands, self._meant = control, commands, meant_in_emergency
        buttons = bar.buttons
        buttons.pause_wanted.connect(self._pause)
        buttons.resume_wanted.connect(self._resume)
        buttons.skip_wanted.connect(self._ask_skip)
        buttons.stop_wanted.connect(self._ask_stop)
        bar.emergency_wanted.connect(self._emergency)
        control.asked.connect(self._stop_asked)
        control.idle.connect(partial(self._say, "nothing"))
        commands.told.connect(self._tell)
        commands.over.connect(page.look_again)
        page.standing_changed.connect(self._tell_press)
        self._press_told = ""

    def put_away_questions(self) -> None:
        """Ask nothing more about a run that has ended."""
        for key in ("stop", "skip", "asked"):
            self._notices.put_away(key)

    def _tell_press(self, _standing: object) -> None:
        """Say what somebody has to do at the press, once, until it is done."""
        run = self._page.run if self._page.is_under_way else None
        wanted = press_wanted(run.current_segment, run.events) if run is not None else ""
        if wanted != self._press_told:
            self._press_told = wanted
            if wanted:
                self._notices.tell("press", wanted, "warning")
            else:
                self._notices.put_away("press")

    def _pause(self, mode: str) -> None:
        if self._page.run_file is not None:
            self._commands.pause(self._page.run_file, mode)
            if mode == REST:
                self._notices.tell("rest", REST_TEXT, "warning")

    def _resume(self) -> None:
        self._notices.put_away("rest")
        if self._page.run_file is not None:
            self._commands.resume(self._page.run_file)

    def _ask_skip(self) -> None:
        run_file, run = self._page.run_file, self._page.run
        if run_file is None or run is None:
            return
        segment = run.current_segment
        name = f"“{segment.name or segment.kind}”" if segment is not None else "the segment"
        text = SKIP_TEXT.format(segment=name, run=run_file.parent.name)
        skip = partial(self._commands.skip, run_file)
        self._notices.tell("skip", text, "warning", ("Skip the segment", skip), "Keep it")

    def _ask_stop(self) -> None:
        run_file = self._page.run_file
        if run_file is not None:
            text = _STOP_TEXT.format(run=run_file.parent.name)
            stop = partial(self._control.stop, run_file)
            self._notices.tell("stop", text, "warning", ("Stop the run", stop), "Keep running")

    def _emergency(self) -> None:
        self._control.emergency_stop(self._meant())

    def _stop_asked(self, told: str) -> None:
        self._page.note_stop_request()
        self._notices.put_away("stop")
        self._say("asked", told)

    def _say(self, key: str, told: str) -> None:
        self._notices.tell(key, told, "warning")

    def _tell(self, told: Told) -> None:
        self._notices.put_away("skip")
        self._notices.tell(told.key, told.text, told.tone)
