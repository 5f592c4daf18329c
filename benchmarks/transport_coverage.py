"""How often nominal 95 % intervals hold the truth: conductivity, Ea, sigma_e and t+.

    python benchmarks/transport_coverage.py [cells] [spectra] [seed] [only ...]

Simulated measurements with random truth, noise, sizes and offsets; see each `draw`. Refused
measurements are counted apart: they make no interval. Shares come with their Wilson 95 % interval
(E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209). One process, one thread.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from solidcell.analysis.geometry import Geometry, Quantity
from solidcell.analysis.impedance import Spectrum, identify, parse_circuit, series_from_spectra
from solidcell.analysis.transport.bruce_vincent import bruce_vincent
from solidcell.analysis.transport.dc_polarisation import dc_polarisation
from solidcell.analysis.transport.initial_current import initial_current
from solidcell.analysis.transport.steady_current import steady_current
from solidcell.analysis.transport.steady_line import Hold

BOLTZMANN_EV_PER_K = 8.617333e-5
FREQUENCY_HZ = np.logspace(6, 0, 61)
TEMPERATURE_K = np.array([263.0, 278.0, 293.0, 308.0, 323.0])
VOLTAGES_V = (0.2, 0.4, 0.7, 1.0)
U_THICKNESS_M, U_DIAMETER_M, U_TEMPERATURE_K = 10e-6, 50e-6, 0.2
Answer = tuple[bool | None, float]
"""Whether the interval holds the truth (None: refused), and its half-width over the truth."""


def pellet(rng: np.random.Generator) -> tuple[float, Geometry]:
    """True L/A, and the geometry as measured."""
    thickness, diameter = rng.uniform(0.5e-3, 1.5e-3), 10e-3
    seen = Geometry(
        thickness + rng.normal(0, U_THICKNESS_M),
        diameter + rng.normal(0, U_DIAMETER_M),
        U_THICKNESS_M,
        U_DIAMETER_M,
    )
    return thickness / (np.pi * diameter**2 / 4), seen


def judged(interval: tuple[float, float], truth: float) -> Answer:
    low, high = interval
    return low <= truth <= high, (high - low) / 2 / truth


def noisy(rng: np.random.Generator, z: np.ndarray, noise: float) -> np.ndarray:
    return z + noise * np.abs(z) * (rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape))


def conductivity(rng: np.random.Generator) -> Answer:
    """Total conductivity: an electrolyte arc, blocking electrodes, 0.5 % noise, sizes measured."""
    cell, seen = pellet(rng)
    sigma = 10 ** rng.uniform(-3, -1.5)
    r, farad = cell / sigma, 8.854e-12 * rng.uniform(10, 50) / cell
    z = parse_circuit("p(R1,C1)-CPE2").impedance_ohm(
        FREQUENCY_HZ, [r, farad, 10 ** rng.uniform(-6.3, -5.3), rng.uniform(0.8, 0.95)]
    )
    found = identify(Spectrum(FREQUENCY_HZ, noisy(rng, z, 0.005)), seen).resistances.conductivity
    if found is None or found.relative is None:
        return None, np.nan
    spread = np.exp(1.96 * found.relative)
    return judged((found.value / spread, found.value * spread), sigma)


def activation_energy(rng: np.random.Generator) -> Answer:
    """Ea of sigma T from five spectra of 0.5 % noise, each temperature off by 0.2 K."""
    ev, r_middle = rng.uniform(0.2, 0.5), 10 ** rng.uniform(3, 4.5)
    end = [10 ** rng.uniform(-6.3, -5.3), rng.uniform(0.8, 0.95)]
    farad = 10 ** rng.uniform(-11, -10.3)
    true_k = TEMPERATURE_K + rng.normal(0, U_TEMPERATURE_K, TEMPERATURE_K.size)
    circuit = parse_circuit("p(R1,C1)-CPE2")
    pairs = []
    for seen_k, kelvin in zip(TEMPERATURE_K, true_k, strict=True):
        r = r_middle * kelvin / 293.0 * np.exp(ev / BOLTZMANN_EV_PER_K * (1 / kelvin - 1 / 293.0))
        z = circuit.impedance_ohm(FREQUENCY_HZ, [r, farad, *end])
        pairs.append((Spectrum(FREQUENCY_HZ, noisy(rng, z, 0.005)), float(seen_k)))
    found = series_from_spectra(pairs, temperature_uncertainty_k=U_TEMPERATURE_K).arrhenius
    if found is None or found.total is None:
        return None, np.nan
    return judged(found.total.activation_energy_interval(), ev)


def electronic(rng: np.random.Generator) -> Answer:
    """sigma_e by four voltages of 1 h; decays of all families; noise that lasts; an offset."""
    return four_voltages(rng, known_decay)


def electronic_by_no_model(rng: np.random.Generator) -> Answer:
    """The same after decays that no fitted model has: stretched, bent, and cut short."""
    return four_voltages(rng, unknown_decay)


def four_voltages(
    rng: np.random.Generator, decay: Callable[[np.random.Generator, np.ndarray], np.ndarray]
) -> Answer:
    cell, seen = pellet(rng)
    sigma = 10 ** rng.uniform(-7.3, -5.7)
    t = np.unique(
        np.concatenate([np.arange(0.2, 10, 0.2), np.arange(10, 100, 1), np.arange(100, 3601, 10)])
    )
    offset, shape = rng.normal(0, 1e-9), decay(rng, t)
    white, lasting, memory = 10 ** rng.uniform(-11.3, -10.3), rng.integers(2), 40.0
    holds = []
    for volt in VOLTAGES_V:
        current = offset + volt * sigma / cell * (1 + shape) + rng.normal(0, white, t.size)
        if lasting:
            current += drift(rng, t, memory, white)
        holds.append(Hold(volt, steady_current(t, current)))
    found = dc_polarisation(holds, seen)
    if found.interval_s_per_m is None:
        return None, np.nan
    return judged(found.interval_s_per_m, sigma)


def known_decay(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """One or two exponentials, a power of time, or an exponential over a power of time."""
    kind = rng.integers(4)
    first, second = rng.uniform(0.02, 0.15, 2) * 3600 * np.array([1.0, 0.1])
    big, small, power = rng.uniform(1, 10), rng.uniform(0.3, 3), rng.uniform(0.6, 1.0)
    if kind == 0:
        return big * np.exp(-t / first)
    if kind == 1:
        return small * np.exp(-t / first) + big * np.exp(-t / second)
    slow = small * np.exp(-t / first) if kind == 3 else 0.0
    return 0.02 * big * (t / 600.0) ** -power + slow


def unknown_decay(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """A stretched exponential, a power that begins late, or diffusion that ends."""
    kind, big = rng.integers(3), rng.uniform(1, 10)
    if kind == 0:
        return big * np.exp(-((t / (3600 * 10 ** rng.uniform(-3, -1.3))) ** rng.uniform(0.4, 0.8)))
    if kind == 1:
        return big * (1 + t / 10 ** rng.uniform(0.5, 2.5)) ** -rng.uniform(0.4, 1.2)
    last = rng.uniform(0.03, 0.3) * 3600
    slow = rng.uniform(1, 5) * np.exp(-t / last)
    return slow + 0.5 * big * (t / 30) ** -0.5 * np.exp(-2 * t / last)


def drift(rng: np.random.Generator, t: np.ndarray, memory: float, size: float) -> np.ndarray:
    """Noise with the correlation exp(-distance / memory)."""
    kept = np.exp(-np.diff(t) / memory)
    found = rng.normal(size=t.size)
    for k in range(1, t.size):
        found[k] = kept[k - 1] * found[k - 1] + np.sqrt(1 - kept[k - 1] ** 2) * found[k]
    return size * found


def cation(rng: np.random.Generator) -> Answer:
    """t+ of a polymer: 10 mV, salt diffusion, an interface that grows; 0.2 % and 20 nA noise."""
    t_plus, bulk = rng.uniform(0.1, 0.6), rng.uniform(100, 500)
    r0 = bulk * rng.uniform(0.2, 1.5)
    rss = r0 * rng.uniform(1.0, 1.2)
    diffusion_s = rng.uniform(300, 1500)
    edges = np.concatenate([[0.0], np.geomspace(0.001, 4 * 3600, 700)])
    current = polarised(edges, bulk, r0, rss, bulk * (1 / t_plus - 1), diffusion_s)
    t = np.unique(np.concatenate([np.arange(1, 120, 1.0), np.arange(120, 4 * 3600, 20.0)]))
    i = np.interp(t, edges[1:], current)
    i = i * (1 + rng.normal(0, 0.002, t.size)) + rng.normal(0, 20e-9, t.size)
    steady = steady_current(t, i)
    at_first = initial_current(t, i, steady.value_a)
    error = 0.02
    found = bruce_vincent(
        0.010,
        Quantity(at_first.mean, at_first.deviation, "A"),
        Quantity(steady.value_a, steady.standard_error_a, "A"),
        Quantity(r0 * (1 + error * rng.normal()), error * r0, "ohm"),
        Quantity(rss * (1 + error * rng.normal()), error * rss, "ohm"),
        is_steady=steady.is_steady,
    )
    if found.interval is None:
        return None, np.nan
    return judged(found.interval, t_plus)


def polarised(
    edges: np.ndarray, bulk: float, r0: float, rss: float, salt: float, diffusion_s: float
) -> np.ndarray:
    """Current under 10 mV at the end of each step: ohmic, interface, and 600 modes of diffusion."""
    odd = 2 * np.arange(600) + 1
    r = salt * 8 / (np.pi * odd) ** 2
    r *= salt / r.sum()
    tau = diffusion_s / odd**2
    v, found = np.zeros(odd.size), []
    for begin, end in pairwise(edges):
        kept = np.exp(-(end - begin) / tau)
        interface = rss + (r0 - rss) * np.exp(-end / (2 * diffusion_s))
        i = (0.010 - v @ kept) / (bulk + interface + (r * (1 - kept)).sum())
        v = v * kept + r * (1 - kept) * i
        found.append(i)
    return np.array(found)


def wilson(held: int, count: int) -> tuple[float, float]:
    z, p = 1.96, held / count
    middle = (p + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
    return middle - half, middle + half


def report(name: str, draw: Callable[[np.random.Generator], Answer], count: int, seed: int) -> None:
    began = time.process_time()
    answers = [draw(np.random.default_rng([seed, k])) for k in range(count)]
    cpu_ms = 1e3 * (time.process_time() - began) / count
    held = [hit for hit, _ in answers if hit is not None]
    if not held:
        print(f"{name:24} {count:6} all refused", flush=True)
        return
    low, high = wilson(sum(held), len(held))
    width = np.nanmedian([width for _, width in answers])
    print(
        f"{name:24} {len(held):6} {count - len(held):8}   {np.mean(held):6.1%} "
        f"({low:.1%} to {high:.1%})  {width:8.2%}  {cpu_ms:8.0f} ms",
        flush=True,
    )


def main() -> None:
    given = sys.argv[1:]
    cells, spectra, seed = (
        int(given[k]) if len(given) > k else usual for k, usual in enumerate((1000, 300, 1))
    )
    only = given[3:]
    print("quantity                  cases  refused   covered (Wilson 95 %)     half-width  CPU")
    for name, draw, count in (
        ("sigma_e, four voltages", electronic, cells),
        ("sigma_e, other decays", electronic_by_no_model, cells),
        ("t+, Bruce-Vincent", cation, cells),
        ("sigma, one spectrum", conductivity, spectra),
        ("Ea, five spectra", activation_energy, spectra),
    ):
        if not only or any(name.startswith(word) for word in only):
            report(name, draw, count, seed)


if __name__ == "__main__":
    main()
