"""The circuit: drawn, as text in impedance.py's language, and the keys that change it."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout

from ...analysis.impedance import CircuitError, parse_circuit
from ..named import CONTROL_HEIGHT, action, label, named, set_tone, tool
from ..theme import Theme
from .circuit_edits import (
    CircuitEditError,
    add_arc,
    add_beside,
    add_in_series,
    remove_arc,
    remove_leaf,
)
from .circuit_view import CircuitView
from .drawing import draw_circuit

_SERIES: Final = ("R", "C", "CPE", "W", "Wo", "Ws", "L", "G", "TLMQ")
_BESIDE: Final = ("R", "C", "CPE", "W")
_HINT: Final = "R0-p(R1,CPE1)-CPE2"


class CircuitPanel(QFrame):
    """``code_wanted`` carries a circuit that can be read; ``picked`` an element's name."""

    code_wanted = Signal(str)
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._code = ""
        self.view = CircuitView()
        self.text = named(
            QLineEdit(), "Circuit", "In impedance.py's language; Enter takes it, Escape drops it"
        )
        self.text.setPlaceholderText(_HINT)
        self.text.setMinimumHeight(CONTROL_HEIGHT)
        self.error = label(wraps=True)
        set_tone(self.error, "danger")
        self.error.hide()
        self.arc_button = tool("+ Arc", "Add an arc", "One more p(R,CPE) in series")
        self.remove_button = tool("− Remove", "Remove the element", "Take the picked element out")
        self.more = self._more_button()
        self._connect()
        self._lay_out()
        self._allow()

    def show_circuit(self, code: str) -> None:
        """Show another circuit; what was typed and not taken is dropped."""
        is_same = code == self._code
        self._code = code
        if not is_same or self.text.text() != code:
            self.text.setText(code)
        self._tell(None)
        if not is_same:
            self.view.show_drawing(draw_circuit(parse_circuit(code)) if code else None)
        self._allow()

    def choose(self, name: str) -> None:
        """Mark an element as picked."""
        self.view.choose(name)
        self._allow()

    def add_arc(self) -> None:
        """One more arc."""
        self._change(lambda: add_arc(self._code))

    def remove(self) -> None:
        """Take the picked element out."""
        self._change(lambda: remove_leaf(self._code, self.view.chosen))

    def remove_arc(self) -> None:
        """Take the whole arc of the picked element out."""
        self._change(lambda: remove_arc(self._code, self.view.chosen))

    def edit_text(self) -> None:
        """Put the cursor into the text."""
        self.text.setFocus()
        self.text.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.view.set_theme(theme)

    def _add_in_series(self, symbol: str) -> None:
        self._change(lambda: add_in_series(self._code, symbol))

    def _add_beside(self, symbol: str) -> None:
        self._change(lambda: add_beside(self._code, self.view.chosen, symbol))

    def _change(self, make: Callable[[], str]) -> None:
        try:
            code = make()
        except (CircuitEditError, CircuitError) as error:
            self._tell(str(error))
            return
        self.code_wanted.emit(code)

    def _typed(self, text: str) -> None:
        """Say at once what is wrong, but take nothing before Enter."""
        try:
            parse_circuit(text)
        except CircuitError as error:
            self._tell(_pointed(text, error))
        else:
            self._tell(None)
        self.view.set_stale(text.strip() != self._code)

    def _entered(self) -> None:
        text = self.text.text()
        try:
            code = str(parse_circuit(text))
        except CircuitError as error:
            self._tell(_pointed(text, error))
            at = min(error.position, len(text))
            self.text.setCursorPosition(at)
            self.text.setSelection(at, 1)
            return
        if code == self._code:
            self.show_circuit(code)
        else:
            self.code_wanted.emit(code)

    def _tell(self, told: str | None) -> None:
        self.error.setText(told or "")
        self.error.setVisible(told is not None)
        if told is None:
            self.view.set_stale(False)

    def _allow(self) -> None:
        self.remove_button.setEnabled(bool(self.view.chosen))
        for entry in self._needs_choice:
            entry.setEnabled(bool(self.view.chosen))

    def _picked(self, name: str) -> None:
        self._allow()
        self.picked.emit(name)

    def _more_button(self) -> QToolButton:
        button = tool("More", "More changes of the circuit", "Elements in series or beside")
        menu = QMenu(button)
        self._needs_choice = []
        for symbol in _SERIES:
            entry = action(self, f"{symbol} in series", f"Add one {symbol} in series")
            entry.triggered.connect(partial(self._add_in_series, symbol))
            menu.addAction(entry)
        menu.addSeparator()
        for symbol in _BESIDE:
            entry = action(self, f"{symbol} beside the picked one", f"Add one {symbol} in parallel")
            entry.triggered.connect(partial(self._add_beside, symbol))
            menu.addAction(entry)
            self._needs_choice.append(entry)
        menu.addSeparator()
        whole = action(self, "Remove the whole arc", "Take out the part in series it stands in")
        whole.triggered.connect(self.remove_arc)
        menu.addAction(whole)
        self._needs_choice.append(whole)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _connect(self) -> None:
        self.text.textEdited.connect(self._typed)
        self.text.returnPressed.connect(self._entered)
        self.arc_button.clicked.connect(self.add_arc)
        self.remove_button.clicked.connect(self.remove)
        self.view.picked.connect(self._picked)
        self.view.remove_wanted.connect(self.remove)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(label("Circuit", "heading"))
        head.addStretch(1)
        for button in (self.arc_button, self.remove_button, self.more):
            head.addWidget(button)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.text)
        layout.addWidget(self.error)


def _pointed(text: str, error: CircuitError) -> str:
    """The message, and below it the text with the character marked at which it went wrong."""
    at = min(error.position, len(text))
    before, mark, after = text[:at], text[at : at + 1] or "…", text[at + 1 :]
    return (
        f"Character {error.position + 1}: {html.escape(error.problem)}<br><tt>{html.escape(before)}"
        f"<b><u>{html.escape(mark)}</u></b>{html.escape(after)}</tt>"
    )
