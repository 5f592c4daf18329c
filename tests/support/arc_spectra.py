"""Spectra of two arcs and a blocking electrode, with a little noise that is the same each time."""

from pathlib import Path

import numpy as np
from solidcell.analysis.impedance import Spectrum, parse_circuit
from solidcell.analysis.spectra import LabelledSpectrum

CODE = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
TRUTH = {
    "R1": 120.0, "CPE1_0": 2e-9, "CPE1_1": 0.92,
    "R2": 300.0, "CPE2_0": 3e-7, "CPE2_1": 0.88,
    "CPE3_0": 2e-5, "CPE3_1": 0.9,
}  # fmt: skip
NOISE = 0.003


def arc_spectrum(number: int = 0, noise: float = NOISE) -> Spectrum:
    """The grain boundary grows by a tenth from one number to the next."""
    frequency_hz = np.geomspace(3e6, 1.0, 50)
    values = TRUTH | {"R2": TRUTH["R2"] * 1.1**number}
    z_ohm = parse_circuit(CODE).impedance_ohm(frequency_hz, values)
    real, imaginary = np.random.default_rng(number).normal(scale=noise, size=(2, 50))
    return Spectrum(frequency_hz, z_ohm * (1 + real + 1j * imaginary))


def arc_measured(number: int = 0) -> LabelledSpectrum:
    """One of them as if read from a file."""
    return LabelledSpectrum(Path(f"cell-{number}.csv"), f"cell-{number}", arc_spectrum(number))


def write_arc_spectra(folder: Path, count: int) -> list[Path]:
    """Write so many of them as CSV files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        spectrum = arc_spectrum(number)
        rows = zip(spectrum.frequency_hz, spectrum.z_ohm, strict=True)
        lines = [f"{f:.9g},{z.real:.9g},{z.imag:.9g}" for f, z in rows]
        file = folder / f"cell-{number}.csv"
        file.write_text("\n".join(["frequency_hz,z_real_ohm,z_imag_ohm", *lines]) + "\n", "utf-8")
        files.append(file)
    return files
