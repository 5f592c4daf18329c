"""A stop button in a process of its own that is pressed when a line comes in.

``python -m support.clicking_stop_button DATA_DIR`` prints how many runs it covers whenever that
changes; after each line that it reads it presses the button, and prints the machine's monotonic
clock just before, and at the end what the button says.
"""

import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from solidcell.gui.stop_button.window import StopButton


class Lines(QObject):
    came = Signal(str)

    def read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.strip())


def main() -> int:
    application = QApplication(sys.argv[:1])
    window = StopButton(Path(sys.argv[1]), "the stop button")
    window.show()
    lines, said = Lines(), [""]

    def press(line: str) -> None:
        if line == "press":
            say(f"pressing {time.monotonic()!r}")
            QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
        else:
            window.close()
            application.quit()

    def tell() -> None:
        now = f"{window.runs} runs | {window.told.text()}"
        if now != said[0]:
            said[0] = now
            say(now)

    lines.came.connect(press)
    timer = QTimer(interval=20)
    timer.timeout.connect(tell)
    timer.start()
    threading.Thread(target=lines.read, daemon=True).start()
    return application.exec()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
