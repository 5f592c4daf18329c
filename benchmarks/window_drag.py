"""How long the window's thread is busy from the move of a slider to the repainted plots.

One spectrum of 60 points, three arcs and a CPE (11 parameters), the curve on 200 frequencies;
Nyquist, Bode and residuals are repainted. Milliseconds of CPU time of the window's thread, so
that other programs on the machine count as little as they can.

    QT_QPA_PLATFORM=offscreen python benchmarks/window_drag.py [--moves 600]
    xvfb-run -a -s "-screen 0 1920x1080x24" python benchmarks/window_drag.py
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication
from solidcell.analysis.impedance import Spectrum, parse_circuit
from solidcell.analysis.spectra import LabelledSpectrum
from solidcell.gui.analysis.page import AnalysisPage
from solidcell.gui.main_window import MainWindow
from solidcell.gui.window_settings import WindowSettings

CODE = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4"
TRUTH = (100.0, 1e-9, 0.95, 200.0, 1e-7, 0.9, 400.0, 1e-5, 0.85, 1e-3, 0.9)
PATIENCE_MS = 30_000
REST_MS = 1500


def spectrum() -> Spectrum:
    frequency_hz = np.logspace(6.8, -1, 60)
    z_ohm = parse_circuit(CODE).impedance_ohm(frequency_hz, TRUTH)
    real, imaginary = np.random.default_rng(1).normal(scale=0.01, size=(2, 60))
    return Spectrum(frequency_hz, z_ohm * (1 + real + 1j * imaginary))


def drag(application: QApplication, page: AnalysisPage, moves: int) -> np.ndarray:
    """CPU milliseconds of each move, its repainting included."""
    slider = page.parameters.slider("R2")
    begin = slider.value()
    slider.setSliderDown(True)
    taken = []
    for k in range(moves):
        before = time.thread_time()
        slider.setValue(begin + int(300 * math.sin(k / 20)) + k % 2)
        application.processEvents()
        application.processEvents()
        taken.append(1e3 * (time.thread_time() - before))
    slider.setSliderDown(False)
    return np.array(taken[20:])


def rest(application: QApplication, is_over: Callable[[], bool], patience_ms: int) -> None:
    patience = QDeadlineTimer(patience_ms)
    while not is_over() and not patience.hasExpired():
        application.processEvents()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moves", type=int, default=600)
    moves = parser.parse_args().moves
    application = QApplication(sys.argv[:1])
    pg.setConfigOptions(antialias=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = WindowSettings(Path(folder) / "window.ini")
        window = MainWindow(data_dir=Path(folder), settings=settings)
        window.resize(1600, 1000)
        window.show()
        window.analyse()
        page = window.analysis.page
        page.session.add({"a": LabelledSpectrum(Path("a.csv"), "a", spectrum())})
        page.control.set_circuit(CODE)
        page.fits.fit()
        rest(application, lambda: not page.fits.worker.is_busy, PATIENCE_MS)
        rest(application, lambda: False, REST_MS)
        taken = drag(application, page, moves)
        window.leave()
    p50, p99 = np.percentile(taken, (50, 99))
    print(f"{page.standing.text()}")
    print(
        f"{application.platformName()}: {taken.size} moves, CPU of the window's thread "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {taken.max():.1f} ms"
    )


if __name__ == "__main__":
    main()
