"""From the press of the stop button to the cell being open, while the bench window is frozen.

    python benchmarks/window_stop_button.py [trials]

Each trial starts a whole run in front of a twin that carries current (supervisor, worker, real
TCP port), opens the bench window on it in a process of its own and stops that process with
SIGSTOP, so that it can do nothing any more. The stop button, in another process, is pressed by a
mouse event a random while later. The time runs from just before that event to the moment at which
the twin's front end has disconnected the cell, by the machine's monotonic clock. Trials alternate
between a MethodSCRIPT potentiostat and a Keithley 2450. Also told: how long after the press the
button says that the cell is open. Needs SIGSTOP (Linux, macOS).

Exit code 1 if the 99th percentile exceeds 100 ms.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from acquisition_emergency_stop import PROMISE_S, TESTS, TWINS, Lab, lab, wait_until
from solidcell.acquisition.session import StartedRun

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from solidcell.gui.main_window import MainWindow
from solidcell.gui.window_settings import WindowSettings
application = QApplication(sys.argv[:1])
run_file = Path(sys.argv[1])
settings = WindowSettings(run_file.parents[2] / "window.ini")
window = MainWindow(data_dir=run_file.parents[1], settings=settings)
window.show()
window.open_run(run_file)
timer = QTimer(interval=20)
timer.timeout.connect(lambda: window.page.is_under_way and print("open", flush=True))
timer.start()
application.exec()
"""
BUTTON = [sys.executable, "-m", "support.clicking_stop_button"]


@contextmanager
def frozen_window(run: StartedRun) -> Iterator[None]:
    """A bench window that shows the run and is stopped, process and all."""
    command = [sys.executable, "-c", WINDOW, str(run.run_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        try:
            assert window.stdout.readline().strip() == "open"
            window.send_signal(signal.SIGSTOP)
            yield
        finally:
            window.kill()


@contextmanager
def stop_button(place: Lab) -> Iterator["subprocess.Popen[str]"]:
    command = [*BUTTON, str(place.folder / "runs")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as button:
        try:
            yield button
        finally:
            button.kill()


def said(button: "subprocess.Popen[str]", what: str) -> str:
    """Wait until the button says something that holds ``what``."""
    assert button.stdout is not None
    for line in button.stdout:
        if what in line:
            return line.strip()
    raise RuntimeError(f"the stop button never said {what!r}")


def trial(place: Lab, drawn: random.Random) -> tuple[float, float]:
    run = place.start("plate")
    wait_until(lambda: place.cell.current_a != 0.0, "current flows")
    with frozen_window(run), stop_button(place) as button:
        said(button, "1 runs | Stops 1 run")
        time.sleep(drawn.uniform(0.1, 0.7))
        assert button.stdin is not None
        button.stdin.write("press\n")
        button.stdin.flush()
        began_s = float(said(button, "pressing").split()[1])
        said(button, "1 of 1 cells open")
        told_s = time.monotonic()
    opened_s = place.cell.opened_s
    assert opened_s is not None
    wait_until(lambda: not psutil.pid_exists(run.pid), "the worker has gone")
    return opened_s - began_s, told_s - began_s


def percentiles(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(int(q * len(ordered)), len(ordered) - 1)] for q in (0.5, 0.99))
    return p50, p99


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trials", nargs="?", type=int, default=10, help="of each stack")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = str(TESTS)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    drawn = random.Random(asked.seed)
    kept = True
    for driver in TWINS:
        with lab(driver) as place:
            found = [trial(place, drawn) for _ in range(asked.trials)]
        for what, seconds in zip(
            ("cell open", "button says so"), zip(*found, strict=True), strict=True
        ):
            p50, p99 = percentiles(list(seconds))
            print(
                f"{driver:14} {what:15} n {asked.trials:4}  p50 {1e3 * p50:6.1f} ms  "
                f"p99 {1e3 * p99:6.1f} ms"
            )
            kept = kept and (what != "cell open" or p99 <= PROMISE_S)
    print(f"load average: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
