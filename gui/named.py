"""Every control has a name for a screen reader and a tip; its keys are told in the tip."""

from typing import Final, TypeVar

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

CONTROL_HEIGHT: Final = 29
W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, tip: str) -> W:
    """Give a control its accessible name and its tip; return it."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip)
    return widget


def with_keys(button: QAbstractButton, keys: str) -> None:
    """Give a button a shortcut and tell it in its tip."""
    button.setShortcut(QKeySequence(keys))
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{button.toolTip()} ({shown})")


def action(parent: QWidget, text: str, tip: str, keys: str = "") -> QAction:
    """An entry of a menu, with its tip and keys."""
    made = QAction(text, parent)
    made.setToolTip(tip)
    made.setStatusTip(tip)
    if keys:
        made.setShortcut(QKeySequence(keys))
    return made


def tool(text: str, name: str, tip: str) -> QToolButton:
    """A small button in the heading of a panel."""
    button = named(QToolButton(), name, tip)
    button.setText(text)
    return button


def label(text: str = "", kind: str = "plain", *, wraps: bool = False) -> QLabel:
    """A text of a kind that the style sheet knows: plain, heading, muted, headline or pill."""
    made = QLabel(text)
    made.setProperty("kind", kind)
    made.setWordWrap(wraps)
    return made


def card(title: str, *inside: QWidget) -> QFrame:
    """A panel with a heading above its contents."""
    frame = QFrame()
    frame.setProperty("kind", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 9, 12, 11)
    layout.setSpacing(6)
    layout.addWidget(label(title, "heading"))
    for widget in inside:
        layout.addWidget(widget)
    return frame


def set_tone(widget: QWidget, tone: str) -> None:
    """Change the colour of a text by its meaning."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
