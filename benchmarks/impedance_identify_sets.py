"""Cells of one to four arcs, pairs of arcs at any distance, and the materials' presets."""

import math
from dataclasses import dataclass

import numpy as np
from solidcell.analysis.impedance import Circuit, Geometry, Spectrum, fit_many, parse_circuit

HIGHEST_HZ, LOWEST_HZ = 7e6, 0.1
LEAST_SHARE = 0.08
ENDS = ("", "CPE", "W")
BOLTZMANN_EV_PER_K = 8.617333e-5
ROOM_K = 298.15


@dataclass(frozen=True)
class Drawn:
    """A spectrum with the truth behind it: the circuit, its values and the noise over abs(Z)."""

    circuit: Circuit
    values: np.ndarray
    noise: float
    spectrum: Spectrum

    @property
    def arcs(self) -> int:
        """How many there are."""
        return sum(name.startswith("R") and name != "R0" for name in self.circuit.names)


def drawn(
    rng: np.random.Generator,
    code: str,
    values: list[float],
    noise: float,
    frequency_hz: np.ndarray,
) -> Drawn:
    """Add independent noise to both parts of a circuit's impedance."""
    circuit = parse_circuit(code)
    z = circuit.impedance_ohm(frequency_hz, values)
    parts = rng.normal(0, noise, (2, z.size))
    spectrum = Spectrum(frequency_hz, z + np.abs(z) * (parts[0] + 1j * parts[1]))
    return Drawn(circuit, np.array(values), noise, spectrum)


def code_of(arcs: int, end: str, inductor: bool) -> str:
    """Leads, arcs and an end as a circuit."""
    row = [f"p(R{k},CPE{k})" for k in range(1, arcs + 1)]
    return "-".join(["L0"] * inductor + ["R0", *row] + ([f"{end}{arcs + 1}"] if end else []))


def draw_cell(rng: np.random.Generator, arcs: int, end: str, inductor: bool) -> Drawn:
    """Arcs one to three decades apart, apexes inside the window, each at least 8 % of the sum."""
    frequency_hz = np.geomspace(HIGHEST_HZ, LOWEST_HZ, int(rng.integers(60, 80)))
    fastest = math.log10(1 / (2 * math.pi * HIGHEST_HZ)) + 0.3
    slowest = math.log10(1 / (2 * math.pi * LOWEST_HZ)) - (1.5 if end else 0.5)
    while True:
        steps = rng.uniform(1, 3, arcs - 1)
        share = 10 ** rng.uniform(0, 1.3, arcs)
        share /= share.sum()
        if steps.sum() <= slowest - fastest and share.min() >= LEAST_SHARE:
            break
    first = rng.uniform(fastest, slowest - steps.sum())
    tau = 10 ** (first + np.concatenate([[0], np.cumsum(steps)]))
    r = share * 10 ** rng.uniform(1.5, 4.5)
    values = [float(r.sum() * 10 ** rng.uniform(-2, -0.5))]
    if inductor:
        values.insert(0, 10 ** rng.uniform(-8.0, -6.3) * max(1.0, float(r.sum()) / 300))
    values += _arcs(r, tau, rng.uniform(0.75, 1.0, arcs)) + _end(rng, end, r[-1], tau[-1])
    noise = 10 ** rng.uniform(math.log10(0.003), -2)
    return drawn(rng, code_of(arcs, end, inductor), values, noise, frequency_hz)


def draw_pair(rng: np.random.Generator) -> Drawn:
    """Two arcs 0.1 to 3 decades apart; of a third the faster one's apex lies above the window."""
    frequency_hz = np.geomspace(HIGHEST_HZ, LOWEST_HZ, 70)
    fastest = math.log10(1 / (2 * math.pi * HIGHEST_HZ))
    apart = rng.uniform(0.1, 3.0)
    beyond = rng.random() < 1 / 3
    first = fastest + (rng.uniform(-1, 0) if beyond else rng.uniform(0.3, 6.5 - apart))
    share = rng.uniform(0.15, 0.85)
    r = 10 ** rng.uniform(2, 4) * np.array([share, 1 - share])
    tau = 10 ** np.array([first, first + apart])
    end = ENDS[int(rng.integers(2))]
    values = [float(r.sum() * 10 ** rng.uniform(-2, -1))]
    values += _arcs(r, tau, rng.uniform(0.75, 1.0, 2)) + _end(rng, end, r[-1], tau[-1])
    noise = 10 ** rng.uniform(-3, math.log10(0.02))
    return drawn(rng, code_of(2, end, False), values, noise, frequency_hz)


def _arcs(r: np.ndarray, tau: np.ndarray, exponent: np.ndarray) -> list[float]:
    return np.stack([r, tau**exponent / r, exponent], axis=1).ravel().tolist()


def _end(rng: np.random.Generator, end: str, r: float, tau: float) -> list[float]:
    """What follows the slowest arc: its impedance is the arc's resistance 0.5 to 2 decades on."""
    omega = 1 / (tau * 10 ** rng.uniform(0.5, 2.0))
    if end == "W":
        return [r * math.sqrt(omega / 2)]
    exponent = rng.uniform(0.8, 0.97)
    return [1 / (r * omega**exponent), exponent] if end else []


def bound(cell: Drawn) -> np.ndarray:
    """Cramer-Rao bounds of the relative errors of R1, R2, ..., shape (arcs,)."""
    f = cell.spectrum.frequency_hz
    z, slopes = cell.circuit.impedance_and_slopes(f, cell.values[None, :])
    jacobian = slopes[0] / (np.abs(z[0]) * cell.noise)
    rows = np.concatenate([jacobian.real, jacobian.imag], axis=1)
    length = np.linalg.norm(rows, axis=1)
    scaled = rows / length[:, None]
    deviation = np.sqrt(np.diag(np.linalg.pinv(scaled @ scaled.T, rcond=1e-14))) / length
    return np.array([deviation[cell.circuit.names.index(f"R{k + 1}")] for k in range(cell.arcs)])


def trace(cell: Drawn) -> float:
    """Tell by how much chi2 must rise, in variances, if an arc is left out of the truth.

    Of noise-free data and the best fit of one arc less: what shows that the arc is there.
    """
    f = cell.spectrum.frequency_hz
    code = str(cell.circuit)
    end = next((end for end in ("CPE", "W") if f"-{end}{cell.arcs + 1}" in code), "")
    less = parse_circuit(code_of(cell.arcs - 1, end, code.startswith("L0")))
    z = cell.circuit.impedance_ohm(f, cell.values)
    return float(fit_many(less, f, z[None, :], inductive="keep").chi2[0]) / cell.noise**2


@dataclass(frozen=True)
class Preset:
    """A pellet: bulk and grain boundary (R, C, exponent, eV), interface of both sides."""

    name: str
    geometry: Geometry
    bulk: tuple[float, float, float, float]
    boundary: tuple[float, float, float, float] | None
    interface: tuple[float, float, float, float] | None

    @property
    def parts(self) -> tuple[tuple[float, float, float, float] | None, ...]:
        """Bulk, grain boundary, interface; None where there is none."""
        return self.bulk, self.boundary, self.interface

    def at(self, temperature_k: float) -> tuple[list[float], int]:
        """Values of its arcs at a temperature, and how many they are; capacitances stay."""
        values: list[float] = []
        arcs = [arc for arc in self.parts if arc is not None]
        for r_room, c, exponent, energy in arcs:
            change = energy / BOLTZMANN_EV_PER_K * (1 / temperature_k - 1 / ROOM_K)
            r = r_room * math.exp(change)
            values += [r, (r * c) ** exponent / r, exponent]
        return values, len(arcs)


def _pellet(thickness_cm: float) -> Geometry:
    return Geometry(thickness_cm * 1e-2, 2e-2 * math.sqrt(0.785 / math.pi))


HALF_AREA_CM2 = 0.785 / 2
PRESETS = (
    Preset(
        "LLZO",
        _pellet(0.1),
        (182.0, 34.75e-12, 1.0, 0.35),
        (51.0, 23.55e-9, 0.92, 0.40),
        (12.7, 3e-6 * HALF_AREA_CM2, 0.9, 0.40),
    ),
    Preset(
        "LATP, blocking",
        _pellet(0.1),
        (42.5, 20.85e-12, 1.0, 0.28),
        (318.5, 15.7e-9, 0.92, 0.38),
        None,
    ),
    Preset(
        "LPSCl",
        _pellet(0.08),
        (34.0, 13.03e-12, 1.0, 0.35),
        None,
        (10.2, 2e-6 * HALF_AREA_CM2, 0.85, 0.5),
    ),
    Preset(
        "Li3PS4",
        _pellet(0.08),
        (407.6, 10.43e-12, 1.0, 0.36),
        None,
        (38.2, 2e-6 * HALF_AREA_CM2, 0.82, 0.5),
    ),
    Preset(
        "LGPS",
        _pellet(0.08),
        (10.2, 13.03e-12, 1.0, 0.24),
        None,
        (76.4, 5e-6 * HALF_AREA_CM2, 0.85, 0.5),
    ),
    Preset(
        "LiPON",
        _pellet(1e-4),
        (63.7, 11121e-12, 0.95, 0.55),
        None,
        (254.8, 5e-6 * HALF_AREA_CM2, 0.9, 0.6),
    ),
)
