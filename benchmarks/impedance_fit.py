"""Fits of solid-electrolyte spectra: found or missed, how honest the errors, how fast.

    python benchmarks/impedance_fit.py [spectra of each kind] [seed]

Cells of three arcs (bulk, grain boundary, interface) and a CPE or a Warburg element, 60 points
from 7 MHz to 0.1 Hz, 1 % noise. "found": chi2 not above that of a fit begun at the truth.
"covered": the truth of R1, R2, R3 lies in the nominal 95 % interval. impedance.py fits the first
few of the same spectra from a guess out of the data, as it stands and with the scaling that
picofarads need. Times are of one core's processor.
"""

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from impedance.models.circuits import CustomCircuit
from solidcell.analysis.impedance import Spectrum, fit, parse_circuit

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)
NOISE = 0.01
ARCS = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"
OF_EACH_FOR_IMPEDANCE_PY = 3
SCALED = {"x_scale": "jac", "diff_step": 1e-7}


@dataclass(frozen=True)
class Case:
    """A spectrum, the truth behind it, and the lowest chi2 that a start at the truth reaches."""

    code: str
    truth: dict[str, float]
    spectrum: Spectrum
    best_chi2: float


@dataclass
class Score:
    """What one fitter made of some spectra."""

    fits: int = 0
    found: int = 0
    covered: int = 0
    cpu_s: float = 0.0

    def line(self, name: str) -> str:
        return (
            f"{name:32} {self.fits:5} fits  found {self.found / self.fits:6.1%}  "
            f"covered {self.covered / self.fits / 3:6.1%}  {self.fits / self.cpu_s:8.2f} fits/s"
        )


def decades(rng: np.random.Generator, low: float, high: float) -> float:
    return float(10 ** rng.uniform(math.log10(low), math.log10(high)))


def draw_arcs(rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """Resistances and time constants, redrawn until each arc shows and none lies on another."""
    while True:
        r = [decades(rng, 500, 2e4), decades(rng, 300, 5e4), decades(rng, 100, 1e4)]
        c = [decades(rng, 5e-12, 3e-11), decades(rng, 1e-9, 1e-8), decades(rng, 3e-7, 5e-6)]
        tau = [a * b for a, b in zip(r, c, strict=True)]
        apart = tau[1] > 3 * tau[0] and tau[2] > 3 * tau[1]
        if min(r) >= 0.05 * sum(r) and apart and 1 / (2 * math.pi * tau[0]) <= 20e6:
            return r, tau


def draw_case(rng: np.random.Generator, tail: str) -> Case:
    r, tau = draw_arcs(rng)
    values = []
    for size, time_s, low, high in zip(r, tau, (0.92, 0.8, 0.7), (1, 0.98, 0.95), strict=True):
        exponent = float(rng.uniform(low, high))
        values += [size, time_s**exponent / size, exponent]
    if tail == "W4":
        values.append(decades(rng, 30, 1000))
    else:
        values += [decades(rng, 1e-6, 3e-5), float(rng.uniform(0.8, 0.95))]
    circuit = parse_circuit(f"{ARCS}-{tail}")
    truth = dict(zip(circuit.names, values, strict=True))
    z = circuit.impedance_ohm(FREQUENCY_HZ, truth)
    noise = rng.normal(0, NOISE, (2, z.size))
    spectrum = Spectrum(FREQUENCY_HZ, z + np.abs(z) * (noise[0] + 1j * noise[1]))
    return Case(str(circuit), truth, spectrum, fit(circuit, spectrum, start=truth).chi2)


def ours(case: Case, score: Score) -> None:
    result = fit(parse_circuit(case.code), case.spectrum)
    score.found += result.chi2 <= case.best_chi2 + NOISE**2
    for name in ("R1", "R2", "R3"):
        low, high = result.interval(name)
        score.covered += low <= case.truth[name] <= high


def theirs(settings: dict[str, object]) -> Callable[[Case, Score], None]:
    def job(case: Case, score: Score) -> None:
        z = case.spectrum.z_ohm
        third = float(z.real.max()) / 3
        guess = [third, 1e-11, 0.95, third, 3e-9, 0.9, third, 1e-6, 0.85]
        guess += [300.0] if case.code.endswith("W4") else [5e-6, 0.9]
        custom = CustomCircuit(case.code, initial_guess=guess)
        with np.errstate(all="ignore"):
            custom.fit(FREQUENCY_HZ, z, weight_by_modulus=True, **settings)
        off = (custom.predict(FREQUENCY_HZ) - z) / np.abs(z)
        score.found += float((np.abs(off) ** 2).sum()) <= case.best_chi2 + NOISE**2
        for k, name in ((0, "R1"), (3, "R2"), (6, "R3")):
            reach = 1.96 * custom.conf_[k]
            score.covered += abs(custom.parameters_[k] - case.truth[name]) <= reach

    return job


def run(job: Callable[[Case, Score], None], cases: list[Case]) -> Score:
    score = Score(fits=len(cases))
    began = time.process_time()
    for case in cases:
        job(case, score)
    score.cpu_s = time.process_time() - began
    return score


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    kinds = {tail: [draw_case(rng, tail) for _ in range(count)] for tail in ("CPE4", "W4")}
    for tail, cases in kinds.items():
        print(run(ours, cases).line(f"three arcs - {tail}"))
    few = [case for cases in kinds.values() for case in cases[:OF_EACH_FOR_IMPEDANCE_PY]]
    print("the same few spectra:")
    mine = run(ours, few)
    print(mine.line("  solidcell"))
    for name, settings in (("  impedance.py", {}), ("  impedance.py, scaled", SCALED)):
        other = run(theirs(settings), few)
        ratio = (mine.fits / mine.cpu_s) / (other.fits / other.cpu_s)
        print(f"{other.line(name)}  solidcell is {ratio:.0f} times as fast")


if __name__ == "__main__":
    main()
