"""How often nominal intervals hold the truth: every resistance, by the distance of the arcs.

    python benchmarks/impedance_coverage.py [spectra of each kind] [seed] [level]

Spectra as in impedance_sets.py, 1 % noise of a size that the fit does not know. "close": some arc
lies less than a decade from its neighbour (time constants 3 to 10 apart); these are rare, so
that as many of them are drawn for a table of their own. "linear": intervals from the covariance
alone. "profiled": ends that the profile likelihood moved; "open": ends that the data do not set.
"+-" is one standard deviation of the share. Times are of one core's processor.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
from impedance_sets import FREQUENCY_HZ, RESISTANCES, TAILS, Cells, draw
from scipy.stats import t
from solidcell.analysis.impedance import ManyFits, SumOf, TimeConstant, fit_many
from solidcell.analysis.impedance.fitting.derived import scalar_of
from solidcell.analysis.impedance.fitting.ends import End

TOGETHER = 4000
ASKED = {
    "cells": (*RESISTANCES, SumOf(*RESISTANCES), "W4"),
    "close": (*RESISTANCES, SumOf(*RESISTANCES), "CPE2_0", "CPE2_1", TimeConstant("R2", "CPE2")),
}


@dataclass(frozen=True)
class Row:
    """Intervals of one quantity over many fits."""

    name: str
    held: np.ndarray
    linear: np.ndarray
    kinds: np.ndarray
    cpu_ms: float

    def line(self) -> str:
        share, count = self.held.mean(), len(self.held)
        doubt = np.sqrt(share * (1 - share) / count)
        profiled, opened = (self.kinds == End.PROFILE).mean(), self.kinds == End.BOUND
        linear = self.linear.mean()
        return (
            f"  {self.name:12} {count:5}  {share:6.1%} +- {doubt:4.1%}  linear {linear:6.1%}"
            f"  profiled {profiled:4.0%}  open {opened[:, 0].mean():5.1%} below"
            f" {opened[:, 1].mean():5.1%} above  {self.cpu_ms:6.2f} ms"
        )


def separations(cells: Cells) -> np.ndarray:
    """Decades between neighbouring time constants, shape (m, 2)."""
    r, q, alpha = np.moveaxis(cells.truth[:, :9].reshape(-1, 3, 3), 2, 0)
    return np.diff(np.log10(r * q) / alpha, axis=1)


def close_cells(tail: str, count: int, seed: int) -> Cells:
    """Draw until `count` cells have an arc within a decade of its neighbour."""
    truth, z = [], []
    for part in range(10000):
        cells = draw(tail, TOGETHER, 1000 * seed + part)
        close = (separations(cells) < 1).any(axis=1)
        truth.append(cells.truth[close])
        z.append(cells.z_ohm[close])
        if sum(map(len, truth)) >= count:
            break
    return Cells(cells.circuit, np.concatenate(truth)[:count], np.concatenate(z)[:count])


def judge(cells: Cells, fits: ManyFits, asked: object, level: float) -> Row:
    began = time.process_time()
    found = fits.intervals(asked, level)
    cpu_s = time.process_time() - began
    unbounded = np.zeros(len(fits.names)), np.full(len(fits.names), np.inf)
    scalar = scalar_of(fits.circuit, asked, unbounded)
    truth, (u, slopes) = scalar.of(cells.truth)[0], scalar.of(fits.values)
    deviation = np.sqrt(np.einsum("mp,mpq,mq->m", slopes, fits.covariance_log, slopes))
    half = t.ppf(0.5 + level / 2, fits.degrees_of_freedom) * deviation
    value = scalar.back(truth)
    return Row(
        asked if isinstance(asked, str) else type(asked).__name__,
        (found.ends[:, 0] <= value) & (value <= found.ends[:, 1]),
        np.abs(u - truth) <= half,
        found.kinds,
        1e3 * cpu_s / len(fits),
    )


def main() -> None:
    given = sys.argv[1:]
    count, seed = (int(given[k]) if len(given) > k else usual for k, usual in ((0, 500), (1, 1)))
    level = float(given[2]) if len(given) > 2 else 0.95
    for kind, make in (("cells", draw), ("close", close_cells)):
        for tail in TAILS:
            cells = make(tail, count, seed)
            began = time.process_time()
            fits = fit_many(cells.circuit, FREQUENCY_HZ, cells.z_ohm)
            cpu_ms = 1e3 * (time.process_time() - began) / count
            print(f"{kind} - {tail}, nominal {level:.0%}, the fit itself {cpu_ms:.2f} ms")
            for asked in ASKED[kind]:
                if asked in fits.names or not isinstance(asked, str):
                    print(judge(cells, fits, asked, level).line())


if __name__ == "__main__":
    main()
