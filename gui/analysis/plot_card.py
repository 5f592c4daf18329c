"""A panel with a heading, a canvas, and what stands beside the heading."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ..named import label


def plot_card(title: str, canvas: QWidget, *beside: QWidget) -> QFrame:
    """Make one."""
    frame = QFrame()
    frame.setProperty("kind", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 8, 8, 6)
    layout.setSpacing(4)
    head = QHBoxLayout()
    head.addWidget(label(title, "heading"))
    head.addStretch(1)
    for widget in beside:
        head.addWidget(widget)
    layout.addLayout(head)
    layout.addWidget(canvas, 1)
    return frame
