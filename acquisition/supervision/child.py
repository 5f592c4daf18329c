"""A child process that is waited for, without asking again and again whether it still lives."""

import subprocess
import threading


class Child:
    """Waits for ``process`` in a thread, so that whoever waits here is woken by its end.

    ``Popen.wait`` with a timeout looks eighty times a second, which tells where there are many.

    >>> import sys
    >>> child = Child(subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
    >>> child.exit_code(within_s=30.0)
    3
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._ended = threading.Event()
        threading.Thread(target=self._wait, name="wait for the child", daemon=True).start()

    def exit_code(self, within_s: float) -> int | None:
        """Return its exit code, or ``None`` if it has not ended ``within_s`` from now."""
        return self._process.returncode if self._ended.wait(within_s) else None

    def _wait(self) -> None:
        self._process.wait()
        self._ended.set()
