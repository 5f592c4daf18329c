"""Kills the window of a live run at random moments and starts it again: what the record lost.

    QT_QPA_PLATFORM=offscreen python benchmarks/acquisition_window_kills.py [kills] [--seed 0]
                                                                        [--json FILE]
    xvfb-run -a python benchmarks/acquisition_window_kills.py 10

A run with everything real but the instrument (a potentiostat twin behind TCP) reads ten times a
second. A window in a process of its own opens it, says when the run is painted and with how many
readings, and is killed with SIGKILL: a quarter of them while they still start, the others up to a
second after. All windows share one settings file. Afterwards the record is read: steps between
readings, readings missing on the grid, readings that a window had shown and that are gone.
Exit code 1 if any is, or if a window did not show the run.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from record_bench import begin, served, wait
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import request_stop

PERIOD_S = 0.1
PATIENCE_S = 90.0
ASKED = {
    "kills": "100",
    "windows that did not": "0",
    "readings missing": "0",
    "readings shown and gone": "0",
    "longest step, in samples": "<= 2",
}
PROTOCOL = f"""\
protocol: sequence
segments:
  - {{segment: galvanostatic, current_ma: 0.008, duration_h: 10, sample_period_s: {PERIOD_S},
     voltage_min_v: -2, voltage_max_v: 2}}
"""


@dataclass
class Windows:
    """What became of them: seconds until the run was painted, and how many were killed before."""

    shown_s: list[float] = field(default_factory=list)
    killed_starting: int = 0
    failed: int = 0
    most_shown: int = 0


def main() -> int:
    asked = _arguments()
    chance = random.Random(asked.seed)
    windows = Windows()
    print(f"{asked.kills} kills; load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["XDG_STATE_HOME"] = name
        with served("methodscript", 1.0) as twin:
            run = begin(Path(name), twin, PROTOCOL)
            wait(lambda: _readings(run) > 10, "the run begins")
            for number in range(asked.kills):
                _kill_one(windows, run, Path(name) / "window.ini", chance)
                if number % 10 == 9:
                    print(f"{number + 1:4d} {len(windows.shown_s)} have shown it", flush=True)
            request_stop(run.run_file, "benchmark")
            wait(lambda: _has_ended(run), "the run stops when asked")
        found = {"kills": asked.kills, **_of_windows(windows), **_of_record(run, windows)}
    for what, value in found.items():
        print(f"{what:42} {ASKED.get(what, ''):6} {value:10.6g}")
    if asked.json is not None:
        told = [(what, ASKED.get(what, ""), f"{value:.4g}") for what, value in found.items()]
        asked.json.write_text(json.dumps({"rows": told}, indent=1), encoding="utf-8")
    lost = found["readings missing"] + found["readings shown and gone"]
    too_long = found["longest step, in samples"] > 2.0
    return int(bool(lost or too_long or windows.failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kills", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _kill_one(windows: Windows, run: RunFolder, settings: Path, chance: random.Random) -> None:
    early = chance.random() < 0.25
    known = _readings(run)
    began_s = time.perf_counter()
    command = [sys.executable, __file__, "--window", str(run.run_file), str(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        said: SimpleQueue[str] = SimpleQueue()
        listener = Thread(target=lambda: [said.put(line) for line in window.stdout or ()])
        listener.start()
        if early:
            time.sleep(chance.uniform(0.0, 1.5))
            windows.killed_starting += 1
        elif (shown := _shown(said)) is None or shown < known:
            windows.failed += 1
        else:
            windows.shown_s.append(time.perf_counter() - began_s)
            windows.most_shown = max(windows.most_shown, shown)
            time.sleep(chance.uniform(0.0, 1.0))
        window.kill()
        listener.join()


def _shown(said: "SimpleQueue[str]") -> int | None:
    try:
        return int(said.get(timeout=PATIENCE_S).split()[-1])
    except Empty:
        return None


def _readings(run: RunFolder) -> int:
    try:
        with RunReader(run.run_file) as file:
            return file.counts()["reading"]
    except RecordError:
        return 0


def _has_ended(run: RunFolder) -> bool:
    with RunReader(run.run_file) as file:
        return file.end() is not None


def _of_windows(windows: Windows) -> dict[str, float]:
    return {
        "windows killed while they started": windows.killed_starting,
        "windows that showed the run again": len(windows.shown_s),
        "windows that did not": windows.failed,
        "from start to the painted run, median, s": statistics.median(windows.shown_s),
        "from start to the painted run, longest, s": max(windows.shown_s),
    }


def _of_record(run: RunFolder, windows: Windows) -> dict[str, float]:
    with RunReader(run.run_file) as file:
        readings = file.readings()
        gaps = file.events(kind="gap")
    times_s = [reading.elapsed_s for reading in readings]
    steps_s = [b - a for a, b in itertools.pairwise(times_s)]
    due = round((times_s[-1] - times_s[0]) / PERIOD_S) + 1
    return {
        "readings": len(readings),
        "readings missing": max(0, due - len(readings)),
        "readings shown and gone": max(0, windows.most_shown - len(readings)),
        "longest step, in samples": max(steps_s) / PERIOD_S,
        "gaps on record": len(gaps),
    }


def show_window(run_file: Path, settings_file: Path) -> int:
    """What ``solidcell gui RUN`` does, and says when the run has been painted."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication
    from solidcell.gui.main_window import MainWindow
    from solidcell.gui.window_settings import WindowSettings

    class Paints(QObject):
        def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802
            run = window.page.run
            if event.type() == QEvent.Type.Paint and run is not None:
                sys.stdout.write(f"shown {run.time_s.size}\n")
                sys.stdout.flush()
                watched.removeEventFilter(self)
            return False

    application = QApplication(sys.argv[:1])
    settings = WindowSettings(settings_file)
    window = MainWindow(data_dir=run_file.parent.parent, settings=settings)
    paints = Paints(window)
    window.page.traces.canvas.viewport().installEventFilter(paints)
    window.open_run(run_file)
    window.show()
    return application.exec()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if len(sys.argv) == 4 and sys.argv[1] == "--window":
        sys.exit(show_window(Path(sys.argv[2]), Path(sys.argv[3])))
    sys.exit(main())
