"""How the parts of the builder stand beside and above each other."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..named import named

_WIDTHS: Final = (430, 400, 700)


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


def cards(*parts: QWidget) -> QSplitter:
    """The tree, the fields and what would come of them as cards side by side."""
    whole = QSplitter()
    for part in parts:
        part.setProperty("kind", "card")
        whole.addWidget(part)
    whole.setSizes(_WIDTHS)
    whole.setStretchFactor(len(parts) - 1, 1)
    whole.setChildrenCollapsible(False)
    return whole


def above(upper: QWidget, lower: QWidget) -> QSplitter:
    """One widget above another, in a card."""
    whole = QSplitter(Qt.Orientation.Vertical)
    whole.addWidget(upper)
    whole.addWidget(lower)
    whole.setSizes([520, 260])
    whole.setChildrenCollapsible(False)
    whole.setContentsMargins(10, 6, 10, 8)
    return whole


def tabs(name: str, *views: tuple[str, QWidget]) -> QTabWidget:
    """Views one of which is seen, each with the word on its tab."""
    whole = named(QTabWidget(), name, ", ".join(word for word, _ in views))
    whole.setDocumentMode(True)
    whole.tabBar().setDrawBase(False)
    for word, view in views:
        whole.addTab(view, word)
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
