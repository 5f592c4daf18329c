"""Pictures of the analysis page: ``python tools/screenshot_analysis.py [FOLDER]``.

Writes ``analysis-light.png`` and ``analysis-dark.png`` into the folder (``docs/images`` if unset):
seven spectra of a pellet as it warms, fitted warm, one parameter dragged in the dark one. On a
machine without a display set ``QT_QPA_PLATFORM=offscreen``, or use ``xvfb-run``.
"""

import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication
from solidcell.analysis.impedance import Geometry, Spectrum, parse_circuit
from solidcell.analysis.spectra import LabelledSpectrum
from solidcell.gui.main_window import MainWindow
from solidcell.gui.theme import DARK, LIGHT
from solidcell.gui.window_settings import WindowSettings

SIZE = (1600, 1000)
PATIENCE_MS = 60_000
REST_MS = 900
CODE = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
CELSIUS = (-20, -10, 0, 10, 20, 30, 40)
BOLTZMANN_EV_K = 8.617333e-5


def main() -> int:
    """Take the pictures; 1 if the fits did not end in time."""
    images = Path(__file__).resolve().parents[1] / "docs" / "images"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else images
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    pg.setConfigOptions(antialias=True)
    with tempfile.TemporaryDirectory() as own:
        window = MainWindow(data_dir=Path(own), settings=WindowSettings(Path(own) / "window.ini"))
        window.resize(*SIZE)
        window.show()
        window.analyse()
        page = window.analysis.page
        page.session.add({f"{celsius}": warmed(celsius) for celsius in CELSIUS})
        page.control.set_circuit(CODE)
        page.fits.fit_all()
        is_done = _wait(application, lambda: not page.fits.worker.is_busy, PATIENCE_MS)
        page.control.choose("20")
        _wait(application, lambda: False, REST_MS)
        page.plots.show_arcs()
        page.parameters.choose("R2")
        page.control.tie("CPE2_1", "CPE1_1")
        page.fits.fit()
        is_done &= _wait(application, lambda: not page.fits.worker.is_busy, PATIENCE_MS)
        _take(application, window, folder / "analysis-light.png")
        page.control.drop("R2", 1.25 * page.control.entry.model.values()["R2"])
        page.spectra.sort_worst_first()
        window.set_theme(DARK)
        _take(application, window, folder / "analysis-dark.png")
        window.set_theme(LIGHT)
        window.leave()
    return 0 if is_done else 1


def warmed(celsius: float) -> LabelledSpectrum:
    """A sulfide pellet between blocking electrodes at a temperature, with 0.3 % of noise."""
    kelvin = celsius + 273.15
    at_25 = 1 / kelvin - 1 / 298.15
    bulk = 95.0 * math.exp(0.36 / BOLTZMANN_EV_K * at_25)
    boundary = 140.0 * math.exp(0.42 / BOLTZMANN_EV_K * at_25)
    frequency_hz = np.geomspace(7e6, 1.0, 60)
    values = (bulk, 1.2e-10, 0.96, boundary, 2.5e-8, 0.9, 3e-6, 0.88)
    z_ohm = parse_circuit(CODE).impedance_ohm(frequency_hz, values)
    real, imaginary = np.random.default_rng(round(celsius) + 100).normal(scale=0.003, size=(2, 60))
    spectrum = Spectrum(frequency_hz, z_ohm * (1 + real + 1j * imaginary))
    name = f"pellet-7_{celsius:+03d}C.mpt"
    return LabelledSpectrum(Path(name), "", spectrum, Geometry(8e-4, 1e-2, 2e-5), kelvin)


def _wait(application: QApplication, is_so: Callable[[], bool], patience_ms: int) -> bool:
    patience = QDeadlineTimer(patience_ms)
    while not is_so() and not patience.hasExpired():
        application.processEvents()
    return is_so()


def _take(application: QApplication, window: MainWindow, file: Path) -> None:
    """Save a picture once layouts and plots have come to rest."""
    _wait(application, lambda: False, REST_MS)
    window.grab().save(str(file))


if __name__ == "__main__":
    sys.exit(main())
