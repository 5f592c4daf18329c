"""Messages under the run bar: nothing pops up, nothing blocks, nothing is lost."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from .named import label, named, set_tone
from .theme import Tone

_ICONS = {"danger": "✖", "warning": "⚠", "good": "✔", "accent": "ℹ"}


class Notices(QWidget):
    """Any number of messages, each until it is put away; one of the same key takes its place."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._shown: dict[str, QFrame] = {}
        self._texts: dict[str, str] = {}
        self.hide()

    def tell(
        self,
        key: str,
        text: str,
        tone: Tone = "accent",
        action: tuple[str, Callable[[], object]] | None = None,
        dismiss: str = "Dismiss",
    ) -> None:
        """Show a message; ``action`` is a button's text and what it does."""
        self.put_away(key)
        frame = QFrame()
        frame.setProperty("kind", "banner")
        set_tone(frame, tone)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(12, 6, 8, 6)
        icon = label(_ICONS.get(tone, "ℹ"), "value")
        set_tone(icon, tone)
        layout.addWidget(icon)
        message = label(text, wraps=True)
        message.setAccessibleName(f"{tone} message: {text}")
        layout.addWidget(message, 1)
        if action is not None:
            layout.addWidget(self._button(key, action[0], action[1]))
        layout.addWidget(self._button(key, dismiss, lambda: None))
        self._shown[key], self._texts[key] = frame, text
        self._layout.addWidget(frame)
        self.show()

    def put_away(self, key: str) -> None:
        """Remove a message, if it is there."""
        frame = self._shown.pop(key, None)
        if frame is not None:
            del self._texts[key]
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self._shown))

    def texts(self) -> dict[str, str]:
        """What is shown, by key."""
        return dict(self._texts)

    def _button(self, key: str, text: str, do: Callable[[], object]) -> QPushButton:
        button = named(QPushButton(text), text, f"{text}; then this message goes away")

        def press() -> None:
            self.put_away(key)
            do()

        button.clicked.connect(press)
        return button
