"""Relaxation times: are the peaks, the polarisation and the band right, and at what cost?

    OMP_NUM_THREADS=1 python benchmarks/relaxation_times.py [spectra of each kind] [seed]

Cells of one to four ZARCs a decade or more apart (exponent 0.75 to 0.97, each 5 % of the sum or
more), with an end to the spectrum, a blocking CPE or a Warburg element; 60 points from 7 MHz to
0.1 Hz. The truth is each ZARC's analytic distribution. "peaks": as many peaks as that truth has
maxima, each within a third of a decade; "false": peaks elsewhere. "held": the band of 95 % holds
the truth at a grid point within the window, near a maximum (a quarter of a decade) and anywhere.
pyimpspec (GPL-3, one's own choice) runs its TR-NNLS, which has no band, on the same spectra where
it can be imported. Times are of one core's processor.
"""

import importlib
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from solidcell.analysis.impedance import Spectrum, relaxation_times

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)
OMEGA = 2 * np.pi * FREQUENCY_HZ
ENDS = ("no end", "CPE", "Warburg")
NEAR_DECADES = 0.25
SAME_DECADES = 1 / 3
PROMINENT = 0.1
CRITERIA = ("evidence", "gcv", "l-curve", "re-im")
OF_EACH_FOR_THE_SLOW = 8


@dataclass(frozen=True)
class Cell:
    """A spectrum and the ZARCs behind it."""

    z_ohm: np.ndarray
    resistance: np.ndarray
    tau: np.ndarray
    exponent: np.ndarray

    def gamma(self, log_tau: np.ndarray) -> np.ndarray:
        """Analytic distribution of the arcs at ln(tau)."""
        angle = (1 - self.exponent) * np.pi
        x = self.exponent * (log_tau[:, None] - np.log(self.tau))
        each = self.resistance * np.sin(angle) / (np.cosh(x) - np.cos(angle)) / (2 * np.pi)
        return each.sum(axis=1)

    def maxima(self) -> np.ndarray:
        """Time constants at which the truth has a maximum worth the name."""
        x = np.linspace(np.log(self.tau.min()) - 3, np.log(self.tau.max()) + 3, 4000)
        gamma = self.gamma(x)
        inside = gamma[1:-1]
        tops = np.flatnonzero((inside > gamma[:-2]) & (inside >= gamma[2:])) + 1
        kept: list[int] = []
        for top in tops:
            if kept and gamma[kept[-1] : top].min() > (1 - PROMINENT) * min(gamma[[kept[-1], top]]):
                kept[-1] = top if gamma[top] > gamma[kept[-1]] else kept[-1]
            else:
                kept.append(top)
        return np.exp(x[kept])


@dataclass
class Score:
    """What one program made of some cells."""

    cells: int = 0
    right: int = 0
    false: int = 0
    held: int = 0
    points: int = 0
    held_near: int = 0
    points_near: int = 0
    covered: int = 0
    off: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return 1e3 * float(np.mean(self.cpu_s))

    def line(self, name: str) -> str:
        off = f"{np.median(self.off):6.1%}{np.quantile(self.off, 0.9):8.1%}"
        text = (
            f"{name:26}{self.cells:5} {self.right / self.cells:7.1%} {self.false / self.cells:6.3f}"
        )
        if self.points:
            near = f"{self.held_near / self.points_near:7.1%}"
            held = f"{near} {self.held / self.points:7.1%} {self.covered / self.cells:7.1%}"
        else:
            held = f"{'-':>7} {'-':>7} {'-':>7}"
        return f"{text}  {off}  {held} {self.ms:9.2f} ms"


HEAD = (
    f"{'':26}cells  peaks   false  polarisation off    held     held    within\n"
    f"{'':26}       right   a cell median  9 of 10  at peaks  anywhere  2 s.e.      CPU"
)


def draw(rng: np.random.Generator, arcs: int, end: str, noise: float) -> Cell:
    fast = -math.log10(OMEGA.max()) + 0.5
    slow = -math.log10(OMEGA.min()) - (0.7 if end == "no end" else 1.5)
    while True:
        decades = np.sort(rng.uniform(fast, slow, arcs))
        resistance = 10 ** rng.uniform(2, 4, arcs)
        if (np.diff(decades) >= 1).all() and resistance.min() >= 0.05 * resistance.sum():
            break
    exponent = rng.uniform(0.75, 0.97, arcs)
    s = 1j * OMEGA[:, None]
    z = 10 ** rng.uniform(1, 3) + (resistance / (1 + (s * 10**decades) ** exponent)).sum(axis=1)
    if end != "no end":
        power = 0.5 if end == "Warburg" else rng.uniform(0.8, 0.95)
        size = resistance.sum() * 10 ** (
            rng.uniform(-1, 0.5) if end == "Warburg" else rng.uniform(-0.5, 1)
        )
        z = z + size * (1j * OMEGA / OMEGA.min()) ** -power
    scatter = rng.normal(0, noise, (2, z.size))
    z = z + np.abs(z) * (scatter[0] + 1j * scatter[1])
    return Cell(z, resistance, 10**decades, exponent)


def ours(**settings: Any) -> Callable[[Cell, Score], None]:
    def job(cell: Cell, score: Score) -> None:
        spectrum = Spectrum(FREQUENCY_HZ, cell.z_ohm)
        began = time.process_time()
        found = relaxation_times(spectrum, **settings)
        score.cpu_s.append(time.process_time() - began)
        inside = (found.tau_s > 1 / OMEGA.max()) & (found.tau_s < 1 / OMEGA.min())
        truth = cell.gamma(np.log(found.tau_s))
        held = (truth >= found.lower_ohm) & (truth <= found.upper_ohm) & inside
        away = np.abs(np.log10(found.tau_s[:, None] / cell.maxima())).min(axis=1)
        near = inside & (away <= NEAR_DECADES)
        score.held += int(held.sum())
        score.points += int(inside.sum())
        score.held_near += int((held & near).sum())
        score.points_near += int(near.sum())
        error = found.polarisation_ohm - cell.resistance.sum()
        score.covered += abs(error) < 2 * found.polarisation_standard_error_ohm
        judge(cell, score, np.array([p.tau_s for p in found.peaks]), found.polarisation_ohm)

    return job


def judge(cell: Cell, score: Score, peaks: np.ndarray, polarisation_ohm: float) -> None:
    maxima = cell.maxima()
    apart = np.abs(np.log10(peaks[:, None] / maxima)) < SAME_DECADES
    score.cells += 1
    score.false += int((~apart.any(axis=1)).sum())
    score.right += len(peaks) == len(maxima) and bool(apart.any(axis=0).all())
    score.off.append(abs(polarisation_ohm / cell.resistance.sum() - 1))


def pyimpspec_job(penalty: float) -> Callable[[Cell, Score], None] | None:
    """TR-NNLS of the real part; a penalty of -1 is its own choice."""
    try:
        dataset = importlib.import_module("pyimpspec").DataSet
        tr_nnls = importlib.import_module("pyimpspec.analysis.drt.tr_nnls")
    except ImportError:
        return None

    def job(cell: Cell, score: Score) -> None:
        data = dataset(FREQUENCY_HZ, cell.z_ohm)
        began = time.process_time()
        found = tr_nnls.calculate_drt_tr_nnls(data, mode="real", lambda_value=penalty)
        score.cpu_s.append(time.process_time() - began)
        tau, gamma = found.get_drt_data()
        order = np.argsort(tau)
        area = float(np.trapezoid(gamma[order], np.log(tau[order])))
        judge(cell, score, np.asarray(found.get_peaks()[0], dtype=float), area)

    return job


def run(job: Callable[[Cell, Score], None], cells: list[Cell]) -> Score:
    score = Score()
    for cell in cells:
        job(cell, score)
    return score


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = np.random.default_rng(seed)
    run(ours(), [draw(rng, 1, "no end", 0.01)])  # the first call imports and makes the kernel
    print(HEAD)
    kinds = {}
    for end in ENDS:
        kinds[end] = [draw(rng, 1 + k % 4, end, 0.01) for k in range(count)]
        print(run(ours(), kinds[end]).line(f"{end}, 1 % noise"))
    for arcs in (1, 2, 3, 4):
        some = [draw(rng, arcs, ENDS[k % 3], 0.01) for k in range(count // 2)]
        print(run(ours(), some).line(f"{arcs} arcs, 1 % noise"))
    finer = [draw(rng, 1 + k % 4, ENDS[k % 3], 0.001) for k in range(count // 2)]
    print(run(ours(), finer).line("1 to 4 arcs, 0.1 % noise"))
    few = [cell for cells in kinds.values() for cell in cells[:OF_EACH_FOR_THE_SLOW]]
    print(f"the same {len(few)} spectra, 1 % noise:")
    mine = None
    for criterion in CRITERIA:
        score = run(ours(regularisation=criterion), few)
        mine = mine or score
        print(score.line(f"  {criterion}"))
    for name, penalty in (("own lambda", -1.0), ("lambda 0.001", 1e-3)):
        if (job := pyimpspec_job(penalty)) is None:
            print("  pyimpspec: not installed")
            return
        score = run(job, few)
        print(score.line(f"  pyimpspec, {name}") + f"  {score.ms / mine.ms:5.1f} x ours")


if __name__ == "__main__":
    main()
