"""The Kramers-Kronig test: how often it refuses good spectra and finds bad ones, and how fast.

    python benchmarks/kramers_kronig.py [spectra of each kind] [seed]

Good spectra: up to four arcs, one of four ends, with and without inductance, 20 to 60 points from
7 MHz to 0.1 Hz, 0.1 % and 1 % noise. Bad ones: the same, 60 points, disturbed in one way each.
impedance.py's linear test (its defaults, and the settings for blocking cells) and pyimpspec's,
if it is installed, get a few of them; each of its verdicts is "residuals below 1 % of |Z|, or
below four times the noise". impedance.py 1.7.1 misses a name under NumPy 2; it is given here.
Times are of one core's processor.
"""

import importlib
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
from solidcell.analysis.impedance import Spectrum, kramers_kronig

HIGHEST_HZ, LOWEST_HZ = 7e6, 0.1
NOISES = (0.001, 0.01)
FEW = 3
LIMIT = 0.01

Cell = Callable[[np.ndarray, np.ndarray], np.ndarray]
Test = Callable[[Spectrum, float], bool]


def draw_cell(rng: np.random.Generator) -> Cell:
    """Return Z(frequency, growth): every resistance is multiplied by `growth` (n,)."""
    count, end = rng.integers(1, 5), rng.integers(4)
    tau = 10 ** rng.uniform(math.log10(7e-9), -0.2, count)
    size, exponent = 10 ** rng.uniform(1.5, 4.5, count), rng.uniform(0.7, 1, count)
    series, lead = rng.choice([0, 10 ** rng.uniform(0, 3)]), rng.choice([0, 3e-7])
    total = size.sum()

    def impedance(frequency_hz: np.ndarray, growth: np.ndarray) -> np.ndarray:
        w = 2j * np.pi * frequency_hz
        z = series * growth + w * lead
        for r, t, n in zip(size, tau, exponent, strict=True):
            grown = r * growth
            z = z + grown / (1 + grown / r * (w * t) ** n)
        if end == 1:
            z = z + total * (w / LOWEST_HZ) ** -0.9
        if end == 2:
            z = z + total * (w / LOWEST_HZ) ** -0.5
        if end == 3:
            z = z + total * np.tanh(np.sqrt(w)) / np.sqrt(w)
        return z

    return impedance


def sweep(points: int) -> np.ndarray:
    return np.geomspace(HIGHEST_HZ, LOWEST_HZ, points)


def untouched(cell: Cell, f: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    return cell(f, np.ones(f.size))


def grown(share: float, evenly: bool) -> Callable[..., np.ndarray]:
    """Resistances that grow during the sweep: by the point, or by the time the periods take."""

    def disturb(cell: Cell, f: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
        passed = np.arange(f.size) if evenly else np.cumsum(0.3 + 3 / f)
        return cell(f, 1 + share * passed / passed[-1])

    return disturb


def relaxing(cell: Cell, f: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    passed = np.cumsum(0.3 + 3 / f)
    return cell(f, 1.5 - 0.5 * np.exp(-3 * passed / passed[-1]))


def stepped(share: float) -> Callable[..., np.ndarray]:
    def disturb(cell: Cell, f: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        at = rng.integers(f.size // 6, f.size - f.size // 6)
        return untouched(cell, f, rng) * np.where(np.arange(f.size) < at, 1, 1 + share)

    return disturb


def mirrored(cell: Cell, f: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    z = untouched(cell, f, rng)
    first = rng.integers(0, f.size - f.size // 5)
    part = slice(first, first + f.size // 5)
    z[part] = z[part].conj()
    return z


def saturated(cell: Cell, f: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    z = untouched(cell, f, rng)
    return z / np.abs(z) * np.minimum(np.abs(z), np.quantile(np.abs(z), 0.75))


def with_pickup(cell: Cell, f: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    z = untouched(cell, f, rng)
    at = np.argmin(np.abs(f - 50))
    z[at] *= 1 + 0.1 * np.exp(2j * np.pi * rng.uniform())
    return z


BAD = {
    "R grows 5 %, by the point": grown(0.05, evenly=True),
    "R grows 5 %, by the time": grown(0.05, evenly=False),
    "R grows 10 %, by the point": grown(0.1, evenly=True),
    "R grows 10 %, by the time": grown(0.1, evenly=False),
    "R relaxes by 50 %": relaxing,
    "step of 1 %": stepped(0.01),
    "step of 2 %": stepped(0.02),
    "wrong sign over a fifth": mirrored,
    "saturated quarter": saturated,
}


def spectra(
    disturb: Callable[..., np.ndarray], points: int, noise: float, count: int, seed: int
) -> Iterator[Spectrum]:
    rng = np.random.default_rng([seed, points])
    f = sweep(points)
    for _ in range(count):
        z = disturb(draw_cell(rng), f, rng)
        scatter = rng.normal(0, noise, (2, points))
        yield Spectrum(f, z + np.abs(z) * (scatter[0] + 1j * scatter[1]))


def ours(spectrum: Spectrum, _noise: float) -> bool:
    return kramers_kronig(spectrum).valid


def by_impedance_py(**settings: object) -> Test:
    from impedance.models.circuits.elements import circuit_elements
    from impedance.validation import linKK

    circuit_elements.setdefault("np", np)

    def test(spectrum: Spectrum, noise: float) -> bool:
        with redirect_stdout(StringIO()):
            *_, real, imag = linKK(spectrum.frequency_hz, spectrum.z_ohm, **settings)
        return _small(real + 1j * imag, noise)

    return test


def by_pyimpspec(spectrum: Spectrum, noise: float) -> bool:
    from pyimpspec import DataSet, perform_kramers_kronig_test

    data = DataSet(spectrum.frequency_hz, spectrum.z_ohm)
    return _small(perform_kramers_kronig_test(data, num_procs=1).residuals, noise)


def _small(residuals: np.ndarray, noise: float) -> bool:
    worst = np.maximum(np.abs(residuals.real), np.abs(residuals.imag))
    return float((worst > max(LIMIT, 4 * noise)).mean()) <= 0.05


def rate(test: Test, given: list[Spectrum], noise: float) -> tuple[float, float]:
    """Return the share that is refused, and the processor time of one test in ms."""
    began = time.process_time()
    refused = sum(not test(spectrum, noise) for spectrum in given)
    return refused / len(given), (time.process_time() - began) / len(given) * 1e3


def own_figures(count: int, seed: int) -> None:
    print(f"{'good spectra refused':30}" + "".join(f"{f'{n:.1%} noise':>14}" for n in NOISES))
    for points in (60, 30, 20):
        cells = [rate(ours, list(spectra(untouched, points, n, count, seed)), n) for n in NOISES]
        row = "".join(f"{refused:14.2%}" for refused, _ in cells)
        print(f"{f'{points} points':30}{row}   {max(ms for _, ms in cells):.2f} ms each")
    print("bad spectra refused, 60 points")
    for name, disturb in BAD.items():
        cells = [rate(ours, list(spectra(disturb, 60, n, count, seed)), n) for n in NOISES]
        row = "".join(f"{refused:14.1%}" for refused, _ in cells)
        print(f"{name:30}{row}   {max(ms for _, ms in cells):.2f} ms each")
    found = [
        np.mean(
            [
                (answer := kramers_kronig(spectrum)).valid and answer.failing_hz.size == 1
                for spectrum in spectra(with_pickup, 60, noise, count, seed)
            ]
        )
        for noise in NOISES
    ]
    print(f"{'50 Hz named, the rest valid':30}" + "".join(f"{share:14.1%}" for share in found))


def beside_peers(seed: int) -> None:
    blocking = {"c": 0.85, "max_M": 50, "fit_type": "complex", "add_cap": True}
    tests: dict[str, Callable[[], Test]] = {
        "solidcell": lambda: ours,
        "impedance.py, defaults": by_impedance_py,
        "impedance.py, add_cap": lambda: by_impedance_py(**blocking),
        "pyimpspec": lambda: importlib.import_module("pyimpspec") and by_pyimpspec,
    }
    kinds = {"good": untouched, "R grows 10 %": BAD["R grows 10 %, by the time"]}
    kinds["step of 2 %"] = BAD["step of 2 %"]
    print(f"the same {FEW} spectra of each kind, 60 points, 0.1 % noise: refused")
    for name, prepare in tests.items():
        try:
            test = prepare()
            cells = [
                rate(test, list(spectra(disturb, 60, NOISES[0], FEW, seed)), NOISES[0])
                for disturb in kinds.values()
            ]
        except (ImportError, NameError, TypeError, AttributeError) as problem:
            print(f"{name:24} fails: {type(problem).__name__}: {problem}")
            continue
        row = "  ".join(
            f"{kind} {share:.0%}" for kind, (share, _) in zip(kinds, cells, strict=True)
        )
        print(f"{name:24} {row}  {np.mean([ms for _, ms in cells]):.2f} ms each")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    own_figures(count, seed)
    beside_peers(seed)


if __name__ == "__main__":
    main()
