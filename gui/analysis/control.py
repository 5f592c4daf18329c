"""Opening, editing and saving: between the page and the session, one method a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from ...analysis.impedance import CircuitError
from ..background import Background
from ..notices import Notices
from .edits import (
    EditError,
    allowed,
    with_bounds,
    with_circuit,
    with_lock,
    with_result_as_start,
    with_tie,
    with_value,
)
from .entries import Entry
from .opening import Opened, open_spectra
from .quantities import QuantityError, parse_quantity
from .rows import parameter_rows
from .session import Session
from .stored import SUFFIX, ProjectError

_EDIT: Final = "analysis edit"
_PROBLEMS_SHOWN: Final = 6


class AnalysisControl(QObject):
    """Edits the spectrum in view.

    ``changed``: the project; ``refused``: an edit that was not taken, so
    that what was typed gives way to what is; ``live``: an entry under the hand.
    """

    changed = Signal()
    current_changed = Signal()
    refused = Signal()
    live = Signal(object)

    def __init__(
        self, session: Session, background: Background, notices: Notices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.session, self._background, self._notices = session, background, notices
        self.key = ""
        session.changed.append(self._session_changed)

    @property
    def entry(self) -> Entry | None:
        """The spectrum in view, if there is one."""
        return self.session.project.entry(self.key) if self.key else None

    def choose(self, key: str) -> None:
        """Look at a spectrum."""
        if key != self.key:
            self.key = key
            self.current_changed.emit()

    # opening, saving

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Read files and folders in a thread, or open a project."""
        projects = [path for path in paths if path.name.endswith(SUFFIX)]
        if projects:
            self.open_project(projects[0])
            return
        if paths:
            self._notices.tell("analysis open", "Reading …", "accent")
            self._background.run(partial(open_spectra, list(paths)), self._opened, self._failed)

    def open_project(self, path: Path) -> None:
        """Open a project in place of the one here, which stays in its journal if unsaved."""
        unsaved = not self.session.is_saved
        if self._guard(lambda: self.session.open_project(path)) and unsaved:
            self.offer_left_over()

    def save(self, path: Path) -> None:
        """Save the project."""
        if self._guard(lambda: self.session.save(path)):
            self._notices.tell("analysis save", f"Saved as {path}", "good")

    def offer_left_over(self) -> None:
        """Offer what an earlier sitting left unsaved; nothing opens by itself."""
        found = self.session.left_over()
        if found:
            many = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            self._notices.tell(
                "analysis left over",
                f"An analysis was not saved: {found[0].name}{many}. It is as it was at its last "
                "edit.",
                "warning",
                ("Reopen it", partial(self.recover, found[0])),
                "Later",
            )

    def recover(self, journal: Path) -> None:
        """Go on with what an earlier sitting left unsaved."""
        self._guard(lambda: self.session.recover(journal))

    # edits of the spectrum in view

    def set_circuit(self, code: str) -> None:
        """Another circuit."""
        if self.entry is not None:
            spectrum = self.session.measured[self.key].spectrum
            self._edit(lambda entry: with_circuit(entry, code, spectrum), "change the circuit")

    def drag(self, name: str, value: float) -> None:
        """Show another value while it is being dragged; no edit yet."""
        if self.entry is not None:
            self.live.emit(with_value(self.entry, name, self._inside(name, value)))

    def drop(self, name: str, value: float) -> None:
        """Take the value at which a slider was let go; one slider's moves undo as one."""
        inside = self._inside(name, value)
        self._edit(lambda e: with_value(e, name, inside), f"drag {name}", ("drag", self.key, name))

    def type_value(self, name: str, text: str) -> None:
        """Take a value as typed, with or without its unit."""
        self._edit(
            lambda entry: with_value(entry, name, parse_quantity(text, _unit(entry, name))),
            f"set {name}",
        )

    def lock(self, name: str, locked: bool) -> None:
        """Hold a parameter at its value, or let it go."""
        words = f"{'lock' if locked else 'unlock'} {name}"
        self._edit(lambda entry: with_lock(entry, name, locked), words)

    def bound(self, name: str, low: str, high: str) -> None:
        """Take bounds as typed; an empty one is the physical one."""

        def edit(entry: Entry) -> Entry:
            if not low and not high:
                return with_bounds(entry, name, None)
            unit = _unit(entry, name)
            physical = allowed(with_bounds(entry, name, None).model, name)
            typed = [
                parse_quantity(text, unit) if text else limit
                for text, limit in zip((low, high), physical, strict=True)
            ]
            return with_bounds(entry, name, (typed[0], typed[1]))

        self._edit(edit, f"bound {name}")

    def tie(self, name: str, to: str) -> None:
        """Let a parameter take another's value; ``""`` lets it go."""
        words = f"tie {name} to {to}" if to else f"untie {name}"
        self._edit(lambda entry: with_tie(entry, name, to), words)

    def use_result_as_start(self) -> None:
        """Show the fitted values and let the next fit begin with them."""
        self._edit(with_result_as_start, "use the result as start")

    def copy_to_all(self) -> None:
        """Give every spectrum this one's circuit and settings."""
        if self.key:
            self.session.copy_model_to_all(self.key)

    def remove(self, key: str) -> None:
        """Take a spectrum out of the project."""
        self.session.remove(key)

    def undo(self) -> None:
        """Take the last edit back."""
        self._notices.put_away(_EDIT)
        self.session.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.session.redo()

    def leave(self) -> None:
        """End the sitting; what is not saved stays in its journal."""
        self.session.changed.clear()
        self.session.close()

    def write(self, write: Callable[[Path], None], path: Path) -> None:
        """Write an export in a thread and say where it went."""
        self._background.run(
            partial(write, path),
            lambda _: self._notices.tell("analysis export", f"Written: {path}", "good"),
            self._failed,
        )

    def _edit(self, edit: Callable[[Entry], Entry], words: str, merge: object = None) -> None:
        entry = self.entry
        if entry is None:
            return
        changed: list[Entry] = []
        if self._guard(lambda: changed.append(edit(entry))):
            self.session.put(changed[0], words, merge)

    def _guard(self, do: Callable[[], object]) -> bool:
        """Do something; what is wrong with it is told in the banner, and nothing changes."""
        try:
            do()
        except (EditError, QuantityError, CircuitError, ProjectError, OSError) as error:
            self._notices.tell(_EDIT, str(error), "danger")
            self.refused.emit()
            return False
        self._notices.put_away(_EDIT)
        return True

    def _inside(self, name: str, value: float) -> float:
        entry = self.entry
        if entry is None:
            return value
        low, high = allowed(entry.model, entry.model.knob(name).tie or name)
        return min(max(value, low), high)

    def _opened(self, opened: Opened) -> None:
        self._notices.put_away("analysis open")
        like = self.entry.model if self.entry is not None else None
        added = self.session.add(opened.measured, like)
        if opened.problems:
            shown = "\n".join(opened.problems[:_PROBLEMS_SHOWN])
            rest = len(opened.problems) - _PROBLEMS_SHOWN
            more = f"\nand {rest} more" if rest > 0 else ""
            told = f"{len(opened.problems)} not opened, {added} opened:\n{shown}{more}"
            self._notices.tell("analysis open", told, "warning")
        elif not added:
            told = "No spectrum that is not open already." if opened.measured else "No spectrum."
            self._notices.tell("analysis open", told, "accent")

    def _failed(self, error: BaseException) -> None:
        self._notices.put_away("analysis open")
        self._notices.tell("analysis error", str(error) or type(error).__name__, "danger")

    def _session_changed(self) -> None:
        keys = self.session.project.keys
        if self.key not in keys:
            self.key = keys[0] if keys else ""
            self.current_changed.emit()
        self.changed.emit()


def _unit(entry: Entry, name: str) -> str:
    return next(row.unit for row in parameter_rows(entry) if row.name == name)
