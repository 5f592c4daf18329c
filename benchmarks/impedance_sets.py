"""Spectra of three-arc cells in batches, and the lowest chi2 that a fit begun at the truth finds.

Bulk, grain boundary and interface, each a resistance with a CPE, then a CPE or a Warburg element
to the electrode; 60 points from 7 MHz to 0.1 Hz, independent 1 % noise on both parts. A seed
gives the same spectra wherever it runs.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from solidcell.analysis.impedance import Circuit, ManyFits, fit_many, parse_circuit

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)
NOISE = 0.01
ARCS = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"
TAILS = ("CPE4", "W4")
RESISTANCES = ("R1", "R2", "R3")
_FASTEST_HZ = 20e6
_DECADES_OF_R = ((500, 2e4), (300, 5e4), (100, 1e4))
_DECADES_OF_C = ((5e-12, 3e-11), (1e-9, 1e-8), (3e-7, 5e-6))
_EXPONENTS = ((0.92, 1.0), (0.8, 0.98), (0.7, 0.95))


@dataclass(frozen=True)
class Cells:
    """Spectra of one class: `truth` (m, p) in the circuit's order, `z_ohm` (m, n)."""

    circuit: Circuit
    truth: np.ndarray
    z_ohm: np.ndarray

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def start_at_truth(self) -> list[dict[str, float]]:
        """Each truth as a start."""
        return [dict(zip(self.circuit.names, row, strict=True)) for row in self.truth.tolist()]

    def resistances(self, values: np.ndarray) -> np.ndarray:
        """Take R1, R2, R3, shape (m, 3), out of values (m, p)."""
        return values[:, [self.circuit.names.index(name) for name in RESISTANCES]]


def draw(tail: str, count: int, seed: int) -> Cells:
    """Draw `count` cells that end in ``CPE4`` or ``W4``."""
    rng = np.random.default_rng([seed, TAILS.index(tail)])
    resistance, time_s = _arcs(rng, count)
    exponent = rng.uniform(*np.transpose(_EXPONENTS), (count, 3))
    charge = time_s**exponent / resistance
    arcs = np.stack([resistance, charge, exponent], axis=2).reshape(count, 9)
    if tail == "W4":
        end = _decades(rng, [(30, 1000)], count)
    else:
        end = np.hstack([_decades(rng, [(1e-6, 3e-5)], count), rng.uniform(0.8, 0.95, (count, 1))])
    circuit = parse_circuit(f"{ARCS}-{tail}")
    truth = np.hstack([arcs, end])
    return Cells(circuit, truth, noisy(rng, circuit.impedance_ohm(FREQUENCY_HZ, truth)))


def noisy(rng: np.random.Generator, z_ohm: np.ndarray, level: float = NOISE) -> np.ndarray:
    """Add independent noise of `level` times abs(Z) to both parts."""
    noise = rng.normal(0, level, (2, *z_ohm.shape))
    return z_ohm + np.abs(z_ohm) * (noise[0] + 1j * noise[1])


def _decades(rng: np.random.Generator, ranges: object, count: int) -> np.ndarray:
    low, high = np.log10(np.transpose(ranges))
    return 10 ** rng.uniform(low, high, (count, len(low)))


def _arcs(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Resistances and time constants, redrawn until each arc shows and none lies on another."""
    resistance, time_s = np.empty((0, 3)), np.empty((0, 3))
    while len(resistance) < count:
        r = _decades(rng, _DECADES_OF_R, 4 * count)
        tau = r * _decades(rng, _DECADES_OF_C, 4 * count)
        shows = r.min(axis=1) >= 0.05 * r.sum(axis=1)
        apart = (tau[:, 1:] > 3 * tau[:, :-1]).all(axis=1)
        good = shows & apart & (1 / (2 * math.pi * tau[:, 0]) <= _FASTEST_HZ)
        resistance, time_s = np.vstack([resistance, r[good]]), np.vstack([time_s, tau[good]])
    return resistance[:count], time_s[:count]


def oracle(cells: Cells) -> ManyFits:
    """Fit every spectrum by this package's least squares, begun at the truth."""
    truth = dict(zip(cells.circuit.names, cells.truth.T, strict=True))
    return fit_many(cells.circuit, FREQUENCY_HZ, cells.z_ohm, start=truth)


def independent_oracle(cells: Cells, row: int) -> tuple[float, np.ndarray]:
    """Chi2 and values by scipy's trust region in logarithms, begun at the truth.

    Nothing of this package but the parameters' bounds takes part.
    """
    z = cells.z_ohm[row]
    log = np.array([parameter.scale == "log" for parameter in cells.circuit.parameters])
    bounds = [(p.lower, p.upper) for p in cells.circuit.parameters]
    low, high = (_coordinates(np.array(side), log) for side in zip(*bounds, strict=True))
    start = np.clip(_coordinates(cells.truth[row], log), low, high)

    def residuals(x: np.ndarray) -> np.ndarray:
        off = (_impedance(np.where(log, np.exp(np.where(log, x, 0)), x)) - z) / np.abs(z)
        return np.concatenate([off.real, off.imag])

    found = least_squares(
        residuals, start, "3-point", (low, high), ftol=1e-13, xtol=1e-13, gtol=1e-13, max_nfev=1000
    )
    return 2 * float(found.cost), np.where(log, np.exp(np.where(log, found.x, 0)), found.x)


def _coordinates(values: np.ndarray, log: np.ndarray) -> np.ndarray:
    return np.where(log, np.log(np.where(log, values, 1.0)), values)


def _impedance(values: np.ndarray) -> np.ndarray:
    """Three arcs and a CPE, or a Warburg element if no exponent is left, in plain words."""
    s = 2j * np.pi * FREQUENCY_HZ
    arcs = sum(r / (1 + r * q * s**alpha) for r, q, alpha in values[:9].reshape(3, 3))
    if len(values) == 10:
        return arcs + values[9] * np.sqrt(2) / np.sqrt(s)
    return arcs + 1 / (values[9] * s ** values[10])
