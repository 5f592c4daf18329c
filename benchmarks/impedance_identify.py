"""Identification of spectra: how often it is right, and what its intervals are worth.

    python benchmarks/impedance_identify.py [spectra of each class] [seed]

1. Cells of one to four arcs, one to three decades apart, ohmic, blocking and with diffusion, with
   and without an inductance: was the number of arcs found? "traced" are those whose every arc
   must show: leaving one out of noise-free data costs chi2 at least 25 variances.
2. Pairs of arcs at any distance: is "not separable" said where the Cramer-Rao bound at the truth
   is above 20 % of one of the resistances, and only there? Bounds of 13 to 30 % are counted apart.
3. The materials' presets at temperatures and highest frequencies: names that are wrong.
4. The cells of impedance_sets: does the 95 % interval of total and electrolyte hold the truth?

Times are of one core's processor.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from impedance_identify_sets import (
    ENDS,
    PRESETS,
    Drawn,
    Preset,
    bound,
    draw_cell,
    draw_pair,
    drawn,
    trace,
)
from impedance_sets import FREQUENCY_HZ, TAILS, draw
from solidcell.analysis.impedance import Identification, Spectrum, SpectrumRefusedError, identify

LARGEST_BOUND = 0.2
DEAD_ZONE = 1.5
LEAST_TRACE = 25.0
TEMPERATURES_K = (200.0, 225.0, 250.0, 273.15, 298.15, 323.15)
HIGHEST_HZ = (1e6, 7e6, 32e6)
WRONG_BY, WRONG_SIGMAS = 0.1, 4.0
INTERVAL = 1.96


@dataclass
class Clock:
    """Processor time of identification alone."""

    seconds: list[float] = field(default_factory=list)

    def run(self, ask: Callable[[], Identification]) -> Identification | str:
        """Identify; the reason where it is refused."""
        begun = time.process_time()
        try:
            return ask()
        except SpectrumRefusedError as refused:
            return str(refused)
        finally:
            self.seconds.append(time.process_time() - begun)

    def line(self) -> str:
        mean, median = (1e3 * float(of(self.seconds)) for of in (np.mean, np.median))
        return f"{mean:.0f} ms each (median {median:.0f})"


def number_of_arcs(count: int, rng: np.random.Generator) -> None:
    clock = Clock()
    print("arcs  ends      spectra   right    more   fewer  refused")
    everything: list[tuple[int | None, float]] = []
    for arcs in (1, 2, 3, 4):
        for end in ENDS:
            cells = [draw_cell(rng, arcs, end, bool(k % 2)) for k in range(count)]
            rows = [(_difference(clock, cell), trace(cell)) for cell in cells]
            everything += rows
            print(f"{arcs:4}  {end or 'ohmic':8}", _counts([row[0] for row in rows]))
    traced = [row[0] for row in everything if row[1] >= LEAST_TRACE]
    print("      all     ", _counts([row[0] for row in everything]))
    print("      traced  ", _counts(traced), " ", clock.line())


def _difference(clock: Clock, cell: Drawn) -> int | None:
    found = clock.run(lambda: identify(cell.spectrum))
    return None if isinstance(found, str) else len(found.arcs) - cell.arcs


def _counts(differences: list[int | None]) -> str:
    known = np.array([d for d in differences if d is not None])
    refused = len(differences) - len(known)
    right, more, fewer = (known == 0).mean(), (known > 0).mean(), (known < 0).mean()
    return f"{len(differences):9} {right:7.1%} {more:7.1%} {fewer:7.1%} {refused:8}"


def separability(count: int, rng: np.random.Generator) -> None:
    clock = Clock()
    right = {True: [0, 0], False: [0, 0]}
    near = 0
    for _ in range(count):
        pair = draw_pair(rng)
        found = clock.run(lambda pair=pair: identify(pair.spectrum))
        said = not isinstance(found, str) and len(found.arcs) == 2 and found.separable
        largest = float(bound(pair).max())
        if LARGEST_BOUND / DEAD_ZONE < largest < LARGEST_BOUND * DEAD_ZONE:
            near += 1
            continue
        truth = largest <= LARGEST_BOUND
        right[truth][0] += said == truth
        right[truth][1] += 1
    for truth, word in ((True, "separable"), (False, "not separable")):
        print(f"{word:14} {right[truth][0]} of {right[truth][1]} said so")
    both = [sum(parts) for parts in zip(*right.values(), strict=True)]
    print(f"decided right  {both[0] / both[1]:.1%}; {near} near the limit; {clock.line()}")


def presets(count: int, rng: np.random.Generator) -> None:
    print("pellet          highest  refused  bulk stated at (K)             wrong")
    for preset in PRESETS:
        for highest_hz in HIGHEST_HZ:
            refused, stated, wrong, total = 0, [], 0, 0
            for temperature_k in TEMPERATURES_K:
                for _ in range(count):
                    cell, truth = _pellet(rng, preset, temperature_k, highest_hz)
                    total += 1
                    try:
                        found = identify(
                            cell.spectrum, preset.geometry, temperature_k=temperature_k
                        )
                    except SpectrumRefusedError:
                        refused += 1
                        continue
                    if found.resistances.bulk is not None:
                        stated.append(round(temperature_k))
                    wrong += _is_wrong(found, truth)
            at = ", ".join(f"{t}" for t in dict.fromkeys(stated)) or "none"
            print(
                f"{preset.name:15} {highest_hz / 1e6:4.0f} MHz {refused:3} of {total:3}  "
                f"{at:32} {wrong} of {total}"
            )


def _pellet(
    rng: np.random.Generator, preset: Preset, temperature_k: float, highest_hz: float
) -> tuple[Drawn, dict[str, float]]:
    """The pellet with leads of 0.3 uH at a temperature, 0.5 % noise, ten points a decade."""
    values, arcs = preset.at(temperature_k)
    code = "-".join(["L0", *(f"p(R{k},CPE{k})" for k in range(1, arcs + 1))])
    if preset.interface is None:
        code, values = f"{code}-CPE{arcs + 1}", [*values, 4e-6, 0.9]
    decades = np.log10(highest_hz / 0.1)
    frequency_hz = np.geomspace(highest_hz, 0.1, round(10 * decades) + 1)
    rows = zip(("bulk", "grain boundary", "interface"), preset.parts, strict=True)
    present = [name for name, part in rows if part is not None]
    truth = dict(zip(present, values[::3], strict=False))
    return drawn(rng, code, [3e-7, *values], 0.005, frequency_hz), truth


def _is_wrong(found: Identification, truth: dict[str, float]) -> bool:
    """Whether a value is stated under a name that is not its own."""
    named = found.resistances
    stated = {
        "bulk": named.bulk,
        "grain boundary": named.grain_boundary,
        "interface": named.interface,
    }
    for name, quantity in stated.items():
        if quantity is None:
            continue
        if name not in truth:
            return True
        off = abs(quantity.value - truth[name])
        if off > WRONG_BY * truth[name] and off > WRONG_SIGMAS * (quantity.standard_error or 0):
            return True
    return False


def intervals(count: int, seed: int) -> None:
    clock = Clock()
    off: dict[str, list[float]] = {"total": [], "electrolyte": []}
    for tail in TAILS:
        cells = draw(tail, count, seed)
        for z_ohm, r in zip(cells.z_ohm, cells.resistances(cells.truth), strict=True):
            found = clock.run(lambda z_ohm=z_ohm: identify(Spectrum(FREQUENCY_HZ, z_ohm)))
            if isinstance(found, str):
                continue
            named = found.resistances
            ionic, whole = float(r[:2].sum()), float(r.sum())
            electrolyte = whole if "interface" in named.label else ionic
            for name, quantity, truth in (
                ("total", named.total, ionic if tail == "CPE4" else whole),
                ("electrolyte", named.electrolyte, electrolyte),
            ):
                error = quantity.standard_error
                off[name].append(np.inf if error is None else (quantity.value - truth) / error)
    for name, values in off.items():
        known = np.abs([value for value in values if np.isfinite(value)])
        print(
            f"{name:12} {len(values)} spectra, intervals hold {np.mean(known < INTERVAL):.1%}, "
            f"beyond 3 sigma {np.mean(known > 3):.1%}, no error stated {len(values) - len(known)}"
        )
    print(clock.line())


def main() -> None:
    count, seed = (int(argument) for argument in (*sys.argv[1:], *("20", "1")[len(sys.argv) - 1 :]))
    rng = np.random.default_rng(seed)
    print("1. Number of arcs")
    number_of_arcs(count, rng)
    print("\n2. Separable or not")
    separability(8 * count, rng)
    print("\n3. Presets")
    presets(max(1, count // 10), rng)
    print("\n4. Intervals")
    intervals(2 * count, seed)


if __name__ == "__main__":
    main()
