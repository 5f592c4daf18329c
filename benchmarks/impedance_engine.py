"""The fit without starting values: minima found, resistances, and processor time.

    OMP_NUM_THREADS=1 python benchmarks/impedance_engine.py [spectra of each class] [seed ...]

For each seed, cells of three arcs that end in a CPE, and as many that end in a Warburg element
(see impedance_sets.py). "found": chi2, in units of the noise variance, at most 1 above that of
a fit begun at the truth. "within 5 %": R1, R2 and R3 all that near the truth, beside the same
of the fit begun at the truth. Times are of one core's processor, from raw data to errors.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
from impedance_sets import FREQUENCY_HZ, NOISE, TAILS, Cells, draw, independent_oracle, oracle
from solidcell.analysis.impedance import ManyFits, Spectrum, fit, fit_many

CHECKED_AGAINST_SCIPY = 10
TIMED_ALONE = 20


@dataclass(frozen=True)
class Score:
    """What a fitter made of the cells of one class; shares are 0 to 1."""

    fits: int
    found: float
    within: float
    within_oracle: float
    cpu_s: float

    @property
    def line(self) -> str:
        """One line of the table."""
        return (
            f"{self.fits:5} fits  found {self.found:6.1%}  within 5 % {self.within:5.1%} "
            f"(oracle {self.within_oracle:5.1%})  {self.fits / self.cpu_s:7.0f} fits/s"
        )


def found(chi2: np.ndarray, best_chi2: np.ndarray) -> np.ndarray:
    """Which chi2 are as low as the oracle's, within 1 in units of the noise variance."""
    return chi2 <= best_chi2 + NOISE**2


def within(cells: Cells, values: np.ndarray, share: float = 0.05) -> np.ndarray:
    """Where R1, R2 and R3 of values (m, p) all lie within a share of the truth."""
    off = cells.resistances(values) / cells.resistances(cells.truth) - 1
    return (np.abs(off) <= share).all(axis=1)


def timed(cells: Cells) -> tuple[ManyFits, float]:
    """Fit all cells without a start; the fits, and the processor time in seconds."""
    began = time.process_time()
    fits = fit_many(cells.circuit, FREQUENCY_HZ, cells.z_ohm)
    return fits, time.process_time() - began


def score(cells: Cells, best: ManyFits) -> Score:
    """Fit the cells and hold the fits against the oracle's."""
    fits, cpu_s = timed(cells)
    return Score(
        fits=len(cells),
        found=float(found(fits.chi2, best.chi2).mean()),
        within=float(within(cells, fits.values).mean()),
        within_oracle=float(within(cells, best.values).mean()),
        cpu_s=cpu_s,
    )


def alone_ms(cells: Cells) -> float:
    """Median processor time of one fit of one spectrum, in milliseconds."""
    times = []
    for z in cells.z_ohm[:TIMED_ALONE]:
        began = time.process_time()
        fit(cells.circuit, Spectrum(FREQUENCY_HZ, z))
        times.append(time.process_time() - began)
    return 1e3 * float(np.median(times))


def check_oracle(cells: Cells, best: ManyFits) -> float:
    """By how much scipy's fit from the truth is lower than ours, at most, in noise variances."""
    rows = range(min(CHECKED_AGAINST_SCIPY, len(cells)))
    return max((best.chi2[k] - independent_oracle(cells, k)[0]) / NOISE**2 for k in rows)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    seeds = [int(seed) for seed in sys.argv[2:]] or [1, 2, 3]
    timed(draw("CPE4", 16, 0))  # what is imported and allocated once is not the fit's
    for seed in seeds:
        for tail in TAILS:
            cells = draw(tail, count, seed)
            print(f"seed {seed}  {tail:5}", score(cells, oracle(cells)).line, flush=True)
    for tail in TAILS:
        cells = draw(tail, max(CHECKED_AGAINST_SCIPY, TIMED_ALONE), seeds[0])
        lower = check_oracle(cells, oracle(cells))
        print(f"{tail}: one spectrum alone {alone_ms(cells):.1f} ms;", end=" ")
        print(f"scipy from the truth is lower by {lower:.1e} noise variances at most")


if __name__ == "__main__":
    main()
