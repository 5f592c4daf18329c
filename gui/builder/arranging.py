"""How the parts of the builder stand beside and above each other."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ..named import named


def row(*widgets: QWidget) -> QWidget:
    """Widgets side by side, flush left."""
    whole = QWidget()
    layout = QHBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return whole


def column(*widgets: QWidget, stretch: bool = False) -> QFrame:
    """Widgets one below the other; with ``stretch`` they stay at the top."""
    whole = QFrame()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(10, 8, 10, 8)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return whole


def scrolled(inside: QWidget) -> QScrollArea:
    """A widget that may be longer than the window."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidget(inside)
    return scroll


def split(*parts: tuple[QWidget, int]) -> QSplitter:
    """Widgets side by side with widths to begin with; the last takes what is left."""
    whole = QSplitter()
    for widget, _ in parts:
        whole.addWidget(widget)
    whole.setSizes([width for _, width in parts])
    whole.setStretchFactor(len(parts) - 1, 1)
    whole.setChildrenCollapsible(False)
    return whole


def file_view() -> QPlainTextEdit:
    """The text of a file, to be read and copied."""
    view = named(QPlainTextEdit(), "The file", "The protocol as it is saved, comments and all")
    view.setReadOnly(True)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    view.setFont(font)
    return view
