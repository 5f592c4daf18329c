"""The same spectra fitted by solidcell and by other open programs, in one run.

    python benchmarks/impedance_peers.py [spectra of each class] [seed]

"found": chi2 (of residuals over abs(Z)) not above that of a fit begun at the truth by more than
one unit of the noise's variance. "5 %": all three resistances within 5 % of the truth. "covered":
the truth of R1, R2, R3 in the nominal 95 % interval, over all spectra. Times are of one core's
processor; solidcell fits a batch of 500 spectra that holds the others'.

impedance.py as it stands and with the scaling that picofarads need; pyimpspec, if it is installed
(GPL-3; ``pip install pyimpspec``), with the limits and the weight that do best here. Both start
from a guess out of the data: a third of the plateau for each resistance, usual capacitances.
"""

import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from impedance.models.circuits import CustomCircuit
from impedance_sets import FREQUENCY_HZ, NOISE, RESISTANCES, TAILS, Cells, draw, oracle
from solidcell.analysis.impedance import fit_many

CAPACITANCES = ((1e-11, 0.95), (3e-9, 0.9), (1e-6, 0.85))
LEVEL_95 = 1.959964
BATCH = 250


@dataclass(frozen=True)
class Answer:
    """Three resistances, fastest arc first, half widths of their 95 % intervals, fitted Z."""

    r_ohm: np.ndarray
    half_width_ohm: np.ndarray
    z_ohm: np.ndarray


Fitter = Callable[[np.ndarray, np.ndarray, str], Answer]


def guess_of(z: np.ndarray, code: str) -> list[float]:
    third = float(z.real.max()) / 3
    arcs = [part for q, alpha in CAPACITANCES for part in (third, q, alpha)]
    return [*arcs, *([300.0] if code.endswith("W4") else [5e-6, 0.9])]


def impedance_py(**settings: Any) -> Fitter:
    """impedance.py with modulus weighting; `settings` go to scipy's curve_fit."""

    def fit(frequency_hz: np.ndarray, z: np.ndarray, code: str) -> Answer:
        custom = CustomCircuit(code, initial_guess=guess_of(z, code))
        with np.errstate(all="ignore"):
            custom.fit(frequency_hz, z, weight_by_modulus=True, **settings)
        p, deviation = custom.parameters_, custom.conf_
        return _fastest_first(
            np.array([p[k : k + 3] for k in (0, 3, 6)]),
            np.array([deviation[k] for k in (0, 3, 6)]),
            custom.predict(frequency_hz),
        )

    return fit


IMPEDANCE_PY = {
    "impedance.py, defaults": impedance_py(),
    "impedance.py, scaled": impedance_py(x_scale="jac", diff_step=1e-7),
}


def pyimpspec(method: str, weight: str) -> Fitter:
    """pyimpspec with limits tight enough for lmfit's transform to keep picofarads."""
    from pyimpspec import DataSet, fit_circuit, parse_cdc

    def fit(frequency_hz: np.ndarray, z: np.ndarray, code: str) -> Answer:
        guess = guess_of(z, code)
        arcs = [
            f"(R{{R={guess[k]:.6e}/1e-1/1e9}}Q{{Y={guess[k + 1]:.3e}/1e-13/1e-3,"
            f"n={guess[k + 2]}/0.5/1}})"
            for k in (0, 3, 6)
        ]
        tail = "W{Y=2e-3/1e-9/1e3}" if code.endswith("W4") else "Q{Y=5e-6/1e-13/1e-3,n=0.9/0.5/1}"
        data = DataSet(frequency_hz, z)
        result = fit_circuit(
            parse_cdc("".join([*arcs, tail])), data, method=method, weight=weight, num_procs=1
        )
        found = result.parameters
        values, errors = [], []
        for k in (1, 2, 3):
            r, q = found[f"R_{k}"]["R"], found[f"Q_{k}"]
            values.append((r.value, q["Y"].value, q["n"].value))
            errors.append(r.stderr)
        deviation = np.array([math.nan if e is None else e for e in errors], dtype=float)
        fitted = result.circuit.get_impedances(frequency_hz)
        return _fastest_first(np.array(values), deviation, fitted)

    return fit


def all_peers() -> dict[str, Fitter]:
    """Every fitter that can be imported here, by name."""
    peers = dict(IMPEDANCE_PY)
    try:
        peers["pyimpspec, best found"] = pyimpspec("leastsq", "boukamp")
        peers["pyimpspec, modulus"] = pyimpspec("least_squares", "modulus")
    except ImportError:
        print("pyimpspec is not installed: left out")
    return peers


def _fastest_first(arcs: np.ndarray, deviation_ohm: np.ndarray, z: np.ndarray) -> Answer:
    with np.errstate(all="ignore"):
        tau = (arcs[:, 0] * arcs[:, 1]) ** (1 / arcs[:, 2])
    order = np.argsort(tau)
    return Answer(arcs[order, 0], LEVEL_95 * deviation_ohm[order], z)


@dataclass
class Score:
    """Counts over spectra, and processor time."""

    fits: int = 0
    found: int = 0
    within: int = 0
    covered: int = 0
    cpu_s: float = 0.0

    def add(self, answer: Answer, truth_ohm: np.ndarray, z: np.ndarray, best: float) -> None:
        chi2 = float((np.abs((answer.z_ohm - z) / np.abs(z)) ** 2).sum())
        off = np.abs(answer.r_ohm - truth_ohm)
        self.fits += 1
        self.found += chi2 <= best + NOISE**2
        self.within += bool((off <= 0.05 * truth_ohm).all())
        self.covered += int((off <= answer.half_width_ohm).sum())

    @property
    def per_second(self) -> float:
        return self.fits / self.cpu_s

    def line(self, name: str, ours: float) -> str:
        return (
            f"{name:26} {self.fits:5}  found {self.found / self.fits:6.1%}  "
            f"5 % {self.within / self.fits:6.1%}  covered {self.covered / self.fits / 3:6.1%}  "
            f"{self.per_second:8.2f} fits/s  solidcell is {ours / self.per_second:6.0f} x as fast"
        )


def run_peer(fitter: Fitter, sets: Iterable[tuple[Cells, np.ndarray]], count: int) -> Score:
    score = Score()
    for cells, best in sets:
        truths = cells.resistances(cells.truth)
        for k in range(count):
            began = time.process_time()
            try:
                answer = fitter(FREQUENCY_HZ, cells.z_ohm[k], str(cells.circuit))
            except RuntimeError:  # "optimal parameters not found" is an answer too
                answer = Answer(np.zeros(3), np.zeros(3), np.zeros_like(cells.z_ohm[k]))
            score.cpu_s += time.process_time() - began
            score.add(answer, truths[k], cells.z_ohm[k], best[k])
    return score


def run_ours(sets: Iterable[tuple[Cells, np.ndarray]], count: int | None = None) -> Score:
    """Score all spectra, or the first `count` of each class out of the same batches."""
    score = Score()
    for cells, best in sets:
        began = time.process_time()
        many = fit_many(cells.circuit, FREQUENCY_HZ, cells.z_ohm)
        spent = time.process_time() - began
        some = range(len(cells) if count is None else count)
        score.cpu_s += spent * len(some) / len(cells)
        truths, found = cells.resistances(cells.truth), cells.resistances(many.values)
        intervals = np.stack([many.interval(name) for name in RESISTANCES], axis=1)
        fitted = cells.circuit.impedance_ohm(FREQUENCY_HZ, many.values)
        for k in some:
            score.add(Answer(found[k], np.zeros(3), fitted[k]), truths[k], cells.z_ohm[k], best[k])
            low, high = intervals[k].T
            score.covered += int(((low <= truths[k]) & (truths[k] <= high)).sum())
    return score


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    sets = [(cells, oracle(cells).chi2) for cells in (draw(tail, BATCH, seed) for tail in TAILS)]
    whole = run_ours(sets)
    print(whole.line("solidcell, all", whole.per_second))
    print(f"the first {count} of each class:")
    print(run_ours(sets, count).line("  solidcell", whole.per_second))
    for name, fitter in all_peers().items():
        print(run_peer(fitter, sets, count).line(f"  {name}", whole.per_second), flush=True)


if __name__ == "__main__":
    main()
