"""How soon a run of a million rows is in view again, while its worker goes on adding rows.

    QT_QPA_PLATFORM=offscreen python benchmarks/acquisition_reattach.py [--rows 1000000]
                                                                       [--times 10] [--json FILE]

``solidcell watch``: from the start of the process to its first line. The window, which is open:
from the wish to see the run until its traces are painted (for a run of this length an overview of
1000 readings, the newest among them), until every reading is drawn, and how long the window was
deaf at most meanwhile.
Exit code 1 if watch or window takes a second or more in the median.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from long_run import long_run

BELOW_S = 1.0
PATIENCE_S = 600.0
WATCH, TRACES = "watch: to its first line", "window: to the traces"
ASKED = {WATCH: "< 1 s", TRACES: "< 1 s"}
FIGURES = (
    TRACES,
    "  processor time of it",
    "window: to every reading",
    "window: deaf at most",
)


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as name, long_run(Path(name), asked.rows) as run_file:
        print(f"{asked.rows} rows and ten more a second; load {os.getloadavg()[0]:.1f}")
        watch_s = [_watch(run_file) for _ in range(asked.times)]
        print(_line(WATCH, watch_s), flush=True)
        window = _windows(run_file, asked.times, asked.rows)
    for name, times_s in window.items():
        print(_line(name, times_s))
    if asked.json is not None:
        found = {WATCH: watch_s, **window}
        told = [(name, ASKED.get(name, ""), _spread(times_s)) for name, times_s in found.items()]
        about = [("rows, and ten more a second", "1 000 000", f"{asked.rows}")]
        asked.json.write_text(json.dumps({"rows": about + told}, indent=1), encoding="utf-8")
    slowest_s = max(statistics.median(watch_s), statistics.median(window[TRACES]))
    return int(slowest_s >= BELOW_S)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _line(name: str, times_s: list[float]) -> str:
    return f"{name:40} {_spread(times_s)}"


def _spread(times_s: list[float]) -> str:
    middle_s = statistics.median(times_s)
    return f"{middle_s:.2f} s median, {max(times_s):.2f} s at most, of {len(times_s)}"


def _watch(run_file: Path) -> float:
    began_s = time.perf_counter()
    command = [sys.executable, "-m", "solidcell", "watch", str(run_file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as watch:
        assert watch.stderr is not None
        said = watch.stderr.readline()
        took_s = time.perf_counter() - began_s
        watch.kill()
    if "step +0.2" not in said:
        raise RuntimeError(f"watch said {said!r}")
    return took_s


def _windows(run_file: Path, times: int, rows: int) -> dict[str, list[float]]:
    """One window, the run opened in it again and again."""
    from PySide6.QtWidgets import QApplication
    from solidcell.gui.main_window import MainWindow
    from solidcell.gui.window_settings import WindowSettings

    application = QApplication(sys.argv[:1])
    settings = WindowSettings(run_file.parent / "window.ini")
    window = MainWindow(data_dir=run_file.parent.parent, settings=settings)
    window.show()
    _Probe(application, window).until(0)
    found: dict[str, list[float]] = {name: [] for name in FIGURES}
    for _ in range(times):
        window.page.leave()
        probe = _Probe(application, window)
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        window.open_run(run_file)
        probe.until(100)
        found[TRACES].append(time.perf_counter() - began_s)
        found["  processor time of it"].append(time.process_time() - began_cpu_s)
        probe.until(rows)
        found["window: to every reading"].append(time.perf_counter() - began_s)
        found["window: deaf at most"].append(probe.deaf_s)
        probe.until_judged()  # or its thread would slow the next opening
    window.leave()
    window.close()
    return found


class _Probe:
    """Lets a window work, as it does by itself, until a run has been painted."""

    def __init__(self, application, window) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer

        probe = self

        class Paints(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == QEvent.Type.Paint:
                    run = window.page.run
                    probe.painted = 0 if run is None else run.time_s.size
                return False

        self.application, self.window = application, window
        self.painted, self.deaf_s, self._heard_s = 0, 0.0, time.perf_counter()
        self._paints = Paints(window)
        window.page.traces.canvas.viewport().installEventFilter(self._paints)
        self._timer = QTimer(self._paints, interval=20)
        self._timer.timeout.connect(self._hear)

    def until(self, readings: int) -> None:
        """Return once so many readings have been painted."""
        began_s = self._heard_s = time.perf_counter()
        self._timer.start()
        while self.painted < readings or self._heard_s == began_s:
            self._work(began_s)
        self._timer.stop()

    def until_judged(self) -> None:
        began_s = time.perf_counter()
        while self.window.page.evidence is None:
            self._work(began_s)

    def _work(self, began_s: float) -> None:
        from PySide6.QtCore import QEventLoop

        if time.perf_counter() - began_s > PATIENCE_S:
            raise TimeoutError(f"not within {PATIENCE_S:g} s")
        flags = QEventLoop.ProcessEventsFlag
        self.application.processEvents(flags.AllEvents | flags.WaitForMoreEvents)

    def _hear(self) -> None:
        now_s = time.perf_counter()
        self.deaf_s, self._heard_s = max(self.deaf_s, now_s - self._heard_s), now_s


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
