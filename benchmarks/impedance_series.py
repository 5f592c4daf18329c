"""Temperature series fitted together: how much better than any single spectrum can be.

    python benchmarks/impedance_series.py [series] [seed]

Cells of three arcs (bulk, grain boundary, interface) and a CPE or a Warburg element at five
temperatures from 253 to 333 K, 60 points from 7 MHz to 0.1 Hz, 1 % noise; activation energies of
0.3 to 0.6 eV, a different one for each arc; exponents and capacitances constant. "bound" is the
Cramer-Rao bound of a single spectrum at the truth. "found": chi2 not above that of a fit begun at
the truth. Errors are of ln R.
"""

import sys
import time
from dataclasses import dataclass, field

import numpy as np
from impedance_sets import FREQUENCY_HZ, NOISE, RESISTANCES, TAILS, Cells, draw, noisy
from solidcell.analysis.impedance import (
    Circuit,
    Quantity,
    SeriesFit,
    Spectrum,
    arrhenius_fit,
    fit_series,
)

BOLTZMANN_EV_PER_K = 8.617333e-5
TEMPERATURE_K = np.array([253.0, 273.0, 293.0, 313.0, 333.0])
MIDDLE_K = 293.0
LEAST_DIFFERENCE_EV = 0.03
WARBURG_EV = 0.15
SHARED = ("exponents", "capacitances")


@dataclass(frozen=True)
class Case:
    """A series and the truth behind it: parameters (5, p) and three activation energies."""

    circuit: Circuit
    truth: np.ndarray
    energies_ev: np.ndarray
    spectra: list[Spectrum]


@dataclass
class Score:
    """What one way to fit made of the series."""

    errors: list[np.ndarray] = field(default_factory=list)
    covered: list[np.ndarray] = field(default_factory=list)
    energies_covered: list[np.ndarray] = field(default_factory=list)
    energy_errors: list[np.ndarray] = field(default_factory=list)
    found: int = 0
    rejected: int = 0
    cpu_s: float = 0.0


def draw_energies(rng: np.random.Generator) -> np.ndarray:
    while True:
        energies = rng.uniform(0.3, 0.6, 3)
        if np.diff(np.sort(energies)).min() > LEAST_DIFFERENCE_EV:
            return energies


def in_series(cells: Cells, row: int, rng: np.random.Generator) -> Case:
    """One cell, drawn for the middle temperature, at all five."""
    energies = draw_energies(rng)
    inverse = (1 / TEMPERATURE_K - 1 / MIDDLE_K) / BOLTZMANN_EV_PER_K
    truth = np.tile(cells.truth[row], (len(TEMPERATURE_K), 1))
    for k, name in enumerate(RESISTANCES):
        at = cells.circuit.names.index(name)
        r, charge, exponent = cells.truth[row, at : at + 3]
        farad = (r * charge) ** (1 / exponent) / r
        truth[:, at] = r * TEMPERATURE_K / MIDDLE_K * np.exp(energies[k] * inverse)
        truth[:, at + 1] = (farad * truth[:, at]) ** exponent / truth[:, at]
    if cells.circuit.names[-1] == "W4":
        truth[:, -1] *= np.exp(WARBURG_EV * inverse)
    measured = noisy(rng, cells.circuit.impedance_ohm(FREQUENCY_HZ, truth))
    return Case(cells.circuit, truth, energies, [Spectrum(FREQUENCY_HZ, one) for one in measured])


def cases_of(count: int, seed: int) -> list[Case]:
    rng = np.random.default_rng([seed, 2])
    half = (count + 1) // 2
    kinds = [draw(tail, half, seed) for tail in TAILS]
    return [in_series(kinds[k % 2], k // 2, rng) for k in range(count)]


def bound(case: Case) -> np.ndarray:
    """Standard deviations of ln R1, R2, R3 that no fit of a single spectrum undercuts, (5, 3)."""
    z, slopes = case.circuit.impedance_and_slopes(FREQUENCY_HZ, case.truth)
    relative = slopes / np.abs(z)[:, None, :]
    columns = np.concatenate([relative.real, relative.imag], axis=-1) / NOISE
    length = np.linalg.norm(columns, axis=-1)
    unit = columns / length[..., None]
    inverse = np.linalg.inv(unit @ np.swapaxes(unit, 1, 2))
    deviation = np.sqrt(np.einsum("kpp->kp", inverse)) / length
    return deviation[:, [case.circuit.names.index(name) for name in RESISTANCES]]


def judge(case: Case, settings: dict, score: Score) -> None:
    began = time.process_time()
    series = fit_series(case.circuit, case.spectra, at=TEMPERATURE_K, shared=SHARED, **settings)
    score.cpu_s += time.process_time() - began
    start = dict(zip(case.circuit.names, case.truth.T, strict=True))
    oracle = fit_series(
        case.circuit, case.spectra, at=TEMPERATURE_K, shared=SHARED, start=start, **settings
    )
    score.found += series.chi2.sum() <= oracle.chi2.sum() + NOISE**2
    score.rejected += not series.support.holds
    places = [case.circuit.names.index(name) for name in RESISTANCES]
    true_r = case.truth[:, places]
    score.errors.append(np.log(series.values[:, places] / true_r))
    intervals = np.stack([series.interval(name) for name in RESISTANCES], axis=1)
    score.covered.append((intervals[..., 0] <= true_r) & (true_r <= intervals[..., 1]))
    energies = [activation_energy(series, name) for name in RESISTANCES]
    value = np.array([one.value for one in energies])
    doubt = np.array([one.standard_error or np.inf for one in energies])
    score.energy_errors.append(value - case.energies_ev)
    score.energies_covered.append(np.abs(value - case.energies_ev) <= 1.96 * doubt)


def activation_energy(series: SeriesFit, name: str) -> Quantity:
    """Ea of one resistance: of the joint fit, or of the line through its values."""
    if name in series.activation_energies:
        return series.activation_energies[name]
    covariance = series.covariance_of([(row, name) for row in range(len(series))])
    line = arrhenius_fit(series.at, 1 / series.values_of(name), covariance)
    return line.activation_energy


def report(name: str, score: Score, bounds: np.ndarray) -> None:
    errors = np.array(score.errors)
    count = len(errors)
    print(
        f"\n{name}: {count} series, found {score.found / count:.1%}, sharing rejected "
        f"{score.rejected / count:.1%}, {score.cpu_s / count:.2f} CPU-s a series"
    )
    for k, label in enumerate(("R_bulk", "R_gb", "R_int")):
        off, limit = np.abs(errors[..., k]), bounds[..., k]
        medians = np.median(off), np.median(limit)
        rms = np.sqrt(np.mean(np.square(off))), np.sqrt(np.mean(np.square(limit)))
        each = np.sqrt(np.square(off).mean(axis=1) / np.square(limit).mean(axis=1))
        print(
            f"  {label:6} median |error| {medians[0]:.3%}, bound {medians[1]:.3%} "
            f"(ratio {medians[0] / medians[1]:.2f}; against 0.674 bound "
            f"{medians[0] / medians[1] / 0.6745:.2f}); rms ratio {rms[0] / rms[1]:.2f}; median "
            f"over series of rms ratio {np.median(each):.2f}; covered "
            f"{np.mean(np.array(score.covered)[..., k]):.1%}"
        )
    off, covered = np.abs(np.array(score.energy_errors)), np.array(score.energies_covered)
    for k, label in enumerate(("bulk", "gb", "int")):
        print(
            f"  Ea {label:5} median |error| {1e3 * np.median(off[:, k]):.2f} meV, covered "
            f"{covered[:, k].mean():.1%}"
        )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    cases = cases_of(count, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    bounds = np.array([bound(case) for case in cases])
    for name, settings in (
        ("n and C shared, R free", {}),
        ("n and C shared, R Arrhenius-tied", {"arrhenius": RESISTANCES}),
    ):
        score = Score()
        for case in cases:
            judge(case, settings, score)
        report(name, score, bounds)


if __name__ == "__main__":
    main()
